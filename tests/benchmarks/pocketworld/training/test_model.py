"""The committed checkpoint: small, stock, trained on the prompts that are served, and right about examples."""

import json
from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from transformers import PreTrainedTokenizerFast

from agents.prompts import PromptSet
from benchmarks.pocketworld.training.model import (
    PocketCheckpoint,
    TrainingRun,
    build_model,
    build_processor,
)
from benchmarks.pocketworld.training.taught import UNTAUGHT, taught_prompts
from benchmarks.pocketworld.training.tokenizer import IMAGE
from benchmarks.pocketworld.training.train import COMMITTED

pytestmark = pytest.mark.filterwarnings("ignore")
TAUGHT = taught_prompts()
LARGEST = 20 * 1024**2  # bytes


@pytest.mark.skipif(not (COMMITTED / "checkpoint.json").exists(), reason="no checkpoint is committed yet")
class TestCommitted:
    def test_it_was_trained_on_the_prompts_that_are_served(self) -> None:
        learned = PocketCheckpoint(COMMITTED).prompts
        stale = {name for name, digest in TAUGHT.digests.items() if learned.get(name) != digest}
        assert not stale, f"prompts changed since training: {sorted(stale)}; run `make pocket-tune`"

    def test_a_prompt_that_it_was_never_taught_is_not_among_those_that_it_has_learned(self) -> None:
        assert PromptSet.load("compact").prompts.keys() >= UNTAUGHT
        assert not UNTAUGHT & PocketCheckpoint(COMMITTED).prompts.keys()

    def test_it_is_small_and_readable_by_everyone(self) -> None:
        files = list(COMMITTED.iterdir())
        assert sum(file.stat().st_size for file in files) <= LARGEST
        assert all(file.stat().st_mode & 0o044 == 0o044 for file in files)

    def test_its_card_carries_the_prompts_hashes(self) -> None:
        card = (COMMITTED / "README.md").read_text()
        block = card.split("```json\n")[1].split("```")[0]
        assert json.loads(block) == PocketCheckpoint(COMMITTED).prompts

    def test_it_loads_as_float32_with_nothing_left_at_random(self) -> None:
        model, processor = PocketCheckpoint(COMMITTED).load()
        assert model.dtype == torch.float32
        assert model.config.image_token_id == processor.tokenizer.convert_tokens_to_ids(IMAGE)


def test_an_untrained_model_is_the_same_for_the_same_seed(tokenizer: PreTrainedTokenizerFast) -> None:
    one, two, other = (build_model(tokenizer, seed) for seed in (1, 1, 2))
    weights = [next(model.model.language_model.layers[0].parameters()) for model in (one, two, other)]
    assert torch.equal(weights[0], weights[1])
    assert not torch.equal(weights[0], weights[2])


def test_weights_have_the_names_that_the_oldest_transformers_5_reads(
    tokenizer: PreTrainedTokenizerFast, tmp_path: Path
) -> None:
    PocketCheckpoint(tmp_path).save(build_model(tokenizer, 1), build_processor(tokenizer))
    with safe_open(tmp_path / "model.safetensors", "pt") as weights:
        eye = [name for name in weights.keys() if "vision_tower." in name]  # noqa: SIM118 - a file, not a mapping
    assert eye
    assert all("vision_tower.vision_model." in name for name in eye)


def test_a_checkpoint_remembers_the_runs_that_made_it(tmp_path: Path) -> None:
    runs = (TrainingRun("full", 1, 9, 9, "9 of 1", 10, 2, 0.002), TrainingRun("tune", 2, 3, 4, "4 of 1", 10, 2, 0.0007))
    assert PocketCheckpoint(tmp_path).runs == ()
    PocketCheckpoint(tmp_path).write_metadata(TAUGHT, runs)
    assert PocketCheckpoint(tmp_path).runs == runs
    assert PocketCheckpoint(tmp_path).prompts == TAUGHT.digests


def test_saved_in_half_and_loaded_whole(tokenizer: PreTrainedTokenizerFast, tmp_path: Path) -> None:
    model = build_model(tokenizer, 1)
    PocketCheckpoint(tmp_path).save(model, build_processor(tokenizer))
    loaded, _ = PocketCheckpoint(tmp_path).load()
    for name, parameter in model.named_parameters():
        assert torch.equal(parameter.detach().bfloat16().float(), dict(loaded.named_parameters())[name].detach())
