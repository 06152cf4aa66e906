"""THE PAGE: the figure of the design as a LangGraph.

                 ┌─ intent ──┐
    a request ─► ┤           ├─► situation ─► decide
                 └─ visual ──┘

An agent that is switched off is not in the graph. With `focus`, visual waits for intent and looks for what decides. The
model's own answer (the draft) is not in the graph either: LangGraph's step barrier would make `situation` wait for it.
"""

from __future__ import annotations

import operator
from dataclasses import dataclass, field
from typing import Annotated, Protocol, TypedDict

from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime

from agents.agent import Brief, Report
from agents.conversation import Kind
from agents.findings import Finding, IntentFinding, SceneFinding
from agents.intent import IntentAgent
from agents.situation import SituationAgent
from agents.visual import VisualAgent
from guard.config import ActionsConfig
from guard.coverage import assert_covered, unwatched_kinds
from guard.policy import Findings, act, conclude, found
from guard.verdict import Heard, Judgement, Reports


@dataclass(frozen=True)
class Crew:
    """The enabled agents of a deployment (None: switched off), and what it does on a verdict."""

    intent: IntentAgent | None
    visual: VisualAgent | None
    situation: SituationAgent | None
    actions: ActionsConfig
    focus: bool = False

    @property
    def kinds(self) -> dict[str, frozenset[Kind]]:
        """What each enabled agent looks at."""
        enabled = (agent for agent in (self.intent, self.visual, self.situation) if agent is not None)
        return {agent.name: agent.kinds for agent in enabled}


@dataclass(frozen=True)
class Run:
    """One run of the graph. `heard` takes each report as it comes, so that a failure knows what was already said."""

    heard: Heard = field(default_factory=list)

    def hear(self, report: Report[Finding]) -> State:
        self.heard.append(report)
        return {"reports": (report,)}


class State(TypedDict, total=False):
    """What one run carries. Each node returns only what it adds."""

    brief: Brief
    reports: Annotated[Reports, operator.add]
    judgement: Judgement


class Node(Protocol):
    """A step of the graph, in the form that LangGraph calls."""

    async def __call__(self, state: State, *, runtime: Runtime[Run]) -> State: ...


Graph = StateGraph[State, Run, State, State]
Pipeline = CompiledStateGraph[State, Run, State, State]


def assess_intent(agent: IntentAgent) -> Node:
    async def intent(state: State, *, runtime: Runtime[Run]) -> State:
        return runtime.context.hear(await agent.assess(state["brief"]))

    return intent


def assess_scene(agent: VisualAgent, *, focus: bool) -> Node:
    async def visual(state: State, *, runtime: Runtime[Run]) -> State:
        intent = found(state.get("reports", ()), IntentFinding) if focus else None
        return runtime.context.hear(await agent.assess(state["brief"], intent))

    return visual


def assess_situation(agent: SituationAgent) -> Node:
    async def situation(state: State, *, runtime: Runtime[Run]) -> State:
        reports = state.get("reports", ())
        intent, scene = found(reports, IntentFinding), found(reports, SceneFinding)
        return runtime.context.hear(await agent.assess(state["brief"], intent, scene))

    return situation


def decide_for(crew: Crew) -> Node:
    async def decide(state: State, *, runtime: Runtime[Run]) -> State:
        conversation, reports = state["brief"].conversation, state.get("reports", ())
        assert_covered(conversation, reports, crew.kinds)
        grounds = conclude(Findings.of(reports), unwatched_kinds(conversation, crew.kinds))
        return {"judgement": act(grounds, crew.actions)}

    return decide


def build_pipeline(crew: Crew) -> Pipeline:
    """The graph of one toggle set: no checkpointer, no cache, no store; a run is one shot."""
    graph: Graph = StateGraph(State, context_schema=Run)
    lookers = _add_lookers(graph, crew)
    graph.add_node("decide", decide_for(crew))
    if crew.situation is not None:
        graph.add_node("situation", assess_situation(crew.situation))
        graph.add_edge(lookers or START, "situation")  # a list waits for all of its nodes
        lookers = ["situation"]
    graph.add_edge(lookers or START, "decide")
    graph.add_edge("decide", END)
    return graph.compile()


def _add_lookers(graph: Graph, crew: Crew) -> list[str]:
    """Add intent and visual where they are enabled; the names of those that the next step waits for."""
    if crew.intent is not None:
        graph.add_node("intent", assess_intent(crew.intent))
        graph.add_edge(START, "intent")
    if crew.visual is None:
        return ["intent"] if crew.intent is not None else []
    focus = crew.focus and crew.intent is not None
    graph.add_node("visual", assess_scene(crew.visual, focus=focus))
    graph.add_edge("intent" if focus else START, "visual")
    return ["intent", "visual"] if crew.intent is not None and not focus else ["visual"]


def draw(crew: Crew) -> str:
    """The graph as Mermaid text."""
    return build_pipeline(crew).get_graph().draw_mermaid()
