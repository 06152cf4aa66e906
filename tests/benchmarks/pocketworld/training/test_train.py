"""A miniature of the whole training: the loss falls, and what comes out is a checkpoint like any other."""

import re
from dataclasses import replace
from pathlib import Path
from random import Random

import numpy as np
import pytest
import torch
from transformers import AutoModelForImageTextToText, AutoProcessor

from agents.conversation import user_message
from agents.models.base import ModelRequest
from agents.prompts import PromptSet
from benchmarks.pocketworld.drawing.scene import Box
from benchmarks.pocketworld.evaluation.batched_model import BatchedModel
from benchmarks.pocketworld.training.bf16_linear import BF16Linear, use_bf16_linear
from benchmarks.pocketworld.training.labels import activity_named
from benchmarks.pocketworld.training.model import GRID, IMAGE_SIZE, PocketCheckpoint
from benchmarks.pocketworld.training.picture_loader import PictureLoader
from benchmarks.pocketworld.training.picture_pool import (
    LABEL_OF,
    UNSURE,
    PictureContent,
    Pool,
    patch_labels,
    sample_contents,
)
from benchmarks.pocketworld.training.schedule import FULL, MINIATURE, Phase, Schedule
from benchmarks.pocketworld.training.train import train
from benchmarks.pocketworld.world.activities.catalogue import judge
from benchmarks.pocketworld.world.ontology import Scene

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
    assert all(digest in card for digest in PromptSet.load("compact").digests.values())
    assert PocketCheckpoint(out).prompts == PromptSet.load("compact").digests


def test_the_pool_is_drawn_once_and_its_labels_fit_its_pictures(trained: tuple[Path, Path]) -> None:
    pool = Pool.open(next((trained[1]).glob("pool-*")))
    assert len(pool.contents) == len(pool.pixels) == len(pool.labels) >= MINIATURE.pool
    for shown, labels in zip(pool.contents, pool.labels, strict=True):
        names = (
            set(shown.scene.objects) | ({f"sign: {shown.scene.sign}"} if shown.scene else set())
            if shown.scene
            else set()
        )
        assert {number for number in np.unique(labels) if number > 0} <= {LABEL_OF.get(name, 0) for name in names}


def test_pictures_are_mirrored_with_their_labels_unless_they_hold_a_sign() -> None:
    columns = np.broadcast_to(
        np.arange(IMAGE_SIZE, dtype=np.uint8)[None, None, :, None], (2, IMAGE_SIZE, IMAGE_SIZE, 3)
    ).copy()
    labels = np.broadcast_to(np.arange(GRID, dtype=np.int16), (2, GRID, GRID)).reshape(2, -1).copy()
    pool = Pool(columns, labels, (PictureContent(Scene("park")), PictureContent(Scene("park", sign="OPEN"))))
    loader = PictureLoader(pool, seed=1, rank=0, count=1)
    turned: set[tuple[bool, bool]] = set()
    for _ in range(20):
        batch = loader.next_batch(2)
        for pixels, patches, shown in zip(
            batch.pixels, batch.patches.view(-1, GRID, GRID), batch.contents, strict=True
        ):
            mirrored = bool(patches[0, 0] > patches[0, -1])
            assert mirrored == bool(pixels[..., :20].mean() > pixels[..., -20:].mean())
            assert shown.scene is not None
            turned.add((shown.scene.sign is not None, mirrored))
    assert turned == {(False, False), (False, True), (True, False)}


def test_a_patch_is_labelled_by_what_covers_it() -> None:
    labels = patch_labels((Box("ball", 0.0, 0.0, 2 / GRID, 1.25 / GRID),)).reshape(GRID, GRID)
    ball = LABEL_OF["ball"]
    assert labels[0, :3].tolist() == [ball, ball, 0]
    assert labels[1, :3].tolist() == [UNSURE, UNSURE, 0]
    assert (labels[2:] == 0).all()


def test_sampled_pictures_come_with_what_may_be_asked_of_them() -> None:
    rng = Random(0)
    for _ in range(100):
        for shown in sample_contents(rng):
            assert shown.scene is not None
            assert not shown.safe or judge(activity_named(shown.safe), shown.scene).safe
            assert not shown.unsafe or not judge(activity_named(shown.unsafe), shown.scene).safe


def test_half_products_are_close_to_whole_ones_forward_and_backward() -> None:
    torch.manual_seed(0)
    whole = torch.nn.Linear(64, 32)
    half = torch.nn.Linear(64, 32)
    half.load_state_dict(whole.state_dict())
    use_bf16_linear(half)
    assert isinstance(half, BF16Linear)
    inputs = torch.randn(5, 7, 64)
    for layer in (whole, half):
        layer(inputs).square().sum().backward()
    assert torch.allclose(whole(inputs), half(inputs), atol=0.05)
    assert whole.weight.grad is not None
    assert half.weight.grad is not None
    relative = (whole.weight.grad - half.weight.grad).norm() / whole.weight.grad.norm()
    assert relative < 0.02


def test_a_plan_knows_its_phase_and_its_rate() -> None:
    plan = Schedule("two", (Phase(10, 1, 0, 1), Phase(30, 2, 1, 1)), pool=1, rate=1.0, warm=0.1, floor=0.1)
    assert [plan.phase_at(step).pictures for step in (0, 9, 10, 39)] == [1, 1, 2, 2]
    with pytest.raises(IndexError):
        plan.phase_at(40)
    rates = [plan.rate_at(step) for step in range(plan.steps)]
    assert rates.index(max(rates)) == 3
    assert rates[-1] == pytest.approx(0.1)
    assert replace(FULL, seed=1).steps == sum(phase.steps for phase in FULL.phases)
