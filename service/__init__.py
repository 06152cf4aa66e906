"""The service speaks HTTP: wire shapes become our types and back, and nothing is released but through the gate.

This package knows no prompt, no agent's reasoning and no benchmark.
"""

from importlib.util import find_spec
from pathlib import Path


class ForeignPackage(ImportError):
    """A package of ours is hidden by another distribution's of the same name."""

    def __init__(self, name: str, found: str) -> None:
        super().__init__(
            f"Situguard would import another distribution's package {name!r} ({found}). "
            "Install it in its own environment."
        )


def _check_own_packages() -> None:
    """Raise `ForeignPackage` unless `agents` and `guard` lie beside this package. Imports neither of them."""
    home = Path(__file__).resolve().parent.parent
    for name in ("agents", "guard"):
        spec = find_spec(name)
        found = Path(spec.origin or "").resolve().parent if spec else Path()
        if found != home / name:
            raise ForeignPackage(name, str(found))


# Before anything of ours is imported: other distributions own plain names like `agents` too, and a judge that is not
# ours would be worse than none.
_check_own_packages()
