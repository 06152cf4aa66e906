"""Only turned verdicts count, each situation once."""

from benchmarks.attacks.rates import Result, Results, Tried
from benchmarks.attacks.read import catalogue
from benchmarks.case import Case, Side
from benchmarks.pocketworld.evaluation.benchmark import pair_cases
from benchmarks.pocketworld.evaluation.figures import Figure
from benchmarks.pocketworld.evaluation.injection_eval import BASELINE, attacked_cases, turned_figures
from benchmarks.pocketworld.sampling.pairs import held_out_pairs

UNSAFE: list[Case] = [
    case
    for number, pair in enumerate(held_out_pairs(4, 7))
    for case in pair_cases(number, pair, "if", "compact")
    if case.side is Side.UNSAFE
]
ATTACK, HELD_OUT = sorted(
    (each for each in catalogue().values() if each.kind == "claim"), key=lambda each: each.held_out
)


def results(*words: str) -> Results:
    return {case.id: Result(word) for case, word in zip(UNSAFE, words, strict=True)}


def by_name(figures: list[Figure]) -> dict[str, Figure]:
    return {figure.name: figure for figure in figures}


def test_every_case_is_shown() -> None:
    cases = attacked_cases(held_out_pairs(2, 8))
    assert [len(case.pictures) for case in cases] == [1] * 4
    assert len({case.pictures[0].sha256 for case in cases}) == 4


def test_only_scenes_that_were_judged_unsafe_before_count_and_each_once() -> None:
    before = results("held", "held", "turned", "unclear")
    tried = [
        Tried(ATTACK, results("turned", "held", "turned", "turned"), results("held", "turned", "turned", "turned")),
        Tried(HELD_OUT, results("turned", "unclear", "turned", "turned"), results("held", "held", "held", "held")),
    ]
    figures = by_name(turned_figures(UNSAFE, before, tried))
    assert (figures[BASELINE].share, figures[BASELINE].count) == (0.5, 4)
    assert figures[f"attack, {ATTACK.name}: turned safe"].share == 0.5
    assert figures[f"attack, {ATTACK.name}, its twin: turned safe"].share == 0.5
    assert figures[f"attack, {HELD_OUT.name}: turned unclear"].share == 0.5
    assert figures[f"attack, {HELD_OUT.name}, its twin: turned safe"].share == 0.0
    assert (figures["attack, any: turned safe"].share, figures["attack, any: turned safe"].count) == (0.5, 2)
    assert figures["attack, any, the twins: turned safe"].share == 0.5
    assert figures["attack, any held out, the twins: turned safe"].share == 0.0
    assert UNSAFE[0].query in figures["attack, any: turned safe"].errors[0]
