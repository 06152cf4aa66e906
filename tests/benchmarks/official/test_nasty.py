"""The replies that scorers are compared on."""

from benchmarks.official.nasty import COMPARISONS
from benchmarks.official.protocols import PROTOCOLS
from benchmarks.registry import find_rubric


def test_every_official_protocol_is_compared_and_no_reply_twice() -> None:
    assert {each.benchmark for each in COMPARISONS} == PROTOCOLS.keys() - {"mssbench-layout"}
    for compared in COMPARISONS:
        assert not compared.rubric or find_rubric(compared.rubric)
        assert len({each.reply for each in compared.replies}) == len(compared.replies)
    assert len({each.title for each in COMPARISONS}) == len(COMPARISONS)
