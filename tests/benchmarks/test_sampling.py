"""Samples and shards keep pairs whole, and samples keep each stratum's share."""

from collections import Counter
from pathlib import Path

import pytest

from benchmarks import mssbench
from benchmarks.case import Case, Side
from benchmarks.sampling import shard, stratified
from tests.benchmarks.folders import mssbench_folder
from tests.benchmarks.scores import case


@pytest.fixture
def cases(tmp_path: Path) -> tuple[Case, ...]:
    """48 chat pairs in four categories and 20 embodied pairs."""
    return mssbench.load(mssbench_folder(tmp_path, chat=24, embodied=4), versions=()).cases


def test_a_sample_keeps_pairs_and_shares(cases: tuple[Case, ...]) -> None:
    sample = stratified(cases, 34, seed=5)
    assert len(sample) == 34
    assert Counter(item.side for item in sample) == {Side.SAFE: 17, Side.UNSAFE: 17}
    assert Counter(Counter(item.pair for item in sample).values()) == {2: 17}
    assert Counter(item.category for item in sample if item.subset == "chat") == dict.fromkeys(
        ("property", "harmful", "offensive", "illegal"), 6
    )
    assert sum(item.subset == "embodied" for item in sample) == 10


def test_a_sample_is_in_order_seeded_and_never_too_large(cases: tuple[Case, ...]) -> None:
    first = stratified(cases, 20, seed=5)
    assert list(first) == sorted(first, key=cases.index)
    assert first == stratified(cases, 20, seed=5)
    assert first != stratified(cases, 20, seed=6)
    assert len(stratified(cases, 21, seed=5)) == 20
    assert stratified(cases, 10_000, seed=5) == cases
    assert stratified([], 10, seed=5) == ()


def test_unpaired_sides_keep_their_share() -> None:
    unpaired = [case(str(n), Side.SAFE if n % 4 == 0 else Side.UNSAFE) for n in range(100)]
    assert Counter(item.side for item in stratified(unpaired, 20, seed=1)) == {Side.SAFE: 5, Side.UNSAFE: 15}


def test_shards_are_all_cases_once_with_pairs_whole(cases: tuple[Case, ...]) -> None:
    shards = [shard(cases, index, 3) for index in (1, 2, 3)]
    assert Counter(item.id for part in shards for item in part) == Counter(item.id for item in cases)
    for part in shards:
        assert set(Counter(item.pair for item in part).values()) == {2}
    with pytest.raises(ValueError, match="shard 4/3"):
        shard(cases, 4, 3)
    with pytest.raises(ValueError, match="shard 0/3"):
        shard(cases, 0, 3)
