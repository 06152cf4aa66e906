"""What a model is, in a hash: its section of the configuration, and for a local one the bytes of its files.

Two models with one identity reply alike, as far as can be told from here: what serves an endpoint may change behind it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

from guard.config import EMBEDDED, LocalModel, ModelConfig

# How many calls run at once and how failures are met change no reply; a key is not even hashed, nor its name.
ASIDE = frozenset({"api_key_env", "concurrency", "retries", "breaker"})
PROSE = frozenset({".md"})  # a model card beside the weights


def identify(model: ModelConfig) -> str:
    """SHA-256 over what decides a model's replies. Reads a checkpoint whole: seconds for a large one.

    A local model is known by its files wherever they lie, so that two machines agree on it.
    """
    if not isinstance(model, LocalModel):
        return hashlib.sha256(model.model_dump_json(exclude=set(ASIDE)).encode()).hexdigest()
    told = hashlib.sha256(b"local")
    for name, digest in _files(model):
        told.update(f"\0{name}\0{digest}".encode())
    return told.hexdigest()


def checkpoint_of(model: LocalModel) -> str:
    """The folder or hub id of a checkpoint; the embedded one lies in the package."""
    return str(files("agents.models") / "pocket") if model.path == EMBEDDED else model.path


def _files(model: LocalModel) -> Iterator[tuple[str, str]]:
    folder = _folder(checkpoint_of(model))
    if folder is None:
        yield model.path, "no files on this machine"
        return
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix not in PROSE):
        with path.open("rb") as file:
            yield path.relative_to(folder).as_posix(), hashlib.file_digest(file, "sha256").hexdigest()


def _folder(checkpoint: str) -> Path | None:
    """Where a checkpoint's files lie: a folder, or the hub's cache."""
    if Path(checkpoint).is_dir():
        return Path(checkpoint)
    try:
        from huggingface_hub import try_to_load_from_cache  # noqa: PLC0415 there only with the extra `local`
        from huggingface_hub.errors import HFValidationError  # noqa: PLC0415
    except ImportError:
        return None
    try:
        found = try_to_load_from_cache(checkpoint, "config.json")
    except HFValidationError:
        return None
    return Path(found).parent if isinstance(found, str) else None
