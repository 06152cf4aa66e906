"""LangGraph's share is a difference, and the graph that is measured judges as it does elsewhere."""

from __future__ import annotations

from agents.agent import Brief
from agents.conversation import Conversation, user_message
from agents.findings import Verdict
from benchmarks.speed.graph_share import Share, instant_agents, measure
from guard.config import ActionsConfig
from guard.methods.situational import Situational
from guard.pipeline import AgentSet


async def test_agents_that_answer_at_once_are_judged_by() -> None:
    conversation = Conversation((user_message("How do I swing?"),))
    method = Situational(AgentSet(instant_agents(conversation), ActionsConfig()))
    assert (await method.rule(Brief(conversation), [])).judgement.verdict is Verdict.SAFE


async def test_both_ways_take_time() -> None:
    share = await measure(batches=1)
    assert share.graph > 0 < share.plain
    assert Share(2.0, 0.5).added == 1.5
