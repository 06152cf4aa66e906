"""The chain: each record is sealed over the one before it, so that an edited, removed or moved one shows."""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import orjson

from service.audit.record import Record
from service.database.errors import StorageUnusable
from service.database.files import private_file

KEY_BYTES = 32
SHA256 = "sha256"
KEY_FILE = "records.key"
GENESIS = b"situguard records 1"


@dataclass(frozen=True)
class ChainHead:
    """The end of a writer's chain so far: its last record's sequence number and MAC."""

    sequence: int
    mac: bytes


@dataclass(frozen=True)
class SealedRecord:
    """A record as it is stored. `body` is its JSON text, `digest` is what the chain holds of that."""

    record: Record
    body: str
    digest: str
    head: ChainHead


@dataclass(frozen=True)
class ChainKey:
    """The install's own key. Digests of what people sent are keyed too: short texts can be guessed from plain ones."""

    secret: bytes

    def __repr__(self) -> str:
        return "ChainKey(***)"

    def keyed(self, digest: str) -> str:
        """The digest of a part as records show it."""
        return hmac.digest(self.secret, b"part\0" + digest.encode(), SHA256).hex()

    def genesis(self, writer: str) -> ChainHead:
        """Where the chain of a writer begins."""
        return ChainHead(0, hmac.digest(self.secret, GENESIS + b"\0" + writer.encode(), SHA256))

    def seal(self, record: Record, before: ChainHead) -> SealedRecord:
        """The next link of a chain."""
        body = orjson.dumps(record.body, option=orjson.OPT_SORT_KEYS).decode()
        digest = hashlib.sha256(body.encode()).hexdigest()
        sequence = before.sequence + 1
        mac = self.link(before.mac, sequence, record.kind, record.id, record.at, digest)
        return SealedRecord(record, body, digest, ChainHead(sequence, mac))

    def seal_head(self, writer: str, head: ChainHead) -> bytes:
        """Proof that a writer's chain ends there, which only the key's holder can give."""
        return self.link(head.mac, "end", writer, head.sequence)

    def seal_roster(self, writers: Iterable[str]) -> bytes:
        """Proof that these are all the writers."""
        return self.link(GENESIS, "roster", *sorted(writers))

    def link(self, before: bytes, *fields: object) -> bytes:
        """HMAC-SHA-256 over the link before and these fields; their lengths keep them apart."""
        message = b"".join(len(raw).to_bytes(4, "big") + raw for raw in (str(field).encode() for field in fields))
        return hmac.digest(self.secret, before + message, SHA256)


def load_key(folder: Path) -> ChainKey:
    """The key beside the database, made on first use; raises `StorageUnusable`."""
    path = folder / KEY_FILE
    try:
        if not path.exists():
            # Written aside and linked into place, so that two processes that start together agree on one key.
            draft = path.with_name(f"{path.name}.{os.getpid()}")
            with private_file(draft) as file:
                file.write(os.urandom(KEY_BYTES))
            try:
                with suppress(FileExistsError):
                    os.link(draft, path)
            finally:
                draft.unlink()
    except OSError as error:
        raise StorageUnusable(folder, f"{KEY_FILE}: {error.strerror}") from None
    return read_key(folder)


def read_key(folder: Path) -> ChainKey:
    """The key that is there, if only its owner can read it; raises `StorageUnusable`."""
    path = folder / KEY_FILE
    try:
        if path.stat().st_mode & 0o077:
            raise StorageUnusable(folder, f"{KEY_FILE} is readable by others; chmod 600 it")
        secret = path.read_bytes()
    except OSError as error:
        raise StorageUnusable(folder, f"{KEY_FILE}: {error.strerror}") from None
    if len(secret) != KEY_BYTES:
        raise StorageUnusable(folder, f"{KEY_FILE} is not a key of {KEY_BYTES} bytes")
    return ChainKey(secret)
