"""The replies that scorers are compared on."""

from benchmarks.official.fidelity import BENCHMARKS
from benchmarks.official.nasty import NASTY
from benchmarks.official.protocols import PROTOCOLS
from benchmarks.registry import find_rubric


def test_every_official_scorer_is_compared_and_no_reply_twice() -> None:
    assert NASTY.keys() == BENCHMARKS.keys()
    assert set(BENCHMARKS.values()) == PROTOCOLS.keys() - {"mssbench-layout"}
    for rubric, replies in NASTY.items():
        assert find_rubric(rubric).name == rubric
        assert len({each.reply for each in replies}) == len(replies)
