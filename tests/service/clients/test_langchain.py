"""langchain-openai, unchanged: invoke, stream, tools, typed replies, pictures in its own blocks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, SecretStr

from tests.scripts import SAFE, UNSAFE, Roles, picture
from tests.service.recorded import PLAIN, TOOLS, choice, chunk, whole
from tests.service.running import QUESTION, Proxy, data_url
from tests.service.test_transparency import guarding
from tests.service.upstream import WARNING

langchain_openai = pytest.importorskip("langchain_openai", reason="needs langchain-openai")
ANSWER = "Keep your head – still.\n"
TYPED = (
    whole(choice({"content": '{"club":"driver"}'})),
    [chunk({"role": "assistant", "content": "{}"}), chunk({}, "stop")],
)


class Swing(BaseModel):
    """Swing a club."""

    club: str


def chat(proxy: Proxy, *, responses: bool, **fields: Any) -> Any:
    return langchain_openai.ChatOpenAI(
        model="guarded",
        base_url=f"{proxy.url}/v1",
        api_key=SecretStr("none"),
        max_retries=0,
        temperature=0,
        use_responses_api=responses,
        **fields,
    )


def asked() -> list[Any]:
    shown = {"type": "image", "base64": data_url(picture("green")).split(",")[1], "mime_type": "image/png"}
    return [{"role": "user", "content": [{"type": "text", "text": QUESTION}, shown]}]


both = pytest.mark.parametrize("responses", [False, True])
verdicts = pytest.mark.parametrize(("verdict", "said"), [(SAFE, ANSWER), (UNSAFE, WARNING)])


@both
@verdicts
async def test_invoke_and_stream(tmp_path: Path, verdict: Any, said: str, responses: bool) -> None:
    async with guarding(tmp_path, PLAIN, Roles(situation=verdict)) as (proxy, _):
        client = chat(proxy, responses=responses)
        whole_reply = await client.ainvoke(asked())
        pieces = [piece.text async for piece in client.astream(asked())]
        shown = {
            part.kind for request in proxy.cast.judges.requests for turn in request.messages for part in turn.parts
        }
    assert whole_reply.text == said
    assert "".join(pieces) == said
    assert "image" in shown


@both
async def test_bound_tools_are_called(tmp_path: Path, responses: bool) -> None:
    async with guarding(tmp_path, TOOLS, Roles()) as (proxy, _):
        reply = await chat(proxy, responses=responses).bind_tools([Swing]).ainvoke(asked())
    assert [(call["name"], call["args"]) for call in reply.tool_calls] == [
        ("swing", {"club": "driver"}),
        ("walk", {"to": "shelf"}),
    ]


@both
async def test_a_warning_in_place_of_a_forced_call_is_read(tmp_path: Path, responses: bool) -> None:
    async with guarding(tmp_path, PLAIN, Roles(situation=UNSAFE)) as (proxy, _):
        client = chat(proxy, responses=responses).bind_tools([Swing], tool_choice="required")
        whole_reply = await client.ainvoke(asked())
        pieces = [piece async for piece in client.astream(asked())]
    assert WARNING in str([whole_reply.content, whole_reply.additional_kwargs])
    assert WARNING in str([[piece.content, piece.additional_kwargs] for piece in pieces])
    assert not whole_reply.tool_calls


@both
async def test_typed_replies_and_a_refusal_in_their_place(tmp_path: Path, responses: bool) -> None:
    async with guarding(tmp_path / "safe", TYPED, Roles()) as (proxy, _):
        typed = await chat(proxy, responses=responses).with_structured_output(Swing).ainvoke(asked())
    assert typed == Swing(club="driver")
    async with guarding(tmp_path / "unsafe", TYPED, Roles(situation=UNSAFE)) as (proxy, _):
        with pytest.raises(langchain_openai.chat_models.base.OpenAIRefusalError, match="vase"):
            await chat(proxy, responses=responses).with_structured_output(Swing).ainvoke(asked())


async def test_a_conversation_goes_on_by_the_id_of_its_last_response(tmp_path: Path) -> None:
    async with guarding(tmp_path, PLAIN, Roles()) as (proxy, behind):
        client = chat(proxy, responses=True, use_previous_response_id=True)
        first = await client.ainvoke(asked())
        await client.ainvoke([*asked(), first, {"role": "user", "content": "And then?"}])
    assert [turn["role"] for turn in behind.received[-1]["messages"]] == ["user", "assistant", "user"]
