"""The content writer: what is due goes at its start, and what it cannot keep no record claims."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from service.audit.content_store import Content, ContentStore, Piece, today
from tests.service.audit.kept import holding
from tests.service.storage import audit_log

TOMORROW = today() + timedelta(days=1)


def piece(digit: str, data: bytes = b"words") -> Piece:
    return Piece(digit * 64, data)


def test_what_is_due_goes_at_the_start_of_a_service(tmp_path: Path) -> None:
    ContentStore(tmp_path).keep(Content(today(), (piece("a", b"canary"),)))
    ContentStore(tmp_path).keep(Content(TOMORROW, (piece("b"),)))
    with audit_log(tmp_path):
        pass
    assert holding(tmp_path, b"canary") == []
    assert ContentStore(tmp_path).read(TOMORROW.isoformat(), "b" * 64) == b"words"
