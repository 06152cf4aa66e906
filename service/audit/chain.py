"""The chain: each record is sealed over the one before it, so that an edited, removed or moved one shows."""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import orjson

from service.audit.errors import RecordsUnusable
from service.audit.private_file import own_file
from service.audit.record import Record

KEY_BYTES = 32
KEY_FILE = "records.key"
GENESIS = b"situguard records 1"


@dataclass(frozen=True)
class Seal:
    """The end of a writer's chain so far."""

    sequence: int
    mac: bytes


@dataclass(frozen=True)
class Sealed:
    """A record as it is stored. `body` is its JSON text, and `digest` is what the chain holds of it."""

    record: Record
    body: str
    digest: str
    seal: Seal


@dataclass(frozen=True)
class ChainKey:
    """The install's own key. Digests of what people sent are keyed too: short texts can be guessed from plain ones."""

    secret: bytes

    def __repr__(self) -> str:
        return "ChainKey(***)"

    def keyed(self, digest: str) -> str:
        """The digest of a part as records show it."""
        return hmac.new(self.secret, b"part\0" + digest.encode(), hashlib.sha256).hexdigest()

    def opening(self, writer: str) -> Seal:
        """Where the chain of a writer begins."""
        return Seal(0, hmac.new(self.secret, GENESIS + b"\0" + writer.encode(), hashlib.sha256).digest())

    def seal(self, record: Record, before: Seal) -> Sealed:
        """The next link."""
        body = orjson.dumps(record.body, option=orjson.OPT_SORT_KEYS).decode()
        digest = hashlib.sha256(body.encode()).hexdigest()
        sequence = before.sequence + 1
        mac = self.link(before.mac, sequence, record.kind, record.id, record.at, digest)
        return Sealed(record, body, digest, Seal(sequence, mac))

    def seal_end(self, writer: str, end: Seal) -> bytes:
        """What only the key's holder can say of the end of a writer's chain."""
        return self.link(end.mac, "end", writer, end.sequence)

    def seal_roster(self, writers: Iterable[str]) -> bytes:
        """The same of who the writers are."""
        return self.link(GENESIS, "roster", *sorted(writers))

    def link(self, before: bytes, *fields: object) -> bytes:
        """HMAC-SHA-256 over the link before and this record's fields; lengths keep fields apart."""
        told = b"".join(len(raw).to_bytes(4, "big") + raw for raw in (str(item).encode() for item in fields))
        return hmac.new(self.secret, before + told, hashlib.sha256).digest()


def load_key(folder: Path) -> ChainKey:
    """The key beside the database, made on first use; raises `RecordsUnusable`."""
    try:
        _make_key(folder / KEY_FILE)
    except OSError as error:
        raise RecordsUnusable(folder, f"{KEY_FILE}: {error.strerror}") from None
    return read_key(folder)


def read_key(folder: Path) -> ChainKey:
    """The key that is there, readable by its owner alone; raises `RecordsUnusable`."""
    path = folder / KEY_FILE
    try:
        if path.stat().st_mode & 0o077:
            raise RecordsUnusable(folder, f"{KEY_FILE} is readable by others; chmod 600 it")
        secret = path.read_bytes()
    except OSError as error:
        raise RecordsUnusable(folder, f"{KEY_FILE}: {error.strerror}") from None
    if len(secret) != KEY_BYTES:
        raise RecordsUnusable(folder, f"{KEY_FILE} is not a key of {KEY_BYTES} bytes")
    return ChainKey(secret)


def _make_key(path: Path) -> None:
    """Written aside and linked into place, so that two processes at first start agree on one key."""
    if path.exists():
        return
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    with own_file(draft) as file:
        file.write(os.urandom(KEY_BYTES))
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
