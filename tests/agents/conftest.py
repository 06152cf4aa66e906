"""One tiny checkpoint for all tests of local models."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def tiny_llava(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a loadable checkpoint of random weights."""
    torch = pytest.importorskip("torch", reason="needs local: the extra of that name")
    torch.set_num_threads(1)  # threads cost such small weights more than they give
    from tests.agents.models.tiny_llava import save_tiny_llava

    return save_tiny_llava(tmp_path_factory.mktemp("checkpoint"))
