"""A head learns the warnings, and leaves the model as it is."""

from __future__ import annotations

from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="needs local: the extra of that name")

from agents.engine.checkpoint import Checkpoint, load_checkpoint  # noqa: E402
from benchmarks.training.examples import Encoder  # noqa: E402
from benchmarks.training.head import HeadRecipe, mean_loss, own_head, taught, tune_head  # noqa: E402
from benchmarks.training.splits import read_data  # noqa: E402


@pytest.fixture
def checkpoint(tiny_llava: Path) -> Checkpoint:
    return load_checkpoint(str(tiny_llava), device="cpu")


def test_the_loss_on_held_out_warnings_falls_and_the_model_does_not_move(checkpoint: Checkpoint, small: Path) -> None:
    before = {name: weight.clone() for name, weight in checkpoint.model.state_dict().items()}
    tuned = tune_head(checkpoint, read_data(small), HeadRecipe(rate=1e-2, epochs=4))
    assert tuned.after < tuned.before
    assert all(torch.equal(weight, before[name]) for name, weight in checkpoint.model.state_dict().items())
    assert not torch.equal(tuned.weight, before["lm_head.weight"])


def test_states_and_tokens_are_those_that_the_models_own_loss_is_made_of(checkpoint: Checkpoint, small: Path) -> None:
    data = read_data(small)
    row = data["train"].pairs[0][1]
    with torch.no_grad():
        loss = float(checkpoint.model(**Encoder(checkpoint).example(row.messages, row.line.reply)).loss)
    assert mean_loss(*own_head(checkpoint), taught(checkpoint, data, [row])) == pytest.approx(loss, abs=1e-4)


def test_a_tied_model_gets_a_copy_of_its_own(checkpoint: Checkpoint) -> None:
    weight, bias = own_head(checkpoint)
    weight += 1
    assert bias is None
    assert not torch.equal(weight, checkpoint.model.get_output_embeddings().weight)
