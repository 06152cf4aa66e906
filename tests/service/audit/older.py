"""Records as an older version left them: its schema by its own migrations, its chains without sealed ends."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from importlib.resources import files
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine

from service.audit.chain import load_key
from tests.service.audit.kept import decision


def older(folder: Path, revision: str, records: int, writer: str = "writer-0") -> None:
    """A folder at that revision, with so many records of one writer."""
    folder.mkdir(exist_ok=True)
    engine = create_engine(f"sqlite:///{folder / 'records.sqlite3'}")
    with engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(files("service.database") / "migrations"))
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    engine.dispose()
    key = load_key(folder)
    head = key.genesis(writer)
    with closing(sqlite3.connect(folder / "records.sqlite3")) as database:
        for number in range(records):
            sealed = key.seal(decision(number=number), head)
            head, record = sealed.head, sealed.record
            row = (writer, head.sequence, record.kind, record.id, record.at, sealed.body, sealed.digest, head.mac)
            database.execute("INSERT INTO records VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
        database.commit()
