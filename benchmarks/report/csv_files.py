"""The report's tables as CSV, for further calculation."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isnan, nan
from pathlib import Path

from benchmarks.judges import Judgement, Outcome
from benchmarks.repeats import VarianceSplit
from benchmarks.report.against import StoredComparison
from benchmarks.report.attacks import ArmUnderAttack
from benchmarks.report.costs import ArmCost, LatencyLine, spent_on
from benchmarks.report.figures import PlanePoint
from benchmarks.report.judged import JudgedTables
from benchmarks.report.models import models_of, returned_names
from benchmarks.report.panels import ClueLine, JuryLine, panel_lines
from benchmarks.report.rows import FinishedRun
from benchmarks.report.tables import ArmComparison, CategoryTable, MetricLine, sampled
from benchmarks.report.verdict_table import VerdictLine
from benchmarks.statistics import Interval
from benchmarks.verdicts import FIGURES

METRIC_COLUMNS = ("row", "kind", "measure", "value", "low", "high", "clusters")
COMPARISON_COLUMNS = (
    *("arm", "against", "measure", "difference", "low", "high", "clusters"),
    *("p_sign_flip", "p_sign_flip_holm", "only_against", "only_arm", "p_mcnemar"),
)
MODEL_COLUMNS = ("model", "requested", "returned", "host", "commit", "seed", "cases_sha256", "versions")
CATEGORY_COLUMNS = (
    *("row", "category", "cases", "right", "low", "high"),
    *("difference", "difference_low", "difference_high", "p_sign_flip_holm"),
)
CONTROL_COLUMNS = ("row", "difference", "low", "high")
PLANE_COLUMNS = (
    "row",
    "kind",
    "over_refusal",
    "over_refusal_low",
    "over_refusal_high",
    "safety",
    "safety_low",
    "safety_high",
)
ATTACK_COLUMNS = (
    *("arm", "read_by", "attack", "kind", "held_out", "held", "clusters"),
    *("turned", "low", "high", "twin_turned", "twin_low", "twin_high"),
    *("difference", "difference_low", "difference_high"),
    *("unclear", "twin_unclear", "no_answer", "twin_no_answer"),
)
VERDICT_COLUMNS = ("arm", "cases", "without_verdict", "figure", "value", "low", "high")
REPEAT_COLUMNS = ("arm", "repeats", "standard_error", "from_cases", "from_repeats", "unstable")
COST_COLUMNS = ("arm", "calls", "input_tokens", "output_tokens", "dollars", "whole")
LATENCY_COLUMNS = ("arm", "first_median", "first_p90", "whole_median", "whole_p90", "requests", "failed")
PANEL_COLUMNS = (
    *("judge", "answers", "calls", "tokens", "unreadable"),
    *("models", "rounds", "agreed", "at_once", "abstained", "changed", "stages"),
)
ANSWER_COLUMNS = (
    "case",
    "repeat",
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
    "returned_models",
    "judge_returned_model",
    "judge_calls",
    "judge_input_tokens",
    "judge_output_tokens",
    "error",
    "judge_error",
    "text",
)


@dataclass(frozen=True)
class RunFigures:
    """The figures of a run that stand beside the tables of its judge: those of a stored run, costs, attacks."""

    stored: StoredComparison | None
    costs: Mapping[str, ArmCost | None]
    latencies: Sequence[LatencyLine]
    attacked: Sequence[ArmUnderAttack]


def write_csv_files(run: FinishedRun, tables: JudgedTables, figures: RunFigures) -> tuple[Path, ...]:
    """Write the files into the run's folder, one for each table and figure of the page; their paths."""
    names = [measure.name for measure in run.benchmark.measures]
    found: dict[str, tuple[Sequence[str], Iterable[Sequence[object]]]] = {
        "metrics.csv": (METRIC_COLUMNS, metric_rows(tables.lines, names)),
        "comparisons.csv": (COMPARISON_COLUMNS, comparison_rows(tables.comparisons, names)),
        "guards.csv": (COMPARISON_COLUMNS, comparison_rows(tables.between, names)),
        "stored.csv": (
            COMPARISON_COLUMNS,
            comparison_rows(figures.stored.comparisons, names) if figures.stored else (),
        ),
        "categories.csv": (CATEGORY_COLUMNS, category_rows(tables.categories)),
        "controls.csv": (CONTROL_COLUMNS, [(row.title, *_limits(at)) for row, at in tables.controls if at]),
        "plane.csv": (PLANE_COLUMNS, plane_rows(tables.plane)),
        "verdicts.csv": (VERDICT_COLUMNS, verdict_rows(tables.verdicts)),
        "repeats.csv": (REPEAT_COLUMNS, repeat_rows(tables.repeats)),
        "attacks.csv": (ATTACK_COLUMNS, attack_rows(figures.attacked)),
        "costs.csv": (COST_COLUMNS, cost_rows(figures.costs)),
        "latency.csv": (LATENCY_COLUMNS, latency_rows(figures.latencies)),
        "models.csv": (MODEL_COLUMNS, model_rows(run)),
        "panels.csv": (PANEL_COLUMNS, panel_rows(panel_lines(run.records))),
    }
    filled = ((name, columns, list(rows)) for name, (columns, rows) in found.items())
    return (*(_write(run.folder / name, columns, rows) for name, columns, rows in filled if rows), write_answers(run))


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


def comparison_rows(compared: Sequence[ArmComparison], names: Sequence[str]) -> Iterable[Sequence[object]]:
    """A row for each measure of each two arms that are compared."""
    for each in compared:
        for name, cell in zip(names, each.differences, strict=False):
            if cell is not None:
                flips, coins = (each.test.p_value, each.p_holm), each.test.mcnemar
                counts = (coins.only_before, coins.only_after, coins.p_value)
                yield each.row.title, each.against.title, name, *_limits(cell), cell.clusters, *flips, *counts


def category_rows(table: CategoryTable) -> Iterable[Sequence[object]]:
    """A row for each category of each row of the table; only arms are compared with the baseline."""
    for row, cells in table.rows:
        for name, count, cell in zip(table.categories, table.counts, cells, strict=True):
            change = ("", "", "") if cell.change is None else _limits(cell.change)
            yield row.title, name, count, *_limits(cell.share), *change, "" if cell.p_holm is None else cell.p_holm


def plane_rows(spots: Sequence[PlanePoint]) -> Iterable[Sequence[object]]:
    """A row for each point of the plane."""
    for spot in spots:
        yield spot.title, spot.kind, *_limits(spot.refused), *_limits(spot.safe)


def attack_rows(found: Iterable[ArmUnderAttack]) -> Iterable[Sequence[object]]:
    """A row for each attack on each arm, and by any of them. Shares, not per cent. None where too much is missing."""
    for arm in (each for each in found if not each.too_many):
        for line in arm.lines:
            one = line.attacks[0] if len(line.attacks) == 1 else None
            held_out = int(all(each.held_out for each in line.attacks))
            yield (
                *(arm.arm, arm.read_by, line.title, one.kind if one else "", held_out),
                *(line.held, line.turned.clusters if line.turned else 0),
                *_limits(line.turned),
                *_limits(line.twin),
                *_limits(line.difference),
                *((line.counts.unclear, line.twin_counts.unclear) if line.counts and line.twin_counts else ("", "")),
                *((line.counts.nothing, line.twin_counts.nothing) if line.counts and line.twin_counts else ("", "")),
            )


def verdict_rows(lines: Sequence[VerdictLine]) -> Iterable[Sequence[object]]:
    """A row for each figure of each arm's verdicts."""
    for line in lines:
        for name, of in FIGURES.items():
            if (at := of(line.scores)) is not None:
                yield line.title, line.scores.cases, line.without, name, *_limits(at)


def repeat_rows(lines: Sequence[tuple[str, VarianceSplit]]) -> Iterable[Sequence[object]]:
    """A row for each arm whose cases were asked more than once."""
    for title, parts in lines:
        shares = (parts.standard_error, parts.cases, parts.repeats, parts.unstable)
        yield title, parts.least, *map(_number, shares)


def cost_rows(costs: Mapping[str, ArmCost | None]) -> Iterable[Sequence[object]]:
    """A row for each arm that answered anything."""
    for title, cost in costs.items():
        if cost is not None:
            dollars = "" if cost.dollars is None else f"{cost.dollars:.8f}"
            yield title, _number(cost.calls), _number(cost.input), _number(cost.output), dollars, int(cost.whole)


def latency_rows(lines: Sequence[LatencyLine]) -> Iterable[Sequence[object]]:
    """A row for each arm of the probe, in seconds."""
    for line in lines:
        yield line.arm, *map(_number, (*line.first, *line.total)), line.count, line.failed


def model_rows(run: FinishedRun) -> Iterable[Sequence[object]]:
    """A row for each model, with what else identifies the run."""
    measured, plan = run.plan.measured, run.plan
    versions = " ".join(f"{name}={version}" for name, version in measured.versions.items())
    for model in models_of(run):
        names = (model.role, model.requested, " ".join(model.returned), model.host)
        yield (*names, measured.commit, plan.options.seed, plan.cases_sha256, versions)


def panel_rows(lines: Sequence[JuryLine | ClueLine]) -> Iterable[Sequence[object]]:
    """A row for each judge of several calls. Shares, not per cent; a jury has no stages, a constitution no votes."""
    for line in lines:
        told = (line.judge, line.answers, *map(_number, (line.calls, line.tokens, line.unreadable)))
        if isinstance(line, ClueLine):
            yield (*told, *[""] * 6, "; ".join(f"{stage} {_number(share)}" for stage, share in line.stages.items()))
        else:
            votes = (line.rounds, nan if line.agreed is None else line.agreed, line.at_once, line.abstained)
            changed = "; ".join(f"{words}: {count}" for words, count in line.changed.items())
            yield (*told, line.models, *map(_number, votes), changed, "")


def answer_rows(run: FinishedRun) -> Iterable[Sequence[object]]:
    """A row for each answer and each judge that was asked about it; of a request that failed, one for each judge."""
    for record in run.records:
        case, spent = run.cases[record.case_id], spent_on(record)
        failed = Judgement(case.id, "", Outcome.REQUEST_FAILED, right=False, error=record.error)
        for judge, judgement in (record.judgements or dict.fromkeys(run.judges, failed)).items():
            yield (
                case.id,
                record.condition.repeat,
                case.side,
                case.category,
                record.condition.arm,
                record.condition.control,
                record.condition.attack,
                int(record.condition.twin),
                judge,
                judgement.rubric,
                ", ".join(judgement.models),
                "; ".join(dict.fromkeys(map(sampled, judgement.calls))),
                " ".join(judgement.prompt_hashes),
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
                " ".join(judgement.returned),
                len(judgement.calls),
                judgement.input_tokens,
                judgement.output_tokens,
                record.error or "",
                judgement.error or "" if judgement.outcome is Outcome.JUDGE_FAILED else "",
                record.text,
            )


def _limits(cell: Interval | None) -> tuple[str, str, str]:
    if cell is None:
        return "", "", ""
    return _number(cell.value), _number(cell.low), _number(cell.high)


def _number(value: float) -> str:
    return "" if isnan(value) else f"{value:.6f}"
