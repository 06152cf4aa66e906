"""What a model is, as a hash: its section of the configuration, and for a local one the bytes of its files.

Two models with the same identity reply alike, as far as we can see: what an endpoint serves may change behind it.
"""

from __future__ import annotations

import hashlib
from importlib.resources import files
from pathlib import Path

from guard.config import EMBEDDED, LocalConfig, ModelConfig

# The way to an endpoint, concurrency and the handling of failures change no reply. Keys are not hashed, nor are their
# names.
ASIDE = frozenset(
    {
        "api_key_env", "api_key_file", "secret_headers", "proxy", "proxy_env", "ca_file", "timeouts",
        "concurrency", "retries", "breaker",
    }
)  # fmt: skip
PROSE = frozenset({".md"})  # a model card beside the weights


def identify(model: ModelConfig) -> str:
    """SHA-256 over what decides a model's replies. Reads a checkpoint whole, which takes seconds for a large one.

    A local model is known by its files wherever they are, so that two machines agree about it.
    """
    if not isinstance(model, LocalConfig):
        return hashlib.sha256(model.model_dump_json(exclude=set(ASIDE)).encode()).hexdigest()
    identity = hashlib.sha256(b"local")
    folder = _folder(checkpoint_of(model))
    if folder is None:
        identity.update(f"\0{model.path}\0no files on this machine".encode())
        return identity.hexdigest()
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix not in PROSE):
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        identity.update(f"\0{path.relative_to(folder).as_posix()}\0{digest}".encode())
    return identity.hexdigest()


def checkpoint_of(model: LocalConfig) -> str:
    """The folder or hub id of a checkpoint; the embedded one is in the package."""
    return str(files("agents.models") / "pocket") if model.path == EMBEDDED else model.path


def _folder(checkpoint: str) -> Path | None:
    """Where a checkpoint's files are: a folder, or the hub's cache."""
    if Path(checkpoint).is_dir():
        return Path(checkpoint)
    try:
        from huggingface_hub import try_to_load_from_cache  # noqa: PLC0415 installed only with the extra `local`
        from huggingface_hub.errors import HFValidationError  # noqa: PLC0415
    except ImportError:
        return None
    try:
        found = try_to_load_from_cache(checkpoint, "config.json")
    except HFValidationError:
        return None
    return Path(found).parent if isinstance(found, str) else None
