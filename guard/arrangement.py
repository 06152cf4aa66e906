"""Whether a deployment's agents and models can serve how it arranges them. What they cannot is refused at the start.

`agents.fused` (one call in place of three), `agents.situation.reasoning: after` (a verdict that is acted on before its
reason), `agents.situation.early` (a probe that has the answer held back) with `early_warning`, `agents.visual.cache`
and `draft: auto`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from agents.fused import JOINED
from guard.methods.needs import Unmet
from guard.section import Location
from guard.verdict import Action

if TYPE_CHECKING:
    from guard.config import Deployment, ModelConfig

Models = Mapping[str, "ModelConfig"]
SITUATION = ("agents", "situation")
FREE = frozenset({"json_object", "none"})  # ways to constrain a reply that say nothing of its fields


def unmet_arrangements(deployment: Deployment, models: Models) -> list[Unmet]:
    """All that cannot be served."""
    return [unmet for check in CHECKS for unmet in check(deployment, models)]


def _runs_agents(deployment: Deployment, _: Models) -> Iterator[Unmet]:
    """All of them are arrangements of the situational method's agents."""
    agents = deployment.agents
    stated: Mapping[Location, bool] = {
        ("agents", "fused"): agents.fused,
        (*SITUATION, "reasoning"): agents.situation.reasoning == "after",
        (*SITUATION, "early"): agents.situation.early is not None,
        (*SITUATION, "early_warning"): agents.situation.early_warning,
        ("draft",): deployment.draft == "auto",
    }
    if deployment.method != "situational":
        for at, is_stated in stated.items():
            if is_stated:
                yield (
                    at,
                    f"method {deployment.method} runs no agents beside a draft: set `method: situational`, or drop it",
                )


def _fuses(deployment: Deployment, _: Models) -> Iterator[Unmet]:
    agents = deployment.agents
    if not agents.fused:
        return
    for name in JOINED:
        at = ("agents", name)
        if not agents[name].enabled:
            yield (*at, "enabled"), "`agents.fused` reports for this agent too: switch it on, or `fused` off"
        if agents[name].use:
            yield (*at, "use"), "`agents.fused` stands in this agent's place: remove `use`, or switch `fused` off"
    if len({deployment.agent_model(name) for name in JOINED}) > 1:
        names = ", ".join(JOINED)
        yield (
            ("agents", "fused"),
            f"one call is made by one model: give {names} the same `model`, or switch `fused` off",
        )
    if deployment.focus:
        yield ("focus",), "with `agents.fused` nobody looks at the picture after the intent: remove one of the two"
    for key in ("reasoning", "early"):
        if getattr(agents.situation, key) not in ("before", None):
            yield (*SITUATION, key), "`agents.fused` makes no call of the situation agent's own: remove one of the two"


def _rules_early(deployment: Deployment, models: Models) -> Iterator[Unmet]:
    situation = deployment.agents.situation
    asked = deployment.agent_model("situation")
    for key, is_stated in (("reasoning", situation.reasoning == "after"), ("early", situation.early is not None)):
        at = (*SITUATION, key)
        if is_stated and not situation.enabled:
            yield at, "the situation agent is switched off: switch it on, or remove this"
        if is_stated and situation.use:
            yield at, f"the agent {situation.use!r} asks in its own way: remove `use`, or this"
    model = models.get(asked)
    kind = None if model is None else model.kind
    if situation.reasoning == "after" and model is not None and getattr(model, "structured", None) in FREE:
        reason = f"the order of fields is kept only where a reply is held to its schema, and model {asked!r} does not:"
        yield (*SITUATION, "reasoning"), f"{reason} name one with `structured: json_schema`, or say `reasoning: before`"
    if situation.early is not None and kind == "endpoint":
        reason = (
            f"a probe reads a model's hidden states, and {asked!r} is an endpoint: name a model of `kind: local` for"
        )
        yield (*SITUATION, "early"), f"{reason} the situation agent, or remove this"


def _warns_early(deployment: Deployment, _: Models) -> Iterator[Unmet]:
    """What `early` itself needs is refused there."""
    situation, action = deployment.agents.situation, deployment.actions.unsafe
    at = (*SITUATION, "early_warning")
    if situation.early_warning and situation.early is None:
        yield at, "a warning is begun where a probe is sure: name the probe in `early`, or remove this"
    if situation.early_warning and action is not Action.WARN:
        yield at, f"an unsafe request meets `{action}` here: set `actions: {{unsafe: warn}}`, or remove this"


def _caches(deployment: Deployment, _: Models) -> Iterator[Unmet]:
    """Only a cache that the setting asks for in so many words is refused: by default there is one where it can be."""
    visual = deployment.agents.visual
    if "cache" not in visual.model_fields_set or not visual.cache:
        return
    why = {
        "with `focus` a look depends on what is asked": deployment.focus,
        "with `agents.fused` a look depends on what is asked": deployment.agents.fused,
        f"what the agent {visual.use!r} looks at is not known": bool(visual.use),
        "the visual agent is switched off": not visual.enabled,
    }
    for reason, is_so in why.items():
        if is_so:
            yield ("agents", "visual", "cache"), f"{reason}, so nothing can be kept: remove one of the two"


def _chooses_drafts(deployment: Deployment, _: Models) -> Iterator[Unmet]:
    if deployment.draft == "auto" and (deployment.unguarded or deployment.mode == "off"):
        yield ("draft",), "nothing is judged here, so no draft waits: set `draft: beside`"
    if "draft_after" in deployment.model_fields_set and deployment.draft != "auto":
        yield ("draft_after",), f"the share counts with `draft: auto` only; this is `draft: {deployment.draft}`"


CHECKS: tuple[Callable[[Deployment, Models], Iterator[Unmet]], ...] = (
    _runs_agents,
    _fuses,
    _rules_early,
    _warns_early,
    _caches,
    _chooses_drafts,
)
