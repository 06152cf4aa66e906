"""Backup: a folder like the data folder, as it was at one moment, copied while the service goes on writing."""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path

from service.audit.chain import KEY_FILE, read_key
from service.audit.content_store import CONTENT, ContentStore
from service.audit.reader import reading
from service.audit.verify import verify_records
from service.audit.violations import Verification
from service.database.engine import Database
from service.database.errors import DatabaseFailed, StorageUnusable
from service.database.files import private_file
from service.database.migrate import schema_version

HEADS_SINCE = "0003"  # the schema that brought sealed heads


def back_up(database: Database, target: Path, *, with_content: bool = False) -> Verification:
    """Copy to a new folder and verify the copy; raises `StorageUnusable`.

    The key goes with it, or nobody could verify it; content only where that is asked for, as no purge reaches it there.
    """
    try:
        target.mkdir(parents=True, mode=0o700)
        database.copy_to(target)
        _copy(database.folder / KEY_FILE, target / KEY_FILE)
        for day in ContentStore(database.folder).days() if with_content else ():
            copied_day = target / CONTENT / day.name
            copied_day.mkdir(parents=True, mode=0o700)
            copied_day.parent.chmod(0o700)
            for file in day.iterdir():
                with suppress(FileNotFoundError):  # purged meanwhile
                    _copy(file, copied_day / file.name)
    except FileExistsError:
        raise StorageUnusable(target, "there is something already; a backup makes its own folder") from None
    except (OSError, DatabaseFailed) as error:
        raise StorageUnusable(target, f"the backup failed ({error})") from None
    with Database(target) as copy, reading(copy, any_schema=True) as reader:
        damage = copy.damage()
        if damage is not None:
            raise StorageUnusable(target, f"the copy is not whole ({damage})")
        sealed = (schema_version(reader.connection) or "") >= HEADS_SINCE
        return verify_records(reader, read_key(target), ContentStore(target), sealed=sealed)


def _copy(source: Path, target: Path) -> None:
    with private_file(target) as copy, source.open("rb") as original:
        shutil.copyfileobj(original, copy)
