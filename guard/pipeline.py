"""THE PAGE: the figure of the design as a LangGraph.

                 ┌─ intent ──┐   ┌─ situation ─┐
    a request ─► ┤           ├─► ┤             ├─► decide
                 └─ visual ──┘   └─ onlooker ──┘

Who waits for whom follows from the table in `agents.registry`. An agent that is switched off is not in the graph. With
`focus`, visual waits for intent and looks for what decides; with `fused`, one step stands in the place of intent,
visual and situation. The model's own answer (the draft) is not in the graph either: LangGraph's step barrier would make
`situation` wait for it.

The graph is made of LangGraph's own nodes and channels, not of its `StateGraph`, whose state no run needs: reports go
to the run itself, and a channel only tells that a step is done. Agents that work one after another, with nobody beside
them, are one node: without a picture and an onlooker, intent and situation.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from typing import Any

from langgraph.channels import LastValue
from langgraph.pregel import Pregel

from agents.agent import Agent, Brief
from agents.calls_sent import calls_sent
from agents.conversation import Conversation, Kind
from agents.fused import JOINED, FusedAgent, apart
from agents.giving_up import give_up
from agents.registry import AGENTS
from agents.situation import SituationAgent
from guard.config import ActionsConfig
from guard.coverage import assert_covered, unwatched_kinds
from guard.policy import DECISIVE, Findings, act, conclude, decided_early, found
from guard.untraced import Step, run_untraced, untraced_node
from guard.verdict import Judgement, Reports, ReportsSoFar

SITUATION = SituationAgent.name
RUN = "request"  # the channel that a run comes in by

Graph = Pregel[Any, None, "Run", Any]


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

    @cached_property
    def kinds(self) -> dict[str, frozenset[Kind]]:
        """The kinds of part that each agent sees."""
        return {name: agent.kinds for name, agent in self.agents.items()}

    @cached_property
    def decisive_kinds(self) -> dict[str, frozenset[Kind]]:
        """The same, for the agents whose findings the policy decides by."""
        return {name: kinds for name, kinds in self.kinds.items() if AGENTS[name].finding in DECISIVE}

    def waits_for(self, name: str) -> list[str]:
        """The agents whose findings an agent is handed."""
        entry = AGENTS[name]
        reads = entry.reads + entry.reads_with_focus if self.focus else entry.reads
        return [each for each in reads if each in self.agents]

    def follows(self, name: str) -> list[str]:
        """The steps right before an agent in the graph: of those that it waits for, the last. The others have ended by
        then, since the graph goes on when all steps of a level have.
        """
        waits = self.waits_for(name)
        last = max(map(self._level, waits), default=0)
        before = dict.fromkeys(self.node_of(each) for each in waits if self._level(each) == last)
        return [step for step in before if step != self.node_of(name)]

    def _level(self, name: str) -> int:
        """How many steps come before an agent's."""
        return 0 if name in self.joined else max((self._level(each) + 1 for each in self.waits_for(name)), default=0)

    @property
    def levels(self) -> list[list[str]]:
        """The steps of the graph, level by level: a step begins once all of the level before have ended."""
        levels: dict[int, list[str]] = {}
        for name in self.agents:
            level = levels.setdefault(self._level(name), [])
            if self.node_of(name) not in level:
                level.append(self.node_of(name))
        return [levels[each] for each in sorted(levels)]

    @property
    def chains(self) -> list[list[str]]:
        """The steps that each node of the graph does. Steps that are alone on their levels, one after another, have
        one node: LangGraph's own work for a level takes as long as an agent's.
        """
        chains: list[list[str]] = []
        for before, level in pairwise([[], *self.levels]):
            if len(before) == len(level) == 1:
                chains[-1] += level
            else:
                chains += [[step] for step in level]
        return chains

    def in_order(self, reports: ReportsSoFar) -> Reports:
        """Reports in the order of the agents, whichever came first."""
        places = list(self.agents)
        return tuple(sorted(reports, key=lambda report: places.index(report.agent)))

    def idle(self, conversation: Conversation) -> frozenset[str]:
        """The agents with a step of their own that have nothing to look at in a conversation."""
        kinds = {None, *(part.kind for part in conversation.parts)}
        return frozenset(name for name in self.agents if AGENTS[name].only_for not in kinds).difference(self.joined)

    def without(self, names: frozenset[str]) -> AgentSet:
        """The same set, less some agents."""
        return replace(self, agents={name: agent for name, agent in self.agents.items() if name not in names})

    @property
    def last(self) -> list[str]:
        """The steps that no other agent waits for."""
        last = [name for name in self.agents if not any(name in self.waits_for(other) for other in self.agents)]
        return list(dict.fromkeys(map(self.node_of, last)))


@dataclass(frozen=True)
class Run:
    """One run of the graph. Each report is added here as it comes, so that a failure knows what was found by then.

    `begun` are the steps that began before the graph did.
    """

    brief: Brief
    reports: ReportsSoFar
    begun: dict[str, asyncio.Task[None]] = field(default_factory=dict)


@dataclass(frozen=True)
class Pipeline:
    """The graph of one toggle set, and its first steps."""

    graph: Graph
    first: Mapping[str, Step[Run]]

    async def run(self, brief: Brief, reports: ReportsSoFar) -> None:
        """Add a report of each agent. The first steps have a head start: their calls go out before LangGraph works.
        That takes a millisecond where nothing was asked for a while.
        """
        run = Run(brief, reports)
        run.begun.update({name: asyncio.create_task(step(run)) for name, step in self.first.items()})
        try:
            await calls_sent()
            await run_untraced(self.graph, run)
        except BaseException:
            await give_up(list(run.begun.values()))
            raise


def assess_with(agents: AgentSet, name: str) -> Step[Run]:
    entry, waits = AGENTS[name], agents.waits_for(name)
    # None for an agent that is switched off or not waited for: what it may find is not passed on.
    reads = [AGENTS[each].finding if each in waits else None for each in entry.reads + entry.reads_with_focus]

    async def assess(run: Run) -> None:
        findings = [kind and found(run.reports, kind) for kind in reads]
        report = await agents.agents[name].assess(run.brief, *findings)
        run.reports.append(report)
        if decided_early(Findings.of((report,)), judged=SITUATION in agents.agents):
            run.brief.hold(name)

    return assess


def assess_at_once(fused: FusedAgent) -> Step[Run]:
    async def assess(run: Run) -> None:
        for report in apart(run.brief, await fused.assess(run.brief)):
            run.reports.append(report)

    return assess


def await_begun(name: str) -> Step[Run]:
    async def wait(run: Run) -> None:
        await run.begun[name]

    return wait


def decide(agents: AgentSet, conversation: Conversation, reports: Reports) -> Judgement:
    """The judgement that a run ends in. It stands behind the graph: a step of its own would only cost time."""
    assert_covered(conversation, reports, agents.kinds)
    grounds = conclude(Findings.of(reports), unwatched_kinds(conversation, agents.decisive_kinds))
    return act(grounds, agents.actions)


def build_pipeline(
    agents: AgentSet, idle: frozenset[str] = frozenset(), chains: Sequence[Sequence[str]] | None = None
) -> Pipeline:
    """The graph of one toggle set: no checkpointer, no cache, no store; a run is one shot. At least one agent is not
    `idle`. Those that are take no step: they have reported before. Each of `chains` is a node, under the name of its
    last step; by default they are as long as can be.
    """
    awake = agents.without(idle)
    steps = {name: assess_with(agents, name) for name in awake.agents if name not in awake.joined}
    if agents.fused is not None:
        steps[FusedAgent.name] = assess_at_once(agents.fused)
    before = {awake.node_of(name): awake.follows(name) for name in awake.agents}
    first = {name: step for name, step in steps.items() if not before[name]}
    steps |= {name: await_begun(name) for name in first}
    nodes = {
        chain[-1]: untraced_node([steps[step] for step in chain], chain[-1], reads=RUN, after=before[chain[0]] or [RUN])
        for chain in (awake.chains if chains is None else chains)
    }
    channels: dict[str, Any] = {name: LastValue(Any) for name in (RUN, *nodes)}
    last = [step for step in awake.last if step in nodes]
    graph: Graph = Pregel(nodes=nodes, channels=channels, input_channels=RUN, output_channels=last)
    return Pipeline(graph, first)


def draw(agents: AgentSet) -> str:
    """The graph as Mermaid text, each step on its own."""
    chains = [[step] for level in agents.levels for step in level]
    return build_pipeline(agents, chains=chains).graph.get_graph().draw_mermaid()
