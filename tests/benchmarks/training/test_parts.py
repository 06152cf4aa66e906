"""A probe and a head of Pocket World, trained small, are files that the method takes."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("torch", reason="needs local: the extra of that name")
pytest.importorskip("sklearn", reason="needs train: the extra of that name")

from agents.engine.checkpoint import load_checkpoint
from agents.models.local import LocalModel
from agents.models.trained_parts import load_head, load_probe
from agents.pilot import SITUATION
from agents.prompts import PromptSet
from benchmarks.training.head import HeadRecipe
from benchmarks.training.parts import ProbeSpec, make_head, make_probe
from benchmarks.training.pocketworld import PairWriter
from benchmarks.training.splits import TrainingData, read_data
from guard.config import EMBEDDED, LocalConfig
from guard.identity import checkpoint_of

CHECKPOINT = checkpoint_of(LocalConfig(kind="local", path=EMBEDDED))
IDENTITY = "a" * 64


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> TrainingData:
    return read_data(PairWriter(tmp_path_factory.mktemp("pairs"), 7).write(80, 20, 30))


async def test_a_probe_reads_after_two_tokens_what_the_prompt_alone_does_not_tell(
    data: TrainingData, tmp_path: Path
) -> None:
    model = LocalModel("pocket", checkpoint=CHECKPOINT, device="cpu")
    await model.start()
    figures = await make_probe(model, IDENTITY, data, ProbeSpec("compact"), tmp_path / "probe.json")
    await model.close()
    assert list(figures) == [0, 2]
    assert figures[2].auroc > figures[0].auroc + 0.1
    assert figures[0].auroc == pytest.approx(0.5, abs=0.15)
    for each in figures.values():
        assert each.shuffled_labels == pytest.approx(0.5, abs=0.15)
        assert each.blank_picture == pytest.approx(0.5, abs=0.01)  # batches round differently
    card = load_probe(tmp_path / "probe.json").card
    assert (card.model, card.layer, card.after_tokens, card.prompt) == (IDENTITY, -1, 2, SITUATION)
    assert card.prompt_sha256 == PromptSet.load("compact")["situation"].digest
    assert card.figures["held_out"]["k=2"]["auroc"] == figures[2].auroc
    assert card.figures["pairs"] == {"train": 80, "validation": 20, "test": 30}


def test_a_head_learns_to_warn(data: TrainingData, tmp_path: Path) -> None:
    checkpoint = load_checkpoint(CHECKPOINT, device="cpu")
    before, after = make_head(checkpoint, IDENTITY, data, HeadRecipe(3e-3, 3), tmp_path / "head.json")
    assert after < before / 2
    read = load_head(tmp_path / "head.json")
    assert read.head.weights.shape == checkpoint.model.get_output_embeddings().weight.shape
    assert read.card.figures["validation_loss_after"] == after
