"""For all tests: workers that share the cores do not each start a thread for every core."""

from __future__ import annotations

import os

import pytest


def pytest_configure(config: pytest.Config) -> None:
    """Hold a worker and the processes it starts to one thread of torch and numpy, before either is imported."""
    if hasattr(config, "workerinput"):
        os.environ.setdefault("OMP_NUM_THREADS", "1")
