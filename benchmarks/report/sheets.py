"""The main tables as words in cells, for a terminal, for Markdown and for LaTeX."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.table import Table

from benchmarks.metrics import Measure
from benchmarks.report.judged import JudgedTables
from benchmarks.report.number_format import p_value, percent, points, with_interval
from benchmarks.report.rows import FinishedRun, Kind, ResultRow
from benchmarks.report.tables import ArmComparison, CategoryCell, MetricLine
from benchmarks.verdicts import FIGURES

LATEX = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "–": "--",
    "−": "$-$",
    "<": "$<$",
    ">": "$>$",
} | {sign: f"\\{sign}" for sign in "&%$#_{}"}

UNLEARNED = " †"  # after an arm whose model was never trained on its prompts


@dataclass(frozen=True)
class Sheet:
    """A table: `name` for labels, a caption, and rows of as many cells as there are columns. The first column is
    words."""

    name: str
    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def as_markdown(self) -> str:
        """As GitHub reads it."""
        lines = [self.columns, ("---", *["---:"] * (len(self.columns) - 1)), *self.rows]
        cells = (" | ".join(cell.replace("|", "\\|") for cell in line) for line in lines)
        return f"**{self.caption}**\n\n" + "\n".join(f"| {line} |" for line in cells) + "\n"

    def as_latex(self) -> str:
        """A floating table; it needs the package booktabs."""
        head, *body = (" & ".join(map(escaped, line)) + r" \\" for line in (self.columns, *self.rows))
        return "\n".join(
            [
                r"\begin{table}",
                rf"\caption{{{escaped(self.caption)}}}",
                rf"\label{{tab:{self.name}}}",
                rf"\begin{{tabular}}{{l{'r' * (len(self.columns) - 1)}}}",
                *(r"\toprule", head, r"\midrule", *body, r"\bottomrule"),
                *(r"\end{tabular}", r"\end{table}", ""),
            ]
        )

    def for_terminal(self) -> Table:
        """With colours where the terminal has them."""
        table = Table(title=self.caption, title_justify="left", title_style="bold")
        for place, column in enumerate(self.columns):
            table.add_column(column, justify="right" if place else "left")
        for row in self.rows:
            table.add_row(*row)
        return table


def escaped(text: str) -> str:
    """Text in which nothing is a command to LaTeX."""
    return "".join(LATEX.get(sign, sign) for sign in text)


def all_sheets(run: FinishedRun, tables: JudgedTables) -> list[Sheet]:
    """Results, differences, guards against each other, categories, verdicts: those that this run has."""
    measures = run.benchmark.measures[: run.benchmark.compared]
    found = [
        results_sheet(run, tables.lines),
        _comparisons("differences", f"Differences from {run.baseline}, in points", tables.comparisons, measures),
        _comparisons("guards", "Guards against each other, in points", tables.between, measures[:1]),
        _categories(tables),
        _verdicts(tables),
    ]
    return [sheet for sheet in found if sheet.rows]


def headline_sheet(run: FinishedRun, tables: JudgedTables) -> Sheet:
    """The headline figure of each arm against the baseline."""
    caption = f"Against {run.baseline}: {run.benchmark.measures[0].name}, in points"
    return _comparisons("headline", caption, tables.comparisons, run.benchmark.measures[:1])


def results_sheet(run: FinishedRun, lines: Sequence[MetricLine]) -> Sheet:
    """Each row's compared measures."""
    measures = run.benchmark.measures[: run.benchmark.compared]

    def shown(line: MetricLine) -> tuple[str, ...]:
        cells = line.cells[: len(measures)]
        if line.row.kind is Kind.POLICY:  # known, not estimated
            return tuple(percent(cell.value if cell else None) for cell in cells)
        return tuple(map(with_interval, cells))

    unlearned = run.plan.measured.unlearned
    marked = [line.row.condition is not None and line.row.condition.arm in unlearned for line in lines]
    rows = [(line.row.title + UNLEARNED * mark, *shown(line)) for line, mark in zip(lines, marked, strict=True)]
    names = (measure.name + ("" if measure.higher_is_better else " (lower is better)") for measure in measures)
    caption = f"{run.plan.title}, setting {run.plan.options.setting}: per cent, with 95 % intervals"
    if any(marked):
        caption += f".{UNLEARNED}: asks its model prompts that it never learned"
    return Sheet("results", caption, ("arm", *names), tuple(rows))


def _comparisons(name: str, caption: str, compared: Sequence[ArmComparison], measures: Sequence[Measure]) -> Sheet:
    rows = [
        (
            f"{each.row.title} − {each.against.title}",
            *(points(change) for change in each.differences[: len(measures)]),
            p_value(each.test.p_value),
            p_value(each.p_holm),
            p_value(each.test.mcnemar.p_value),
        )
        for each in compared
    ]
    columns = ("arms", *(measure.name for measure in measures), "sign-flip p", "p, corrected", "McNemar p")
    return Sheet(name, caption, columns, tuple(rows))


def _categories(tables: JudgedTables) -> Sheet:
    found = tables.categories
    columns = ("category", "cases", *(row.title for row, _ in found.rows))

    def shown(row: ResultRow, cell: CategoryCell) -> str:
        return percent(cell.share.value) if row.kind is Kind.POLICY else with_interval(cell.share)

    rows = [
        (name, str(found.counts[place]), *(shown(row, cells[place]) for row, cells in found.rows))
        for place, name in enumerate(found.categories)
    ]
    return Sheet("categories", "Per cent right by category, with 95 % intervals", columns, tuple(rows))


def _verdicts(tables: JudgedTables) -> Sheet:
    rows = [
        (
            line.title,
            *(with_interval(of(line.scores)) for of in FIGURES.values()),
            percent_of(line.without, line.scores.cases),
        )
        for line in tables.verdicts
    ]
    return Sheet("verdicts", "The guards' own verdicts, per cent", ("arm", *FIGURES, "no verdict"), tuple(rows))


def percent_of(count: int, others: int) -> str:
    """A count as a share of itself and the others."""
    return percent(count / max(count + others, 1))
