"""Packages that some processors need beyond torch, and what to say where one is missing or does not fit.

Free of torch and transformers: a local model calls `hide_broken_torchvision` before it imports them.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec

LOCAL_PACKAGES = ("torch", "transformers", "safetensors", "llguidance")
UNNAMED_PACKAGE = "its processor or model needs a package that is not installed; its card names it"
INSTALL_HINTS = {
    "torchvision": "its processor needs torchvision: install situguard[local,vision]",
    "num2words": "its processor needs num2words: install situguard[local]",
}
WRONG_BUILD = (
    "its processor needs torchvision, and the one installed is a build for another torch: install matching builds"
)


def hide_broken_torchvision() -> None:
    """Let transformers do without a torchvision that cannot be imported.

    One built for another torch (CUDA's beside a CPU's, say) fails on import, and transformers imports what is
    installed even for checkpoints that never use it. Call this before transformers is first imported.
    """
    try:
        import torchvision  # type: ignore[import-not-found, unused-ignore]  # noqa: F401, PLC0415
    except (ImportError, OSError, RuntimeError):
        sys.modules["torchvision"] = None  # type: ignore[assignment]  # to Python: there is no such module


def missing_local_package() -> str | None:
    """The first package that every local model needs and that is not installed. Imports none of them."""
    return next((name for name in LOCAL_PACKAGES if not _is_installed(name)), None)


def _is_installed(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except ValueError:  # marked as absent in sys.modules
        return False


def missing_package_hint(error: Exception) -> str | None:
    """What to install, if the error names a package that is known to be missing now and then; else None."""
    message = str(error).lower()
    package = next((name for name in INSTALL_HINTS if name in message), None)
    if package == "torchvision":
        with suppress(PackageNotFoundError):
            version(package)
            return WRONG_BUILD
    return package and INSTALL_HINTS[package]
