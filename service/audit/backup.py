"""Backup: a folder like the data folder, as it was at one moment, copied while the service goes on writing."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from service.audit.chain import KEY_FILE, read_key
from service.audit.content_store import Shelf
from service.audit.errors import RecordsUnusable
from service.audit.private_file import own_file
from service.audit.reader import reading
from service.audit.verify import examine
from service.audit.violations import Examined
from service.database.engine import DATABASE, demand_records
from service.database.migrate import revision

HEADS_SINCE = "0003"  # the schema that brought sealed ends


def back_up(folder: Path, target: Path, *, with_content: bool = False) -> Examined:
    """Copy to a new folder and verify the copy; raises `RecordsUnusable`.

    The key goes with it, or nobody could verify it; content only where that is asked for, as no purge reaches it there.
    """
    demand_records(folder)
    try:
        target.mkdir(parents=True, mode=0o700)
        _copy_database(folder / DATABASE, target / DATABASE)
        _copy(folder / KEY_FILE, target / KEY_FILE)
        if with_content:
            _copy_content(folder, target)
    except FileExistsError:
        raise RecordsUnusable(target, "there is something already; a backup makes its own folder") from None
    except (OSError, sqlite3.Error) as error:
        raise RecordsUnusable(target, f"the backup failed ({error})") from None
    return _verified(target)


def _verified(target: Path) -> Examined:
    with reading(target, any_schema=True) as reader:
        found = reader.connection.exec_driver_sql("PRAGMA integrity_check").scalar()
        if found != "ok":
            raise RecordsUnusable(target, f"the copy is not whole ({found})")
        sealed = (revision(reader.connection) or "") >= HEADS_SINCE
        return examine(reader, read_key(target), Shelf(target), sealed=sealed)


def _copy_database(source: Path, target: Path) -> None:
    """In one step, that is, in one reading transaction: in WAL mode writers neither wait for it nor get into it."""
    target.touch(mode=0o600)
    with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(target)) as copy:
        live.backup(copy)


def _copy_content(folder: Path, target: Path) -> None:
    for day in Shelf(folder).days():
        place = target / day.parent.name / day.name
        place.mkdir(parents=True, mode=0o700)
        place.parent.chmod(0o700)
        for file in day.iterdir():
            with suppress(FileNotFoundError):  # purged meanwhile
                _copy(file, place / file.name)


def _copy(source: Path, target: Path) -> None:
    with own_file(target) as copy, source.open("rb") as original:
        shutil.copyfileobj(original, copy)
