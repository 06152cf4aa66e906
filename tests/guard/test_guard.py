"""The facade: failures, deadlines, and what goes out in place of an answer."""

from __future__ import annotations

import asyncio
import time
from typing import Any, get_args

import pytest

from agents.errors import FailureKind, ModelFailed
from agents.findings import Category, Verdict
from agents.loop_lag import HELD_SECONDS, TICK_SECONDS, LoopLag
from agents.models.base import ModelRequest
from agents.models.scripted import Reply, ScriptedModel
from agents.prompts import PromptSet
from guard.config import Deployment
from guard.config_file import demo_config
from guard.errors import NotJudged, UnknownDeployment
from guard.guard import Guard, GuardedDeployment
from guard.verdict import Action, Composed, Released, Ruling
from tests.guard.settings import deployed
from tests.scripts import INTENT, UNCLEAR, UNSAFE, Roles, golf, picture, role_of

OUTAGES: list[FailureKind] = ["timeout", "connection", "status", "overloaded", "malformed", "internal"]


@pytest.mark.parametrize("agent", ["intent", "scene", "situation", "onlooker"])
@pytest.mark.parametrize("fault", [*OUTAGES, "unauthorised"])
async def test_closed_a_failing_agent_blocks(agent: str, fault: FailureKind) -> None:
    roles = Roles(**{agent: ModelFailed("small", fault)})
    with pytest.raises(NotJudged) as caught:
        await deployed(ScriptedModel(roles)).rule(golf(picture()))
    assert caught.value.cause == f"model {fault}"


async def test_closed_an_outage_blocks_too() -> None:
    roles = Roles(situation=ModelFailed("small", "connection", outage=True))
    with pytest.raises(NotJudged, match="model connection, outage"):
        await deployed(ScriptedModel(roles)).rule(golf(picture()))


@pytest.mark.parametrize("agent", ["intent", "scene", "situation", "onlooker"])
@pytest.mark.parametrize("reply", ["", "safe", "{}", '{"verdict": "safe"}', "[]"])
async def test_closed_an_unreadable_agent_blocks(agent: str, reply: str) -> None:
    with pytest.raises(NotJudged, match="unreadable"):
        await deployed(ScriptedModel(Roles(**{agent: reply}))).rule(golf(picture()))


async def test_open_an_outage_is_released_and_says_so() -> None:
    roles = Roles(situation=ModelFailed("small", "connection", outage=True))
    ruling = await deployed(ScriptedModel(roles), on_failure="open").rule(golf(picture()))
    assert ruling.released is Released.FAILED_OPEN
    assert ruling.judgement.action is Action.RELEASE
    assert ruling.judgement.verdict is None
    assert ruling.failure == "model connection, outage"
    assert {report.agent for report in ruling.reports} - {"onlooker"} == {"intent", "visual"}


@pytest.mark.parametrize("agent", ["intent", "scene", "situation", "onlooker"])
@pytest.mark.parametrize("fault", get_args(FailureKind))
async def test_open_what_a_client_can_cause_blocks(agent: str, fault: FailureKind) -> None:
    roles = Roles(**{agent: ModelFailed("small", fault, status=500 if fault == "status" else None)})
    with pytest.raises(NotJudged) as caught:
        await deployed(ScriptedModel(roles), on_failure="open").rule(golf(picture()))
    assert caught.value.cause == f"model {fault}"


@pytest.mark.parametrize("agent", ["intent", "scene", "situation", "onlooker"])
async def test_open_an_unreadable_reply_blocks(agent: str) -> None:
    roles = Roles(**{agent: "I cannot help with that."})
    with pytest.raises(NotJudged, match="reply unreadable"):
        await deployed(ScriptedModel(roles), on_failure="open").rule(golf(picture()))


async def test_a_deadline_that_our_own_loop_missed_blocks_and_says_so() -> None:
    def hold_the_loop(_: ModelRequest) -> Reply:
        time.sleep(HELD_SECONDS + 2 * TICK_SECONDS)  # as a request does that is parsed on the loop
        return ModelFailed("small", "timeout")

    lag = LoopLag()
    lag.start()
    await asyncio.sleep(0)
    setting = Deployment.model_validate({"model": "small", "prompts": "compact", "on_failure": "open"})
    deployment = GuardedDeployment(
        "test", setting, {"small": ScriptedModel(hold_the_loop)}, PromptSet.load("compact"), lag
    )
    with pytest.raises(NotJudged, match="own delay"):
        await deployment.rule(golf(picture()))
    lag.close()


async def test_open_an_agent_that_did_not_look_still_blocks() -> None:
    """Coverage is plumbing, and plumbing is not let through in any mode."""
    ruling = await deployed(
        ScriptedModel(Roles()), on_failure="open", agents={"visual": False, "situation": False}
    ).rule(golf(picture()))
    assert ruling.judgement.action is Action.REFUSE


@pytest.mark.parametrize("failure", [ModelFailed("small", "connection", outage=True), ModelFailed("small", "timeout")])
async def test_open_an_explicit_unsafe_wins(failure: ModelFailed) -> None:
    roles = Roles(intent={**INTENT, "ill_intent": "violence"}, situation=failure)
    ruling = await deployed(ScriptedModel(roles), on_failure="open").rule(golf(picture()))
    assert ruling.judgement.verdict is Verdict.UNSAFE
    assert ruling.judgement.category is Category.VIOLENCE
    assert ruling.released is Released.ENFORCED


@pytest.mark.parametrize("mode", ["closed", "open"])
async def test_a_judgement_has_a_deadline_and_its_calls_are_given_up(mode: str) -> None:
    model = ScriptedModel(Roles(), gate=asyncio.Event())
    deployment = deployed(model, on_failure=mode, limits={"judge_seconds": 0.05})
    ruling = asyncio.create_task(deployment.rule(golf(picture())))
    done, _ = await asyncio.wait({ruling}, timeout=20)
    assert done, "nobody ended the judgement"
    with pytest.raises(NotJudged, match="timeout"):
        await ruling
    assert model.cancelled == 2


async def compose(roles: Roles, **changes: Any) -> tuple[Ruling, Composed]:
    deployment = deployed(ScriptedModel(roles), **changes)
    ruling = await deployment.rule(golf(picture()))
    return ruling, await deployment.compose(golf(picture()), ruling)


async def test_a_warning_is_written_judged_and_sent() -> None:
    ruling, composed = await compose(Roles(situation=UNSAFE))
    assert ruling.judgement.action is Action.WARN
    assert composed.text == "Careful: the vase could break."
    assert not composed.fell_back
    assert [report.agent for report in composed.reports] == ["situation"]


async def test_guidance_is_written_judged_and_sent() -> None:
    _, composed = await compose(Roles(situation=UNCLEAR))
    assert composed.text == "If nobody is near, swing slowly."


@pytest.mark.parametrize(
    "roles",
    [
        Roles(situation=UNSAFE, review=dict(UNSAFE)),
        Roles(situation=UNSAFE, review=dict(UNCLEAR)),
        Roles(situation=UNSAFE, review="looks fine"),
        Roles(situation=UNSAFE, review=ModelFailed("small", "timeout")),
        Roles(situation=UNSAFE, warn=ModelFailed("small", "status")),
        Roles(situation=UNSAFE, warn="  "),
    ],
)
@pytest.mark.parametrize("mode", ["closed", "open"])
async def test_a_warning_that_was_not_judged_safe_gives_way_to_the_fixed_text(roles: Roles, mode: str) -> None:
    _, composed = await compose(roles, on_failure=mode, texts={"unsafe": "No."})
    assert composed.text == "No."
    assert composed.fell_back


async def test_a_refusal_asks_nobody() -> None:
    model = ScriptedModel(Roles(situation=UNSAFE))
    deployment = deployed(model, actions={"unsafe": "refuse"}, texts={"unsafe": "No."})
    ruling = await deployment.rule(golf(picture()))
    asked = len(model.requests)
    assert (await deployment.compose(golf(picture()), ruling)).text == "No."
    assert len(model.requests) == asked


async def test_writing_has_a_deadline_too() -> None:
    gate = asyncio.Event()

    def slow(request: ModelRequest) -> Reply:
        gate.clear()
        return Roles(situation=UNSAFE)(request)

    model = ScriptedModel(slow)
    deployment = deployed(model, limits={"answer_seconds": 0.05}, texts={"unsafe": "No."})
    ruling = await deployment.rule(golf(picture()))
    model._gate = gate  # from here on nobody answers
    assert (await deployment.compose(golf(picture()), ruling)).text == "No."


async def test_off_asks_nobody_and_says_so() -> None:
    model = ScriptedModel(Roles(situation=UNSAFE))
    ruling = await deployed(model, mode="off").rule(golf(picture()))
    assert ruling.released is Released.OFF
    assert not model.requests


async def test_the_policy_of_a_deployment_reaches_the_judge() -> None:
    model = ScriptedModel(Roles())
    await deployed(model, policy="Kitchen knives are normal here.").rule(golf(picture()))
    judged = next(request for request in model.requests if role_of(request) == "situation")
    assert "Kitchen knives are normal here." in judged.messages[0].text


async def test_the_guard_starts_and_closes_its_models_and_knows_its_deployments() -> None:
    model = ScriptedModel(Roles())
    guard = Guard(demo_config(), {"pocket": model})
    assert not guard.ready
    await guard.start()
    assert guard.ready
    assert model.running
    assert "demo" in guard.deployments
    with pytest.raises(UnknownDeployment, match="gpt-9"):
        guard.deployment("gpt-9")
    await guard.close()
    assert not guard.ready
    assert not model.running


def test_a_digest_follows_the_setting() -> None:
    model = ScriptedModel(Roles())
    same, other = deployed(model), deployed(model, policy="x")
    assert same.digest == deployed(model).digest != other.digest
    assert same.digest != deployed(model, prompts="default").digest


@pytest.mark.parametrize("mode", ["closed", "open"])
async def test_a_fault_of_our_own_blocks_in_every_mode(mode: str) -> None:
    roles = Roles(situation=ZeroDivisionError("not a model's failure"))
    with pytest.raises(NotJudged, match="internal") as caught:
        await deployed(ScriptedModel(roles), on_failure=mode).rule(golf(picture()))
    assert {report.agent for report in caught.value.reports} - {"onlooker"} == {"intent", "visual"}
