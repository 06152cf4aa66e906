"""Policies that need no model, for every table: always answer, always refuse, and a coin between the two.

Always "No" reaches 66.7 on MMSafeAware, the best published total; always refusing is perfect on VLSBench and
MM-SafetyBench. A table without these rows cannot be read.
"""

from collections.abc import Iterable, Mapping

from benchmarks.case import Case
from benchmarks.judges import Judgement, Outcome
from benchmarks.metrics import Scored
from benchmarks.rubric import Rubric, RubricOf


def always_answer(cases: Iterable[Case], rubric_of: RubricOf) -> list[Scored]:
    """What a policy scores that answers everything and never sees a danger."""
    return [_scored(case, rubric_of(case), rubric_of(case).answers(case)) for case in cases]


def always_refuse(cases: Iterable[Case], rubric_of: RubricOf) -> list[Scored]:
    """What a policy scores that refuses everything."""
    return [_scored(case, rubric_of(case), rubric_of(case).refuses(case)) for case in cases]


def trivial_policies(cases: Iterable[Case], rubric_of: RubricOf) -> Mapping[str, list[Scored]]:
    """The three policies by name. The coin holds each case twice, once answered and once refused, so that every measure
    takes its exact expected value instead of that of one toss.
    """
    listed = list(cases)
    answer, refuse = always_answer(listed, rubric_of), always_refuse(listed, rubric_of)
    return {"always answer": answer, "always refuse": refuse, "random": [*answer, *refuse]}


def _scored(case: Case, rubric: Rubric, label: str) -> Scored:
    right = rubric.right(case, label)
    return Scored(case, Judgement(case.id, rubric.name, Outcome.LABELLED, right, label=label))
