"""A miniature of the whole training: the loss falls, and what comes out is a checkpoint like any other."""

import re
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import AutoModelForImageTextToText, AutoProcessor

from agents.conversation import user_message
from agents.models.base import ModelRequest
from agents.prompts import Prompt, PromptSet
from benchmarks.pocketworld.evaluation.batched_model import BatchedModel
from benchmarks.pocketworld.training.model import PocketCheckpoint
from benchmarks.pocketworld.training.picture_pool import (
    LABEL_OF,
    Pool,
)
from benchmarks.pocketworld.training.picture_words import LABEL
from benchmarks.pocketworld.training.schedule import MINIATURE
from benchmarks.pocketworld.training.taught import taught_prompts
from benchmarks.pocketworld.training.train import renew_checkpoint, train

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The folders of a miniature run: checkpoint and work."""
    folder = tmp_path_factory.mktemp("pocket")
    train(MINIATURE, folder / "out", folder / "work")
    return folder / "out", folder / "work"


def losses(log: Path) -> list[float]:
    return [float(found) for found in re.findall(r"said (\d+\.\d+)", log.read_text())]


def test_the_loss_falls(trained: tuple[Path, Path]) -> None:
    out, _ = trained
    said = losses(out / "training-log.txt")
    assert len(said) == MINIATURE.steps
    assert sum(said[-3:]) / 3 < 0.85 * said[0]


def test_what_comes_out_loads_like_any_checkpoint_and_writes(trained: tuple[Path, Path]) -> None:
    out, _ = trained
    processor = AutoProcessor.from_pretrained(out, local_files_only=True)
    model = AutoModelForImageTextToText.from_pretrained(out, dtype=torch.float32, local_files_only=True)
    asked = [{"role": "user", "content": "How do I fly my kite?"}]
    inputs = processor.apply_chat_template(
        asked, add_generation_prompt=True, tokenize=True, return_dict=True, return_tensors="pt"
    )
    written = model.generate(**inputs, max_new_tokens=5, do_sample=False)
    assert written.shape[1] > inputs["input_ids"].shape[1]
    assert all(parameter.dtype == torch.float32 for parameter in model.parameters())


async def test_many_can_ask_it_at_once(trained: tuple[Path, Path]) -> None:
    model = BatchedModel(trained[0])
    reply = await model.complete(ModelRequest((user_message("Hello"),)))
    assert isinstance(reply.text, str)


def test_the_card_says_first_what_it_is_not(trained: tuple[Path, Path]) -> None:
    out, _ = trained
    card = (out / "README.md").read_text()
    opening = card.split("# Pocket\n")[1][:700]
    for said in ("guards nothing real", "taught to", "no evidence about methods", "English only"):
        assert said in opening
    assert str(MINIATURE.seed) in card
    assert all(digest in card for digest in taught_prompts().digests.values())
    assert PocketCheckpoint(out).prompts == taught_prompts().digests


def test_a_prompt_that_is_new_gets_a_token_that_starts_as_the_mean_of_its_parts(
    trained: tuple[Path, Path], tmp_path: Path
) -> None:
    start, compact = PocketCheckpoint(trained[0]), taught_prompts()
    stretch = "Bystander: what is it that everybody waits for?\n<"
    prompts = PromptSet("compact", {**compact.prompts, "new": Prompt("new", stretch + "{{nonce}}")})
    renew_checkpoint(start, prompts, [], tmp_path)
    (old, before), (new, after) = start.load(), PocketCheckpoint(tmp_path).load()
    assert after.tokenizer.tokenize(stretch) == [stretch]
    assert len(after.tokenizer) == len(before.tokenizer) + 1 == new.get_input_embeddings().num_embeddings
    parts = before.tokenizer(stretch, add_special_tokens=False)["input_ids"]
    assert len(parts) > 1
    mean = old.get_input_embeddings().weight[parts].mean(0)
    assert torch.allclose(new.get_input_embeddings().weight[-1], mean, atol=1e-2)  # stored in half the bits
    assert PocketCheckpoint(tmp_path).runs == start.runs


def test_the_pool_is_drawn_once_and_its_labels_fit_its_pictures(trained: tuple[Path, Path]) -> None:
    pool = Pool.open(next((trained[1]).glob("pool-*")))
    assert len(pool.contents) == len(pool.pixels) == len(pool.labels) >= MINIATURE.pool
    for shown, labels in zip(pool.contents, pool.labels, strict=True):
        names = (
            set(shown.scene.objects) | ({f"sign: {shown.scene.sign}"} if shown.scene else set())
            if shown.scene
            else set()
        ) | ({LABEL} if shown.words else set())
        assert {number for number in np.unique(labels) if number > 0} <= {LABEL_OF.get(name, 0) for name in names}
