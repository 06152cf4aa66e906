"""A draft: begun at once, held until it is asked for, and accounted for whatever becomes of it."""

from __future__ import annotations

import asyncio
import gc
import json
import threading
from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue
from typing import Any

import pytest

from agents.calls_sent import calls_sent
from agents.errors import ModelFailed
from agents.meter import Call
from agents.models.base import Chunk, Completion, JsonObject, ModelRequest, Usage
from agents.models.scripted import ScriptedModel
from guard.config import EndpointConfig
from guard.models import build_endpoint
from service.gate import draft as drafts
from service.gate.draft import Draft, StreamedDraft, WholeDraft
from service.openai.replies import ReplyContents
from tests.service.gate.in_process import asked
from tests.service.upstream import plain
from tests.service.waiting import until

ANSWER = "Keep your head still."
WHOLE, STREAMED = asked().as_it_is, asked(stream=True).as_it_is
SECONDS = 20.0
kinds = pytest.mark.parametrize("kind", [WholeDraft, StreamedDraft])


def model(*replies: Any, **changes: Any) -> ScriptedModel:
    return ScriptedModel(replies or (ANSWER,), name="answers", **changes)


def begun(kind: type[Draft], answers: ScriptedModel, seconds: float = SECONDS) -> Draft:
    return kind(answers, STREAMED if kind is StreamedDraft else WHOLE, seconds)


async def released(draft: Draft) -> list[JsonObject]:
    return [body async for body in draft.bodies()]


class Dying(ScriptedModel):
    """Streams a few chunks and fails."""

    async def stream(self, request: ModelRequest) -> AsyncGenerator[Chunk, None]:
        chunks = super().stream(request)
        for _ in range(3):
            yield await anext(chunks)
        raise ModelFailed(self.name, "connection")


@kinds
async def test_the_call_begins_before_anyone_waits_for_it(kind: type[Draft]) -> None:
    answers = model()
    draft = begun(kind, answers)
    await until(lambda: draft.milliseconds is not None)
    assert [request.options.get("stream_options") for request in answers.requests] == [
        {"include_usage": True} if kind is StreamedDraft else None
    ]
    assert ReplyContents(await released(draft)).words == ANSWER


@contextmanager
def answering() -> Iterator[tuple[str, Queue[bytes]]]:
    """The address of an endpoint in threads of its own, which hears while the event loop is held, and what came."""
    came: Queue[bytes] = Queue()

    class Answers(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"  # the connection stays open

        def do_POST(self) -> None:
            came.put(self.rfile.read(int(self.headers["content-length"])))
            body = json.dumps(plain(ANSWER)).encode()
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        threading.Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_port}/v1", came
        server.shutdown()


@kinds
async def test_the_call_goes_out_before_other_work_takes_the_event_loop(kind: type[Draft]) -> None:
    with answering() as (address, came):
        endpoint = build_endpoint("answers", EndpointConfig(kind="endpoint", base_url=address, model="far"), {})
        await endpoint.start()
        await released(WholeDraft(endpoint, WHOLE, SECONDS))  # opens the connection
        assert came.get(timeout=SECONDS)
        draft = kind(endpoint, STREAMED if kind is StreamedDraft else WHOLE, SECONDS)
        await calls_sent()
        assert came.get(timeout=SECONDS)  # and the loop is held until then
        draft.cancel()
        await endpoint.close()


@kinds
async def test_usage_and_finish_are_of_what_was_released_and_the_meter_of_all_that_came(kind: type[Draft]) -> None:
    draft = begun(kind, model())
    await until(lambda: draft.milliseconds is not None)
    assert (draft.usage, draft.finish) == (Usage(), None)
    assert draft.meter.call.usage.completion_tokens == 4
    await released(draft)
    assert (draft.usage, draft.finish) == (draft.meter.call.usage, "stop")


async def test_a_stream_is_accounted_for_as_far_as_it_went_out() -> None:
    draft = begun(StreamedDraft, model())
    bodies = draft.bodies()
    await anext(bodies)
    assert (draft.usage, draft.finish) == (Usage(), None)
    rest = [body async for body in bodies]
    assert rest[-1]["usage"]["completion_tokens"] == draft.usage.completion_tokens == 4
    assert draft.finish == "stop"


@kinds
async def test_how_long_the_call_took_is_known_once_it_has_ended(kind: type[Draft]) -> None:
    gate = asyncio.Event()
    draft = begun(kind, model(gate=gate))
    await asyncio.sleep(0)
    assert draft.milliseconds is None
    gate.set()
    await released(draft)
    assert draft.milliseconds is not None


async def test_a_model_is_not_read_further_than_may_be_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drafts, "MAX_HELD", 3)
    draft = begun(StreamedDraft, model(" ".join(["word"] * 50)))
    for _ in range(20):
        await asyncio.sleep(0)
    assert draft.milliseconds is None
    assert draft.meter.call.usage.completion_tokens <= 4
    assert ReplyContents(await released(draft)).words.split() == ["word"] * 50


@kinds
async def test_a_draft_that_is_given_up_stops_its_model(kind: type[Draft]) -> None:
    answers = model(gate=asyncio.Event())
    draft = begun(kind, answers)
    await until(lambda: answers.requests)
    draft.cancel()
    await until(lambda: answers.cancelled == 1)
    assert draft.milliseconds is not None


@kinds
async def test_a_model_that_takes_too_long_is_given_up(kind: type[Draft]) -> None:
    answers = model(gate=asyncio.Event())
    with pytest.raises(ModelFailed) as caught:
        await released(begun(kind, answers, seconds=0.01))
    assert (caught.value.model, caught.value.kind) == ("answers", "timeout")
    assert answers.cancelled == 1


async def test_the_deadline_is_for_all_of_a_stream() -> None:
    with pytest.raises(ModelFailed, match="timeout"):
        await released(begun(StreamedDraft, model(" ".join(["word"] * 1000), pace=0.01), seconds=0.1))


@kinds
@pytest.mark.parametrize(
    ("fault", "kept"), [(ModelFailed("answers", "status", status=500), "status"), (RuntimeError("a bug"), "internal")]
)
async def test_whatever_a_model_raises_is_its_failure(kind: type[Draft], fault: Exception, kept: str) -> None:
    draft = begun(kind, model(fault))
    with pytest.raises(ModelFailed) as caught:
        await released(draft)
    assert caught.value.kind == kept
    assert draft.meter.call == Call("answers", Usage())  # nothing came, so nothing is charged


async def test_what_came_before_a_failure_goes_out_first_and_is_charged_by_estimate() -> None:
    draft, got = begun(StreamedDraft, Dying([ANSWER], name="answers")), []

    async def take() -> None:
        async for body in draft.bodies():
            got.append(body)  # noqa: PERF401 kept up to the failure

    with pytest.raises(ModelFailed, match="connection"):
        await take()
    assert ReplyContents(got).words == "Keep your "
    assert draft.meter.call.estimated
    assert draft.finish is None


@kinds
async def test_a_failure_while_a_draft_is_given_up_is_nobodys_news(kind: type[Draft]) -> None:
    class Failing(ScriptedModel):
        """Fails when it is cancelled, as a connection may."""

        async def complete(self, request: ModelRequest) -> Completion:
            try:
                return await super().complete(request)
            except asyncio.CancelledError:
                raise ConnectionResetError from None

    lost: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, told: lost.append(told))
    answers = Failing([ANSWER], gate=asyncio.Event())

    async def given_up() -> None:
        draft = begun(kind, answers)
        await until(lambda: answers.requests)
        draft.cancel()
        await until(lambda: draft.milliseconds is not None)

    await given_up()
    gc.collect()
    await asyncio.sleep(0)
    assert lost == []
