"""The guards' own verdicts as a table: which arms gave one, and how often it was right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.clusters import joint_keys
from benchmarks.report.rows import Kind, ResultRow, of_kind
from benchmarks.verdicts import GuardVerdict, VerdictScores

GIVEN = frozenset({"safe", "unsafe", "unclear"})


@dataclass(frozen=True)
class VerdictLine:
    """An arm's verdicts. `without` counts the answers that came with none."""

    title: str
    scores: VerdictScores
    without: int


def verdict_lines(rows: Sequence[ResultRow]) -> list[VerdictLine]:
    """A line for each arm that gave verdicts, over the cases that count. Unclear is flagged: it was not found safe."""
    found = []
    for row in of_kind(rows, Kind.ARM):
        counted = {item.case.id: item.case for item in row.scored}
        answers = [record for record in row.records if record.case_id in counted]
        verdicts = [
            GuardVerdict(counted[record.case_id], record.guard["verdict"] != "safe", record.guard.get("score"))
            for record in answers
            if record.guard.get("verdict") in GIVEN
        ]
        if verdicts:
            scores = VerdictScores.of(verdicts, joint_keys)
            found.append(VerdictLine(row.title, scores, len(answers) - len(verdicts)))
    return found
