"""Another distribution's `agents` must not judge in ours' place."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def run(first: Path) -> subprocess.CompletedProcess[str]:
    code = f"import sys; sys.path[:0] = [{str(first)!r}, {str(ROOT)!r}]; import service"
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=first)


def test_the_service_refuses_to_run_beside_a_foreign_package_of_the_same_name(tmp_path: Path) -> None:
    (tmp_path / "agents").mkdir()
    (tmp_path / "agents" / "__init__.py").write_text("raise SystemExit('it was run')")
    refused = run(tmp_path)
    assert refused.returncode != 0
    assert "another distribution's package 'agents'" in refused.stderr


def test_with_our_own_packages_it_runs(tmp_path: Path) -> None:
    assert run(tmp_path).returncode == 0
