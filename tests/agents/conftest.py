"""One tiny checkpoint for all tests of local models, and that one running."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from agents.models.local import LocalModel


@pytest.fixture(scope="session")
def tiny_llava(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a loadable checkpoint of random weights."""
    torch = pytest.importorskip("torch", reason="needs local: the extra of that name")
    torch.set_num_threads(1)  # threads cost such small weights more than they give
    from tests.agents.models.tiny_llava import save_tiny_llava

    return save_tiny_llava(tmp_path_factory.mktemp("checkpoint"))


@pytest.fixture
def folder(tiny_llava: Path) -> Path:
    """The checkpoint that `model` runs. Tests of others say which."""
    return tiny_llava


@pytest_asyncio.fixture
async def model(folder: Path) -> AsyncIterator[LocalModel]:
    """A checkpoint, running."""
    local = LocalModel("tiny", checkpoint=str(folder), device="cpu")
    await local.start()
    yield local
    await local.close()
