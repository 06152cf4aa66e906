"""A warning that is begun before the verdict goes out on that very verdict alone, and leaves nothing behind."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from contextvars import Context, ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="needs local: the extra of that name")

from agents.errors import ModelFailed  # noqa: E402
from agents.findings import Verdict  # noqa: E402
from agents.models.base import Completion, ModelRequest  # noqa: E402
from agents.models.scripted import Reply, ScriptedModel  # noqa: E402
from guard.config import LocalConfig  # noqa: E402
from guard.errors import NotJudged  # noqa: E402
from guard.identity import identify  # noqa: E402
from guard.verdict import Action, Judgement  # noqa: E402
from service.gate.early_warning import bears_out  # noqa: E402
from service.gate.exchange import Exchange  # noqa: E402
from tests.guard.methods.test_situational import SURE, WIDTH, saved  # noqa: E402
from tests.scripts import REVIEWED, SAFE, UNCLEAR, UNSAFE, Roles, role_of  # noqa: E402
from tests.service.gate.in_process import PRICES, RunningApp, opened  # noqa: E402
from tests.service.running import Cast, body, deployment, records, running  # noqa: E402
from tests.service.waiting import until  # noqa: E402

ANSWER = "Keep your head still and swing."
WARNING = "Careful: the vase could break."
NOT_PASSED = {**REVIEWED, "verdict": "unsafe"}
BROKEN = ModelFailed("judges", "connection")
ASKER: ContextVar[str] = ContextVar("asker", default="nobody")


class Judges(ScriptedModel):
    """Its hidden states reach a probe as an engine's do, from outside of any request. Then its verdict waits."""

    def __init__(self, script: Any) -> None:
        super().__init__(script, name="judges")
        self.verdict = asyncio.Event()

    async def complete(self, request: ModelRequest) -> Completion:
        for tap in request.white_box.taps:
            Context().run(tap.receive, torch.zeros(WIDTH))
            await self.verdict.wait()
        return await super().complete(request)


class Answers(ScriptedModel):
    """Writes warnings once it has a pen. `warned` says for whom each was begun, `told` what it was told."""

    def __init__(self, script: Any) -> None:
        super().__init__(script, name="answers")
        self.pen = asyncio.Event()
        self.warned: list[str] = []
        self.told: list[str] = []

    async def complete(self, request: ModelRequest) -> Completion:
        if role_of(request) == "warn":
            self.warned.append(ASKER.get())
            self.told.append(request.messages[-1].text)
            await self._counted(self.pen.wait())
        return await super().complete(request)


@dataclass
class Scene(Cast):
    """The models, and a deployment whose probe is always sure."""

    answers: Answers
    judges: Judges
    deployments: dict[str, Any]

    @property
    def is_reviewed(self) -> bool:
        return "review" in map(role_of, self.judges.requests)


def scene(folder: Path, *, reviews: Iterable[Reply] = (), warnings: Iterable[Reply] = (), **changes: Any) -> Scene:
    """`reviews` and `warnings` are what is said first, `situation` is the verdict, and the rest changes the setting."""
    roles = Roles(situation=changes.pop("situation", UNSAFE))
    first = {"review": iter(reviews), "warn": iter(warnings)}

    def script(request: ModelRequest) -> Reply:
        return next(first.get(role_of(request), iter(())), None) or roles(request)

    probe = saved(folder, SURE, model=identify(LocalConfig(kind="local", path="scripted")))
    situation = {"early": str(probe), "early_warning": changes.pop("early_warning", True)}
    setting = deployment(agents={"model": "judges", "situation": situation}, explain="full", **changes)
    return Scene(Answers(script), Judges(script), {"guarded": setting})


async def under_way(app: RunningApp, players: Scene) -> tuple[Exchange, asyncio.Task[str]]:
    """An exchange whose warning is being written, and its reply to come."""
    exchange = app.exchange()
    replying = asyncio.create_task(reply_of(exchange))
    await until(lambda: players.answers.warned)
    return exchange, replying


async def reply_of(exchange: Exchange) -> str:
    (whole,) = [each async for each in exchange.bodies()]
    return str(whole["choices"][0]["message"]["content"])


@pytest.mark.parametrize(
    ("judgement", "is_borne_out"),
    [
        (Judgement(Verdict.UNSAFE, Action.WARN), True),
        (Judgement(Verdict.UNSAFE, Action.REFUSE), False),
        (Judgement(Verdict.UNSAFE, Action.GUIDE), False),
        (Judgement(Verdict.UNCLEAR, Action.WARN), False),
        (Judgement(Verdict.SAFE, Action.RELEASE), False),
        (Judgement(None, Action.REFUSE), False),
    ],
)
def test_only_the_verdict_that_was_presumed_lets_it_out(judgement: Judgement, is_borne_out: bool) -> None:
    assert bears_out(judgement) is is_borne_out


@pytest.mark.parametrize("stream", [False, True])
async def test_an_unsafe_verdict_finds_it_written_and_nothing_was_out_before(tmp_path: Path, stream: bool) -> None:
    players = scene(tmp_path)
    players.answers.pen.set()
    async with running(tmp_path, players, players.deployments) as proxy:
        asking = proxy.ask(stream=stream)
        await until(lambda: players.is_reviewed)
        assert not asking.done()
        assert not proxy.records()
        players.judges.verdict.set()
        reply = await asking
        (decision,) = proxy.records("decision")
        outcome = await proxy.outcome()
    assert reply.headers["x-guard-action"] == "warn"
    assert [word for word in WARNING.split() if word not in reply.text] == []
    assert ANSWER not in reply.text
    (told,) = players.answers.told
    assert "evidence: \n" in told
    assert (decision["verdict"], decision["warning_begun"]) == ("unsafe", "probe")
    assert (outcome["reply"]["begun_early"], outcome["reply"]["fell_back"]) == (True, False)
    assert len(outcome["reviews"]) == 1


async def test_a_verdict_that_comes_first_waits_for_it(tmp_path: Path) -> None:
    players = scene(tmp_path)
    players.judges.verdict.set()
    async with running(tmp_path, players, players.deployments) as proxy:
        asking = proxy.ask()
        await until(lambda: proxy.records("decision"))
        assert not asking.done()
        players.answers.pen.set()
        assert (await asking).json()["choices"][0]["message"]["content"] == WARNING
    assert len(players.answers.warned) == 1


@pytest.mark.parametrize(
    "nothing",
    [
        {"reviews": [NOT_PASSED]},
        {"reviews": [BROKEN]},
        {"warnings": [ModelFailed("answers", "connection")]},
        {"warnings": [" "]},
    ],
)
async def test_one_that_comes_to_nothing_is_written_again_with_the_evidence(
    tmp_path: Path, nothing: dict[str, Any]
) -> None:
    players = scene(tmp_path, **{"warnings": ["Break it!"], **nothing})
    players.answers.pen.set()
    players.judges.verdict.set()
    async with running(tmp_path, players, players.deployments) as proxy:
        reply = await proxy.http.post("/v1/chat/completions", json=body())
        (decision,) = proxy.records("decision")
        outcome = await proxy.outcome()
    assert reply.json()["choices"][0]["message"]["content"] == WARNING
    assert "Break it!" not in reply.text
    without, with_evidence = players.answers.told
    assert "evidence: \n" in without
    assert f"evidence: {UNSAFE['evidence']}\n" in with_evidence
    assert decision["warning_begun"] == "probe"
    assert "begun_early" not in outcome["reply"]


async def test_where_neither_passes_its_review_the_fixed_text_goes_out(tmp_path: Path) -> None:
    players = scene(tmp_path, reviews=[NOT_PASSED, NOT_PASSED], texts={"unsafe": "No."})
    players.answers.pen.set()
    players.judges.verdict.set()
    async with running(tmp_path, players, players.deployments) as proxy:
        reply = await proxy.http.post("/v1/chat/completions", json=body())
    assert reply.json()["choices"][0]["message"]["content"] == "No."
    assert WARNING not in reply.text


@pytest.mark.parametrize("is_written", [False, True])
@pytest.mark.parametrize(
    ("changes", "said", "calls"),
    [
        ({"situation": SAFE}, ANSWER, 3),
        ({"situation": UNCLEAR}, "If nobody is near, swing slowly.", 3),
        ({"actions": {"categories": {"property damage": "refuse"}}, "texts": {"unsafe": "No."}}, "No.", 2),
    ],
)
async def test_any_other_verdict_gives_it_up_and_its_call_counts(
    tmp_path: Path, changes: dict[str, Any], said: str, calls: int, is_written: bool
) -> None:
    players = scene(tmp_path, **changes)
    async with opened(tmp_path, players, prices=PRICES, deployments=players.deployments) as app:
        exchange, replying = await under_way(app, players)
        if is_written:
            players.answers.pen.set()
            await until(lambda: players.is_reviewed)
        players.judges.verdict.set()
        assert await replying == said
        assert players.answers.cancelled == (not is_written)
        assert [call.model for call in exchange.calls].count("answers") == calls  # the draft's and the warning's, too
        exchange.close(None)
    (decision,), (outcome,) = records(tmp_path, "decision"), records(tmp_path, "outcome")
    assert decision["warning_begun"] == "probe"
    assert "begun_early" not in outcome.get("reply", {})


async def test_what_stands_in_for_a_reply_that_fails_its_review_is_another_one(tmp_path: Path) -> None:
    players = scene(tmp_path, situation=SAFE, judge_reply="all", reviews=[NOT_PASSED])
    async with opened(tmp_path, players, deployments=players.deployments) as app:
        exchange, replying = await under_way(app, players)
        players.judges.verdict.set()
        await until(lambda: len(players.answers.warned) == 2)
        assert players.answers.cancelled == 1
        players.answers.pen.set()
        assert await replying == WARNING
        assert f"evidence: {REVIEWED['evidence']}\n" in players.answers.told[1]
        exchange.close(None)


async def test_a_judgement_that_fails_ends_it(tmp_path: Path) -> None:
    players = scene(tmp_path, situation=BROKEN)
    async with opened(tmp_path, players, deployments=players.deployments) as app:
        exchange = app.exchange()
        deciding = asyncio.create_task(exchange.decide())
        await until(lambda: players.answers.warned)
        players.judges.verdict.set()
        with pytest.raises(NotJudged):
            await deciding
        assert players.answers.cancelled == 1
        exchange.close(None)
    assert records(tmp_path, "decision")[0]["warning_begun"] == "probe"


@pytest.mark.parametrize("is_judged", [False, True])
async def test_a_client_that_leaves_ends_it_and_none_begins_afterwards(tmp_path: Path, is_judged: bool) -> None:
    players = scene(tmp_path)
    async with opened(tmp_path, players, deployments=players.deployments) as app:
        before = asyncio.all_tasks()
        exchange, replying = await under_way(app, players)
        if is_judged:
            players.judges.verdict.set()
            await until(lambda: exchange.ruling)
        replying.cancel()
        await asyncio.wait([replying])
        exchange.close("client gone")
        exchange._hold("probe")
        await until(lambda: asyncio.all_tasks() <= before)
    assert players.answers.cancelled == len(players.answers.warned) == 1


async def test_it_is_begun_once_and_for_the_request_that_it_is_for(tmp_path: Path) -> None:
    players = scene(tmp_path)
    players.answers.pen.set()
    async with opened(tmp_path, players, deployments=players.deployments) as app:
        ASKER.set("a client")
        exchange, replying = await under_way(app, players)
        exchange._hold("probe")  # as where the agent is asked again
        players.judges.verdict.set()
        assert await replying == WARNING
        exchange.close(None)
    assert players.answers.warned == ["a client"]


async def test_neither_another_sign_nor_a_probe_that_tells_too_late_begins_one(tmp_path: Path) -> None:
    players = scene(tmp_path)
    async with opened(tmp_path, players, deployments=players.deployments) as app:
        exchange = app.exchange()
        exchange._hold("onlooker")
        exchange.close("client gone")
        exchange._hold("probe")
        await asyncio.sleep(0.05)
    assert not players.answers.warned


@pytest.mark.parametrize(
    ("setting", "asking"),
    [({"early_warning": False}, {}), ({"mode": "shadow"}, {}), ({}, {"verdict_only": True})],
)
async def test_none_is_begun_where_none_is_wanted(
    tmp_path: Path, setting: dict[str, Any], asking: dict[str, Any]
) -> None:
    players = scene(tmp_path, **setting)
    players.answers.pen.set()
    players.judges.verdict.set()
    async with opened(tmp_path, players, deployments=players.deployments) as app:
        exchange = app.exchange(**asking)
        await exchange.decide()
        await until(lambda: "situation" in map(role_of, players.judges.requests))
        exchange.close(None)
    assert not players.answers.warned
    assert "warning_begun" not in records(tmp_path, "decision")[0]
