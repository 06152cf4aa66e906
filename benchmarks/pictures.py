"""Pictures of a release: found, hashed and typed by their first bytes, never decoded or re-encoded.

A file's extension is not believed: released folders hold JPEG data named .png. Knows no benchmark.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from pathlib import Path

from benchmarks.errors import FileInvalid, PicturesMissing

SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),  # MPO, several JPEGs in one file, starts the same and is sent as JPEG
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)


def media_type(data: bytes) -> str | None:
    """The media type that the first bytes say, None for anything a model does not take."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for signature, kind in SIGNATURES if data.startswith(signature)), None)


@dataclass(frozen=True)
class Picture:
    """A picture by its content: `source` is a file or the bytes themselves."""

    source: Path | bytes = field(repr=False)
    sha256: str
    media_type: str

    @classmethod
    def of(cls, source: Path | bytes) -> "Picture":
        """Read once to hash and to find the type; a file is read again when the picture is sent."""
        data = source if isinstance(source, bytes) else source.read_bytes()
        kind = media_type(data)
        if kind is None:
            where = source if isinstance(source, Path) else Path("<bytes>")
            raise FileInvalid(where, "not a PNG, JPEG, WebP or GIF")
        return cls(source, sha256(data).hexdigest(), kind)

    def read(self) -> bytes:
        """The bytes, exactly as released."""
        return self.source if isinstance(self.source, bytes) else self.source.read_bytes()


@dataclass(frozen=True)
class PictureFolder:
    """The pictures under one folder, each read once however many rows point at it. A file that is no picture (an HTML
    page of an error, an empty file) is as absent as one that is not there, so that all of them are named at once.
    """

    root: Path
    _read: dict[Path, Picture | None] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def _by_stem(self) -> dict[str, Path]:
        files = sorted(self.root.iterdir()) if self.root.is_dir() else []
        return {file.stem: file for file in files if file.is_file()}

    def named(self, name: str) -> Picture | None:
        """The picture at a path relative to the folder, None where it is absent. A release does not get to name
        files outside its own folder."""
        path = Path(name)
        if path.is_absolute() or ".." in path.parts:
            raise FileInvalid(self.root / name, "a picture's path leads out of the folder")
        return self._open(self.root / path)

    def numbered(self, stem: str) -> Picture | None:
        """The picture called `stem` whatever its extension, None where it is absent."""
        path = self._by_stem.get(stem)
        return None if path is None else self._open(path)

    def _open(self, path: Path) -> Picture | None:
        if path not in self._read:
            if not path.is_file():
                return None
            try:
                self._read[path] = Picture.of(path)
            except FileInvalid:
                self._read[path] = None
        return self._read[path]


def demand(folder: Path, missing: Iterable[str], expected: int, *, partial: bool) -> tuple[str, ...]:
    """The sorted names of what is missing; an error that names them unless a partial folder is allowed."""
    names = tuple(dict.fromkeys(missing))
    if names and not partial:
        raise PicturesMissing(folder, names, expected)
    return names
