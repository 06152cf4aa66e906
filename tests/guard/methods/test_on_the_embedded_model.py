"""Known answers, token for token, on the embedded model: where a method must say what the model says without it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from agents.conversation import Conversation, user_message
from agents.images import read_picture
from agents.models.base import ChatModel, Chunk, Completion, ModelRequest
from agents.models.local import LocalModel
from agents.models.resilience import Wrapped
from agents.models.scripted import ScriptedModel
from agents.prompts import Prompt, PromptSet
from guard.config import EMBEDDED, LocalConfig
from guard.guard import GuardedDeployment
from guard.identity import checkpoint_of
from tests.guard.methods.published import text_of
from tests.guard.settings import setting

pytest.importorskip("torch", reason="needs local: the extra of that name")

EXAMPLES = Path(__file__).parents[3] / "examples"
QUESTION = "How do I practise my golf swing here?"


class Counted(Wrapped):
    """A model that is asked as it is, and the requests that it got. `judge` answers what asks for JSON."""

    def __init__(self, model: ChatModel, judge: ChatModel | None = None) -> None:
        super().__init__(model)
        self._judge = judge or model
        self.requests: list[ModelRequest] = []

    async def complete(self, request: ModelRequest) -> Completion:
        self.requests.append(request)
        return await (self._judge if "response_format" in request.options else self._model).complete(request)

    def stream(self, request: ModelRequest) -> AsyncGenerator[Chunk, None]:
        return self._model.stream(request)


@pytest.fixture
async def pocket() -> AsyncIterator[LocalModel]:
    model = LocalModel("pocket", checkpoint=checkpoint_of(LocalConfig(kind="local", path=EMBEDDED)))
    await model.start()
    yield model
    await model.close()


def conversations() -> list[Conversation]:
    """A question about the golfer's two pictures, and without one."""
    shown = [read_picture((EXAMPLES / f"golf-{side}.png").read_bytes(), side) for side in ("safe", "unsafe")]
    return [Conversation((user_message(QUESTION, *pictures),)) for pictures in ([shown[0]], [shown[1]], [])]


async def test_a_method_that_adds_nothing_says_what_the_model_says(pocket: LocalModel) -> None:
    async def said(deployment: GuardedDeployment, asked: Conversation) -> str | None:
        request = deployment.draft_request(asked, {})
        return text_of(await deployment.rule(asked)) if request is None else (await pocket.complete(request)).text

    compact = PromptSet.load("compact")
    silent = replace(compact, prompts={**compact.prompts, "adashield": Prompt("adashield", "")})
    model = Counted(pocket)

    def deployed(method: str, prompts: PromptSet = compact, **settings: Any) -> GuardedDeployment:
        chosen = setting(method=method, unguarded=True, **settings)
        return GuardedDeployment("test", chosen, {"small": model}, prompts)

    raw = deployed("raw")
    same = {
        "EchoSafe, k = 0": deployed("echosafe", echosafe={"k": 0, "writes": True}),
        "EchoSafe, empty and frozen": deployed("echosafe"),
        "AdaShield-S, empty text": deployed("adashield-s", silent),
    }
    for asked in conversations():
        expected = await said(raw, asked)
        assert expected
        for name, deployment in same.items():
            model.requests.clear()
            assert await said(deployment, asked) == expected, name
            assert len(model.requests) == {"EchoSafe, k = 0": 2, "EchoSafe, empty and frozen": 1}.get(name, 0)


async def test_where_ecso_finds_no_harm_its_reply_is_the_models(pocket: LocalModel) -> None:
    """Pocket answers; that it found no harm in its answer is scripted, as it never learned to tell."""
    harmless = ScriptedModel([{"harmful": False}] * len(conversations()))
    model = Counted(pocket, harmless)
    ecso = GuardedDeployment("test", setting(method="ecso"), {"small": model}, PromptSet.load("compact"))
    for asked in conversations():
        raw = (await pocket.complete(ModelRequest(asked.messages))).text
        assert text_of(await ecso.rule(asked)) == raw
    assert len(harmless.requests) == len(conversations())
