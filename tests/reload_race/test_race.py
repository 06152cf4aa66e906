"""A tenth of the race."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from tests.reload_race.race import run

REQUESTS = 2000


async def test_each_records_version_explains_the_agents_that_ran(tmp_path: Path) -> None:
    race = await run(tmp_path, REQUESTS)
    assert race.faults == []
    assert race.requests == REQUESTS
    assert len(race.acknowledged) >= 5
    assert race.acknowledged == sorted(set(race.acknowledged))
    with closing(sqlite3.connect(tmp_path / "data" / "records.sqlite3")) as database:
        (recorded,) = database.execute("SELECT count(*) FROM records WHERE kind = 'decision'").fetchone()
    assert recorded == REQUESTS
