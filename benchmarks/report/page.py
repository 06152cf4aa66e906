"""The report as one HTML file that loads nothing: no script, no font, no address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from markupsafe import Markup

from benchmarks.case import Side
from benchmarks.harness.forecast import TokenPrice
from benchmarks.harness.kept_scenes import said_of_looks
from benchmarks.harness.latency import read_latencies
from benchmarks.metrics import Measure
from benchmarks.published import published
from benchmarks.report.against import against_stored
from benchmarks.report.attacks import arms_under_attack, attack_sentences
from benchmarks.report.costs import cost_of, latency_line, spent_on_judging
from benchmarks.report.csv_files import RunFigures, write_answers, write_csv_files
from benchmarks.report.figures import NARROW, WIDE, ForestLine, forest, plane
from benchmarks.report.judged import JudgedTables
from benchmarks.report.models import models_of
from benchmarks.report.panels import panel_lines
from benchmarks.report.pending_page import PAGE, write_pending_page
from benchmarks.report.rows import FinishedRun, Kind, ResultRow, of_kind
from benchmarks.report.sheets import Sheet, all_sheets
from benchmarks.report.side_by_side import shown_questions
from benchmarks.report.summary import answer, doubtful_arms, in_words, one_sided
from benchmarks.report.tables import judge_agreements, judges_of
from benchmarks.report.templates import template
from benchmarks.report.traces import write_traces
from benchmarks.statistics import FEW_CLUSTERS
from benchmarks.verdicts import FIGURES

TEMPLATE = "report.html.j2"


@dataclass(frozen=True)
class ReportOptions:
    """What the reader wants beside the run itself: prices, a run of benign requests, a stored run to compare with."""

    price: TokenPrice | None = None
    beside: FinishedRun | None = None
    against: FinishedRun | None = None
    markdown: bool = False
    latex: bool = False


def write_report(run: FinishedRun, options: ReportOptions) -> tuple[Path, ...]:
    """Write the page, a trace of every question and the tables into the run's folder; the paths of all but the traces.

    Where too much is pending there is no rate in the page, and of the tables only answers.csv.
    """
    pending = run.pending(run.judges[0])
    if pending.too_many:
        return write_pending_page(run, pending), write_answers(run)
    judged = [JudgedTables.of(run, judge, options.beside) for judge in run.judges]
    first = judged[0]
    stored = against_stored(run, first.rows, options.against) if options.against else None
    costs = {row.title: cost_of(row.records, options.price) for row in of_kind(first.rows, Kind.ARM)}
    latencies = [found for found in map(latency_line, read_latencies(run.folder)) if found]
    figures = RunFigures(stored, costs, latencies, arms_under_attack(run, first.judge))
    path = run.folder / PAGE
    path.write_text(render_page(run, options, judged, figures), encoding="utf-8")
    write_traces(run, first.judge)
    written = [path, *write_csv_files(run, first, figures)]
    for name, wanted, text_of in (
        ("tables.md", options.markdown, Sheet.as_markdown),
        ("tables.tex", options.latex, Sheet.as_latex),
    ):
        if wanted:
            target = run.folder / name
            target.write_text("\n".join(map(text_of, all_sheets(run, first))), encoding="utf-8")
            written.append(target)
    return tuple(written)


def render_page(
    run: FinishedRun,
    options: ReportOptions,
    judged: list[JudgedTables],
    figures: RunFigures,
) -> str:
    """The whole page. Figures other than the main tables are by the first judge, the run's own."""
    first, benchmark, measures = judged[0], run.benchmark, run.benchmark.measures
    return template(TEMPLATE).render(
        run=run,
        plan=run.plan,
        options=run.plan.options,
        benchmark=benchmark,
        baseline=run.baseline,
        measures=measures,
        compared_measures=measures[: benchmark.compared],
        judged=judged,
        first=first,
        answer=answer(measures[0], first, run.baseline, figures.costs),
        doubtful=doubtful_arms(measures[0], first.lines),
        forest=draw_forests(run, first),
        plane=Markup(plane(first.plane) + plane(first.plane, NARROW)) if first.plane else None,  # noqa: S704 - escaped
        beside=options.beside,
        stored=figures.stored,
        costs=figures.costs,
        price=options.price,
        latencies=figures.latencies,
        pending=run.pending(first.judge),
        bounds=pending_bounds(first.rows, measures[0]),
        judging=spent_on_judging(run.records),
        panels=panel_lines(run.records),
        models=models_of(run),
        judges=judges_of(run.records),
        agreements=judge_agreements(run.records, run.judges),
        attacked=figures.attacked,
        attack_sentences=attack_sentences(figures.attacked),
        published=[row for row in published(benchmark.name) if row.is_about(run.plan.options.setting)],
        questions=shown_questions(run, first.judge),
        version=_version(),
        pictures=len({picture.sha256 for case in run.cases.values() for picture in case.pictures}),
        sides={side: sum(case.side is side for case in run.cases.values()) for side in Side},
        in_words=in_words,
        looks=said_of_looks(run.plan.arms),
        verdict_figures=FIGURES,
        few=FEW_CLUSTERS,
    )


def pending_bounds(rows: Sequence[ResultRow], measure: Measure) -> list[tuple[str, float, float]]:
    """The headline measure of each arm with everything pending taken as right and as wrong, the lower one first; only
    of arms for which that makes a difference."""
    bounds = []
    for row in of_kind(rows, Kind.ARM, Kind.CONTROL):
        if row.best != row.worst:
            low, high = sorted((measure.of(row.worst), measure.of(row.best)))
            bounds.append((row.title, low, high))
    return bounds


def draw_forests(run: FinishedRun, tables: JudgedTables) -> list[Markup]:
    """A forest plot for each compared measure, empty where the measure has no value; none where nothing is compared."""
    drawings = []
    neutral = len(run.cases) > 0 and bool(one_sided(run.benchmark.measures[0], tables.lines))
    for place, measure in enumerate(run.benchmark.measures[: run.benchmark.compared] if tables.comparisons else ()):
        cells = [(each.row.title, each.differences[place]) for each in tables.comparisons]
        effects = [ForestLine(title, cell) for title, cell in cells if cell is not None]
        sense = None if neutral else measure.higher_is_better
        both = "".join(forest(effects, run.baseline, sense, layout) for layout in (WIDE, NARROW)) if effects else ""
        drawings.append(Markup(both))  # noqa: S704 - escaped in figures
    return drawings


def _version() -> str:
    try:
        return version("situguard")
    except PackageNotFoundError:
        return "from a working tree"
