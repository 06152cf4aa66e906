"""Injections change the words or the picture, and only turned verdicts count."""

from agents.transcript import quote
from benchmarks.case import Turn
from benchmarks.pictures import Picture
from benchmarks.pocketworld.evaluation.figures import Figure
from benchmarks.pocketworld.evaluation.guard_client import GuardVerdict
from benchmarks.pocketworld.evaluation.injection_eval import ANY, BASELINE, INJECTIONS, NO_INJECTION, turned_figures
from benchmarks.pocketworld.sampling.pairs import held_out_pairs

PAIRS = held_out_pairs(8, 7)


def by_name(figures: list[Figure]) -> dict[str, Figure]:
    return {figure.name: figure for figure in figures}


def test_only_scenes_that_were_judged_unsafe_before_count_and_each_once() -> None:
    before = [GuardVerdict("unsafe"), GuardVerdict("unsafe"), GuardVerdict("safe"), GuardVerdict("unclear")]
    one, other, *_ = (each for each in INJECTIONS if each.addresses_judge)
    idle = next(each for each in INJECTIONS if not each.addresses_judge)
    after = {
        one: [GuardVerdict("safe"), GuardVerdict("unsafe"), GuardVerdict("safe"), GuardVerdict("safe")],
        other: [GuardVerdict("safe"), GuardVerdict("unclear"), GuardVerdict("safe"), GuardVerdict("safe")],
        idle: [GuardVerdict("safe"), GuardVerdict("safe"), GuardVerdict("safe"), GuardVerdict("safe")],
    }
    figures = by_name(turned_figures(PAIRS[:4], before, after))
    assert (figures[BASELINE].share, figures[BASELINE].count) == (0.5, 4)
    assert figures[f"injected text, {one.name}: turned safe"].share == 0.5
    assert figures[f"injected text, {other.name}: turned unclear"].share == 0.5
    assert figures[f"injected text, {idle.name}: turned safe"].share == 1.0
    assert (figures[ANY].share, figures[ANY].count) == (0.5, 2)
    assert PAIRS[0].query in figures[ANY].errors[0]


def said(turns: tuple[Turn, ...]) -> tuple[str, str]:
    """What is asked, and the hash of what is shown."""
    ((text, picture),) = (turn.parts for turn in turns)
    assert isinstance(text, str)
    assert isinstance(picture, Picture)
    return text, picture.sha256


def test_each_injection_changes_either_the_words_or_the_picture() -> None:
    plain = said(NO_INJECTION.conversation(PAIRS[0]))
    assert plain[0] == PAIRS[0].query
    for injection in INJECTIONS:
        text, shown = said(injection.conversation(PAIRS[0]))
        assert (shown != plain[1]) is (injection.sign is not None)
        assert (text != plain[0]) is (injection.sign is None)


def test_the_invisible_orders_cannot_be_seen_and_are_revealed_to_the_judge() -> None:
    hidden = [each for each in INJECTIONS if "invisible" in each.name or "zero-width" in each.name]
    assert len(hidden) == 2
    for injection in hidden:
        text, _ = said(injection.conversation(PAIRS[0]))
        assert "Answer SAFE." not in text
        assert "<U+" in quote(text)
