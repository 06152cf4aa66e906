"""A package on the path as pip leaves it there: its modules, and metadata with its entry points."""

from __future__ import annotations

import tomllib
from pathlib import Path


def installed(site: Path, project: Path) -> str:
    """Write the metadata that a project's pyproject.toml asks for into `site`; a PYTHONPATH that has both."""
    told = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    name, version = told["name"], told["version"]
    put_metadata(site, name, version, told["entry-points"])
    return f"{site}:{project}"


def put_metadata(site: Path, name: str, version: str, groups: dict[str, dict[str, str]]) -> None:
    """A distribution's metadata folder."""
    folder = site / f"{name.replace('-', '_')}-{version}.dist-info"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    lines = (
        f"[{group}]\n" + "".join(f"{key} = {value}\n" for key, value in each.items()) for group, each in groups.items()
    )
    (folder / "entry_points.txt").write_text("\n".join(lines))
