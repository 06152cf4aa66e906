"""Which opaque values a deployment let out: what a client sends back of them is no word of its own (design law 3).

Hosts want encrypted reasoning, signatures and ids back as they are, so nothing can be added to them by which they would
be known again. Their digests are kept in the data folder: processes that share it know each other's, and a restart
forgets none. Without a digest, agents read the value as words: nothing is lost but their tokens.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import Column, Integer, LargeBinary, MetaData, Table, select

from service.audit.chain import ChainKey
from service.database.engine import Database
from service.database.errors import DatabaseFailed

# The schema is made by the migrations.
LET_OUT = Table(
    "let_out",
    MetaData(),
    Column("number", Integer, primary_key=True),  # grows with each insert; none is used twice
    Column("digest", LargeBinary, nullable=False, unique=True),
    Column("at", Integer, nullable=False),  # seconds since 1970
)
DOMAIN = b"situguard let out 1"
MAX_VALUES = 200_000  # in one data folder, about 30 MB
MAX_OF_REPLY = 1024  # those that a reply has beyond are judged when they come back
MAX_DAYS = 30  # a conversation that goes on after that is judged with its old signatures
DAY = 24 * 60 * 60  # seconds
ASKED_AT_ONCE = 500  # values of one statement

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class LetOut:
    """The values that went out, by the install's own key. What fails here is logged, and costs no answer."""

    database: Database
    key: ChainKey
    most: int = MAX_VALUES
    clock: Callable[[], float] = time.time

    async def keep(self, deployment: str, values: Collection[str]) -> None:
        """Return when the values are known for a deployment, at once if there are none."""
        if not values:
            return
        try:
            await asyncio.to_thread(self._write, deployment, values)
        except DatabaseFailed as error:
            logger.warning("values that went out will be judged when they come back: database %s", error.kind)

    async def known(self, deployment: str, values: Collection[str]) -> frozenset[str]:
        """Those of the values that this deployment let out."""
        if not values:
            return frozenset()
        try:
            return await asyncio.to_thread(self._read, deployment, values)
        except DatabaseFailed as error:
            logger.warning("values that came back are judged: database %s", error.kind)
            return frozenset()

    def _digests(self, deployment: str, values: Collection[str]) -> Mapping[bytes, str]:
        return {self.key.link(DOMAIN, deployment, value): value for value in values}

    def _write(self, deployment: str, values: Collection[str]) -> None:
        now = int(self.clock())
        rows = [{"digest": digest, "at": now} for digest in self._digests(deployment, values)]
        with self.database.transaction() as connection:
            connection.execute(LET_OUT.delete().where(LET_OUT.c.at < now - MAX_DAYS * DAY))
            # A value that goes out again gets a new number, so that it stays.
            connection.execute(LET_OUT.insert().prefix_with("OR REPLACE"), rows)
            newest = select(LET_OUT.c.number).order_by(LET_OUT.c.number.desc()).limit(1).scalar_subquery()
            connection.execute(LET_OUT.delete().where(LET_OUT.c.number <= newest - self.most))

    def _read(self, deployment: str, values: Collection[str]) -> frozenset[str]:
        digests = self._digests(deployment, values)
        asked, since = list(digests), int(self.clock()) - MAX_DAYS * DAY
        found: list[bytes] = []
        with self.database.snapshot() as connection:
            for start in range(0, len(asked), ASKED_AT_ONCE):
                some = LET_OUT.c.digest.in_(asked[start : start + ASKED_AT_ONCE])
                found += connection.scalars(select(LET_OUT.c.digest).where(some, LET_OUT.c.at >= since))
        return frozenset(digests[digest] for digest in found)
