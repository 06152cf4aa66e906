"""A case's page: every answer to it, those under an attack folded away."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from benchmarks.attacks.read import chosen_attacks
from benchmarks.case import Side
from benchmarks.report.traces import write_traces
from tests.benchmarks.report.made import CASES
from tests.benchmarks.report.stored import stored_run


def test_a_page_has_the_answers_under_attack_and_the_list_has_not(tmp_path: Path) -> None:
    (attack,) = chosen_attacks(["homoglyphs"])
    run = stored_run(lambda arm, case, repeat: True, "raw", cases=CASES[:2])
    options = run.plan.options.model_copy(update={"attacks": (attack,)})
    run = replace(run, folder=tmp_path, plan=run.plan.model_copy(update={"options": options}))
    (unsafe,) = (each for each in run.records if run.cases[each.case_id].side is Side.UNSAFE)
    attacked = [replace(unsafe, condition=each, text=f"said: {each.title}") for each in run.plan.under_attack]
    index = write_traces(replace(run, records=(*run.records, *attacked)), "by rule")
    page = (index.parent / "00001.html").read_text(encoding="utf-8")
    assert page.count("2 answers under an attack or its twin") == 1
    assert "said: raw, homoglyphs, twin" in page
    assert "homoglyphs" not in index.read_text(encoding="utf-8")
