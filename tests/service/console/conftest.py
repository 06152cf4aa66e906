"""What most tests of the console begin with."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.service.console.office import Office, office


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Office]:
    """A console where the administrator has logged in."""
    async with office(tmp_path) as opened:
        await opened.log_in()
        yield opened
