"""The report's tables as CSV, for further calculation."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from math import isnan
from pathlib import Path

from benchmarks.metrics import Measure
from benchmarks.report.costs import spent_on
from benchmarks.report.rows import FinishedRun
from benchmarks.report.tables import ArmComparison, CategoryTable, MetricLine, judge_identity
from benchmarks.statistics import Interval

METRIC_COLUMNS = ("row", "kind", "measure", "value", "low", "high", "clusters")
COMPARISON_COLUMNS = (
    *("arm", "baseline", "measure", "difference", "low", "high"),
    *("only_baseline", "only_arm", "p", "p_holm"),
)
CATEGORY_COLUMNS = ("row", "category", "cases", "right", "p_holm")
ANSWER_COLUMNS = (
    "case",
    "side",
    "category",
    "arm",
    "control",
    "attack",
    "twin",
    "judge",
    "rubric",
    "judge_model",
    "judge_sampling",
    "judge_prompt_sha256",
    "label",
    "outcome",
    "right",
    "verdict",
    "action",
    "calls",
    "input_tokens",
    "output_tokens",
    "decision",
    "error",
    "text",
)


def write_csv_files(
    run: FinishedRun,
    measures: Sequence[Measure],
    lines: Sequence[MetricLine],
    compared: Sequence[ArmComparison],
    categories: CategoryTable,
) -> tuple[Path, ...]:
    """Write the files into the run's folder; their paths."""
    names = [measure.name for measure in measures]
    tables: dict[str, tuple[Sequence[str], Iterable[Sequence[object]]]] = {
        "metrics.csv": (METRIC_COLUMNS, metric_rows(lines, names)),
        "comparisons.csv": (COMPARISON_COLUMNS, comparison_rows(compared, names, run.baseline)),
        "categories.csv": (CATEGORY_COLUMNS, category_rows(categories, run.baseline)),
        "answers.csv": (ANSWER_COLUMNS, answer_rows(run)),
    }
    for name, (columns, rows) in tables.items():
        with (run.folder / name).open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(columns)
            writer.writerows(rows)
    return tuple(run.folder / name for name in tables)


def metric_rows(lines: Sequence[MetricLine], names: Sequence[str]) -> Iterable[Sequence[object]]:
    """A row for each measure of each row of the main table."""
    for line in lines:
        for name, cell in zip(names, line.cells, strict=True):
            if cell is not None:
                yield line.row.title, line.row.kind, name, *_limits(cell), cell.clusters


def comparison_rows(
    compared: Sequence[ArmComparison], names: Sequence[str], baseline: str
) -> Iterable[Sequence[object]]:
    """A row for each measure of each arm that is compared with the baseline."""
    for each in compared:
        for name, cell in zip(names, each.differences, strict=False):
            if cell is not None:
                counts = (each.test.only_before, each.test.only_after)
                yield each.row.title, baseline, name, *_limits(cell), *counts, each.test.p_value, each.p_holm


def category_rows(table: CategoryTable, baseline: str) -> Iterable[Sequence[object]]:
    """A row for each category of each row of the table; only arms have a p-value."""
    untested = [(baseline, table.baseline), *((row.title, shares) for row, shares in table.policies)]
    for title, shares in untested:
        for name, count, share in zip(table.categories, table.counts, shares, strict=True):
            yield title, name, count, _number(share), ""
    for row, cells in table.rows:
        for name, count, cell in zip(table.categories, table.counts, cells, strict=True):
            yield row.title, name, count, _number(cell.share), cell.p_holm


def answer_rows(run: FinishedRun) -> Iterable[Sequence[object]]:
    """A row for each answer and each judge that labelled it."""
    for record in run.records:
        case, spent = run.cases[record.case_id], spent_on(record)
        for judge, judgement in record.judgements.items():
            by = judge_identity(judge, judgement)
            yield (
                case.id,
                case.side,
                case.category,
                record.condition.arm,
                record.condition.control,
                record.condition.attack,
                int(record.condition.twin),
                judge,
                by.rubric,
                by.model,
                by.sampling,
                by.prompt_sha256,
                judgement.label or "",
                judgement.outcome,
                int(judgement.right),
                record.guard.get("verdict", ""),
                record.guard.get("action", ""),
                spent.calls,
                spent.tokens.input,
                spent.tokens.output,
                record.guard.get("decision", ""),
                record.error or "",
                record.text,
            )


def _limits(cell: Interval) -> tuple[str, str, str]:
    return _number(cell.value), _number(cell.low), _number(cell.high)


def _number(value: float) -> str:
    return "" if isnan(value) else f"{value:.6f}"
