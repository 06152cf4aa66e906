"""Adapters go on the language model alone, change nothing at first, and are gone once they are merged."""

from __future__ import annotations

from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="needs local: the extra of that name")
pytest.importorskip("peft", reason="needs train: the extra of that name")

from agents.engine.checkpoint import Checkpoint, load_checkpoint  # noqa: E402
from agents.models.base import ModelRequest  # noqa: E402
from agents.models.local import LocalModel  # noqa: E402
from benchmarks.training.errors import CheckpointUnfit  # noqa: E402
from benchmarks.training.lora import adapted_modules, save_merged, with_adapters  # noqa: E402
from benchmarks.training.rows import Row, read_rows  # noqa: E402
from guard.config import EMBEDDED, LocalConfig  # noqa: E402
from guard.identity import checkpoint_of  # noqa: E402

POCKET = checkpoint_of(LocalConfig(kind="local", path=EMBEDDED))
LINEAR_OF_A_LAYER = 7  # q, k, v, o, gate, up, down


@pytest.fixture(params=["tiny", "pocket"])
def source(request: pytest.FixtureRequest) -> str:
    return POCKET if request.param == "pocket" else str(request.getfixturevalue("tiny_llava"))


def loaded(source: str) -> Checkpoint:
    return load_checkpoint(source, device="cpu")


async def replies(folder: str, rows: list[Row]) -> list[str]:
    model = LocalModel("trained", checkpoint=folder, device="cpu")
    await model.start()
    try:
        options = {"temperature": 0, "max_tokens": 24}
        return [(await model.complete(ModelRequest(row.messages, options))).text for row in rows]
    finally:
        await model.close()


def test_the_pattern_hits_every_layer_of_the_language_model_and_no_module_of_the_vision_tower(source: str) -> None:
    checkpoint = loaded(source)
    hit = adapted_modules(checkpoint.model)
    assert len(hit) == LINEAR_OF_A_LAYER * checkpoint.text_config.num_hidden_layers
    assert not [name for name in hit if "vision" in name or "projector" in name]
    adapted = with_adapters(checkpoint, "model")
    trained = [name for name, weight in adapted.named_parameters() if weight.requires_grad]
    assert len(trained) == 2 * len(hit)
    assert all("language_model" in name and "lora" in name for name in trained)


async def test_adapters_that_learned_nothing_give_the_base_token_for_token(
    source: str, tmp_path: Path, small: Path
) -> None:
    """B is zero at first, so that the product of both is."""
    checkpoint, rows = loaded(source), read_rows(small)[:4]
    save_merged(with_adapters(checkpoint, "model"), checkpoint, tmp_path / "out")
    assert await replies(str(tmp_path / "out"), rows) == await replies(source, rows)
    before, after = loaded(source).model.state_dict(), loaded(str(tmp_path / "out")).model.state_dict()
    assert before.keys() == after.keys()
    assert all(torch.equal(before[name], after[name]) for name in before)
    assert all(file.stat().st_mode & 0o044 == 0o044 for file in (tmp_path / "out").iterdir())


def test_a_checkpoint_without_such_modules_is_refused() -> None:
    with pytest.raises(CheckpointUnfit, match="far/model: no module"):
        with_adapters(Checkpoint(None, torch.nn.Linear(2, 2), "cpu"), "far/model")
