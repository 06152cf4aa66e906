"""Installs the peers, pinned, each into an environment of its own below the project's. Those that are there are kept.

python -m benchmarks.speed.peers.install
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

HERE = Path(__file__).parent
FOLDER = HERE.parents[2] / ".venv" / "speed"
PEERS: Mapping[str, str] = {"litellm": "LiteLLM", "nemo": "NeMo Guardrails"}
INSTALL_SECONDS = 900
LAST_LINES = 3


def python_of(peer: str) -> Path:
    """The Python of a peer's environment."""
    return FOLDER / peer / "bin" / "python"


def install(peers: Iterable[str]) -> dict[str, str]:
    """Install what is missing; why not, for each peer that could not be."""
    told = {peer: _install(peer) for peer in peers}
    return {peer: reason for peer, reason in told.items() if reason}


def version(peer: str, distribution: str) -> str:
    """The version of a distribution that is installed there."""
    program = f"from importlib.metadata import version; print(version({distribution!r}))"
    found = subprocess.run(  # noqa: S603 - our own program
        [python_of(peer), "-c", program], capture_output=True, text=True, check=False
    )
    return found.stdout.strip() or "unknown"


def _install(peer: str) -> str:
    wanted = HERE / f"requirements-{peer}.txt"
    done = FOLDER / peer / wanted.name  # a copy of what was installed
    if done.is_file() and done.read_bytes() == wanted.read_bytes():
        return ""
    try:
        _run(sys.executable, "-m", "venv", str(FOLDER / peer))
        _run(str(python_of(peer)), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", str(wanted))
    except subprocess.TimeoutExpired:
        return f"it was not installed within {INSTALL_SECONDS} seconds"
    except subprocess.CalledProcessError as error:
        return " ".join(str(error.stderr).strip().splitlines()[-LAST_LINES:]) or str(error)
    done.write_bytes(wanted.read_bytes())
    return ""


def _run(*command: str) -> None:
    subprocess.run(  # noqa: S603 - pip, with our own list
        command,
        env={**os.environ, "PIP_CONSTRAINT": ""},
        timeout=INSTALL_SECONDS,
        check=True,
        capture_output=True,
        text=True,
    )


if __name__ == "__main__":
    for name, reason in install(PEERS).items():
        sys.stdout.write(f"{PEERS[name]} could not be installed: {reason}\n")
