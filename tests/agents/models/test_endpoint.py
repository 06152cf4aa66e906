"""An endpoint on a real socket: what it is sent, and what becomes of everything it may answer."""

from __future__ import annotations

import asyncio
import json
import threading
import zlib
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import partial
from typing import Any

import pytest
from pydantic import SecretStr

import agents.models.endpoint
from agents.conversation import user_message
from agents.errors import ModelFailed
from agents.images import Picture
from agents.models.base import Chunk, ModelRequest, Usage
from agents.models.endpoint import (
    INLINE_BYTES,
    TURN_BYTES,
    Deadlines,
    EndpointModel,
    failure_of_error,
    seconds_to_wait,
)
from agents.models.endpoint_error import EndpointError
from agents.models.openai_format import Envelope
from agents.models.reply_body import StreamReader, read_completion
from agents.models.white_box import Tap, WhiteBox
from tests.agents.models.upstream import (
    Upstream,
    Writes,
    chunked,
    response,
    sends,
    stream_head,
    streamed,
    upstream,
)

HELLO = ModelRequest((user_message("hello"),), {"max_tokens": 5})
WHOLE = json.dumps(Envelope("up").completion("hi there", Usage(4, 2))).encode()
KEY = "sk-very-secret"


def event(body: dict[str, Any]) -> bytes:
    return b"data: " + json.dumps(body, ensure_ascii=False).encode() + b"\n\n"


def said(text: str, ending: bytes = b"data: [DONE]\n\n") -> bytes:
    envelope = Envelope("up")
    bodies = [envelope.opening(), *(envelope.piece(word) for word in text.split(" ")), envelope.ending()]
    return b"".join(event(body) for body in [*bodies, envelope.accounts(Usage(4, 2))]) + ending


@asynccontextmanager
async def endpoint(rig: Upstream, **options: Any) -> AsyncIterator[EndpointModel]:
    model = EndpointModel("up", base_url=rig.base_url, model="vendor/model", api_key=SecretStr(KEY), **options)
    await model.start()
    try:
        yield model
    finally:
        await model.close()


async def failure(answer: Writes | bytes, *, stream: bool = False, **options: Any) -> ModelFailed:
    async with upstream(answer) as rig, endpoint(rig, **options) as model:
        call = collect(model) if stream else model.complete(HELLO)
        with pytest.raises(ModelFailed) as caught:
            await call
    assert caught.value.__cause__ is None
    assert KEY not in repr(caught.value) + str(caught.value)
    return caught.value


async def collect(model: EndpointModel) -> list[Chunk]:
    return [chunk async for chunk in model.stream(HELLO)]


async def test_a_whole_reply_comes_back_as_it_was_sent() -> None:
    async with upstream(response(WHOLE)) as rig, endpoint(rig) as model:
        reply = await model.complete(HELLO)
    assert reply.body == json.loads(WHOLE)
    assert (reply.text, reply.usage) == ("hi there", Usage(4, 2))
    (body,) = rig.bodies
    assert (body["model"], body["max_tokens"], body["stream"]) == ("vendor/model", 5, False)
    assert body["messages"] == [{"role": "user", "content": "hello"}]


async def test_the_head_holds_what_we_put_there_and_nothing_else() -> None:
    async with upstream(response(WHOLE)) as rig, endpoint(rig) as model:
        await model.complete(HELLO)
    request_line, *lines = rig.heads[0].strip().split("\r\n")
    fields = dict(line.split(": ", 1) for line in lines)
    assert request_line == "POST /v1/chat/completions HTTP/1.1"
    assert fields["Authorization"] == f"Bearer {KEY}"
    assert fields["Accept-Encoding"] == "identity"
    assert set(fields) == {
        "Host", "Authorization", "Accept", "Accept-Encoding", "Content-Type", "Content-Length", "User-Agent",
    }  # fmt: skip


async def test_without_a_key_no_credential_is_sent() -> None:
    async with upstream(response(WHOLE)) as rig:
        model = EndpointModel("up", base_url=rig.base_url + "/", model="m")
        await model.start()
        await model.complete(HELLO)
        await model.close()
    assert "authorization" not in rig.heads[0].lower()
    assert rig.heads[0].startswith("POST /v1/chat/completions ")


async def test_the_key_stays_out_of_sight() -> None:
    model = EndpointModel("up", base_url="http://127.0.0.1:9/v1", model="m", api_key=SecretStr(KEY))
    assert KEY not in repr(model) + repr(vars(model))


async def test_a_stream_adds_up_and_ends_with_usage() -> None:
    async with upstream(streamed(said("so it goes"))) as rig, endpoint(rig) as model:
        chunks = await collect(model)
    assert "".join(chunk.text for chunk in chunks) == "soitgoes"
    assert chunks[-1].usage == Usage(4, 2)
    assert rig.bodies[0]["stream"] is True


async def test_a_stream_may_come_byte_by_byte() -> None:
    whole = said("Grüße 世界 🌍")
    pieces = [whole[at : at + 1] for at in range(len(whole))]
    async with upstream(streamed(*pieces)) as rig, endpoint(rig) as model:
        chunks = await collect(model)
    assert "".join(chunk.text for chunk in chunks) == "Grüße世界🌍"


async def test_one_connection_serves_many_calls_streamed_or_not() -> None:
    async with upstream(streamed(said("a b"))) as rig, endpoint(rig) as model:
        for _ in range(3):
            await collect(model)
    assert rig.connections == 1
    async with upstream(response(WHOLE)) as rig, endpoint(rig) as model:
        for _ in range(3):
            await model.complete(HELLO)
    assert rig.connections == 1


async def test_words_after_the_end_are_not_listened_to() -> None:
    late = said("a") + event(Envelope("up").piece("late"))
    async with upstream(streamed(late)) as rig, endpoint(rig) as model:
        chunks = await collect(model)
    assert "late" not in [chunk.text for chunk in chunks]


@pytest.mark.parametrize("ending", [b"", b"data: [DON", b"data: [DONE]"])
async def test_a_stream_without_its_end_was_cut_off(ending: bytes) -> None:
    unfinished = event(Envelope("up").opening()) + event(Envelope("up").piece("a")) + ending
    assert (await failure(streamed(unfinished), stream=True)).kind == "malformed"


async def test_a_stream_that_finished_and_ended_in_order_is_whole_without_the_last_mark() -> None:
    async with upstream(streamed(said("a", b""))) as rig, endpoint(rig) as model:
        assert "".join(chunk.text for chunk in await collect(model)) == "a"


async def test_a_stream_in_which_one_choice_never_finished_was_cut_off() -> None:
    other = Envelope("up").piece("b")
    other["choices"][0]["index"] = 1
    assert (await failure(streamed(event(other) + said("a", b"")), stream=True)).kind == "malformed"


async def test_a_connection_lost_in_the_middle_is_a_failure_too() -> None:
    async def breaks_off(writer: asyncio.StreamWriter) -> None:
        writer.write(stream_head() + chunked(said("a", b"")))
        writer.close()

    assert (await failure(breaks_off, stream=True)).kind == "connection"
    assert (await failure(response(WHOLE)[:-5] + b"", deadlines=Deadlines(total=0.3))).kind == "timeout"


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(
    ("status", "kind"),
    [("401 No", "unauthorised"), ("404 No", "unauthorised"), ("400 Bad", "refused"), ("500 Oh", "status")],
)
async def test_a_status_is_a_failure_of_its_kind(stream: bool, status: str, kind: str) -> None:
    failed = await failure(
        response(b'{"error":{"message":"leaked ' + KEY.encode() + b'"}}', status=status), stream=stream
    )
    assert (failed.kind, failed.status) == (kind, int(status[:3]))


async def test_too_many_requests_say_when_to_come_back() -> None:
    failed = await failure(response(b"{}", status="429 Slow", Retry_After="7"))
    assert (failed.kind, failed.retry_after) == ("overloaded", 7)


LATER = b'{"error":{"code":429,"details":[{"retryDelay":"34.5s"}]}}'


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 34.5),
        ({"Retry_After_Ms": "17000"}, 17),
        ({"Retry_After_Ms": "90"}, 1),
        ({"Retry_After_Ms": "17000", "Retry_After": "18"}, 18),
        ({"Retry_After_Ms": "soon"}, 34.5),
        ({"Retry_After_Ms": "1e3"}, 34.5),
    ],
)
async def test_the_time_to_wait_may_stand_in_another_header_or_in_the_body(
    headers: dict[str, str], seconds: float
) -> None:
    assert (await failure(response(LATER, status="429 Slow", **headers))).retry_after == seconds


@pytest.mark.parametrize("stream", [False, True])
async def test_the_time_to_wait_of_an_error_in_place_of_a_reply_counts_too(stream: bool) -> None:
    assert (await failure(response(LATER), stream=stream)).retry_after == 34.5


@pytest.mark.parametrize(
    "answer",
    [
        response(b"<html>hello</html>", "text/html"),
        response(b"not json"),
        response(b"[]"),
        response(b"{}"),
        response(b'{"choices":[]}'),
        response(b'{"choices":[{}]}'),
        response(b'{"choices":[{"message":null}]}'),
        response(b'{"choices":[{"message":{"content":[7]}}]}'),
        response(b'{"choices":[{"message":{"content":"a"}}],"choices":[{"message":{"content":"b"}}]}'),
        response(b'{"choices":[{"message":{"content":"a"}}],"usage":{"prompt_tokens":-1}}'),
        response(b'{"choices":[{"message":{"content":"\\ud800"}}]}'),
        response(b"\xff" + WHOLE),
        response(WHOLE, Content_Encoding="gzip"),
        response(WHOLE, Content_Encoding="br"),
        response(b""),
    ],
)
async def test_what_is_no_reply_is_malformed(answer: bytes) -> None:
    assert (await failure(answer)).kind == "malformed"


@pytest.mark.parametrize(
    "answer",
    [
        response(b"<html>hello</html>"),
        streamed(b"data: nonsense\n\n"),
        streamed(b"data: [1]\n\n"),
        streamed(b'data: {"choices":[{"delta":"x"}]}\n\n'),
        streamed(b'data: {"choices":[{"delta":{"content":7}}]}\n\n'),
        streamed(b""),
    ],
)
async def test_what_is_no_stream_is_malformed(answer: bytes) -> None:
    assert (await failure(answer, stream=True)).kind == "malformed"


async def test_an_error_in_place_of_a_reply_keeps_its_status() -> None:
    body = {"error": {"message": "the engine died", "code": 503}}
    assert (await failure(streamed(event(body)), stream=True)).status == 503
    assert (await failure(response(json.dumps(body).encode()))).status == 503
    assert (await failure(response(b'{"error":"odd"}'))).status == 502


BLOCKED = b'{"choices":[],"prompt_feedback":{"block_reason":"PROHIBITED_CONTENT"}}'


async def test_a_prompt_that_the_host_blocked_is_refused_streamed_or_not() -> None:
    ended = b"data: [DONE]\n\n"
    for answer, stream in (
        (response(BLOCKED), False),
        (response(BLOCKED), True),
        (streamed(b"data: " + BLOCKED + b"\n\n" + ended), True),
        (streamed(b"data: " + BLOCKED + b"\n\n" + ended), False),
    ):
        failed = await failure(answer, stream=stream)
        assert (failed.kind, failed.refusal, failed.status) == ("refused", "content_filter", 400)
        assert failed.detail == "the prompt was blocked: PROHIBITED_CONTENT"
    async with upstream(streamed(b"data: " + BLOCKED + b"\n\n" + said("a b"))) as rig, endpoint(rig) as model:
        assert "".join(chunk.text for chunk in await collect(model)) == "ab"
    cut_off = event(Envelope("up").piece("a")) + b"data: " + BLOCKED + b"\n\n"
    assert (await failure(streamed(cut_off), stream=True)).kind == "malformed"


async def test_something_that_does_not_speak_http() -> None:
    assert (await failure(b"SSH-2.0-OpenSSH_9.9\r\n\r\n")).kind in {"malformed", "connection"}


async def test_a_redirect_is_not_followed() -> None:
    async with upstream(response(WHOLE)) as elsewhere:
        moved = response(b"", status="307 Moved", Location=elsewhere.base_url + "/chat/completions")
        failed = await failure(moved)
    assert (failed.kind, failed.status) == ("status", 307)
    assert elsewhere.bodies == []


async def test_nobody_listening_is_a_failed_connection() -> None:
    async with upstream(response(WHOLE)) as rig:
        pass
    async with endpoint(rig) as model:
        with pytest.raises(ModelFailed, match="connection"):
            await model.complete(HELLO)


async def test_a_reply_past_the_limit_is_cut_off() -> None:
    large = json.dumps(Envelope("up").completion("x" * 5000, Usage())).encode()
    assert (await failure(response(large), max_reply_bytes=4000)).kind == "too_large"
    assert (await failure(streamed(*[said("x" * 500)] * 10), stream=True, max_reply_bytes=4000)).kind == "too_large"


async def test_a_stream_has_only_so_many_events(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agents.models.endpoint, "MAX_EVENTS", 10)
    few, many = streamed(said("a b c d e f g")), streamed(said("a b c d e f g h i"))
    async with upstream(few) as rig, endpoint(rig) as model:
        assert len(await collect(model)) == 10
    assert (await failure(many, stream=True)).kind == "too_large"


@pytest.mark.parametrize("filling", [b"\n", b": wait\n\n", b'data: {"choices":[]}\n\n'])
async def test_a_gush_of_events_lets_others_have_their_turn(filling: bytes) -> None:
    gush = filling * (400_000 // len(filling))
    longest = turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    async with upstream(streamed(gush, said("hi"))) as rig, endpoint(rig) as model:
        waiting = asyncio.create_task(others())
        read, before = 0, turns
        async for chunk in model.stream(HELLO):
            read += 1
            if turns != before:
                longest, read, before = max(longest, read), 0, turns
            assert chunk.body
        waiting.cancel()
    assert turns > len(gush) / TURN_BYTES
    assert longest <= TURN_BYTES / len(b'data: {"choices":[]}\n\n') + 1


async def test_the_middle_of_a_long_line_takes_no_turns_of_the_loop() -> None:
    event = b"data: " + b"x" * 1_000_000 + b"\n\n"
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    async def nothing_more() -> AsyncIterator[bytes]:
        for piece in list[bytes]():
            yield piece

    async with upstream(streamed(said("hi"))) as rig, endpoint(rig) as model:
        waiting = asyncio.create_task(others())
        assert [len(data) async for data in model._data(event, nothing_more())] == [1_000_000]
        waiting.cancel()
    assert turns < 10


async def test_large_json_is_read_beside_the_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    threads: list[bool] = []

    def watched(read: Callable[[bytes], Any]) -> Callable[[bytes], Any]:
        def noted(data: bytes) -> Any:
            threads.append(threading.current_thread() is threading.main_thread())
            return read(data)

        return noted

    monkeypatch.setattr(agents.models.endpoint, "read_completion", watched(read_completion))
    monkeypatch.setattr(
        StreamReader, "read", lambda self, data, read=StreamReader.read: watched(partial(read, self))(data)
    )
    large = "x" * INLINE_BYTES
    whole = json.dumps(Envelope("up").completion(large, Usage())).encode()
    async with upstream(response(whole)) as rig, endpoint(rig) as model:
        assert (await model.complete(HELLO)).text == large
    async with upstream(streamed(said(large))) as rig, endpoint(rig) as model:
        await collect(model)
    assert threads == [False, True, False, True, True]


async def test_a_large_request_goes_out_with_its_length() -> None:
    shown = Picture(bytes(200_000), "image/png", 8, 8)
    async with upstream(response(WHOLE)) as rig, endpoint(rig) as model:
        await model.complete(ModelRequest((user_message("ä" * 100_000, shown),)))
        await model.complete(HELLO)
    assert rig.bodies[0]["messages"][0]["content"][0]["image_url"]["url"] == shown.data_url
    assert all("content-length: " in head.lower() and "chunked" not in head.lower() for head in rig.heads)
    assert rig.connections == 1


async def silent(_: asyncio.StreamWriter) -> None:
    await asyncio.sleep(30)


async def drips(writer: asyncio.StreamWriter) -> None:
    writer.write(stream_head())
    while True:
        writer.write(chunked(b": still thinking\n\n"))
        await asyncio.sleep(0.01)


async def opens_and_stops(writer: asyncio.StreamWriter) -> None:
    writer.write(stream_head() + chunked(event(Envelope("up").piece("a"))))
    await asyncio.sleep(30)


@pytest.mark.parametrize(
    ("answer", "stream", "deadlines"),
    [
        (silent, False, Deadlines(total=0.2)),
        (silent, True, Deadlines(first_byte=0.2)),
        (drips, True, Deadlines(total=0.3)),
        (opens_and_stops, True, Deadlines(idle=0.2)),
    ],
)
async def test_every_wait_ends(answer: Writes, stream: bool, deadlines: Deadlines) -> None:
    async with asyncio.timeout(10):
        assert (await failure(answer, stream=stream, deadlines=deadlines)).kind == "timeout"


async def test_a_caller_that_leaves_frees_the_endpoint() -> None:
    async with upstream(silent) as rig, endpoint(rig) as model:
        call = asyncio.create_task(model.complete(HELLO))
        await rig.asked.wait()
        call.cancel()
        async with asyncio.timeout(5):
            await rig.gone.wait()
        assert call.cancelled() or call.cancelling()


async def test_a_stream_left_early_frees_the_endpoint() -> None:
    async with upstream(opens_and_stops) as rig, endpoint(rig) as model:
        async with aclosing(model.stream(HELLO)) as chunks:
            assert (await anext(chunks)).text == "a"
        async with asyncio.timeout(5):
            await rig.gone.wait()


async def test_closing_ends_the_calls_under_way() -> None:
    async with upstream(silent) as rig, endpoint(rig) as model:
        call = asyncio.create_task(model.complete(HELLO))
        await rig.asked.wait()
        await model.close()
        with pytest.raises(ModelFailed, match="connection"):
            await call
        with pytest.raises(ModelFailed, match="connection"):
            await model.complete(HELLO)


async def test_cookies_are_not_kept() -> None:
    async with upstream(response(WHOLE, Set_Cookie="id=1")) as rig, endpoint(rig) as model:
        await model.complete(HELLO)
        await model.complete(HELLO)
    assert "Cookie" not in rig.heads[1]


async def test_the_environment_s_proxy_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    async with upstream(sends(response(WHOLE))) as rig, endpoint(rig) as model:
        assert (await model.complete(HELLO)).text == "hi there"


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, "refused"),
        (401, "unauthorised"),
        (403, "unauthorised"),
        (404, "unauthorised"),
        (402, "unauthorised"),
        (413, "refused"),
        (422, "refused"),
        (429, "overloaded"),
        (500, "status"),
        (503, "status"),
        (529, "overloaded"),
        (301, "status"),
        (204, "status"),
    ],
)
def test_each_status_has_its_kind(status: int, kind: str) -> None:
    failure = failure_of_error("m", EndpointError(), status)
    assert (failure.kind, failure.status, failure.model) == (kind, status, "m")


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7),
        ("0", 1),
        ("-5", 1),
        ("0.2", 1),
        ("1e9", 3600),
        ("nan", None),
        ("inf", None),
        ("soon", None),
        (None, None),
    ],
)
def test_seconds_to_wait_are_clamped(header: str | None, seconds: float | None) -> None:
    assert seconds_to_wait(header) == seconds


def test_a_date_is_turned_into_seconds() -> None:
    waits = seconds_to_wait(format_datetime(datetime.now(UTC) + timedelta(minutes=2), usegmt=True))
    assert waits is not None
    assert 100 <= waits <= 121
    assert seconds_to_wait("Wed, 21 Oct 2015 07:28:00 GMT") == 1
    assert seconds_to_wait("Wed, 99 Oct 2015 07:28:00 GMT") is None


LEVELS = {"gzip": 16 + zlib.MAX_WBITS, "deflate": zlib.MAX_WBITS, "x-gzip": 16 + zlib.MAX_WBITS}


def packed(data: bytes, encoding: str) -> bytes:
    packer = zlib.compressobj(wbits=LEVELS[encoding])
    return packer.compress(data) + packer.flush()


async def ends_with_its_connection(writer: asyncio.StreamWriter) -> None:
    """As some small servers send replies: without a length, and without a content type."""
    writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + said("hi there", b""))
    writer.close()


@pytest.mark.parametrize(
    "answer",
    [
        response(WHOLE, status="201 Created"),
        response(WHOLE, "text/plain; charset=utf-8"),
        response(WHOLE, ""),
        response(b"\xef\xbb\xbf" + WHOLE),
        response(b"\n  " + WHOLE + b"\n"),
        *(response(packed(WHOLE, encoding), Content_Encoding=encoding) for encoding in LEVELS),
    ],
)
async def test_a_whole_reply_in_an_odd_envelope_is_read(answer: bytes) -> None:
    async with upstream(answer) as rig, endpoint(rig) as model:
        assert (await model.complete(HELLO)).text == "hi there"


PINGS = b'event: ping\ndata: {"type":"ping"}\n\n: ping\n\ndata:\n\nevent: ping\ndata: {}\n\n'


@pytest.mark.parametrize(
    "answer",
    [
        response(said("hi there"), "text/plain"),
        response(said("hi there"), "application/x-ndjson"),
        response(PINGS + said("hi there") + PINGS, "text/event-stream"),
        response(b"\xef\xbb\xbf" + said("hi there", b"data: [DONE] \n\n"), "text/event-stream"),
        response(WHOLE),
        response(b"\xef\xbb\xbf\n" + WHOLE, "text/event-stream"),
        response(packed(WHOLE, "gzip"), Content_Encoding="gzip"),
        response(packed(said("hi there"), "gzip"), "text/event-stream", Content_Encoding="gzip"),
        ends_with_its_connection,
    ],
)
async def test_a_stream_in_an_odd_envelope_is_read(answer: Writes | bytes) -> None:
    async with upstream(answer) as rig, endpoint(rig) as model:
        chunks = await collect(model)
    assert "".join(chunk.text for chunk in chunks).replace(" ", "") == "hithere"
    assert chunks[-1].usage == Usage(4, 2)


@pytest.mark.parametrize(
    "answer",
    [
        response(said("hi there"), "text/event-stream"),
        response(said("hi there")),
        response(b": wait\n\n" + PINGS + said("hi there", b""), "text/event-stream"),
        response(b"\xef\xbb\xbf\r\n" + said("hi there").replace(b"\n", b"\r\n"), "text/event-stream"),
        response(packed(said("hi there"), "gzip"), "text/event-stream", Content_Encoding="gzip"),
        streamed(event(json.loads(WHOLE)), b"data: [DONE]\n\n"),
        ends_with_its_connection,
    ],
)
async def test_events_in_place_of_a_whole_reply_are_put_together(answer: Writes | bytes) -> None:
    async with upstream(answer) as rig, endpoint(rig) as model:
        reply = await model.complete(HELLO)
    assert reply.text.replace(" ", "") == "hithere"
    assert reply.usage == Usage(4, 2)
    assert (reply.body["object"], reply.body["choices"][0]["finish_reason"]) == ("chat.completion", "stop")


@pytest.mark.parametrize(
    ("events", "kind"),
    [
        (event(Envelope("up").piece("a")) + b"data: [DONE]\n\n", "malformed"),
        (event(Envelope("up").chunk({"content": "a"}, "null")), "malformed"),
        (event(Envelope("up").piece("b") | {"choices": [{"index": 1, "delta": {}}]}) + said("a", b""), "malformed"),
        (b"data: nonsense\n\n" + said("a"), "malformed"),
        (b"data: [DONE]\n\n" + said("a"), "malformed"),
        (said("a").partition(b'"stop"')[0], "malformed"),
        (b": wait\n\n", "malformed"),
        (event({"error": {"message": "no", "code": 503}}), "status"),
        (event(Envelope("up").piece("a")) + event({"error": {"message": "no", "code": 503}}), "status"),
        (said("a b c d e f g h i"), "too_large"),
        (said("x" * 5000), "too_large"),
    ],
)
async def test_events_in_place_of_a_whole_reply_are_read_as_strictly_as_a_stream(
    events: bytes, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(agents.models.endpoint, "MAX_EVENTS", 10)
    assert (await failure(response(events), max_reply_bytes=4000)).kind == kind


async def test_what_unpacks_to_more_than_the_limit_is_cut_off() -> None:
    bomb = packed(json.dumps(Envelope("up").completion("x" * 10_000_000, Usage())).encode(), "gzip")
    assert len(bomb) < 50_000
    for stream in (False, True):
        answer = response(bomb, Content_Encoding="gzip")
        assert (await failure(answer, stream=stream, max_reply_bytes=100_000)).kind == "too_large"


async def test_a_compressed_reply_that_was_cut_off_is_malformed() -> None:
    cut = packed(WHOLE, "gzip")[:-20]
    assert (await failure(response(cut, Content_Encoding="gzip"))).kind == "malformed"


ASKED = ModelRequest((user_message("my name is Rumpelstiltskin"),))


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("kind", ["application/json", "text/plain"])
async def test_a_refusal_keeps_its_status_its_code_and_its_words(stream: bool, kind: str) -> None:
    said_ = f"'my name is Rumpelstiltskin' is too long: maximum context length is 10 tokens; your key {KEY}."
    body = json.dumps({"error": {"message": said_, "code": "context_length_exceeded"}}).encode()
    async with upstream(response(body, kind, "400 Bad")) as rig, endpoint(rig) as model:
        with pytest.raises(ModelFailed) as caught:
            await (anext(model.stream(ASKED)) if stream else model.complete(ASKED))
    failed = caught.value
    assert (failed.kind, failed.status, failed.refusal) == ("refused", 400, "context_length_exceeded")
    assert failed.code == "context_length_exceeded"
    assert "maximum context length is 10 tokens" in failed.detail
    assert not [word for word in ("Rumpelstiltskin", KEY) if word in str(failed) + repr(failed.facts)]


async def test_an_error_s_body_that_never_ends_is_cut() -> None:
    endless = response(b'{"error":{"message":"' + b"x" * 10_000_000, status="500 Oh")
    async with asyncio.timeout(5):
        failed = await failure(endless)
    assert (failed.kind, failed.status) == ("status", 500)


async def test_an_error_in_the_middle_of_a_stream_is_one() -> None:
    broken = event(Envelope("up").piece("a")) + event({"error": {"message": "CUDA out of memory", "code": 500}})
    failed = await failure(streamed(broken), stream=True)
    assert (failed.kind, failed.status, failed.detail) == ("status", 500, "CUDA out of memory")


async def test_a_malformed_reply_says_in_our_words_what_is_wrong() -> None:
    failed = await failure(response(b"<html>sorry</html>", "text/html"))
    assert (failed.kind, failed.detail) == ("malformed", "not strict JSON: not valid JSON")


async def test_an_endpoint_refuses_what_only_a_local_model_has() -> None:
    asked = ModelRequest(HELLO.messages, HELLO.options, WhiteBox((Tap(-1, print),)))
    async with upstream(WHOLE) as rig, endpoint(rig) as model:
        with pytest.raises(ModelFailed, match="only a local model is a white box"):
            await model.complete(asked)
