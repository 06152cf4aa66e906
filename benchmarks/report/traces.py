"""A page for each question with every arm's answer, findings, times and judgement, and one page that lists them all:
from the report, any case is two clicks away. The pages load nothing and need no server."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.case import Case
from benchmarks.harness.logs import AnswerRecord
from benchmarks.harness.plan import Condition
from benchmarks.judges import Judgement, Outcome
from benchmarks.metrics import split
from benchmarks.report.costs import spent_on, step_times
from benchmarks.report.rows import FinishedRun
from benchmarks.report.side_by_side import FindingLine, findings, thumbnail, trace_file, trace_numbers
from benchmarks.report.templates import template

FOLDER = "traces"
INDEX = "index.html"
MARKS = {True: "✓", False: "✗", None: "–"}


@dataclass(frozen=True)
class TraceAnswer:
    """One arm's answer to one case under one condition. `right` is None where there is no result."""

    title: str
    attacked: bool
    text: str
    judgement: Judgement
    verdict: str
    action: str
    decision: str
    findings: tuple[FindingLine, ...]
    times: tuple[tuple[str, float], ...]
    calls: int
    tokens: tuple[int, int]

    @property
    def right(self) -> bool | None:
        return None if self.judgement.pending else self.judgement.right

    @classmethod
    def of(cls, condition: Condition, record: AnswerRecord, judge: str) -> TraceAnswer:
        """A record, as one judge labelled it."""
        spent, guard = spent_on(record), record.guard
        failed = Judgement(record.case_id, "", Outcome.REQUEST_FAILED, right=False, error=record.error)
        return cls(
            title=condition.title,
            attacked=bool(condition.attack),
            text=record.text if record.error is None else f"(no reply: {record.error})",
            judgement=record.judgements.get(judge, failed),
            verdict=str(guard.get("verdict") or ""),
            action=str(guard.get("action") or ""),
            decision=str(guard.get("decision") or ""),
            findings=findings(guard),
            times=tuple(step_times(guard)),
            calls=spent.calls,
            tokens=(spent.tokens.input, spent.tokens.output),
        )


@dataclass(frozen=True)
class TraceCase:
    """One side of a question."""

    case: Case
    picture: str
    answers: tuple[TraceAnswer, ...]

    @property
    def plain(self) -> tuple[TraceAnswer, ...]:
        """The answers without an attack."""
        return tuple(answer for answer in self.answers if not answer.attacked)

    @property
    def under_attack(self) -> tuple[TraceAnswer, ...]:
        """Those with an attack, or its twin."""
        return tuple(answer for answer in self.answers if answer.attacked)


@dataclass(frozen=True)
class Trace:
    """A question with its sides; `name` is its file's."""

    name: str
    query: str
    category: str
    sides: tuple[TraceCase, ...]

    def marks(self, title: str) -> str:
        """How a row did on each side, the safe one first."""
        answers = (answer for side in self.sides for answer in side.answers if answer.title == title)
        return "".join(MARKS[answer.right] for answer in answers)


def write_traces(run: FinishedRun, judge: str) -> Path:
    """Write all pages anew; the path of the list."""
    folder = run.folder / FOLDER
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    conditions = run.plan.conditions
    records = {(record.condition, record.case_id): record for record in run.records}
    numbers = trace_numbers(run)
    questions = split(list(run.cases.values()), lambda case: numbers[case.id])
    page, listed = template("trace.html.j2"), []
    for number, cases in questions.items():
        trace = _trace(trace_file(number), cases, run.plan.every_condition, records, judge)
        before, after = (trace_file(each) if each in questions else "" for each in (number - 1, number + 1))
        text = page.render(trace=trace, benchmark=run.benchmark, marks=MARKS, before=before, after=after)
        (folder / trace.name).write_text(text, encoding="utf-8")
        listed.append((trace.name, trace.query, trace.category, [trace.marks(each.title) for each in conditions]))
    by_category = split(sorted(listed, key=lambda item: item[2]), lambda item: item[2])
    titles = [each.title for each in conditions]
    index = template("traces.html.j2").render(benchmark=run.benchmark, titles=titles, categories=by_category)
    (folder / INDEX).write_text(index, encoding="utf-8")
    return folder / INDEX


def _trace(
    name: str,
    cases: Sequence[Case],
    conditions: Sequence[Condition],
    records: dict[tuple[Condition, str], AnswerRecord],
    judge: str,
) -> Trace:
    sides = []
    for case in sorted(cases, key=lambda case: str(case.side)):
        found = ((each, records.get((each, case.id))) for each in conditions)
        answers = tuple(TraceAnswer.of(each, record, judge) for each, record in found if record is not None)
        sides.append(TraceCase(case, thumbnail(case.pictures[0]) if case.pictures else "", answers))
    return Trace(name, cases[0].query, cases[0].category, tuple(sides))
