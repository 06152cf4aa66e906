"""Takes single functions out of a clone's file and defines them, as most of those files cannot be imported.

Only the programs `scorers` and `askers` use this, each in a process of its own.
"""

import ast
import contextlib
import io
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def taken(path: Path, names: set[str], known: dict[str, Any]) -> dict[str, Any]:
    """The functions, classes and constants of these names, defined among what is `known`; of all names for none."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    kept: list[ast.stmt] = [node for node in tree.body if not names or names & _named(node)]
    space = dict(known)
    exec(compile(ast.Module(kept, []), str(path), "exec"), space)  # noqa: S102 the user asked for the official code
    return space


def _named(node: ast.stmt) -> set[str]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return {node.name}
    targets = node.targets if isinstance(node, ast.Assign) else []
    return {target.id for target in targets if isinstance(target, ast.Name)}


@contextlib.contextmanager
def quietly() -> Iterator[None]:
    """In a folder of its own, without output. What the code does after it has asked may fail."""
    with (
        tempfile.TemporaryDirectory() as folder,
        contextlib.chdir(folder),
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.suppress(Exception),
    ):
        yield
