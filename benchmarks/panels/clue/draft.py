"""Drafting a constitution: a model makes each rule objective, and takes it apart into preconditions. People review it.

Source: CLUE (CVPR 2025, arXiv 2501.00192v2): a rule is scored from 1 to 10 and revised until it has 9.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml
from pydantic import ValidationError

from benchmarks.case import ask
from benchmarks.errors import BenchmarkError, FileInvalid
from benchmarks.judges import Completes, JudgeReply
from benchmarks.labels import json_objects
from benchmarks.panels.clue.constitution import Constitution, Rule
from benchmarks.prompts import PromptTemplate
from benchmarks.released import read_text

OBJECTIVE = PromptTemplate.load("panels/clue_objective")
PRECONDITIONS = PromptTemplate.load("panels/clue_preconditions")
ENOUGH = 9
TRIES = 3
LAYOUT = "a text file with one rule a line; lines that begin with # are left out"
HEAD = """\
# A draft by a model. No run takes it as it is. Read every rule: does it forbid what it should, and nothing else? Is
# each line of its preconditions needed, and is every alternative there? Then take out the line `draft: true`.
"""


@dataclass(frozen=True)
class DraftedRule:
    """A rule as a model wrote it, and the last score for how objective it is; None where it gave none."""

    rule: Rule
    score: int | None


class DraftFailed(BenchmarkError):
    """The model wrote no preconditions that can be read for a rule, however often it was asked."""

    def __init__(self, number: int, rule: str) -> None:
        super().__init__(
            f"rule {number} ({rule!r}): no preconditions that can be read in {TRIES} tries; name another model"
        )
        self.number = number
        self.rule = rule


def read_rules(path: Path) -> list[str]:
    """The rules of a file, one a line. Raises `FileMissing`, `FileInvalid`."""
    lines = (line.strip() for line in read_text(path, LAYOUT).splitlines())
    rules = [line for line in lines if line and not line.startswith("#")]
    if not rules:
        raise FileInvalid(path, f"no rule in it: {LAYOUT}")
    return rules


async def draft(rules: Sequence[str], model: Completes) -> list[DraftedRule]:
    """Each rule, one after another. Raises `DraftFailed`, and whatever the model raises."""
    return [await _drafted(number, rule, model) for number, rule in enumerate(rules, start=1)]


def as_yaml(name: str, drafted: Sequence[DraftedRule]) -> str:
    """The draft as a file. Rules of one id get numbers, so that the file can be read."""
    ids = [each.rule.id for each in drafted]
    once = [name if ids.count(name) == 1 else f"{name}-{place}" for place, name in enumerate(ids, start=1)]
    rules = tuple(each.rule.model_copy(update={"id": new}) for each, new in zip(drafted, once, strict=True))
    whole = Constitution(name=name, version=1, draft=True, rules=rules)
    told = whole.model_dump(mode="json", exclude_defaults=True)
    return HEAD + yaml.safe_dump(told, sort_keys=False, allow_unicode=True, default_flow_style=None, width=110)


async def _drafted(number: int, text: str, model: Completes) -> DraftedRule:
    score, rule = await _objective(text, model)
    for _ in range(TRIES):
        found = await _object(PRECONDITIONS.render(rule=rule), "preconditions", model)
        try:
            return DraftedRule(Rule.model_validate({**found, "rule": rule}), score)
        except ValidationError:
            continue
    raise DraftFailed(number, text)


async def _objective(rule: str, model: Completes) -> tuple[int | None, str]:
    """The rule revised until it is objective enough, or has been revised often enough, with its last score."""
    score: int | None = None
    for _ in range(TRIES):
        found = await _object(OBJECTIVE.render(rule=rule), "score", model)
        given, revised = found.get("score"), found.get("rule")
        score = given if isinstance(given, int) else None
        if score is not None and score >= ENOUGH:
            break
        rule = revised if isinstance(revised, str) and revised.strip() else rule
    return score, rule


async def _object(text: str, key: str, model: Completes) -> dict[str, object]:
    """The last JSON object of the reply that has the key; empty where there is none."""
    said = await model.complete(ask(text))
    reply = said.text if isinstance(said, JudgeReply) else said
    return ([{}] + [each for each in json_objects(reply) if key in each])[-1]
