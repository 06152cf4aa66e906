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


def chat(proxy: Proxy) -> Any:
    return langchain_openai.ChatOpenAI(
        model="guarded", base_url=f"{proxy.url}/v1", api_key=SecretStr("none"), max_retries=0, temperature=0
    )


def asked() -> list[Any]:
    shown = {"type": "image", "base64": data_url(picture("green")).split(",")[1], "mime_type": "image/png"}
    return [{"role": "user", "content": [{"type": "text", "text": QUESTION}, shown]}]


verdicts = pytest.mark.parametrize(("verdict", "said"), [(SAFE, ANSWER), (UNSAFE, WARNING)])


@verdicts
async def test_invoke_and_stream(tmp_path: Path, verdict: Any, said: str) -> None:
    async with guarding(tmp_path, PLAIN, Roles(situation=verdict)) as (proxy, _):
        whole_reply = await chat(proxy).ainvoke(asked())
        pieces = [piece.content async for piece in chat(proxy).astream(asked())]
        shown = {
            part.kind for request in proxy.cast.judges.requests for turn in request.messages for part in turn.parts
        }
    assert whole_reply.content == said
    assert "".join(pieces) == said
    assert "image" in shown


async def test_bound_tools_are_called(tmp_path: Path) -> None:
    async with guarding(tmp_path, TOOLS, Roles()) as (proxy, _):
        reply = await chat(proxy).bind_tools([Swing]).ainvoke(asked())
    assert [(call["name"], call["args"]) for call in reply.tool_calls] == [
        ("swing", {"club": "driver"}),
        ("walk", {"to": "shelf"}),
    ]


async def test_typed_replies_and_a_refusal_in_their_place(tmp_path: Path) -> None:
    async with guarding(tmp_path / "safe", TYPED, Roles()) as (proxy, _):
        typed = await chat(proxy).with_structured_output(Swing, method="json_schema").ainvoke(asked())
    assert typed == Swing(club="driver")
    async with guarding(tmp_path / "unsafe", TYPED, Roles(situation=UNSAFE)) as (proxy, _):
        with pytest.raises(langchain_openai.chat_models.base.OpenAIRefusalError, match="vase"):
            await chat(proxy).with_structured_output(Swing, method="json_schema").ainvoke(asked())
