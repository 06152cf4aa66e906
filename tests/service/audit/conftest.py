"""An open audit log for tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from service.audit.log import AuditLog
from tests.service.storage import audit_log


@pytest.fixture
def records(tmp_path: Path) -> Iterator[AuditLog]:
    with audit_log(tmp_path) as log:
        yield log
