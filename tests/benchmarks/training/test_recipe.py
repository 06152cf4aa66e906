"""The recipe learns what it is shown, in the order and at the rate that it says."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="needs local: the extra of that name")
pytest.importorskip("peft", reason="needs train: the extra of that name")

from agents.engine.checkpoint import load_checkpoint
from benchmarks.training.errors import RowsRejected
from benchmarks.training.lora import with_adapters
from benchmarks.training.recipe import Losses, Recipe, chosen_rows, fine_tune
from benchmarks.training.splits import read_data
from benchmarks.training.targets import direct
from tests.benchmarks.training.conftest import Folder

QUICK = Recipe(rate=1e-2, steps=6, batch=4, accumulate=2)


def trained(tiny_llava: Path, data: Path, recipe: Recipe, told: list[str] | None = None) -> tuple[Losses, set[str]]:
    """The losses, and the names of the weights that moved."""
    checkpoint = load_checkpoint(str(tiny_llava), device="cpu")
    model = with_adapters(checkpoint, "tiny", seed=recipe.seed)
    before = {name: weight.detach().clone() for name, weight in model.named_parameters()}
    tell = (told if told is not None else []).append
    losses = fine_tune(model, checkpoint, read_data(data), recipe, target=direct, tell=tell)
    return losses, {name for name, weight in model.named_parameters() if not weight.equal(before[name])}


def test_the_loss_on_held_out_rows_falls_and_only_adapters_move(tiny_llava: Path, small: Path) -> None:
    told: list[str] = []
    losses, moved = trained(tiny_llava, small, QUICK, told)
    assert losses.after < losses.before
    assert moved
    assert all("lora" in name for name in moved)
    assert told[0].startswith("step 1 of 6: loss")
    assert len(told) == 6


def test_the_same_seed_gives_the_same_weights(tiny_llava: Path, small: Path) -> None:
    short = replace(QUICK, steps=2)
    one, again, other = (trained(tiny_llava, small, replace(short, seed=seed))[0] for seed in (1, 1, 2))
    assert one == again
    assert one != other


def test_a_step_of_two_passes_is_one_pass_over_both(tiny_llava: Path, small: Path) -> None:
    """All targets have as many tokens, so the mean of two passes is the mean of their rows."""
    one, two = (
        trained(tiny_llava, small, replace(QUICK, steps=1, batch=batch, accumulate=passes, anchors=0))[0]
        for batch, passes in ((8, 1), (4, 2))
    )
    assert one.train == pytest.approx(two.train, rel=0.05)  # dropout draws differ


def test_the_rate_rises_shortly_and_falls_to_nothing() -> None:
    recipe = Recipe(rate=1.0)
    rates = [recipe.rate_at(step, 100) for step in range(100)]
    assert rates[:3] == pytest.approx([1 / 3, 2 / 3, 1])
    assert rates[3] == 1
    assert rates[3:] == sorted(rates[3:], reverse=True)
    assert rates[-1] < 0.001
    assert Recipe(rate=1.0).rate_at(0, 1) == 1


def test_epochs_count_the_steps_where_none_are_given() -> None:
    assert Recipe(epochs=2, batch=2, accumulate=4).step_count(40) == 10
    assert Recipe(epochs=1).step_count(3) == 1
    assert Recipe(steps=7).step_count(1000) == 7


def test_there_are_only_so_many_anchors_for_each_side(folder: Folder) -> None:
    for number, split in enumerate(["train", "validation", "test"]):
        folder.pair(number, split)
    for number in range(6):
        folder.row(0, split="train", question=f"What is it, for the {number}th time?")
    data = read_data(folder.write())
    assert [len(chosen_rows(data, Recipe(anchors=most))) for most in (0, 1, 2, 9)] == [2, 4, 6, 8]


def test_rows_that_do_not_fit_into_the_context_are_named(tiny_llava: Path, folder: Folder) -> None:
    for number, split in enumerate(["train", "validation", "test"]):
        folder.pair(number, split)
    folder.rows[1]["reply"] = "word " * 600
    with pytest.raises(RowsRejected) as caught:
        trained(tiny_llava, folder.write(), QUICK)
    assert caught.value.problems[0].rows == (2,)
    assert "reads 512" in caught.value.problems[0].reason
