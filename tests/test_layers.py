"""The layout shows the architecture, and the architecture is kept."""

from __future__ import annotations

import ast
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import agents
import benchmarks
import guard
import service

ROOT = Path(__file__).parents[1]
PACKAGES = (agents, guard, service, benchmarks)


def test_imports_point_one_way() -> None:
    """In a process of its own: import-linter disables every logger of the one it runs in."""
    program = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.__name__)
def test_each_package_says_what_it_does_not_know(package: object) -> None:
    said = package.__doc__ or ""
    assert any(words in said for words in ("knows no", "know no", "nothing of"))


def test_our_packages_are_the_ones_imported() -> None:
    """Another distribution owns the name `agents` too; ours must be the one that is meant."""
    assert all(Path(str(package.__file__)).parents[1] == ROOT for package in PACKAGES)


def test_the_core_starts_without_the_extras() -> None:
    """torch and transformers are loaded by a local model's start, and by nothing that is imported before."""
    program = (
        "import sys, service.cli, guard.guard, guard.models\n"
        "sys.exit(bool({'torch', 'transformers', 'scipy', 'numpy'} & sys.modules.keys()))"
    )
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False).returncode == 0


@pytest.mark.parametrize(
    "module",
    [
        module.name
        for package in (agents, guard, service)
        for module in pkgutil.walk_packages(package.__path__, package.__name__ + ".")
    ],
)
def test_every_module_has_a_docstring(module: str) -> None:
    path = ROOT / Path(*module.split("."))
    source = path.with_suffix(".py") if path.with_suffix(".py").exists() else path / "__init__.py"
    assert ast.get_docstring(ast.parse(source.read_text(encoding="utf-8"))), module
