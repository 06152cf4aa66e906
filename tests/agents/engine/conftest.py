"""Tiny checkpoints, loaded once; and two of them and the embedded one, each in the batches that it runs in."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from agents.engine.model_runner import ModelRunner


@pytest.fixture(params=["pocket", "pocket static", "tiny_llava", "sliding_llava static"])
def folder(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkpoint, in continuous or in static batches."""
    import agents.engine.engine

    name, _, static = request.param.partition(" ")
    if static:
        monkeypatch.setattr(agents.engine.engine, "supports_continuous_batching", lambda _: False)
    return Path(str(files("agents.models") / "pocket")) if name == "pocket" else request.getfixturevalue(name)


@pytest.fixture(scope="session")
def sliding_llava(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkpoint whose layers forget, so that sequences cannot be put together by keys and values alone."""
    pytest.importorskip("torch", reason="needs local: the extra of that name")
    from tests.agents.models.tiny_llava import save_tiny_llava

    return save_tiny_llava(tmp_path_factory.mktemp("sliding"), window=64)


@pytest.fixture(scope="session")
def runner(tiny_llava: Path) -> ModelRunner:
    """Runs the tiny checkpoint."""
    return runner_of(tiny_llava)


@pytest.fixture(scope="session")
def sliding_runner(sliding_llava: Path) -> ModelRunner:
    """Runs the checkpoint whose layers forget."""
    return runner_of(sliding_llava)


def runner_of(folder: Path) -> ModelRunner:
    from agents.engine.checkpoint import load_checkpoint
    from agents.engine.model_runner import ModelRunner

    return ModelRunner("tiny", load_checkpoint(str(folder), device="cpu"))
