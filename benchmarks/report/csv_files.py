"""The report's tables as CSV, for further calculation."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from math import isnan
from pathlib import Path

from benchmarks.judges import Judgement, Outcome
from benchmarks.metrics import Measure
from benchmarks.report.costs import spent_on
from benchmarks.report.models import models_of, returned_names
from benchmarks.report.rows import FinishedRun
from benchmarks.report.tables import ArmComparison, CategoryTable, MetricLine, judge_identity
from benchmarks.statistics import Interval

METRIC_COLUMNS = ("row", "kind", "measure", "value", "low", "high", "clusters")
COMPARISON_COLUMNS = (
    *("arm", "baseline", "measure", "difference", "low", "high"),
    *("only_baseline", "only_arm", "p", "p_holm"),
)
MODEL_COLUMNS = ("model", "requested", "returned", "host", "commit", "seed", "cases_sha256", "versions")
CATEGORY_COLUMNS = ("row", "category", "cases", "right", "p_holm")
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
    "returned_models",
    "judge_returned_model",
    "judge_input_tokens",
    "judge_output_tokens",
    "error",
    "judge_error",
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
        "models.csv": (MODEL_COLUMNS, model_rows(run)),
    }
    written = (_write(run.folder / name, columns, rows) for name, (columns, rows) in tables.items())
    return (*written, write_answers(run))


def write_answers(run: FinishedRun) -> Path:
    """Write answers.csv, which holds what is pending too; its path."""
    return _write(run.folder / "answers.csv", ANSWER_COLUMNS, answer_rows(run))


def _write(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(rows)
    return path


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


def model_rows(run: FinishedRun) -> Iterable[Sequence[object]]:
    """A row for each model, with what else identifies the run."""
    measured, plan = run.plan.measured, run.plan
    versions = " ".join(f"{name}={version}" for name, version in measured.versions.items())
    for model in models_of(run):
        names = (model.role, model.requested, " ".join(model.returned), model.host)
        yield (*names, measured.commit, plan.options.seed, plan.cases_sha256, versions)


def answer_rows(run: FinishedRun) -> Iterable[Sequence[object]]:
    """A row for each answer and each judge that was asked about it; of a request that failed, one for each judge."""
    for record in run.records:
        case, spent = run.cases[record.case_id], spent_on(record)
        failed = Judgement(case.id, "", Outcome.REQUEST_FAILED, right=False, error=record.error)
        for judge, judgement in (record.judgements or dict.fromkeys(run.judges, failed)).items():
            by = judge_identity(judge, judgement)
            yield (
                case.id,
                case.side,
                case.category,
                record.condition.arm,
                record.condition.control,
                judge,
                by.rubric,
                by.model,
                by.sampling,
                by.prompt_sha256,
                judgement.label or "",
                judgement.outcome,
                "" if judgement.pending else int(judgement.right),
                record.guard.get("verdict", ""),
                record.guard.get("action", ""),
                spent.calls,
                spent.tokens.input,
                spent.tokens.output,
                record.guard.get("decision", ""),
                " ".join(sorted({name for _, name in returned_names(record)})),
                judgement.returned,
                judgement.input_tokens,
                judgement.output_tokens,
                record.error or "",
                judgement.error or "" if judgement.outcome is Outcome.JUDGE_FAILED else "",
                record.text,
            )


def _limits(cell: Interval) -> tuple[str, str, str]:
    return _number(cell.value), _number(cell.low), _number(cell.high)


def _number(value: float) -> str:
    return "" if isnan(value) else f"{value:.6f}"
