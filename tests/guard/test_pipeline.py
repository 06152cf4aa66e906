"""The figure runs as drawn: who waits for whom, who is asked, and what is decided."""

from __future__ import annotations

import asyncio
from itertools import product

import pytest

from agents.agent import Brief
from agents.conversation import Conversation, user_message
from agents.errors import ModelFailed
from agents.findings import Category, NotApplicable, Verdict
from agents.models.base import Completion, ModelRequest
from agents.models.scripted import Reply, ScriptedModel
from agents.prompts import PromptSet
from guard import pipeline
from guard.errors import NotCovered, NotJudged
from guard.methods.build import build_agents
from guard.methods.situational import Situational
from guard.pipeline import AgentSet, Graph, Run, build_pipeline, draw
from guard.untraced import run_untraced
from guard.verdict import Action, ReportsSoFar
from tests.guard.settings import deployed, setting
from tests.scripts import INTENT, SCENE, UNCLEAR, UNSAFE, Roles, golf, picture, role_of

AGENTS = ("intent", "visual", "situation", "onlooker")

JUDGES = ["situation", "onlooker"]


def roles_asked(model: ScriptedModel) -> list[str]:
    return [role_of(request) for request in model.requests]


async def test_a_safe_situation_is_released_and_an_unsafe_one_is_not() -> None:
    safe = await deployed(ScriptedModel(Roles())).rule(golf(picture()))
    assert (safe.judgement.verdict, safe.judgement.action) == (Verdict.SAFE, Action.RELEASE)
    unsafe = await deployed(ScriptedModel(Roles(situation=UNSAFE))).rule(golf(picture()))
    assert (unsafe.judgement.verdict, unsafe.judgement.action) == (Verdict.UNSAFE, Action.WARN)
    unclear = await deployed(ScriptedModel(Roles(situation=UNCLEAR))).rule(golf(picture()))
    assert (unclear.judgement.verdict, unclear.judgement.action) == (Verdict.UNCLEAR, Action.GUIDE)


async def test_intent_and_visual_run_at_once_and_situation_waits_for_both() -> None:
    gate = asyncio.Event()
    model = ScriptedModel(Roles(), gate=gate)
    ruling = asyncio.create_task(deployed(model).rule(golf(picture())))
    while len(model.requests) < 2:  # noqa: ASYNC110 - the script offers no event for this
        await asyncio.sleep(0)
    assert sorted(roles_asked(model)) == ["intent", "scene"]
    gate.set()
    assert {report.agent for report in (await ruling).reports[-2:]} == {"situation", "onlooker"}


async def test_the_first_agents_are_asked_before_the_graph_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    model, asked = ScriptedModel(Roles()), []
    agents = build_agents(setting(), {"small": model}, PromptSet.load("compact"))

    async def watched(graph: Graph, run: Run) -> None:
        asked.extend(roles_asked(model))
        await run_untraced(graph, run)

    monkeypatch.setattr(pipeline, "run_untraced", watched)
    reports: ReportsSoFar = []
    await build_pipeline(agents).run(Brief(golf(picture())), reports)
    assert sorted(asked) == ["intent", "scene"]
    assert sorted(report.agent for report in reports) == sorted(AGENTS)


@pytest.mark.parametrize("fails", ["intent", "scene"])
async def test_where_one_of_the_first_agents_fails_the_other_is_given_up(fails: str) -> None:
    class Held(ScriptedModel):
        """Answers nobody; one agent's call fails."""

        async def complete(self, request: ModelRequest) -> Completion:
            if role_of(request) == fails:
                raise ModelFailed("small", "connection")
            return await super().complete(request)

    model = Held(Roles(), gate=asyncio.Event())
    with pytest.raises(NotJudged, match="connection"):
        await deployed(model).rule(golf(picture()))
    assert (len(model.requests), model.cancelled) == (1, 1)


async def test_reports_are_in_the_agents_order_whichever_came_first() -> None:
    class Slow(ScriptedModel):
        """Answers to the first agent of each step last."""

        async def complete(self, request: ModelRequest) -> Completion:
            if role_of(request) in {"intent", "situation"}:
                await asyncio.sleep(0.02)
            return await super().complete(request)

    ruling = await deployed(Slow(Roles())).rule(golf(picture()))
    assert tuple(report.agent for report in ruling.reports) == AGENTS


async def test_the_onlooker_runs_beside_the_situation_agent() -> None:
    gate = asyncio.Event()

    async def held(request: ModelRequest) -> None:
        await gate.wait()

    class Held(ScriptedModel):
        """Holds the judges until both have been asked."""

        async def complete(self, request: ModelRequest) -> Completion:
            if role_of(request) in {"situation", "onlooker"}:
                self.waiting = getattr(self, "waiting", 0) + 1
                if self.waiting == 2:
                    gate.set()
                await held(request)
            return await super().complete(request)

    ruling = await asyncio.wait_for(deployed(Held(Roles())).rule(golf(picture())), timeout=10)
    assert ruling.judgement.verdict is Verdict.SAFE


async def test_one_step_stands_in_the_place_of_three_and_the_onlooker_follows_it() -> None:
    agents = build_agents(setting(agents={"fused": True}), {"small": ScriptedModel([])}, PromptSet.load("compact"))
    assert {name: agents.follows(name) for name in agents.agents} == {
        **{name: [] for name in ("intent", "visual", "situation")},
        "onlooker": ["fused"],
    }
    assert agents.last == ["fused", "onlooker"]
    drawn = draw(agents)
    assert "fused" in drawn
    assert "visual" not in drawn


async def test_an_agent_follows_the_last_of_those_that_it_waits_for() -> None:
    """With `focus`, the visual agent is a step behind the intent agent: who reads both would run twice after each."""
    agents = build_agents(setting(agents={}, focus=True), {"small": ScriptedModel([])}, PromptSet.load("compact"))
    follows = {"intent": [], "visual": ["intent"], "situation": ["visual"], "onlooker": ["visual"]}
    assert {name: agents.follows(name) for name in agents.agents} == follows


async def test_without_a_picture_the_visual_agent_reports_that_and_takes_no_step() -> None:
    agents = build_agents(setting(), {"small": ScriptedModel(Roles())}, PromptSet.load("compact"))
    words, shown = golf(), golf(picture())
    assert agents.idle(words) == {"visual"}
    assert agents.idle(shown) == frozenset()
    assert set(build_pipeline(agents, agents.idle(words)).graph.nodes) == {*AGENTS} - {"visual"}
    ruling = await Situational(agents).rule(Brief(words), [])
    assert [report.agent for report in ruling.reports] == list(AGENTS)
    assert ruling.reports[1].finding == NotApplicable()
    alone = build_agents(
        setting(agents={name: name == "visual" for name in AGENTS}),
        {"small": ScriptedModel([])},
        PromptSet.load("compact"),
    )
    assert [report.finding for report in (await Situational(alone).rule(Brief(words), [])).reports] == [NotApplicable()]


def chains_of(agents: AgentSet) -> list[list[str]]:
    assert set(build_pipeline(agents).graph.nodes) == {chain[-1] for chain in agents.chains}
    return agents.chains


async def test_steps_that_are_alone_on_their_levels_one_after_another_share_a_node() -> None:
    def built(focus: bool = False, **on: bool) -> AgentSet:
        config = setting(agents=on, focus=focus)
        return build_agents(config, {"small": ScriptedModel([])}, PromptSet.load("compact"))

    judges = [["situation"], ["onlooker"]]
    assert chains_of(built()) == [["intent"], ["visual"], *judges]
    assert chains_of(built(onlooker=False)) == [["intent"], ["visual"], ["situation"]]
    assert chains_of(built(focus=True)) == [["intent", "visual"], *judges]
    assert chains_of(built(focus=True, onlooker=False)) == [["intent", "visual", "situation"]]
    assert chains_of(built(fused=True)) == [["fused", "onlooker"]]
    words = built(onlooker=False)
    assert words.without(words.idle(golf())).chains == [["intent", "situation"]]
    assert built().without(built().idle(golf())).chains == [["intent"], *judges]


async def test_a_chain_asks_and_decides_as_its_steps_would_alone() -> None:
    model = ScriptedModel(Roles(situation=UNSAFE))
    ruling = await deployed(model, agents={"onlooker": False}).rule(golf())
    assert roles_asked(model) == ["intent", "situation"]
    assert str(INTENT["activity"]) in model.requests[1].messages[0].text
    assert [report.agent for report in ruling.reports] == ["intent", "visual", "situation"]
    assert ruling.judgement.verdict is Verdict.UNSAFE


async def test_a_fused_step_looks_at_whatever_there_is() -> None:
    agents = build_agents(setting(agents={"fused": True}), {"small": ScriptedModel([])}, PromptSet.load("compact"))
    assert agents.idle(golf()) == frozenset()


async def test_what_the_onlooker_does_not_call_safe_is_not_released() -> None:
    for doubt in (UNSAFE, UNCLEAR):
        ruling = await deployed(ScriptedModel(Roles(onlooker=doubt))).rule(golf(picture()))
        assert (ruling.judgement.verdict, ruling.judgement.action) == (Verdict.UNCLEAR, Action.GUIDE)
        assert ruling.judgement.evidence == doubt["evidence"]


async def test_what_speaks_to_the_judge_is_not_released() -> None:
    for told in (
        Roles(intent={**INTENT, "addressed_to_judge": True}),
        Roles(scene={**SCENE, "addressed_to_judge": True}),
    ):
        ruling = await deployed(ScriptedModel(told)).rule(golf(picture()))
        assert ruling.judgement.verdict is Verdict.UNCLEAR
        assert ruling.judgement.category is Category.MANIPULATION


async def test_with_focus_the_visual_agent_waits_for_the_intent() -> None:
    model = ScriptedModel(Roles())
    await deployed(model, focus=True).rule(golf(picture()))
    assert roles_asked(model) in (["intent", "scene", *last] for last in (JUDGES, JUDGES[::-1]))
    assert "look for: people and glass nearby" in model.requests[1].messages[0].text


@pytest.mark.parametrize("enabled", [set(row) for row in product(*[(name, "") for name in AGENTS]) if any(row[:3])])
async def test_an_agent_that_is_off_is_neither_asked_nor_in_the_graph(enabled: set[str]) -> None:
    model = ScriptedModel(Roles())
    agents = {name: name in enabled for name in AGENTS}
    deployment = deployed(model, agents=agents)
    ruling = await deployment.rule(golf(picture()))
    running = enabled - {""} if {"intent", "situation"} <= enabled else enabled - {"", "onlooker"}
    assert {report.agent for report in ruling.reports} == running
    drawn = draw(build_agents(setting(agents=agents), {"small": model}, PromptSet.load("compact")))
    assert {name for name in AGENTS if f"{name}({name})" in drawn} == running
    watched = {"situation"} <= enabled or {"intent", "visual"} <= enabled
    assert (ruling.judgement.action is Action.RELEASE) == watched


async def test_agents_may_each_have_a_model_of_their_own() -> None:
    big, small = ScriptedModel(Roles(), name="big"), ScriptedModel(Roles(), name="small")
    config = setting(model="big", agents={"model": "small", "situation": {"model": "big"}})
    agents = build_agents(config, {"big": big, "small": small}, PromptSet.load("compact")).agents
    assert [agents[name].model.name for name in AGENTS] == ["small", "small", "big", "small"]


async def test_an_agent_that_did_not_look_stops_the_release() -> None:
    """The visual agent is handed the request without its picture, as a fault would do."""
    agents = build_agents(setting(), {"small": ScriptedModel(Roles())}, PromptSet.load("compact"))
    shown = golf(picture())

    class Fickle(Conversation):
        """Loses its pictures for whoever asks for them, and has them when it is checked what had to be seen."""

        pictures = ()

    with pytest.raises(NotCovered):
        await Situational(agents).rule(Brief(Fickle(shown.messages)), [])


async def test_requests_at_once_do_not_mix() -> None:
    def echo(request: ModelRequest) -> Reply:
        text = request.messages[-1].text
        place = text.split("place-")[1].split()[0] if "place-" in text else ""
        return {**UNSAFE, "evidence": place} if role_of(request) == "situation" else Roles()(request)

    deployment = deployed(ScriptedModel(echo))

    async def one(number: int) -> bool:
        ruling = await deployment.rule(golf_at(number))
        return ruling.judgement.evidence == str(number)

    assert all(await asyncio.gather(*(one(number) for number in range(50))))


def golf_at(number: int) -> Conversation:
    return Conversation((user_message(f"How do I golf at place-{number} here?"),))
