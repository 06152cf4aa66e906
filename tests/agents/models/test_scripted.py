"""The scripted model: it says what it is told to, and remembers what it was asked."""

from __future__ import annotations

import asyncio
import json

import pytest

from agents.conversation import user_message
from agents.errors import ModelFailed
from agents.models.base import ChatModel, Completion, ModelRequest, Usage
from agents.models.openai_format import Envelope
from agents.models.scripted import ScriptedModel

HELLO = ModelRequest((user_message("hello there"),))
COUNTED = ModelRequest(HELLO.messages, {"stream_options": {"include_usage": True}})


async def streamed(model: ChatModel, request: ModelRequest) -> list[str]:
    return [chunk.text async for chunk in model.stream(request)]


async def test_replies_come_in_order_and_requests_are_kept() -> None:
    model = ScriptedModel(["one", {"verdict": "safe"}])
    assert (await model.complete(HELLO)).text == "one"
    assert json.loads((await model.complete(COUNTED)).text) == {"verdict": "safe"}
    assert model.requests == [HELLO, COUNTED]


async def test_running_out_of_replies_is_loud() -> None:
    model = ScriptedModel([])
    with pytest.raises(LookupError, match="no reply left"):
        await model.complete(HELLO)


async def test_a_function_replies_to_what_it_is_asked() -> None:
    model = ScriptedModel(lambda request: request.messages[0].text.upper())
    assert (await model.complete(HELLO)).text == "HELLO THERE"


async def test_an_error_in_the_script_is_raised() -> None:
    model = ScriptedModel([ModelFailed("scripted", "timeout")] * 2)
    with pytest.raises(ModelFailed, match="timeout"):
        await model.complete(HELLO)
    with pytest.raises(ModelFailed, match="timeout"):
        await streamed(model, HELLO)


@pytest.mark.parametrize(
    "text", ["one two  three\n", "", " ", " leading and trailing ", "nbsp\u00a0é 日本 語", "\n\na"]
)
async def test_a_stream_says_word_by_word_what_a_completion_says_at_once(text: str) -> None:
    pieces = await streamed(ScriptedModel([text]), HELLO)
    assert "".join(pieces) == text
    assert (await ScriptedModel([text]).complete(HELLO)).text == text


async def test_usage_counts_words_and_is_streamed_where_asked_for() -> None:
    assert (await ScriptedModel(["a b c"]).complete(HELLO)).usage == Usage(2, 3)
    *_, last = [chunk async for chunk in ScriptedModel(["a b c"]).stream(COUNTED)]
    assert last.usage == Usage(2, 3)
    *_, last = [chunk async for chunk in ScriptedModel(["a b c"]).stream(HELLO)]
    assert last.body["choices"][0]["finish_reason"] == "stop"


async def test_a_whole_completion_may_be_scripted_with_tool_calls() -> None:
    body = Envelope("m").completion("", Usage(), "tool_calls")
    call = {"id": "c1", "type": "function", "function": {"name": "open", "arguments": "{}"}}
    body["choices"][0]["message"]["tool_calls"] = [call]
    chunks = [chunk.body async for chunk in ScriptedModel([Completion(body)]).stream(HELLO)]
    assert chunks[1]["choices"][0]["delta"]["tool_calls"] == [{"index": 0, **call}]
    assert chunks[2]["choices"][0]["finish_reason"] == "tool_calls"
    assert {chunk["id"] for chunk in chunks} == {body["id"]}


async def test_nothing_is_said_before_the_gate_opens() -> None:
    gate = asyncio.Event()
    model = ScriptedModel(["now"], gate=gate)
    call = asyncio.create_task(model.complete(HELLO))
    await asyncio.sleep(0)
    assert model.requests == [HELLO]
    assert not call.done()
    gate.set()
    assert (await call).text == "now"


async def test_a_call_given_up_is_counted() -> None:
    model = ScriptedModel(["never", "never"], gate=asyncio.Event())
    call = asyncio.create_task(model.complete(HELLO))
    await asyncio.sleep(0)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert model.cancelled == 1


async def test_it_starts_and_closes_like_any_model() -> None:
    model = ScriptedModel([], name="echo")
    await model.start()
    assert (model.name, model.running) == ("echo", True)
    await model.close()
    assert not model.running
