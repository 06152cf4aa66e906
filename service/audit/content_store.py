"""Content: what people sent and what went out, where a deployment asks for it. It lies in files beside the database.

    content/2026-12-22/<digest>

The folder is the day (UTC) from which on it must be gone; the name is the keyed digest that the record holds. So the
same picture is kept once a day, a purge touches nothing that a running service writes, and the chain never knows.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from service.audit.private_file import own_file

CONTENT = "content"
TAKEN = ".purged-"  # a day's folder while its files are removed: nothing is written into it any more
TRIES = 5  # each lost only to a purge of the very day that is written, which is one about to begin
DIGEST = re.compile(r"[0-9a-f]{64}")  # records may be forged: nothing else becomes part of a path


def today() -> date:
    """By UTC, as records tell time."""
    return datetime.now(UTC).date()


@dataclass(frozen=True)
class Piece:
    """A part of a request, a finding, or an answer. `digest` is the keyed one, as its record has it."""

    digest: str
    data: bytes = field(repr=False)


@dataclass(frozen=True)
class Content:
    """What one record leaves, and the day from which on it must be gone."""

    until: date
    pieces: tuple[Piece, ...]

    def plus(self, pieces: Iterable[Piece]) -> Content:
        return Content(self.until, (*self.pieces, *pieces))


@dataclass(frozen=True)
class Shelf:
    """The content in a data folder. Blocking."""

    folder: Path

    def keep(self, content: Content) -> None:
        """Write what is not there yet, for its owner alone; on disk when this returns. Raises `OSError`."""
        for left in reversed(range(TRIES)):
            try:
                self._keep(content)
            except FileNotFoundError:  # a purge took the folder meanwhile
                if not left:
                    raise
            else:
                return

    def read(self, until: str, digest: str) -> bytes | None:
        """A piece; None if it is not there (any more)."""
        place = self.place(until, digest)
        return place.read_bytes() if place is not None and place.is_file() else None

    def place(self, until: str, digest: str) -> Path | None:
        """Where a piece lies or lay; None for what is no day or no digest."""
        day = _day(until)
        return self._root / day.isoformat() / digest if day and DIGEST.fullmatch(digest) else None

    def purge(self, day: date) -> int:
        """Remove what must be gone on that day; the number of pieces. Others may keep and purge at the same time."""
        for folder in self.days():
            if folder.name <= day.isoformat():
                with suppress(FileNotFoundError):  # another purge took it
                    folder.rename(folder.with_name(f"{TAKEN}{folder.name}.{secrets.token_hex(8)}"))
        return sum(_remove(folder) for folder in self._root.glob(f"{TAKEN}*"))

    def forget(self, digests: Iterable[str]) -> int:
        """Remove pieces by digest, whatever day they were kept for."""
        wanted = {digest for digest in digests if DIGEST.fullmatch(digest)}
        return sum(_unlink(folder / digest) for folder in self.days() for digest in sorted(wanted))

    def days(self) -> Iterator[Path]:
        """The folders of days, the first to be purged first."""
        if self._root.is_dir():
            yield from (folder for folder in sorted(self._root.iterdir()) if _day(folder.name))

    def _keep(self, content: Content) -> None:
        self._root.mkdir(exist_ok=True, mode=0o700)
        day = self._root / content.until.isoformat()
        day.mkdir(exist_ok=True, mode=0o700)
        for piece in content.pieces:
            if not (day / piece.digest).exists():
                _write(day / piece.digest, piece.data)
        _sync(day)

    @property
    def _root(self) -> Path:
        return self.folder / CONTENT


def _day(text: str) -> date | None:
    with suppress(ValueError):
        return date.fromisoformat(text)
    return None


def _write(place: Path, data: bytes) -> None:
    """Aside, then into place: a piece is whole or not there."""
    draft = place.with_name(f".{place.name[:8]}.{secrets.token_hex(8)}")
    with own_file(draft) as file:
        file.write(data)
    draft.replace(place)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _remove(folder: Path) -> int:
    removed = 0
    with suppress(FileNotFoundError):
        removed = sum(_unlink(file) for file in folder.iterdir())
        folder.rmdir()
    return removed


def _unlink(file: Path) -> int:
    try:
        file.unlink()
    except FileNotFoundError:
        return 0
    return 1
