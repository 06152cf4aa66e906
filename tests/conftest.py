"""For all tests: workers that share the cores do not each start a thread for every core."""

from __future__ import annotations

import os

import pytest


def pytest_configure(config: pytest.Config) -> None:
    """Hold a worker, and every process that it starts, to one thread of torch's and numpy's, before they are imported."""
    if hasattr(config, "workerinput"):
        os.environ.setdefault("OMP_NUM_THREADS", "1")
