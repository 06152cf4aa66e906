"""What can be read off the files of a checkout: how much code there is, and how finely it is cut."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

PACKAGES = ("agents", "guard", "service", "benchmarks")
SMALL = 50  # lines; a file below this is often one helper that lost its neighbours

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Spread:
    """Median, ninetieth percentile and maximum of some lengths."""

    lengths: Sequence[int]

    def __str__(self) -> str:
        ordered = sorted(self.lengths)
        return f"{ordered[len(ordered) // 2]} / {ordered[int(len(ordered) * 0.9)]} / {ordered[-1]}"


@dataclass(frozen=True)
class Module:
    """One Python file of a checkout. `path` is relative to the checkout's root."""

    path: Path
    source: str

    @property
    def lines(self) -> int:
        return len(self.source.splitlines())

    @property
    def package(self) -> str:
        return self.path.parts[0]

    @property
    def init(self) -> bool:
        return self.path.name == "__init__.py"

    @cached_property
    def _nodes(self) -> list[ast.AST]:
        return list(ast.walk(ast.parse(self.source)))

    @cached_property
    def functions(self) -> list[Function]:
        """Every function and method, nested ones included."""
        return [node for node in self._nodes if isinstance(node, Function)]

    @property
    def classes(self) -> Iterator[str]:
        return (node.name for node in self._nodes if isinstance(node, ast.ClassDef))

    @cached_property
    def called_once(self) -> list[str]:
        """Private functions whose name stands twice in the file: where it is defined, and where it is used."""
        words = Counter(re.findall(r"\w+", self.source))
        names = (function.name for function in self.functions)
        return [name for name in names if re.match(r"_(?!_)", name) and words[name] == 2]


@dataclass(frozen=True)
class Checkout:
    """The Python files of a checkout, tests apart."""

    modules: Sequence[Module]
    tests: Sequence[Module]

    @classmethod
    def read(cls, root: Path) -> Checkout:
        return cls([m for package in PACKAGES for m in _modules(root, package)], list(_modules(root, "tests")))

    def within(self, package: str) -> Checkout:
        """The same, one package only."""
        return Checkout([module for module in self.modules if module.package == package], self.tests)

    @property
    def lines(self) -> int:
        return sum(module.lines for module in self.modules)

    @property
    def files(self) -> list[Module]:
        """All but the packages' `__init__`, which are short by nature."""
        return [module for module in self.modules if not module.init]

    @property
    def small(self) -> list[Module]:
        return [module for module in self.files if module.lines < SMALL]

    @property
    def called_once(self) -> list[str]:
        return [f"{module.path} {name}" for module in self.files for name in module.called_once]

    @property
    def function_lengths(self) -> list[int]:
        functions = (function for module in self.files for function in module.functions)
        return [(function.end_lineno or function.lineno) - function.lineno + 1 for function in functions]

    @property
    def doubled_classes(self) -> list[str]:
        counts = Counter(name for module in self.files for name in module.classes)
        return sorted(name for name, count in counts.items() if count > 1)

    @property
    def untested(self) -> list[Module]:
        """Modules for which no file under tests/ is called `test_` and their name."""
        tested = {module.path.stem for module in self.tests}
        return [module for module in self.files if f"test_{module.path.stem}" not in tested]

    def figures(self) -> dict[str, str]:
        """The table's rows."""
        named = {package: self.within(package) for package in PACKAGES}
        tests = sum(module.lines for module in self.tests)
        return {
            **{f"{name}/: lines / files": f"{part.lines:,} / {len(part.modules)}" for name, part in named.items()},
            "all four: lines / files": f"{self.lines:,} / {len(self.modules)}",
            "tests : code, in lines": f"{tests / self.lines:.2f}",
            "file length, median / p90 / max": str(Spread([module.lines for module in self.files])),
            f"files below {SMALL} lines": _share(self.small, self.files),
            **{f"files below {SMALL} lines, {name}/": _share(part.small, part.files) for name, part in named.items()},
            "function length, median / p90 / max": str(Spread(self.function_lengths)),
            "private helpers called once": _share(self.called_once, self.function_lengths),
            **{
                f"private helpers called once, {name}/": _share(part.called_once, part.function_lengths)
                for name, part in named.items()
            },
            "class names used twice": str(len(self.doubled_classes)),
            "modules with a test of their name": _share(set(self.files) - set(self.untested), self.files),
        }

    def names(self) -> dict[str, list[str]]:
        """What stands behind the figures, by name."""
        return {
            f"files below {SMALL} lines": [f"{module.path} {module.lines}" for module in self.small],
            "private helpers called once": self.called_once,
            "class names used twice": self.doubled_classes,
            "modules without a test of their name": [str(module.path) for module in self.untested],
        }


def _modules(root: Path, package: str) -> Iterator[Module]:
    for path in sorted((root / package).rglob("*.py")):
        if "node_modules" not in path.parts:
            yield Module(path.relative_to(root), path.read_text(encoding="utf-8"))


def _share(some: Iterable[object], whole: Sequence[object]) -> str:
    count = len(list(some))
    return f"{count / len(whole):.0%} ({count})"
