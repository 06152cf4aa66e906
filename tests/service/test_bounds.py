"""Requests that are dear to read: refused before they are parsed, or read once, beside the event loop."""

from __future__ import annotations

import io
import json
import random
import threading
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

import agents.transcript
import service.routes.request_reader
from agents.conversation import Conversation
from agents.images import Picture, read_picture
from service.settings import MEGABYTE, Settings
from tests.service.running import asking, body, data_url, golf_messages, running

CHAT = "/v1/chat/completions"
TEXT = Settings().text_bounds.bytes


def noise(seed: int) -> Picture:
    """A picture of about a megabyte."""
    pixels = Image.frombytes("RGB", (600, 600), random.Random(seed).randbytes(600 * 600 * 3))
    buffer = io.BytesIO()
    pixels.save(buffer, "PNG", compress_level=0)
    return read_picture(buffer.getvalue(), "test")


TOO_LONG = {
    "text": asking("x" * TEXT),
    "characters of four bytes": asking("🌍" * (TEXT // 4)),
    "escapes": asking("\n" * (TEXT // 2)),
    "base64 as text": asking(data_url(noise(1)) + data_url(noise(2)) + "A"),
    "base64 where no picture stands": [{"role": "user", "content": "hello", "name": data_url(noise(1)) * 2}],
    "a picture's url beside a picture": [*asking("hello"), {"role": "user", "content": [{"url": "@"}] * 2}],
}


@pytest.mark.parametrize("name", TOO_LONG)
async def test_more_text_than_a_body_may_hold_is_refused(name: str, tmp_path: Path) -> None:
    text = json.dumps(body(messages=TOO_LONG[name]), ensure_ascii=False)
    async with running(tmp_path) as proxy:
        sent = text.replace("@", data_url(noise(1))).encode()
        assert len(sent) > TEXT
        reply = await proxy.http.post(CHAT, content=sent, headers={"content-type": "application/json"})
        assert reply.status_code == 413
        assert reply.json()["error"]["code"] == "request_too_large"
        assert reply.json()["error"]["message"] == "Without the pictures in it, the request is longer than 2 MB."
        assert proxy.asked_nothing


async def test_how_much_text_is_a_setting(tmp_path: Path) -> None:
    async with running(tmp_path, text_megabytes=1) as proxy:
        reply = await proxy.http.post(CHAT, json=body(messages=asking("x" * MEGABYTE)))
        assert (reply.status_code, "1 MB" in reply.text) == (413, True)
        assert (await proxy.http.post(CHAT, json=body(messages=asking("x" * (MEGABYTE - 9000))))).status_code == 200


@pytest.mark.parametrize("escaped", [False, True])
async def test_pictures_may_be_longer_and_are_the_same_for_all(escaped: bool, tmp_path: Path) -> None:
    seen = [noise(seed) for seed in range(3)]
    sent = json.dumps(body(messages=asking("What is it?", *seen)))
    async with running(tmp_path) as proxy:
        raw = sent.replace("/", "\\/").replace("+", "\\u002B") if escaped else sent
        assert len(raw) > TEXT
        reply = await proxy.http.post(CHAT, content=raw, headers={"content-type": "application/json"})
        assert reply.status_code == 200
        for request in (*proxy.cast.answers.requests, proxy.cast.judges.requests[-1]):
            (message,) = request.messages
            assert [part.picture.digest for part in message.parts if part.kind == "image"] == [
                each.digest for each in seen
            ]


@pytest.mark.parametrize("hidden", ["\u200b", "\x7f", "\ue000"])
async def test_a_text_that_hides_too_much_is_refused(hidden: str, tmp_path: Path) -> None:
    async with running(tmp_path) as proxy:
        reply = await proxy.http.post(CHAT, json=body(messages=asking(hidden * 180_000)))
        assert (reply.status_code, reply.json()["error"]["code"]) == (400, "invalid_value")
        assert proxy.asked_nothing


CROWDS: dict[str, list[Any]] = {
    "parts": [{"role": "user", "content": [{"type": "text", "text": "x"}] * 200}] * 21,
    "calls": [
        {
            "role": "assistant",
            "tool_calls": [{"id": "a", "type": "function", "function": {"name": "f", "arguments": ""}}] * 100,
        }
    ]
    * 41,
}


@pytest.mark.parametrize("name", CROWDS)
async def test_parts_and_calls_are_counted_over_all_messages(name: str, tmp_path: Path) -> None:
    async with running(tmp_path) as proxy:
        reply = await proxy.http.post(CHAT, json=body(messages=CROWDS[name]))
        assert (reply.status_code, reply.json()["error"]["param"]) == (400, "messages")
        assert proxy.asked_nothing


async def test_a_long_request_is_read_and_transcribed_once_and_beside_the_loop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[str] = []

    def watched(module: Any, name: str) -> None:
        plain = getattr(module, name)

        def noted(*arguments: Any) -> Any:
            threads.append(f"{name} on {threading.current_thread().name.split('_')[0]}")
            return plain(*arguments)

        monkeypatch.setattr(module, name, noted)

    watched(service.routes.request_reader, "read_body")
    watched(agents.transcript, "transcribe")
    async with running(tmp_path) as proxy:
        long = [*golf_messages(), *asking("x" * 100_000)]
        assert (await proxy.http.post(CHAT, json=body(messages=long))).status_code == 200
        assert len(proxy.cast.judges.requests) == 4
    assert threads == ["read_body on beside", "transcribe on beside"]


def test_what_takes_time_with_a_conversation_s_length_is_kept() -> None:
    kept = {"transcript", "parts", "pictures"}
    conversation = Conversation(())
    conversation.settle()
    assert kept - {"pictures"} <= vars(conversation).keys()
