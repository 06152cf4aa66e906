"""Guards of others as arms of a run: read from files, and asked in the place of a deployment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import yaml
from openai import AsyncOpenAI
from pydantic import ValidationError

from benchmarks.errors import FileInvalid, FileMissing, OptionInvalid
from benchmarks.harness.arms import Arm, baseline
from benchmarks.harness.endpoint import Address, Ask, Messages, Reply, complete
from benchmarks.harness.guards import litellm_proxy, llama_guard, nemo_guardrails, openai_moderation
from benchmarks.harness.guards.base import REFUSAL, Check, GuardSays, GuardSpec

ADAPTERS: Mapping[str, Check] = {
    "openai-moderation": openai_moderation.check,
    "llama-guard": llama_guard.check,
    "litellm": litellm_proxy.check,
    "nemo-guardrails": nemo_guardrails.check,
}
PROXIES = frozenset({"litellm", "nemo-guardrails"})  # these answer themselves


def read_guards(path: Path) -> list[GuardSpec]:
    """The guards of a file: one, or a list. Raises `FileMissing`, `FileInvalid`."""
    if not path.is_file():
        raise FileMissing(path, "a YAML file with name, adapter, url and model of a guard")
    try:
        read = yaml.safe_load(path.read_text(encoding="utf-8"))
        specs = [GuardSpec.model_validate(each) for each in (read if isinstance(read, list) else [read])]
    except (yaml.YAMLError, ValidationError, UnicodeDecodeError) as error:
        raise FileInvalid(path, str(error)) from error
    for spec in specs:
        if spec.adapter not in ADAPTERS:
            raise FileInvalid(path, f"{spec.name}: no adapter {spec.adapter!r}; there are {', '.join(ADAPTERS)}")
    return specs


def outside_arms(specs: Sequence[GuardSpec], deployed: Sequence[Arm]) -> tuple[Arm, ...]:
    """An arm for each guard. Raises `OptionInvalid` where a name is taken, or an arm that should answer is not
    there."""
    by_name = {arm.name: arm for arm in deployed}
    arms: list[Arm] = []
    for spec in specs:
        if spec.name in by_name or spec.name in {arm.name for arm in arms}:
            raise OptionInvalid(f"the guard {spec.name!r} has the name of another arm; give it another one")
        if spec.answers and spec.answers not in by_name:
            raise OptionInvalid(f"{spec.name}: answers {spec.answers!r} is no arm; there are {', '.join(by_name)}")
        answers = by_name[spec.answers] if spec.answers else baseline(deployed)
        chosen = spec if spec.adapter in PROXIES else spec.model_copy(update={"answers": answers.name})
        arms.append(_arm(chosen, answers))
    return tuple(arms)


def asking(spec: GuardSpec, answers: Address) -> Ask:
    """How the guard's arm is asked: the guard first; what it lets through is answered by the arm at `answers`."""
    check, client = ADAPTERS[spec.adapter], answers.client()

    async def ask(guard: AsyncOpenAI, model: str, messages: Messages, options: Mapping[str, Any]) -> Reply:
        says = by_threshold(await check(guard, spec, messages, options), spec.threshold)
        if says.reply is not None:
            reply = says.reply
        elif says.verdict == "safe":
            reply = await complete(client, spec.answers, messages, options)
            reply = replace(reply, tokens=reply.tokens + says.tokens)
        else:
            reply = Reply(REFUSAL, says.tokens, 0.0, model=says.model)
        return replace(reply, guard=says.account())

    return ask


def by_threshold(says: GuardSays, threshold: float | None) -> GuardSays:
    """The verdict by the score, where a threshold is set and there is a score; the guard's own otherwise."""
    if threshold is None or says.score is None:
        return says
    return replace(says, verdict="unsafe" if says.score >= threshold else "safe")


def _arm(spec: GuardSpec, answers: Arm) -> Arm:
    known = sha256(f"{spec.model_dump_json()}\0{answers.configuration}".encode()).hexdigest()
    return Arm(
        name=spec.name,
        method=spec.adapter,
        description=spec.description or f"{spec.adapter} {spec.model}".strip(),
        answers=spec.model if spec.adapter in PROXIES else answers.answers,
        configuration=known if answers.configuration or spec.adapter in PROXIES else "",
        outside=spec,
    )
