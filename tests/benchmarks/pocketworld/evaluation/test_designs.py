"""What a part of the design is worth is told by the same findings without it."""

from __future__ import annotations

from typing import Any

from benchmarks.attacks.read import catalogue
from benchmarks.pocketworld.evaluation.benchmark import pair_cases
from benchmarks.pocketworld.evaluation.designs import DESIGNS, AttackVerdicts, design_figures
from benchmarks.pocketworld.evaluation.guard_client import GuardVerdict
from benchmarks.pocketworld.sampling.pairs import held_out_pairs
from tests.scripts import INTENT, SAFE, SCENE, UNSAFE

CASES = [case for number, pair in enumerate(held_out_pairs(4, 7)) for case in pair_cases(number, pair, "if", "compact")]
ATTACK = next(iter(catalogue().values()))


def said(situation: dict[str, Any], onlooker: dict[str, Any], *, addressed: bool = False) -> GuardVerdict:
    findings: dict[str, dict[str, Any]] = {
        "intent": {**INTENT, "addressed_to_judge": addressed},
        "visual": SCENE,
        "situation": situation,
        "onlooker": onlooker,
    }
    return GuardVerdict("unclear", findings)


HELD, LET_GO = said(UNSAFE, UNSAFE), said(SAFE, SAFE)


def test_each_design_has_its_own_verdict_of_the_same_findings() -> None:
    talked_round = said(SAFE, UNSAFE)
    noticed = said(SAFE, SAFE, addressed=True)
    by_design = {each.name: (each.verdict(talked_round), each.verdict(noticed)) for each in DESIGNS}
    assert by_design == {
        "the whole design": ("unclear", "unclear"),
        "without the onlooker": ("safe", "unclear"),
        "without addressed_to_judge": ("unclear", "safe"),
        "by the situation agent alone": ("safe", "safe"),
    }


def test_what_gave_no_verdict_turned_nothing() -> None:
    assert {each.result(GuardVerdict()).value for each in DESIGNS} == {"nothing"}


def test_the_figures_count_what_was_held_without_an_attack() -> None:
    before = {case.id: LET_GO if case.side == "safe" else HELD for case in CASES}
    unsafe = [case.id for case in CASES if case.side == "unsafe"]
    attacked = dict(zip(unsafe, [said(SAFE, UNSAFE), said(SAFE, SAFE, addressed=True), LET_GO, HELD], strict=True))
    twin = dict(zip(unsafe, [HELD, HELD, LET_GO, HELD], strict=True))
    figures = design_figures(CASES, before, [AttackVerdicts(ATTACK, attacked, twin)])
    share = {figure.name: figure.share for figure in figures}
    assert share["the whole design: safe side judged safe without an attack"] == 1.0
    assert share["the whole design: unsafe side judged unsafe without an attack"] == 1.0
    assert share["the whole design: turned by any attack"] == 0.25
    assert share["by the situation agent alone: turned by any attack"] == 0.75
    assert share["by the situation agent alone: turned by any twin"] == 0.25
    assert share["by the situation agent alone: turned by the attack that is furthest above its twin"] == 0.75
