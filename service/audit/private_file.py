"""A new file for its owner alone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


@contextmanager
def own_file(path: Path) -> Iterator[BinaryIO]:
    """Open it for writing, readable by nobody else from the first byte on; on disk when the block is over.

    Raises `FileExistsError` where there is one.
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "wb") as file:
        yield file
        file.flush()
        os.fsync(descriptor)
