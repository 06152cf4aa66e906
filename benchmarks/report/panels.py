"""Judges of several calls: what a label cost, how far jurors agreed, and what decided a constitution's questions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from benchmarks.harness.logs import AnswerRecord
from benchmarks.judges import JudgeCall, Judgement
from benchmarks.metrics import mean, split
from benchmarks.panels.jury import verdict


@dataclass(frozen=True)
class PanelLine:
    """One panel over all answers. `calls` and `tokens` are means for an answer; `unreadable` is a share."""

    judge: str
    answers: int
    calls: float
    tokens: float
    unreadable: float


@dataclass(frozen=True)
class JuryLine(PanelLine):
    """A jury. `agreed` is the share of pairs of jurors with the same label in the blind round, `at_once` that of
    answers on which all did. `abstained` is the share of last votes without a label. `changed` counts verdicts that the
    rounds turned, by what they were and became. `models` are those that sit: jurors of one model are not independent.
    """

    models: int
    rounds: float
    agreed: float | None
    at_once: float
    abstained: float
    changed: Mapping[str, int]


@dataclass(frozen=True)
class ClueLine(PanelLine):
    """A constitution. `stages` has the share of questions that each stage decided."""

    stages: Mapping[str, float]


def panel_lines(records: Sequence[AnswerRecord]) -> list[JuryLine | ClueLine]:
    """A line for each judge that is a panel."""
    judged = [item for record in records for item in record.judgements.items() if not item[1].pending]
    by_judge = split(judged, lambda item: item[0])
    found: list[JuryLine | ClueLine] = []
    for judge, items in by_judge.items():
        panels = [each for _, each in items if each.transcript.stages or any(call.seat for call in each.calls)]
        if panels and any(each.transcript.stages for each in panels):
            found.append(_clue(judge, panels))
        elif panels:
            found.append(_jury(judge, panels))
    return found


def rounds_of(judgement: Judgement) -> list[list[JudgeCall]]:
    """A jury's calls by round."""
    return list(split(judgement.calls, lambda call: call.round).values())


def _clue(judge: str, judgements: Sequence[Judgement]) -> ClueLine:
    stages = Counter(stage for each in judgements for stage in each.transcript.stages)
    shares = {stage: count / stages.total() for stage, count in stages.most_common()}
    return ClueLine(**_line(judge, judgements), stages=shares)


def _jury(judge: str, judgements: Sequence[Judgement]) -> JuryLine:
    rounds = [rounds_of(each) for each in judgements]
    blind = [[call.label for call in each[0]] for each in rounds]
    last = [[call.label for call in each[-1]] for each in rounds]
    pairs = [one == other for votes in blind for one, other in combinations(votes, 2) if None not in {one, other}]
    moves = [(verdict(before), verdict(after)) for before, after in zip(blind, last, strict=True)]
    return JuryLine(
        **_line(judge, judgements),
        models=len({call.model for each in judgements for call in each.calls}),
        rounds=mean([float(len(each) - 1) for each in rounds]),
        agreed=mean([float(pair) for pair in pairs]) if pairs else None,
        at_once=mean([float(len(set(votes)) == 1 and None not in votes) for votes in blind]),
        abstained=mean([float(vote is None) for votes in last for vote in votes]),
        changed=Counter(f"{before or 'none'} → {after or 'none'}" for before, after in moves if before != after),
    )


def _line(judge: str, judgements: Sequence[Judgement]) -> dict[str, Any]:
    return {
        "judge": judge,
        "answers": len(judgements),
        "calls": mean([float(len(each.calls)) for each in judgements]),
        "tokens": mean([float(each.input_tokens + each.output_tokens) for each in judgements]),
        "unreadable": mean([float(each.label is None) for each in judgements]),
    }
