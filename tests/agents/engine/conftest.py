"""Tiny checkpoints, loaded once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from agents.engine.model_runner import ModelRunner


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
