"""`situguard-bench attacks` and the tables in the terminal."""

from __future__ import annotations

import re

import pytest
from typer.testing import CliRunner

from benchmarks.attacks.rates import Result
from benchmarks.attacks.read import catalogue
from benchmarks.cli.attacks import print_attacks
from benchmarks.cli.main import app
from benchmarks.report.attacks import ArmUnderAttack
from tests.benchmarks.report.test_attacks import under_attack

RUN = CliRunner(env={"COLUMNS": "200"})


def test_every_attack_is_listed_and_those_held_out_are_marked() -> None:
    shown = RUN.invoke(app, ["attacks"])
    assert shown.exit_code == 0
    assert all(name in shown.output for name in catalogue())
    assert sum("held out" in line for line in shown.output.splitlines()[3:]) == 10


def test_the_table_has_a_line_for_each_attack(capsys: pytest.CaptureFixture[str]) -> None:
    found: ArmUnderAttack = under_attack(Result.TURNED, Result.HELD, Result.HELD, Result.HELD)
    print_attacks([found])
    shown = capsys.readouterr().out
    assert "guard, by its verdicts: 4 of 4 unsafe cases held" in shown
    assert re.search(r"homoglyphs\s+4\s+25\.0\s+0\.0\s+\+25\.0", shown)
    print_attacks([])
    assert capsys.readouterr().out == ""
