"""The report as one HTML file that loads nothing: no script, no font, no address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import median

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from benchmarks.case import Side
from benchmarks.clusters import joint_keys
from benchmarks.estimates import estimate
from benchmarks.harness.forecast import TokenPrice
from benchmarks.harness.latency import read_latencies
from benchmarks.metrics import side_accuracy
from benchmarks.published import published
from benchmarks.report.attacks import ArmUnderAttack, arms_under_attack, attack_sentences, write_attacks
from benchmarks.report.costs import cost_of, latency_line
from benchmarks.report.csv_files import write_csv_files
from benchmarks.report.figures import ForestLine, PlanePoint, forest, plane
from benchmarks.report.number_format import p_value, percent, points, seconds, with_interval
from benchmarks.report.rows import FinishedRun, Kind, ResultRow, of_kind
from benchmarks.report.side_by_side import shown_questions
from benchmarks.report.summary import summary
from benchmarks.report.tables import (
    DRAWS,
    SEED,
    ArmComparison,
    CategoryTable,
    MetricLine,
    by_category,
    comparisons,
    control_differences,
    judge_agreements,
    judges_of,
    lines,
)
from benchmarks.statistics import Interval

TEMPLATE = "report.html.j2"
PAGE = "report.html"


@dataclass(frozen=True)
class ReportOptions:
    """What the reader wants beside the run itself."""

    price: TokenPrice | None = None
    beside: FinishedRun | None = None


@dataclass(frozen=True)
class JudgedTables:
    """The tables as one judge labelled the answers."""

    judge: str
    rows: tuple[ResultRow, ...]
    lines: list[MetricLine]
    comparisons: list[ArmComparison]
    categories: CategoryTable

    @classmethod
    def of(cls, run: FinishedRun, judge: str) -> JudgedTables:
        """All figures of a run by one judge."""
        measures, rows = run.benchmark.measures, run.rows(judge)
        base = next(row for row in rows if row.title == run.baseline)
        compared = comparisons(rows, base, measures[: run.benchmark.compared])
        return cls(judge, rows, lines(rows, measures), compared, by_category(rows, base))


def write_report(run: FinishedRun, options: ReportOptions) -> tuple[Path, ...]:
    """Write the page and the CSV files into the run's folder; their paths."""
    judged = [JudgedTables.of(run, judge) for judge in run.judges]
    first = judged[0]
    attacked = arms_under_attack(run, first.judge)
    path = run.folder / PAGE
    path.write_text(render_page(run, options, judged, attacked), encoding="utf-8")
    tables = write_csv_files(run, run.benchmark.measures, first.lines, first.comparisons, first.categories)
    return path, *tables, *write_attacks(run.folder, attacked)


def render_page(
    run: FinishedRun, options: ReportOptions, judged: list[JudgedTables], attacked: Sequence[ArmUnderAttack]
) -> str:
    """The whole page. Figures other than the main tables are by the first judge, the run's own."""
    environment = Environment(
        loader=PackageLoader("benchmarks.report", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    filters = (percent, with_interval, points, p_value, seconds)
    environment.filters.update({each.__name__: each for each in filters}, median=median)

    first, benchmark, measures = judged[0], run.benchmark, run.benchmark.measures
    controls = control_differences(first.rows, measures[0])
    latencies = [latency_line(found) for found in read_latencies(run.folder)]
    return environment.get_template(TEMPLATE).render(
        run=run,
        plan=run.plan,
        options=run.plan.options,
        benchmark=benchmark,
        baseline=run.baseline,
        measures=measures,
        compared_measures=measures[: benchmark.compared],
        judged=judged,
        controls=controls,
        summary=summary(measures[0], first.lines, first.comparisons, run.baseline, controls),
        forest=draw_forests(run, first),
        plane=draw_plane(first.rows, options.beside),
        beside=options.beside,
        categories=first.categories,
        costs=[(row, cost_of(row.records, options.price)) for row in of_kind(first.rows, Kind.ARM)],
        price=options.price,
        latencies=[found for found in latencies if found],
        judges=judges_of(run.records),
        agreements=judge_agreements(run.records, run.judges),
        attacked=attacked,
        attack_sentences=attack_sentences(attacked),
        published=[row for row in published(benchmark.name) if row.is_about(run.plan.options.setting)],
        questions=shown_questions(run, first.judge),
        draws=DRAWS,
        seed=SEED,
        version=_version(),
        pictures=len({picture.sha256 for case in run.cases.values() for picture in case.pictures}),
        sides={side: sum(case.side is side for case in run.cases.values()) for side in Side},
    )


def draw_forests(run: FinishedRun, tables: JudgedTables) -> list[Markup]:
    """A forest plot for each compared measure, empty where the measure has no value; none where nothing is compared."""
    drawings = []
    for place, measure in enumerate(run.benchmark.measures[: run.benchmark.compared] if tables.comparisons else ()):
        cells = [(each.row.title, each.differences[place]) for each in tables.comparisons]
        effects = [ForestLine(title, cell) for title, cell in cells if cell is not None]
        drawing = forest(effects, run.baseline, higher_is_better=measure.higher_is_better) if effects else ""
        drawings.append(Markup(drawing))  # noqa: S704 - escaped in figures
    return drawings


def draw_plane(rows: tuple[ResultRow, ...], beside: FinishedRun | None) -> Markup | None:
    """Safety from this run; over-refusal from its own safe side, or from the run beside it."""
    benign = {row.title: row for row in (beside.rows(beside.judges[0]) if beside else rows)}
    spots = []
    for row in of_kind(rows, Kind.ARM, Kind.POLICY):
        if row.title in benign:
            answered, safe = _side_accuracy(benign[row.title], Side.SAFE), _side_accuracy(row, Side.UNSAFE)
            if answered is None or safe is None:
                return None
            refused = Interval(1 - answered.value, 1 - answered.high, 1 - answered.low, answered.clusters)
            spots.append(PlanePoint(row.title, row.kind, refused, safe))
    return Markup(plane(spots)) if spots else None  # noqa: S704 - escaped in figures


def _side_accuracy(row: ResultRow, side: Side) -> Interval | None:
    if not any(item.case.side is side for item in row.scored):
        return None
    return estimate(side_accuracy(side), row.scored, joint_keys, seed=SEED, draws=DRAWS)


def _version() -> str:
    try:
        return version("situguard")
    except PackageNotFoundError:
        return "from a working tree"
