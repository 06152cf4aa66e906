"""A release by one hash, so that two people can say that they hold the same files. Knows no benchmark.

The hash is that of `sha256sum`'s own list: `sha256sum $(find FILES -type f | LC_ALL=C sort) | sha256sum`.
"""

from collections.abc import Sequence
from glob import escape
from hashlib import file_digest, sha256
from pathlib import Path

from benchmarks.errors import ChecksumDiffers

ENOUGH_DIGITS = 8  # hex digits: one in four billion other releases begins alike


def release_sha256(folder: Path, patterns: Sequence[str]) -> str:
    """One hash over the names and contents of the files that fit the patterns; "" where there are none.

    Where the release is a single file, it is that one's.
    """
    if folder.is_file():
        return release_sha256(folder.parent, (escape(folder.name),))
    names = {path.relative_to(folder).as_posix() for pattern in patterns for path in folder.glob(pattern)}
    files = sorted(name for name in names if (folder / name).is_file())
    lines = "".join(f"{_sha256(folder / name)}  {name}\n" for name in files)
    return sha256(lines.encode()).hexdigest() if files else ""


def check_release(folder: Path, found: str, expected: str) -> None:
    """An error unless the release has the expected hash; the first digits of one, eight or more, suffice."""
    if expected and not (len(expected) >= ENOUGH_DIGITS and found.startswith(expected.lower())):
        raise ChecksumDiffers(folder, expected, found)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()
