"""Questions side by side: the pictures of both sides, what each arm said, and what each of its agents found."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from random import Random
from typing import Any

from PIL import Image

from benchmarks.case import Case, Side
from benchmarks.harness.logs import Record
from benchmarks.harness.plan import Strand
from benchmarks.judges import Judgement
from benchmarks.metrics import split
from benchmarks.pictures import Picture
from benchmarks.report.rows import Run

SHOWN = 12
SEED = 1
THUMBNAIL = 224  # pixels of the longer side: enough to recognise, small enough to inline a dozen pairs
QUALITY = 80


@dataclass(frozen=True)
class Found:
    """One agent's finding, in a line."""

    agent: str
    told: str


@dataclass(frozen=True)
class Said:
    """What an arm said to one case, how it was judged, and what its agents found."""

    arm: str
    text: str
    judgement: Judgement
    verdict: str
    action: str
    findings: tuple[Found, ...]


@dataclass(frozen=True)
class Shown:
    """One side: its picture (a data URL, empty where there is none), and every arm on it."""

    case: Case
    picture: str
    said: tuple[Said, ...]


@dataclass(frozen=True)
class Group:
    """A question: its two sides, or its one where it has no other."""

    query: str
    category: str
    sides: tuple[Shown, ...]


def shown_groups(run: Run, judge: str, count: int = SHOWN) -> list[Group]:
    """Up to `count` questions: first those on which the guard and the baseline part, then any, by the seed."""
    arms = {arm.name: {record.case_id: record for record in run.of(Strand(arm=arm.name))} for arm in run.plan.arms}
    groups = list(split(list(run.cases.values()), lambda case: case.pair or case.id).values())
    Random(SEED).shuffle(groups)
    groups.sort(key=lambda cases: not _parts(cases, arms[run.baseline], arms[run.guarded], judge))
    return [_group(cases, arms, judge) for cases in _mixed(groups, count, arms[run.guarded], judge)]


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


def findings(guard: Mapping[str, Any]) -> tuple[Found, ...]:
    """Every agent's finding, where the deployment tells them."""
    agents = [*(guard.get("agents") or []), *({**each, "agent": "review"} for each in guard.get("reviews") or [])]
    return tuple(Found(str(each["agent"]), _told(each["finding"])) for each in agents)


def _mixed(groups: Sequence[list[Case]], count: int, guarded: Mapping[str, Record], judge: str) -> list[list[Case]]:
    """A third of the room goes to questions that the guard got wrong: a report shows its failures too."""
    wrong = [cases for cases in groups if any(not guarded[case.id].judgements[judge].right for case in cases)]
    chosen = wrong[: count // 3]
    rest = [cases for cases in groups if cases not in chosen]
    return [*rest[: count - len(chosen)], *chosen]


def _parts(cases: Sequence[Case], before: Mapping[str, Record], after: Mapping[str, Record], judge: str) -> bool:
    return any(before[case.id].judgements[judge].right != after[case.id].judgements[judge].right for case in cases)


def _group(cases: Sequence[Case], arms: Mapping[str, Mapping[str, Record]], judge: str) -> Group:
    ordered = sorted(cases, key=lambda case: case.side is Side.UNSAFE)
    sides = tuple(_shown(case, arms, judge) for case in ordered)
    return Group(cases[0].query, cases[0].category, sides)


def _shown(case: Case, arms: Mapping[str, Mapping[str, Record]], judge: str) -> Shown:
    picture = thumbnail(case.pictures[0]) if case.pictures else ""
    return Shown(case, picture, tuple(_said(arm, records[case.id], judge) for arm, records in arms.items()))


def _said(arm: str, record: Record, judge: str) -> Said:
    return Said(
        arm=arm,
        text=record.text if record.error is None else f"(no reply: {record.error})",
        judgement=record.judgements[judge],
        verdict=str(record.guard.get("verdict") or ""),
        action=str(record.guard.get("action") or ""),
        findings=findings(record.guard),
    )


def _told(finding: Mapping[str, Any]) -> str:
    return "; ".join(f"{name.replace('_', ' ')}: {_plain(value)}" for name, value in finding.items() if value)


def _plain(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
