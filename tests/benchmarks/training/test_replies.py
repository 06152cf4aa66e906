"""Replies to pairs are counted by side and by pair."""

from __future__ import annotations

from pathlib import Path

from agents.models.scripted import ScriptedModel
from benchmarks.training.replies import pair_shares
from benchmarks.training.splits import read_data


async def test_a_model_that_answers_both_sides_has_no_pair_right(small: Path) -> None:
    pairs = read_data(small)["test"].pairs
    shares = await pair_shares(ScriptedModel(["So, safe."] * 4), pairs)
    assert (shares.safe, shares.unsafe, shares.mean, shares.both, shares.pairs) == (1, 0, 0.5, 0, 2)


async def test_a_side_that_reasons_first_counts_by_its_reply(small: Path) -> None:
    pairs = read_data(small)["test"].pairs
    shares = await pair_shares(
        ScriptedModel(["What decides: grass\n\nSo, safe.", "Careful.", "No.", "Careful."]), pairs
    )
    assert (shares.safe, shares.unsafe, shares.both) == (0.5, 1, 0.5)
    assert "both right 0.50 (2 pairs)" in str(shares)
