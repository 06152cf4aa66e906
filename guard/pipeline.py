"""THE PAGE: the figure of the design as a LangGraph.

                 ┌─ intent ──┐   ┌─ situation ─┐
    a request ─► ┤           ├─► ┤             ├─► decide
                 └─ visual ──┘   └─ onlooker ──┘

Who waits for whom follows from the table in `agents.registry`. An agent that is switched off is not in the graph. With
`focus`, visual waits for intent and looks for what decides; with `fused`, one step stands in the place of intent,
visual and situation. The model's own answer (the draft) is not in the graph either: LangGraph's step barrier would make
`situation` wait for it.
"""

from __future__ import annotations

import operator
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Protocol, TypedDict

from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime

from agents.agent import Agent, Brief, Report
from agents.conversation import Conversation, Kind
from agents.findings import Finding
from agents.fused import JOINED, FusedAgent, apart
from agents.registry import AGENTS
from agents.situation import SituationAgent
from guard.config import ActionsConfig
from guard.coverage import assert_covered, unwatched_kinds
from guard.policy import DECISIVE, Findings, act, conclude, decided_early, found
from guard.verdict import Judgement, Reports, ReportsSoFar

SITUATION = SituationAgent.name


@dataclass(frozen=True)
class AgentSet:
    """The agents of a deployment that are switched on, by name, and what the deployment does on a verdict."""

    agents: Mapping[str, Agent]
    actions: ActionsConfig
    focus: bool = False
    fused: FusedAgent | None = None

    @property
    def joined(self) -> tuple[str, ...]:
        """The agents in whose place one call is made."""
        return JOINED if self.fused is not None else ()

    def node_of(self, name: str) -> str:
        """The step of the graph in which an agent reports."""
        return FusedAgent.name if name in self.joined else name

    @property
    def kinds(self) -> dict[str, frozenset[Kind]]:
        """The kinds of part that each agent sees."""
        return {name: agent.kinds for name, agent in self.agents.items()}

    @property
    def decisive_kinds(self) -> dict[str, frozenset[Kind]]:
        """The same, for the agents whose findings the policy decides by."""
        return {name: kinds for name, kinds in self.kinds.items() if AGENTS[name].finding in DECISIVE}

    def waits_for(self, name: str) -> list[str]:
        """The agents whose findings an agent is handed."""
        entry = AGENTS[name]
        reads = entry.reads + entry.reads_with_focus if self.focus else entry.reads
        return [each for each in reads if each in self.agents]

    def follows(self, name: str) -> list[str]:
        """The steps right before an agent in the graph."""
        waits = self.waits_for(name)
        before = [each for each in waits if not any(each in self.waits_for(other) for other in waits)]
        return [step for step in dict.fromkeys(map(self.node_of, before)) if step != self.node_of(name)]

    def in_order(self, reports: ReportsSoFar) -> Reports:
        """Reports in the order of the agents, whichever came first."""
        places = list(self.agents)
        return tuple(sorted(reports, key=lambda report: places.index(report.agent)))

    @property
    def last(self) -> list[str]:
        """The steps that no other agent waits for."""
        last = [name for name in self.agents if not any(name in self.waits_for(other) for other in self.agents)]
        return list(dict.fromkeys(map(self.node_of, last)))


@dataclass(frozen=True)
class Run:
    """One run of the graph. Each report is added here as it comes, so that a failure knows what was found by then."""

    reports: ReportsSoFar = field(default_factory=list)

    def add(self, *reports: Report[Finding]) -> State:
        for report in reports:
            self.reports.append(report)
        return {"reports": reports}


class State(TypedDict, total=False):
    """What one run carries. Each node returns only what it adds."""

    brief: Brief
    reports: Annotated[Reports, operator.add]


class Node(Protocol):
    """A step of the graph, in the form that LangGraph calls."""

    async def __call__(self, state: State, *, runtime: Runtime[Run]) -> State: ...


Graph = StateGraph[State, Run, State, State]
Pipeline = CompiledStateGraph[State, Run, State, State]


def assess_with(agents: AgentSet, name: str) -> Node:
    entry, waits = AGENTS[name], agents.waits_for(name)
    # None for an agent that is switched off or not waited for: what it may find is not passed on.
    reads = [AGENTS[each].finding if each in waits else None for each in entry.reads + entry.reads_with_focus]

    async def assess(state: State, *, runtime: Runtime[Run]) -> State:
        brief = state["brief"]
        findings = [kind and found(state.get("reports", ()), kind) for kind in reads]
        added = runtime.context.add(await agents.agents[name].assess(brief, *findings))
        if decided_early(Findings.of(tuple(runtime.context.reports)), judged=SITUATION in agents.agents):
            brief.hold(name)
        return added

    return assess


def assess_at_once(fused: FusedAgent) -> Node:
    async def assess(state: State, *, runtime: Runtime[Run]) -> State:
        brief = state["brief"]
        return runtime.context.add(*apart(brief, await fused.assess(brief)))

    return assess


def decide(agents: AgentSet, conversation: Conversation, reports: Reports) -> Judgement:
    """The judgement that a run ends in. It stands behind the graph: a step of its own would only cost time."""
    assert_covered(conversation, reports, agents.kinds)
    grounds = conclude(Findings.of(reports), unwatched_kinds(conversation, agents.decisive_kinds))
    return act(grounds, agents.actions)


def build_pipeline(agents: AgentSet) -> Pipeline:
    """The graph of one toggle set: no checkpointer, no cache, no store; a run is one shot."""
    graph: Graph = StateGraph(State, context_schema=Run)
    if agents.fused is not None:
        graph.add_node(FusedAgent.name, assess_at_once(agents.fused))
        graph.add_edge(START, FusedAgent.name)
    for name in agents.agents:
        if name in agents.joined:
            continue
        graph.add_node(name, assess_with(agents, name))
        graph.add_edge(agents.follows(name) or START, name)  # a list waits for all of its nodes
    for name in agents.last or [START]:
        graph.add_edge(name, END)
    return graph.compile()


def draw(agents: AgentSet) -> str:
    """The graph as Mermaid text."""
    return build_pipeline(agents).get_graph().draw_mermaid()
