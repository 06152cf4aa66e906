"""States are read for every row, the same each time; over blank pictures both sides of a pair are one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

torch = pytest.importorskip("torch", reason="needs local: the extra of that name")

from agents.models.local import LocalModel  # noqa: E402
from agents.pilot import Pilot  # noqa: E402
from agents.prompts import PromptSet  # noqa: E402
from benchmarks.training.rows import read_rows  # noqa: E402
from benchmarks.training.states import labelled_states, without_pictures  # noqa: E402
from guard.config import EMBEDDED, LocalConfig  # noqa: E402
from guard.identity import checkpoint_of  # noqa: E402

PLACES = [(-1, 0), (-1, 2)]


@pytest_asyncio.fixture
async def pilot() -> AsyncIterator[Pilot]:
    local = LocalModel("pocket", checkpoint=checkpoint_of(LocalConfig(kind="local", path=EMBEDDED)), device="cpu")
    await local.start()
    yield Pilot(local, PromptSet.load("compact"))
    await local.close()


async def test_states_and_labels_of_rows_with_pictures_with_findings_and_without(pilot: Pilot, small: Path) -> None:
    rows = read_rows(small)[:4]
    found = await labelled_states(pilot, rows, PLACES)
    again = await labelled_states(pilot, rows, PLACES)
    told = await labelled_states(pilot, rows, PLACES, findings=True)
    for place in PLACES:
        assert found[place].unsafe.tolist() == [False, True, False, True]
        assert found[place].states.shape == (4, 128)
        assert torch.allclose(found[place].states, again[place].states, atol=1e-4)
        assert not torch.allclose(found[place].states, told[place].states, atol=1e-2)
    assert not torch.allclose(found[-1, 0].states[0], found[-1, 0].states[1], atol=1e-4)
    blank = (await labelled_states(pilot, without_pictures(rows), PLACES))[-1, 2].states
    assert torch.allclose(blank[0], blank[1], atol=1e-4)
