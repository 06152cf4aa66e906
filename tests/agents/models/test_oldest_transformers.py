"""The embedded checkpoint says the same in the oldest transformers that is allowed as in the one installed here."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
POCKET = ROOT / "agents" / "models" / "pocket"
# A folder that `pip install --target` filled.
OLDEST = Path(os.environ.get("SITUGUARD_OLDEST_TRANSFORMERS", ROOT / ".venv" / "oldest"))

pytest.importorskip("torch", reason="needs local: the extra of that name")


def said(checkpoint: Path, *packages: Path) -> dict[str, Any]:
    """What it says in a process that looks for packages in these folders first."""
    command = [sys.executable, "-W", "ignore", "-m", "tests.agents.models.say", str(checkpoint)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, packages))}
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT, env=environment)
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def oldest_allowed() -> str:
    """The lower bound of what `local` asks for."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    needs: list[str] = project["optional-dependencies"]["local"]
    return next(need for need in needs if need.startswith("transformers")).split(">=")[1].split(",")[0]


@pytest.mark.skipif(not OLDEST.is_dir(), reason="needs oldest-transformers: make oldest")
def test_the_embedded_checkpoint_says_the_same_in_the_oldest_transformers() -> None:
    here, there = said(POCKET), said(POCKET, OLDEST)
    assert there["transformers"].startswith(oldest_allowed())
    assert there["said"] == here["said"]
    assert len({text for text, *_ in here["said"]}) > 3
