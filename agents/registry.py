"""The agents, in one table: what each reports, and whose findings it is handed.

A new agent is a file in this package, a prompt in every prompt set, a finding in `agents.findings` and an entry here.
Configuration, graph, coverage and reports follow from the entry. Where its finding should decide something, it also
needs a row in `guard.policy`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from agents.agent import Agent
from agents.conversation import Kind
from agents.findings import Finding, IntentFinding, OnlookerFinding, SceneFinding, SituationFinding
from agents.intent import IntentAgent
from agents.onlooker import OnlookerAgent
from agents.situation import SituationAgent
from agents.visual import VisualAgent


@dataclass(frozen=True)
class AgentEntry:
    """One agent. Its class says which kinds of part it sees.

    It waits for the agents in `reads`, and with `focus: true` for those in `reads_with_focus` too, as far as they are
    switched on. `assess` gets their findings in this order, and None for each one that is missing. Unless
    `on_by_default`, the agent runs only in deployments that name it. It runs only beside those that it `needs`.
    `is_later`: it came after the first digests of settings, which stay the same where none is said of it. `only_for`: a
    request without parts of this kind has nothing for it, and it reports that without a call.
    """

    agent: type[Agent]
    finding: type[Finding]
    reads: tuple[str, ...] = ()
    reads_with_focus: tuple[str, ...] = ()
    on_by_default: bool = False
    needs: tuple[str, ...] = ()
    is_later: bool = False
    only_for: Kind | None = None

    @property
    def name(self) -> str:
        return self.agent.name


AGENTS: Mapping[str, AgentEntry] = {
    entry.name: entry
    for entry in (  # each below those that it reads
        AgentEntry(IntentAgent, IntentFinding, on_by_default=True),
        AgentEntry(VisualAgent, SceneFinding, reads_with_focus=("intent",), on_by_default=True, only_for="image"),
        AgentEntry(SituationAgent, SituationFinding, reads=("intent", "visual"), on_by_default=True),
        AgentEntry(
            OnlookerAgent,
            OnlookerFinding,
            reads=("intent", "visual"),
            on_by_default=True,
            needs=("intent", "situation"),  # it is told what the person is about to do, and checks a judgement
            is_later=True,
        ),
    )
}
