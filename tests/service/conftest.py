"""What many tests of the service begin with."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.service.running import Proxy, running


@pytest.fixture
async def proxy(tmp_path: Path) -> AsyncIterator[Proxy]:
    """A proxy with the usual deployments, safe in every situation."""
    async with running(tmp_path) as running_proxy:
        yield running_proxy
