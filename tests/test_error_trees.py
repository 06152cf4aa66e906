"""The trees of errors that the packages draw are whole: every error stands in them, under its base, and says where."""

from __future__ import annotations

import ast
import builtins
import re
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pytest

import agents.errors
import guard.errors

LINE = re.compile(r"^( *)([A-Z]\w+) {2,}(.+)$", re.MULTILINE)
BUILT_IN = {name for name, value in vars(builtins).items() if isinstance(value, type) and issubclass(value, Exception)}


@dataclass(frozen=True)
class Defined:
    module: str
    base: str


def defined_in(package: Path) -> dict[str, Defined]:
    """Every exception class of a package, read from its source: the engine's modules would need torch."""
    classes = {
        node.name: Defined(".".join(path.relative_to(package.parent).with_suffix("").parts), base.id)
        for path in sorted(package.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
        for base in node.bases[:1]
        if isinstance(base, ast.Name)
    }
    return {name: each for name, each in classes.items() if is_exception(name, classes)}


def is_exception(name: str, classes: dict[str, Defined]) -> bool:
    return name in BUILT_IN or (name in classes and is_exception(classes[name].base, classes))


def drawn_in(module: ModuleType) -> dict[str, tuple[str | None, str]]:
    """Each name of the tree, with the name that it stands under and what is said of it."""
    tree: dict[str, tuple[str | None, str]] = {}
    path: list[str] = []
    for indent, name, text in LINE.findall(module.__doc__ or ""):
        depth = len(indent) // 2
        path[depth:] = [name]
        tree[name] = (path[depth - 1] if depth else None, text)
    return tree


@pytest.mark.parametrize("module", [agents.errors, guard.errors], ids=["agents", "guard"])
def test_the_tree_is_whole(module: ModuleType) -> None:
    package = Path(str(module.__file__)).parent
    defined, drawn = defined_in(package), drawn_in(module)
    assert defined.keys() == drawn.keys()
    for name, each in defined.items():
        parent, text = drawn[name]
        assert parent == (None if each.base in BUILT_IN else each.base), name
        assert each.module == module.__name__ or each.module in text, name
