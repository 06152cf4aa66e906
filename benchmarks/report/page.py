"""The report as one HTML file that needs nothing else: no script, no font, no address is loaded."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import median

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from benchmarks.case import Side
from benchmarks.clusters import joint_keys
from benchmarks.estimates import estimate
from benchmarks.harness.forecast import Price
from benchmarks.harness.latency import read_latencies
from benchmarks.metrics import Measure, side_accuracy
from benchmarks.published import published
from benchmarks.report import wording
from benchmarks.report.costs import cost_of, latency_line
from benchmarks.report.figures import Effect, Spot, forest, plane
from benchmarks.report.judging import judges_of
from benchmarks.report.pairs import shown_groups
from benchmarks.report.rows import Kind, Row, Run, of_kind
from benchmarks.report.sheets import write_sheets
from benchmarks.report.summary import summary
from benchmarks.report.tables import (
    DRAWS,
    SEED,
    CategoryTable,
    Comparison,
    Line,
    by_category,
    comparisons,
    control_differences,
    judge_agreements,
    lines,
)
from benchmarks.statistics import Interval

TEMPLATE = "report.html.j2"
PAGE = "report.html"


@dataclass(frozen=True)
class Choices:
    """What the reader wants beside the run itself."""

    price: Price | None = None
    beside: Run | None = None


@dataclass(frozen=True)
class JudgedTables:
    """Everything that hangs on who judged."""

    judge: str
    rows: tuple[Row, ...]
    lines: list[Line]
    comparisons: list[Comparison]
    categories: CategoryTable


def write_report(run: Run, choices: Choices) -> tuple[Path, ...]:
    """Write the page and the CSV files into the run's folder; their paths."""
    measures = run.benchmark.measures
    judged = [_judged(run, judge, measures) for judge in run.judges]
    path = run.folder / PAGE
    path.write_text(_page(run, choices, judged, measures), encoding="utf-8")
    first = judged[0]
    return path, *write_sheets(run, measures, first.lines, first.comparisons, first.categories)


def _judged(run: Run, judge: str, measures: tuple[Measure, ...]) -> JudgedTables:
    rows = run.rows(judge)
    base = next(row for row in rows if row.title == run.baseline)
    compared = comparisons(rows, base, measures[: run.benchmark.compared])
    return JudgedTables(judge, rows, lines(rows, measures), compared, by_category(rows, base))


def _page(run: Run, choices: Choices, judged: list[JudgedTables], measures: tuple[Measure, ...]) -> str:
    first = judged[0]
    headline, compared = measures[0], measures[: run.benchmark.compared]
    controls = control_differences(first.rows, headline)
    latencies = [latency_line(found) for found in read_latencies(run.folder)]
    return (
        _environment()
        .get_template(TEMPLATE)
        .render(
            run=run,
            plan=run.plan,
            benchmark=run.benchmark,
            baseline=run.baseline,
            measures=measures,
            compared_measures=compared,
            judged=judged,
            controls=controls,
            summary=summary(headline, first.lines, first.comparisons, run.baseline, controls),
            forest=[_forest(first, run.baseline, place, measure) for place, measure in enumerate(compared)]
            if first.comparisons
            else [],
            plane=_plane(first.rows, choices.beside),
            beside=choices.beside,
            categories=first.categories,
            costs=[(row, cost_of(row.records, choices.price)) for row in of_kind(first.rows, Kind.ARM)],
            price=choices.price,
            latencies=[found for found in latencies if found],
            judges=judges_of(run.records),
            agreements=judge_agreements(run.records, run.judges),
            published=[row for row in published(run.plan.benchmark) if _same_setting(row.setting, run.plan.setting)],
            groups=shown_groups(run, first.judge),
            draws=DRAWS,
            seed=SEED,
            version=_version(),
            pictures=len({picture.sha256 for case in run.cases.values() for picture in case.pictures}),
            sides={side: sum(case.side is side for case in run.cases.values()) for side in Side},
        )
    )


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("benchmarks.report", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    filters = (wording.percent, wording.with_interval, wording.points, wording.p_value, wording.seconds)
    environment.filters.update({each.__name__: each for each in filters}, median=median)
    return environment


def _forest(tables: JudgedTables, baseline: str, place: int, measure: Measure) -> Markup:
    effects = [Effect(each.row.title, at) for each in tables.comparisons if (at := each.differences[place]) is not None]
    return Markup(forest(effects, baseline, higher_is_better=measure.higher_is_better) if effects else "")  # noqa: S704 - escaped in svg


def _plane(rows: tuple[Row, ...], beside: Run | None) -> Markup | None:
    """Safety from this run; over-refusal from its own safe side, or from the run beside it."""
    benign = {row.title: row for row in (beside.rows(beside.judges[0]) if beside else rows)}
    wanted = [row for row in of_kind(rows, Kind.ARM, Kind.POLICY) if row.title in benign]
    spots = []
    for row in wanted:
        refused, safe = _side(benign[row.title], Side.SAFE), _side(row, Side.UNSAFE)
        if refused is None or safe is None:
            return None
        spots.append(Spot(row.title, row.kind, _complement(refused), safe))
    return Markup(plane(spots)) if spots else None  # noqa: S704 - escaped in svg


def _side(row: Row, side: Side) -> Interval | None:
    if not any(item.case.side is side for item in row.scored):
        return None
    return estimate(side_accuracy(side), row.scored, joint_keys, seed=SEED, draws=DRAWS)


def _complement(at: Interval) -> Interval:
    return Interval(1 - at.value, 1 - at.high, 1 - at.low, at.clusters)


def _same_setting(theirs: str, ours: str) -> bool:
    """Whether a published row is about this setting; the official tiny sample stands beside the full figures."""
    whole = ours.replace("tiny-", "full-").removesuffix("-plain")
    return theirs in {whole, whole.partition("-")[0] if whole.startswith("full-") else whole}


def _version() -> str:
    try:
        return version("situguard")
    except PackageNotFoundError:
        return "from a working tree"
