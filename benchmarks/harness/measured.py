"""What a run measured: which models by which names, where, and with which software. Knows no harness."""

from __future__ import annotations

import platform
import shutil
import subprocess
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict

from guard.config import Config, EndpointConfig

PACKAGES = ("situguard", "inspect-ai", "openai", "numpy", "scipy")
REPOSITORY = Path(__file__).resolve().parents[2]
GIT_SECONDS = 10


class MeasuredModel(BaseModel):
    """A model under each of its names. `role` is what it did in the run, `requested` the name that its endpoint was
    sent, `returned` those under which it replied, `host` where it is (empty for a checkpoint in the proxy's own
    process).
    """

    model_config = ConfigDict(frozen=True)

    role: str
    requested: str = ""
    returned: tuple[str, ...] = ()
    host: str = ""


class Measured(BaseModel):
    """The models of a run and the software that asked them. `commit` is empty outside of a working tree, and ends in
    `-dirty` where files were changed. `unlearned`: by arm, the prompts that its model was never trained on.
    """

    model_config = ConfigDict(frozen=True)

    models: tuple[MeasuredModel, ...] = ()
    versions: dict[str, str] = {}
    commit: str = ""
    unlearned: dict[str, tuple[str, ...]] = {}


def described_models(config: Config) -> Mapping[str, MeasuredModel]:
    """The models of a proxy's configuration by their names in it."""
    return {
        name: MeasuredModel(
            role=name, requested=model.model, host=urlsplit(str(model.base_url)).netloc.rpartition("@")[2]
        )
        if isinstance(model, EndpointConfig)
        else MeasuredModel(role=name, requested=str(model.path))
        for name, model in config.models.items()
    }


def software() -> dict[str, str]:
    """The versions of what asks and counts."""
    found = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def commit() -> str:
    """The commit of this working tree; empty where it is none."""
    git = shutil.which("git")
    if git is None or not (REPOSITORY / ".git").exists():
        return ""
    command = [git, "-C", str(REPOSITORY), "describe", "--always", "--abbrev=40", "--dirty", "--exclude=*"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=GIT_SECONDS, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip()
