"""Reading a request: only strict JSON under its own media type, for a deployment that its caller may use."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import orjson
import pytest
from starlette.requests import Request

from agents.errors import PictureRejected
from guard.errors import UnknownDeployment
from service.keys.errors import KeyRefused, Refusal
from service.keys.key import KeyLimits
from service.openai.api_format import CanonicalRequest
from service.openai.chat import ChatCompletions
from service.openai.errors import MEDIA_TYPE, WireFault
from service.routes.dependencies import authenticate
from service.routes.request_reader import INLINE_BYTES, read_request
from service.state import Service
from tests.scripts import picture
from tests.service.gate.in_process import opened
from tests.service.raw import error_of, post
from tests.service.running import QUESTION, Proxy, asking, body
from tests.service.test_keys import make_key

JSON = (b"content-type", b"application/json")
BROKEN = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}


async def posted(service: Service, document: Any, token: str | None = None) -> Request:
    """A request that has passed the door."""
    headers = [JSON, *([] if token is None else [(b"authorization", f"Bearer {token}".encode())])]
    scope = {"type": "http", "headers": headers, "client": ("10.0.0.7", 5)}

    async def receive() -> Any:
        return {"type": "http.request", "body": orjson.dumps(document), "more_body": False}

    request = Request({**scope, "state": {"service": service, "request_id": "req_1"}}, receive)
    await authenticate(request)
    return request


async def test_a_request_becomes_a_context_with_its_pictures_decoded(tmp_path: Path) -> None:
    async with opened(tmp_path) as app:
        request = await posted(app.service, body(temperature=0, stream=True))
        context = await read_request(request, ChatCompletions(), verdict_only=True)
    assert [part.digest for part in context.request.conversation.pictures] == [picture("green").digest]
    assert context.request.conversation.messages[0].text == QUESTION
    assert (context.request.options, context.request.stream) == ({"temperature": 0}, True)
    assert (context.deployment.name, context.caller.peer, context.verdict_only) == ("guarded", "10.0.0.7", True)


@pytest.mark.parametrize(("size", "beside"), [(10, False), (INLINE_BYTES, True)])
async def test_what_takes_long_is_read_beside_the_event_loop(tmp_path: Path, size: int, beside: bool) -> None:
    class Noting(ChatCompletions):
        read_in: threading.Thread | None = None

        def read(self, *arguments: Any) -> CanonicalRequest:
            self.read_in = threading.current_thread()
            return super().read(*arguments)

    api = Noting()
    async with opened(tmp_path) as app:
        await read_request(await posted(app.service, body(messages=asking("x" * size))), api)
    assert (api.read_in is not threading.current_thread()) is beside


async def test_an_unknown_deployment_is_said_before_what_else_is_wrong(tmp_path: Path) -> None:
    async with opened(tmp_path) as app:
        with pytest.raises(UnknownDeployment):
            await read_request(await posted(app.service, body(model="nobody", messages=7)), ChatCompletions())


async def test_pictures_are_counted_on_the_key_before_any_is_looked_at(tmp_path: Path) -> None:
    token = make_key(tmp_path, KeyLimits(pictures_per_minute=1))
    messages = [{"role": "user", "content": [BROKEN, BROKEN]}]
    async with opened(tmp_path) as app:
        with pytest.raises(KeyRefused) as caught:
            await read_request(await posted(app.service, body(messages=messages), token), ChatCompletions())
        assert caught.value.refusal is Refusal.PICTURES
        messages[0]["content"] = [BROKEN]
        with pytest.raises(PictureRejected):
            await read_request(await posted(app.service, body(messages=messages), token), ChatCompletions())


async def test_the_media_type_is_checked_before_the_body_is_read() -> None:
    async def receive() -> Any:
        raise AssertionError("read")

    with pytest.raises(WireFault) as caught:
        await read_request(Request({"type": "http", "headers": []}, receive), ChatCompletions())
    assert caught.value.fault is MEDIA_TYPE


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"not json",
        b"[]",
        b'{"model": "guarded", "model": "raw"}',
        b'{"model": "guarded", "temperature": NaN}',
        b'\xef\xbb\xbf{"model": "guarded"}',
        b'{"model": "\xff"}',
        b'{"model": "\\ud800"}',
        b'{"seed": ' + b"1" * 1001 + b"}",
        b"[" * 100_000,
        b'{"a":' * 50 + b"1" + b"}" * 50,
    ],
)
async def test_what_is_no_strict_json_is_refused(proxy: Proxy, raw: bytes) -> None:
    reply = await post(proxy, raw)
    assert (reply.status_code, error_of(reply)["code"]) == (400, "invalid_json")
    assert proxy.asked_nothing


async def test_only_plain_json_is_taken(proxy: Proxy) -> None:
    assert (await post(proxy, body(), **{"content-type": "text/plain"})).status_code == 415
    assert (await post(proxy, body(), **{"content-encoding": "gzip"})).status_code == 415
    assert proxy.asked_nothing
