"""Content: what people sent and what went out, where a deployment asks for it, in files beside the database.

    content/2026-12-22/<digest>

The folder is the day (UTC) on which it must be gone; the name is the keyed digest that the record holds. So the same
picture is kept once a day, a purge touches nothing that a running service writes, and the chain does not notice it.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from errno import ENOTDIR
from pathlib import Path

from service.database.errors import StorageUnusable
from service.database.files import private_file

CONTENT = "content"
PURGED = ".purged-"  # begins the name of a day's folder while its files are removed: nothing more is written into it
TRIES = 5  # each fails only if a purge takes the very day that is being written
DIGEST = re.compile(r"[0-9a-f]{64}")  # records may be forged: nothing else becomes part of a path


def today() -> date:
    """In UTC, like the times in records."""
    return datetime.now(UTC).date()


@dataclass(frozen=True)
class Piece:
    """A part of a request, a finding, or an answer. `digest` is the keyed one, as its record has it."""

    digest: str
    data: bytes = field(repr=False)


@dataclass(frozen=True)
class Content:
    """What one record leaves behind, and the day on which it must be gone."""

    until: date
    pieces: tuple[Piece, ...]

    def plus(self, pieces: Iterable[Piece]) -> Content:
        return Content(self.until, (*self.pieces, *pieces))


@dataclass(frozen=True)
class ContentStore:
    """The content in a data folder. Its methods block."""

    folder: Path

    def check(self) -> None:
        """Raise `StorageUnusable` where content would be written to another place."""
        if self._root.is_symlink():
            raise StorageUnusable(self._root, "this is a symbolic link; content is kept in the data folder itself")

    def keep(self, content: Content) -> None:
        """Write what is not there yet, for its owner alone; on disk when this returns. Raises `OSError`."""
        for tries_left in reversed(range(TRIES)):
            try:
                self._write(content)
            except (FileNotFoundError, FileExistsError):  # a purge took the folder, perhaps during mkdir
                if not tries_left:
                    raise
            else:
                return

    def read(self, until: str, digest: str) -> bytes | None:
        """A piece; None if it is not there, or no longer."""
        path = self.path(until, digest)
        return path.read_bytes() if path is not None and path.is_file() else None

    def path(self, until: str, digest: str) -> Path | None:
        """Where a piece is or was kept; None for what is no day or no digest."""
        day = _day(until)
        return self._root / day.isoformat() / digest if day and DIGEST.fullmatch(digest) else None

    def purge(self, day: date) -> int:
        """Remove what must be gone on that day, and count the pieces. Others may keep and purge at the same time."""
        for folder in self.days():
            if folder.name <= day.isoformat():
                with suppress(FileNotFoundError):  # another purge took it
                    folder.rename(folder.with_name(f"{PURGED}{folder.name}.{secrets.token_hex(8)}"))
        removed = 0
        for folder in self._root.glob(f"{PURGED}*"):
            with suppress(FileNotFoundError):  # another purge removed it
                removed += sum(_remove(file) for file in folder.iterdir())
                folder.rmdir()
        return removed

    def forget(self, digests: Iterable[str]) -> int:
        """Remove pieces by digest, whatever day they were kept for, and count them."""
        wanted = {digest for digest in digests if DIGEST.fullmatch(digest)}
        return sum(_remove(folder / digest) for folder in self.days() for digest in sorted(wanted))

    def days(self) -> Iterator[Path]:
        """The folders of the days, those that are purged first coming first."""
        if self._root.is_dir() and not self._root.is_symlink():
            yield from (folder for folder in sorted(self._root.iterdir()) if _day(folder.name))

    def _write(self, content: Content) -> None:
        folder = self._root / content.until.isoformat()
        for each in (self._root, folder):
            each.mkdir(exist_ok=True, mode=0o700)
            if each.is_symlink():
                raise NotADirectoryError(ENOTDIR, "a symbolic link, which content is not written through", str(each))
        for piece in content.pieces:
            path = folder / piece.digest
            if not path.exists():
                # Aside, then into place: a piece is whole or not there.
                draft = path.with_name(f".{path.name[:8]}.{secrets.token_hex(8)}")
                with private_file(draft) as file:
                    file.write(piece.data)
                draft.replace(path)
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    @property
    def _root(self) -> Path:
        return self.folder / CONTENT


def _day(text: str) -> date | None:
    with suppress(ValueError):
        return date.fromisoformat(text)
    return None


def _remove(file: Path) -> int:
    try:
        file.unlink()
    except FileNotFoundError:
        return 0
    return 1
