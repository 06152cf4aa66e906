"""Questions side by side: both pictures, what each arm answered, and what each of its agents found."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from random import Random
from typing import Any

from PIL import Image

from benchmarks.case import Case, Side
from benchmarks.harness.logs import AnswerRecord
from benchmarks.harness.plan import Condition
from benchmarks.judges import Judgement
from benchmarks.metrics import split
from benchmarks.pending import pair_of
from benchmarks.pictures import Picture
from benchmarks.report.rows import FinishedRun

SHOWN = 12
SEED = 1
THUMBNAIL = 224  # pixels of the longer side: enough to recognise, small enough to inline a dozen pairs
QUALITY = 80


@dataclass(frozen=True)
class FindingLine:
    """One agent's finding, in a line."""

    agent: str
    text: str


@dataclass(frozen=True)
class ArmAnswer:
    """What an arm answered to one case, how it was judged, and what its agents found."""

    arm: str
    text: str
    judgement: Judgement
    verdict: str
    action: str
    findings: tuple[FindingLine, ...]

    @classmethod
    def of(cls, arm: str, record: AnswerRecord, judge: str) -> ArmAnswer:
        """An arm's record, as one judge labelled it."""
        return cls(
            arm=arm,
            text=record.text if record.error is None else f"(no reply: {record.error})",
            judgement=record.judgements[judge],
            verdict=str(record.guard.get("verdict") or ""),
            action=str(record.guard.get("action") or ""),
            findings=findings(record.guard),
        )


@dataclass(frozen=True)
class SideView:
    """One side of a question: its picture (a data URL, empty where there is none), and every arm's answer."""

    case: Case
    picture: str
    answers: tuple[ArmAnswer, ...]


@dataclass(frozen=True)
class QuestionView:
    """A question: its two sides, or its one where it has no other."""

    query: str
    category: str
    sides: tuple[SideView, ...]
    trace: str


def shown_questions(run: FinishedRun, judge: str, count: int = SHOWN) -> list[QuestionView]:
    """Up to `count` questions: first those on which the guard and the baseline differ, then any, by the seed.

    A third of the room goes to questions that the guard got wrong: a report shows its failures too. Cases that count in
    no row are not shown.
    """
    arms = {arm.name: {record.case_id: record for record in run.of(Condition(arm=arm.name))} for arm in run.plan.arms}

    def right(arm: str, case: Case) -> bool:
        return arms[arm][case.id].judgements[judge].right

    left_out = run.pending(judge).left_out
    counted = [case for case in run.cases.values() if case.id not in left_out]
    questions = list(split(counted, pair_of).values())
    numbers = trace_numbers(run)
    Random(SEED).shuffle(questions)
    questions.sort(key=lambda cases: all(right(run.baseline, case) == right(run.guarded, case) for case in cases))
    wrong = [cases for cases in questions if not all(right(run.guarded, case) for case in cases)][: count // 3]
    others = [cases for cases in questions if cases not in wrong][: count - len(wrong)]

    def side(case: Case) -> SideView:
        answers = tuple(ArmAnswer.of(arm, records[case.id], judge) for arm, records in arms.items())
        return SideView(case, thumbnail(case.pictures[0]) if case.pictures else "", answers)

    views = []
    for cases in [*others, *wrong]:
        safe_first = sorted(cases, key=lambda case: case.side is Side.UNSAFE)
        views.append(
            QuestionView(
                cases[0].query, cases[0].category, tuple(map(side, safe_first)), trace_file(numbers[cases[0].id])
            )
        )
    return views


def trace_numbers(run: FinishedRun) -> dict[str, int]:
    """Each case's question by number, from 1, in the run's order: the two sides of a question share one."""
    questions = split(list(run.cases.values()), pair_of).values()
    return {case.id: number for number, cases in enumerate(questions, start=1) for case in cases}


def trace_file(number: int) -> str:
    """The name of a question's page in the folder of traces."""
    return f"{number:05}.html"


def thumbnail(picture: Picture) -> str:
    """The picture, small, as a data URL; empty where its file is gone."""
    try:
        with Image.open(BytesIO(picture.read())) as image:
            small = image.convert("RGB")
    except OSError:
        return ""
    small.thumbnail((THUMBNAIL, THUMBNAIL))
    buffer = BytesIO()
    small.save(buffer, "JPEG", quality=QUALITY)
    return "data:image/jpeg;base64," + base64.b64encode(buffer.getvalue()).decode()


def findings(guard: Mapping[str, Any]) -> tuple[FindingLine, ...]:
    """Every agent's finding, where the deployment reports them; empty fields are left out."""
    lines = []
    for each in [*(guard.get("agents") or []), *({**each, "agent": "review"} for each in guard.get("reviews") or [])]:
        shown = {
            name.replace("_", " "): ", ".join(map(str, value)) if isinstance(value, list) else str(value)
            for name, value in each["finding"].items()
            if value
        }
        lines.append(FindingLine(str(each["agent"]), "; ".join(f"{name}: {value}" for name, value in shown.items())))
    return tuple(lines)
