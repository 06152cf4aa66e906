"""The science knows no harness: cases, rubrics, metrics and statistics run without Inspect, and without the service."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "benchmarks"
BEYOND = ("inspect_ai", "benchmarks.harness", "benchmarks.report", "benchmarks.cli", "service")
SCIENCE = sorted(PACKAGE.glob("*.py"))


@pytest.mark.parametrize("path", SCIENCE, ids=lambda path: path.stem)
def test_no_module_of_the_science_imports_the_harness(path: Path) -> None:
    imported = [name for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) for name in _names(node)]
    assert not [name for name in imported if name.startswith(BEYOND)]


def _names(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module or ""] if isinstance(node, ast.ImportFrom) else []
