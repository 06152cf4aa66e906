"""The report's tables as CSV, for those who calculate on."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from math import isnan
from pathlib import Path

from benchmarks.metrics import Measure
from benchmarks.report.costs import spent_on
from benchmarks.report.judging import judging_of
from benchmarks.report.rows import Run
from benchmarks.report.tables import CategoryTable, Comparison, Line

METRICS = "metrics.csv"
CATEGORIES = "categories.csv"
COMPARISONS = "comparisons.csv"
ANSWERS = "answers.csv"


def write_sheets(
    run: Run,
    measures: Sequence[Measure],
    lines: Sequence[Line],
    compared: Sequence[Comparison],
    categories: CategoryTable,
) -> tuple[Path, ...]:
    """Write the files into the run's folder; their paths."""
    folder = run.folder
    names = [measure.name for measure in measures]
    return (
        _write(
            folder / METRICS, ("row", "kind", "measure", "value", "low", "high", "clusters"), _metrics(lines, names)
        ),
        _write(
            folder / COMPARISONS,
            ("arm", "baseline", "measure", "difference", "low", "high", "only_baseline", "only_arm", "p", "p_holm"),
            _comparisons(compared, names, run.baseline),
        ),
        _write(
            folder / CATEGORIES,
            ("row", "category", "cases", "right", "p_holm"),
            _by_category(categories, run.baseline),
        ),
        _write(folder / ANSWERS, ANSWER_COLUMNS, _answers(run)),
    )


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)
    return path


def _metrics(lines: Sequence[Line], names: Sequence[str]) -> Iterable[Sequence[object]]:
    for line in lines:
        for name, cell in zip(names, line.cells, strict=True):
            if cell is not None:
                limits = (_number(cell.value), _number(cell.low), _number(cell.high))
                yield line.row.title, line.row.kind, name, *limits, cell.clusters


def _comparisons(compared: Sequence[Comparison], names: Sequence[str], baseline: str) -> Iterable[Sequence[object]]:
    for each in compared:
        for name, cell in zip(names, each.differences, strict=False):
            if cell is not None:
                limits = (_number(cell.value), _number(cell.low), _number(cell.high))
                counts = (each.test.only_before, each.test.only_after)
                yield each.row.title, baseline, name, *limits, *counts, each.test.p_value, each.p_holm


def _by_category(table: CategoryTable, baseline: str) -> Iterable[Sequence[object]]:
    untested = [(baseline, table.baseline), *((row.title, shares) for row, shares in table.policies)]
    for title, shares in untested:
        for name, count, share in zip(table.categories, table.counts, shares, strict=True):
            yield title, name, count, _number(share), ""
    for row, cells in table.rows:
        for name, count, cell in zip(table.categories, table.counts, cells, strict=True):
            yield row.title, name, count, _number(cell.share), cell.p_holm


ANSWER_COLUMNS = (
    "case",
    "side",
    "category",
    "arm",
    "control",
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


def _answers(run: Run) -> Iterable[Sequence[object]]:
    for record in run.records:
        case, spent = run.cases[record.case_id], spent_on(record)
        for judge, judgement in record.judgements.items():
            by = judging_of(judge, judgement)
            yield (
                case.id,
                case.side,
                case.category,
                record.strand.arm,
                record.strand.control,
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


def _number(value: float) -> str:
    return "" if isnan(value) else f"{value:.6f}"
