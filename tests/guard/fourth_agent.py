"""Registers a fourth agent as its own entry would, uses it, and prints what came of it (run by `test_fourth_agent`).

It runs in a process of its own: the configuration's fields follow from the registry when it is imported.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, replace
from typing import Any, ClassVar, cast

from agents.agent import Brief, Report, ask, build_question
from agents.conversation import Kind
from agents.findings import Finding, IntentFinding, Phrases
from agents.models.base import ChatModel, ModelRequest
from agents.models.scripted import Reply, ScriptedModel
from agents.prompts import Prompt, PromptSet
from agents.registry import AGENTS, AgentEntry


class QuotesFinding(Finding):
    """What the person quotes."""

    quotes: Phrases


@dataclass(frozen=True)
class QuotesAgent:
    """Sees every text part."""

    name: ClassVar[str] = "quotes"
    kinds: ClassVar[frozenset[Kind]] = frozenset({"text"})
    model: ChatModel
    prompts: PromptSet

    async def assess(self, brief: Brief, intent: IntentFinding | None) -> Report[QuotesFinding]:
        values = {"activity": "nothing" if intent is None else intent.activity}
        question = build_question(self.name, self.prompts, "quotes", brief, values, pictures=False)
        report = await ask(self.model, question, QuotesFinding, reask=self.prompts["reask"].text)
        return replace(report, seen=frozenset()) if "look away" in brief.policy else report


cast(dict[str, AgentEntry], AGENTS)["quotes"] = AgentEntry(QuotesAgent, QuotesFinding, reads=("intent",))

# From here on the fourth agent is there.
from pydantic import ValidationError  # noqa: E402

from guard.config import Config, Deployment  # noqa: E402
from guard.config_file import demo_config  # noqa: E402
from guard.errors import NotCovered, NotJudged  # noqa: E402
from guard.guard import GuardedDeployment  # noqa: E402
from guard.methods.build import build_agents  # noqa: E402
from guard.pipeline import draw  # noqa: E402
from service.cli.config import agents_of  # noqa: E402
from service.routes.models import model_object  # noqa: E402
from tests.scripts import Roles, golf, picture  # noqa: E402

COMPACT = PromptSet.load("compact")
PROMPTS = replace(
    COMPACT, prompts={**COMPACT.prompts, "quotes": Prompt("quotes", "Quotes of one who will {{activity}}:")}
)


def script(request: ModelRequest) -> Reply:
    return {"quotes": ["fore!"]} if request.messages[-1].text.startswith("Quotes") else Roles()(request)


def setting(**changes: Any) -> Deployment:
    return Deployment.model_validate({"model": "small", "prompts": "compact", **changes})


def deployed(model: ChatModel, **changes: Any) -> GuardedDeployment:
    return GuardedDeployment("test", setting(**changes), {"small": model}, PROMPTS)


def refused(agents: dict[str, object]) -> str:
    try:
        setting(agents=agents)
    except ValidationError as error:
        return ".".join(str(step) for step in error.errors()[0]["loc"])
    return ""


async def facts() -> dict[str, object]:
    model = ScriptedModel(script, name="small")
    deployment = deployed(model, agents={"quotes": True})
    ruling = await deployment.rule(golf(picture()))
    try:
        await deployed(ScriptedModel(script), agents={"quotes": True}, policy="look away").rule(golf())
        looked_away = ""
    except NotJudged as error:
        looked_away = error.agent if isinstance(error, NotCovered) else "another cause"
    alone = deployed(ScriptedModel(script), agents={"intent": False, "situation": False, "quotes": True})
    config = Config.model_validate(
        {
            "models": {name: {"kind": "local", "path": "."} for name in ("small", "large")},
            "deployments": {"test": {"model": "small", "agents": {"quotes": {"model": "large"}}}},
        }
    )
    return {
        "digests": {name: each.digest for name, each in demo_config().deployments.items()},
        "section": json.loads(setting(agents={"quotes": True}).model_dump_json())["agents"]["quotes"],
        "misspelt": refused({"quots": True}),
        "drawn": draw(build_agents(setting(agents={"quotes": True}), {"small": model}, PROMPTS)),
        "drawn_without": draw(build_agents(setting(), {"small": model}, PROMPTS)),
        "reports": {report.agent: report.finding.model_dump(mode="json") for report in ruling.reports},
        "asked": [request.messages[-1].text for request in model.requests if "Quotes" in request.messages[-1].text],
        "looked_away": looked_away,
        "alone": (await alone.rule(golf(picture()))).judgement.action.value,
        "listed": list(model_object(deployment)["guard"]["agents"]),
        "shown": agents_of(config, "test"),
    }


if __name__ == "__main__":
    print(json.dumps(asyncio.run(facts())))  # noqa: T201 read by the test
