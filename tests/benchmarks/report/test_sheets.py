"""Tables in words: Markdown that keeps its columns, LaTeX that nothing in a name can break."""

from __future__ import annotations

from dataclasses import replace
from io import StringIO

from rich.console import Console

from benchmarks.harness.measured import Measured
from benchmarks.report.judged import JudgedTables
from benchmarks.report.sheets import Sheet, escaped, results_sheet
from tests.benchmarks.report.stored import stored_run

SHEET = Sheet("results", "50 % of a_b", ("arm", "average"), (("a|b", "50.0 (40.0–60.0)"), ("x & y", "< 0.0001")))


def test_markdown_keeps_its_columns() -> None:
    title, blank, head, rule, first, second = SHEET.as_markdown().splitlines()
    assert (title, blank) == ("**50 % of a_b**", "")
    assert head == "| arm | average |"
    assert rule == "| --- | ---: |"
    assert first == r"| a\|b | 50.0 (40.0–60.0) |"
    assert second == "| x & y | < 0.0001 |"


def test_latex_is_a_booktabs_table_in_which_nothing_is_a_command() -> None:
    text = SHEET.as_latex()
    assert r"\caption{50 \% of a\_b}" in text
    assert r"\begin{tabular}{lr}" in text
    assert "arm & average \\\\" in text
    assert r"x \& y & $<$ 0.0001 \\" in text
    assert "50.0 (40.0--60.0)" in text
    assert text.count(r"\begin") == text.count(r"\end") == 2


def test_every_sign_of_latex_is_escaped() -> None:
    assert escaped(r"\ { } & % $ # _ ~ ^") == (
        r"\textbackslash{} \{ \} \& \% \$ \# \_ \textasciitilde{} \textasciicircum{}"
    )


def test_a_terminal_gets_every_cell() -> None:
    stream = StringIO()
    Console(file=stream, width=100).print(SHEET.for_terminal())
    assert all(cell in stream.getvalue() for row in SHEET.rows for cell in row)


def test_an_arm_that_asks_prompts_that_its_model_never_learned_is_marked() -> None:
    run = stored_run(lambda arm, case, repeat: True, "raw", "sia")
    told = Measured(unlearned={"sia": ("sia_caption", "sia_intent")})
    marked = replace(run, plan=run.plan.model_copy(update={"measured": told}))
    sheets = [results_sheet(each, JudgedTables.of(each, "by rule").lines) for each in (run, marked)]
    assert [[row[0] for row in sheet.rows[:2]] for sheet in sheets] == [["raw", "sia"], ["raw", "sia †"]]
    assert ["never learned" in sheet.caption for sheet in sheets] == [False, True]
