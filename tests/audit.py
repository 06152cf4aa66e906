"""`make audit`: look the pinned packages up in a database of known vulnerabilities, where one can be reached.

    python -m tests.audit

pip-audit's own verdict is not enough: where it reaches no database, it can end well without having looked at anything.
So only a report that tells of every pinned package counts.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "requirements.lock"
SERVICES = ("pypi", "osv")  # databases, asked in turn until one answers
SECONDS = 120


@dataclass(frozen=True)
class Audit:
    """How many packages were looked up, and the lines of what was found."""

    packages: int
    found: tuple[str, ...] = ()


def pins(lock: str) -> list[str]:
    """The names that are pinned."""
    lines = (line.partition("#")[0].strip() for line in lock.splitlines())
    return [line.partition("==")[0] for line in lines if line]


def read(report: str, wanted: int) -> Audit | None:
    """What a report in pip-audit's JSON says; None where it does not tell of as many packages as are wanted."""
    try:
        told = json.loads(report)["dependencies"]
        looked_up = [each for each in told if "vulns" in each]
        found = [
            f"{each['name']} {each['version']}: {vuln['id']}, mended in {', '.join(vuln['fix_versions']) or 'none'}"
            for each in looked_up
            for vuln in each["vulns"]
        ]
    except (ValueError, KeyError, TypeError):
        return None
    return Audit(len(looked_up), tuple(found)) if len(looked_up) >= wanted else None


def ask(service: str, command: Sequence[str] = (sys.executable, "-m", "pip_audit")) -> str:
    """pip-audit's report by one database; empty where there is none."""
    options = ("--requirement", str(LOCK), "--no-deps", "--disable-pip", "--strict", "--format", "json")
    quiet = ("--progress-spinner", "off", "--vulnerability-service", service)
    try:
        done = subprocess.run(
            [*command, *options, *quiet], capture_output=True, text=True, timeout=SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout


def main() -> int:
    """Print what was found; 1 where something was."""
    wanted = len(pins(LOCK.read_text()))
    for service in SERVICES:
        audit = read(ask(service), wanted)
        if audit is not None:
            print(*audit.found, f"audit: {audit.packages} packages, {len(audit.found)} findings", sep="\n")  # noqa: T201
            return 1 if audit.found else 0
    print("audit: NOT RUN, no database of vulnerabilities can be reached from here")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
