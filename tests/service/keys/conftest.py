"""An open store of keys for tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from service.keys.store import KeyStore
from tests.service.storage import key_store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[KeyStore]:
    with key_store(tmp_path) as store:
        yield store
