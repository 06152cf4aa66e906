"""Whether the packages that will be imported are ours: other distributions own plain names like `agents` too."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

OURS = ("agents", "guard")


class ForeignPackage(ImportError):
    """A package of ours is hidden by another distribution's of the same name."""

    def __init__(self, name: str, found: str) -> None:
        super().__init__(
            f"Situguard would import another distribution's package {name!r} ({found}). "
            "Install it in an environment of its own."
        )


def check_own_packages() -> None:
    """Raise `ForeignPackage` unless each of our packages lies beside this one. Imports none of them."""
    home = Path(__file__).resolve().parent.parent
    for name in OURS:
        spec = find_spec(name)
        found = Path(spec.origin or "").resolve().parent if spec else Path()
        if found != home / name:
            raise ForeignPackage(name, str(found))
