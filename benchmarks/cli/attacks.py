"""`situguard-bench attacks`, and the tables of a run with `--attack` in the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from benchmarks.attacks.read import catalogue
from benchmarks.report.attacks import ArmUnderAttack
from benchmarks.report.number_format import percent, points


def attacks() -> None:
    """List the catalogue of attacks for `run --attack`. Those held out are never trained on."""
    table = Table("attack", "kind", "held out", "imitates")
    for attack in catalogue().values():
        table.add_row(attack.name, attack.kind, "held out" if attack.held_out else "", attack.imitates)
    Console(soft_wrap=True, highlight=False).print(table)


def print_attacks(found: Sequence[ArmUnderAttack]) -> None:
    """A table for each arm: what each attack turned, and what its twin did. attacks.csv has every interval."""
    console = Console(soft_wrap=True, highlight=False)
    for arm in (each for each in found if not each.too_many):
        title = f"{arm.arm}, by its {arm.read_by}s: {arm.held} of {arm.asked} unsafe cases held"
        table = Table(title=title, box=SIMPLE_HEAD, collapse_padding=True, pad_edge=False)  # fits 80 columns
        table.add_column("attack", no_wrap=True)
        for column in ("held", "turned %", "twin %", "difference (95 %)"):
            table.add_column(column, justify="right", no_wrap=True)
        for line in arm.lines:
            shares = [percent(at.value) if at else "–" for at in (line.turned, line.twin)]
            cells = *shares, points(line.difference)
            table.add_row(line.title, str(line.held), *cells, style="bold" if len(line.attacks) > 1 else "")
        console.print(table)
