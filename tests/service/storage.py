"""Data folders for tests, opened as the service opens them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from service.audit.chain_heads import seal_existing_chains
from service.audit.log import AuditLog, open_audit_log
from service.database.engine import Database, open_database
from service.keys.store import KeyStore


def opened(folder: Path) -> Database:
    return open_database(folder, after_upgrade=seal_existing_chains)


@contextmanager
def audit_log(folder: Path) -> Iterator[AuditLog]:
    with opened(folder) as database:
        log = open_audit_log(database)
        try:
            yield log
        finally:
            log.close()


@contextmanager
def key_store(folder: Path) -> Iterator[KeyStore]:
    with opened(folder) as database:
        yield KeyStore(database)
