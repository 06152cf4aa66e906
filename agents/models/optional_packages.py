"""What processors need beyond torch itself, and what to say where it is missing or does not fit."""

from __future__ import annotations

import sys
from importlib.metadata import PackageNotFoundError, version

SOME_PACKAGE = "its processor or model needs a package that is not installed; its card names it"
HINTS = {
    "torchvision": "its processor needs torchvision: pip install 'situguard[local,vision]'",
    "num2words": "its processor needs num2words: pip install 'situguard[local]'",
}
OTHER_BUILD = "its processor needs torchvision, and the one installed is a build for another torch: install both alike"


def hide_broken_torchvision() -> None:
    """Let transformers do without a torchvision that cannot be imported.

    One built for another torch (CUDA's beside a CPU's, say) fails on import, and transformers imports what is
    installed even for checkpoints that never use it. Call this before transformers is first imported.
    """
    try:
        import torchvision  # type: ignore[import-not-found, unused-ignore]  # noqa: F401, PLC0415
    except (ImportError, OSError, RuntimeError):
        sys.modules["torchvision"] = None  # type: ignore[assignment]  # to Python: there is no such module


def part_hint(error: Exception) -> str | None:
    """What to install, if the error speaks of a part that is known to be missing now and then."""
    said = str(error).lower()
    part = next((part for part in HINTS if part in said), None)
    if part == "torchvision" and _is_installed(part):
        return OTHER_BUILD
    return part and HINTS[part]


def _is_installed(distribution: str) -> bool:
    try:
        version(distribution)
    except PackageNotFoundError:
        return False
    return True
