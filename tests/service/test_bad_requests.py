"""What is wrong with a request is said in OpenAI's shape, names the field, and reaches no model."""

from __future__ import annotations

import base64
import io
from pathlib import Path
from typing import Any

from PIL import Image

from agents.images import MAX_PIXELS
from tests.service.raw import error_of, post
from tests.service.running import Proxy, asking, body, deployment, golf_messages, running

TURN = {"role": "user", "content": "How?"}
URL_PARAM = "messages[0].content[0].image_url.url"


def with_part(part: Any) -> dict[str, Any]:
    return body(messages=[{"role": "user", "content": [part, {"type": "text", "text": "How?"}]}])


def with_url(url: Any) -> dict[str, Any]:
    return with_part({"type": "image_url", "image_url": {"url": url}})


def huge_png() -> str:
    """A small file with too many pixels."""
    buffer = io.BytesIO()
    side = int(MAX_PIXELS**0.5) + 1
    Image.new("1", (side, side)).save(buffer, "PNG")
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()


REJECTED: list[tuple[dict[str, Any], int, str]] = [
    (body(model=None), 400, "model"),
    (body(model="nobody"), 404, "model"),
    (body(model=7), 400, "model"),
    (body(messages=None), 400, "messages"),
    (body(messages=[]), 400, "messages"),
    (body(messages="hi"), 400, "messages"),
    (body(messages=[TURN] * 513), 400, "messages"),
    (body(messages=[{"role": "wizard", "content": "x"}]), 400, "messages[0].role"),
    (body(messages=[{"role": "user"}]), 400, "messages[0].content"),
    (body(messages=[{"role": "user", "content": 7}]), 400, "messages[0].content"),
    (body(messages=[TURN, {"role": "user", "content": "x", "secret": 1}]), 400, "messages[1].secret"),
    (body(messages=[{"role": "tool", "content": "x"}]), 400, "messages[0].tool_call_id"),
    (body(messages=[{**TURN, "tool_calls": [{}]}]), 400, "messages[0].tool_calls"),
    (with_part({"type": "hologram"}), 400, "messages[0].content[0].type"),
    (with_part({"type": "input_audio", "input_audio": {}}), 400, "messages[0].content[0]"),
    (with_part({"type": "file", "file": {}}), 400, "messages[0].content[0]"),
    (with_part({"type": "video_url", "video_url": {}}), 400, "messages[0].content[0]"),
    (with_part("text"), 400, "messages[0].content[0].type"),
    (with_url("https://example.org/a.png"), 400, URL_PARAM),
    (with_url("data:image/png;base64,AAAA"), 400, URL_PARAM),
    (with_url("data:image/png;base64,"), 400, URL_PARAM),
    (with_url("file:///etc/passwd"), 400, URL_PARAM),
    (with_url(None), 400, "messages[0].content[0].image_url.url"),
    (with_url(huge_png()), 413, URL_PARAM),
    (body(temperature=3), 400, "temperature"),
    (body(temperature=True), 400, "temperature"),
    (body(n=0), 400, "n"),
    (body(n=1000), 400, "n"),
    (body(max_tokens=10**9), 400, "max_tokens"),
    (body(stop=["a"] * 9), 400, "stop"),
    (body(stream="yes"), 400, "stream"),
    (body(store="yes"), 400, "store"),
    (body(audio={"voice": "alloy", "format": "wav"}), 400, "audio"),
    (body(modalities=["text", "audio"]), 400, "modalities"),
    (body(web_search_options={}), 400, "web_search_options"),
    (body(functions=[{"name": "f"}]), 400, "functions"),
    (body(guardrails=[]), 400, "guardrails"),
    (body(api_base="http://127.0.0.1:1/"), 400, "api_base"),
    (body(top_k=5), 400, "top_k"),
    (body(tools=[{"type": "custom", "custom": {"name": "x"}}]), 400, "tools[0]"),
    (body(tools=[{"type": "function", "function": {}}]), 400, "tools[0].function.name"),
    (body(response_format={"type": "xml"}), 400, "response_format.type"),
    (body(stream_options={"include_usage": True}), 400, "stream_options"),
]


async def test_each_wrong_field_is_named_and_nothing_reaches_a_model(proxy: Proxy) -> None:
    for request, status, param in REJECTED:
        for path in ("/v1/chat/completions", "/v1/guard"):
            reply = await proxy.http.post(
                path, json={name: value for name, value in request.items() if value is not None}
            )
            error = error_of(reply)
            assert (reply.status_code, error["param"]) == (status, param), error
            if error["code"] != "model_not_found":
                assert param in error["message"]
    assert proxy.asked_nothing
    assert not proxy.records()
    assert (await proxy.http.get("/readyz")).status_code == 200


async def test_an_unknown_field_is_refused_with_the_setting_that_would_drop_it(proxy: Proxy) -> None:
    reply = await post(proxy, body(mystery=1))
    assert "unknown_fields: drop" in error_of(reply)["message"]


async def test_too_many_pictures_are_counted_before_any_is_decoded(tmp_path: Path) -> None:
    async with running(tmp_path, deployments={"guarded": deployment(limits={"pictures": 1})}) as proxy:
        part = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}
        reply = await post(proxy, body(messages=[{"role": "user", "content": [part, part]}]))
    assert "at most 1 pictures" in error_of(reply)["message"]


async def test_what_a_client_sends_as_headers_steers_nothing(proxy: Proxy) -> None:
    steering = {"x-guard": "off", "x-model": "raw", "x-request-id": "mine", "x-guard-mode": "off"}
    reply = await post(proxy, body(), **steering)
    assert reply.headers["x-guard-verdict"] == "safe"
    assert reply.headers["x-request-id"] != "mine"
    assert len(proxy.cast.judges.requests) == 4


async def test_the_process_is_well_after_all_of_it(proxy: Proxy) -> None:
    await post(proxy, b"\x00" * 1000)
    assert (await proxy.http.get("/healthz")).json() == {"status": "ok"}
    reply = await proxy.client.chat.completions.create(model="guarded", messages=golf_messages())
    assert reply.choices[0].message.content
    assert asking()
