"""Reading texts, numbers and message shapes out of a Python file without running it.

A place says where in the file a value stands. A value is what JSON has: a text, a number, a list or a dict. Knows no
benchmark.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

Value: TypeAlias = Any  # what JSON has
Scope: TypeAlias = ast.Module | ast.FunctionDef | ast.ClassDef | ast.If

TEXT = "text"  # the part of a message that the question, or the judge's prompt, goes into
PICTURE = "image_url"


@dataclass(frozen=True)
class SourceFile:
    """A Python file: its text and its syntax tree."""

    text: str
    tree: ast.Module

    @classmethod
    def parse(cls, text: str) -> SourceFile:
        """Raises `SyntaxError`."""
        return cls(text, ast.parse(text))


class NotThere(Exception):
    """The file has no such value, or it is not written as a constant; the message says what was looked for."""


@dataclass(frozen=True)
class Assigned:
    """The value that a name is given, in a function (`scope` "f" or "C.f") or at the top; its last one wins.

    `when` takes it from the branch whose condition names this text.
    """

    name: str
    scope: str = ""
    when: str = ""

    def read(self, file: SourceFile) -> Value:
        """Raises `NotThere`."""
        scope: Scope = branch(within(file.tree, self.scope), self.when)
        found = [node.value for node in ast.walk(scope) if isinstance(node, ast.Assign) and self._names(node)]
        if not found:
            raise NotThere(str(self))
        return constant(found[-1])

    def _names(self, node: ast.Assign) -> bool:
        return any(isinstance(target, ast.Name) and target.id == self.name for target in node.targets)

    def __str__(self) -> str:
        return f"{_prefix(self.scope)}{self.name}" + (f" ({self.when})" if self.when else "")


@dataclass(frozen=True)
class Passed:
    """What a function passes by name to a call whose last part is `call`; None where it passes no such thing."""

    name: str
    scope: str
    call: str = "create"

    def read(self, file: SourceFile) -> Value:
        """Raises `NotThere`."""
        node = self._node(file.tree)
        return None if node is None else constant(node)

    def _node(self, tree: ast.Module) -> ast.expr | None:
        calls = [node for node in ast.walk(within(tree, self.scope)) if isinstance(node, ast.Call)]
        called = [node for node in calls if isinstance(node.func, ast.Attribute) and node.func.attr == self.call]
        if not called:
            raise NotThere(f"a call of {self.call} in {self.scope}")
        return next((keyword.value for keyword in called[-1].keywords if keyword.arg == self.name), None)

    def __str__(self) -> str:
        return f"{self.scope}: {self.call}({self.name}=…)"


@dataclass(frozen=True)
class MessageShape:
    """Who says what in which order: `[[role, [part, …]], …]`, a part being "text", "image_url" or `{"constant": …}`.

    `name` is the variable that holds the messages, or the argument `messages` of the scope's call of `create`.
    """

    scope: str
    name: str = "messages"

    def read(self, file: SourceFile) -> Value:
        """Raises `NotThere`."""
        scope = within(file.tree, self.scope)
        assigned = [
            node.value
            for node in ast.walk(scope)
            if isinstance(node, ast.Assign)
            and any(isinstance(target, ast.Name) and target.id == self.name for target in node.targets)
        ]
        node = assigned[-1] if assigned else Passed(self.name, self.scope)._node(file.tree)
        if not isinstance(node, ast.List):
            raise NotThere(f"the list {self}")
        return [self._message(each) for each in node.elts]

    def _message(self, node: ast.expr) -> list[Value]:
        fields = _fields(node)
        content = fields["content"]
        parts = content.elts if isinstance(content, ast.List) else [content]
        return [constant(fields["role"]), [self._part(part) for part in parts]]

    def _part(self, node: ast.expr) -> Value:
        if isinstance(node, ast.Dict):
            return constant(_fields(node)["type"])
        return {"constant": node.value} if isinstance(node, ast.Constant) else TEXT

    def __str__(self) -> str:
        return f"{self.scope}.{self.name}, its shape"


@dataclass(frozen=True)
class Added:
    """The one text that a function puts between others with `+`."""

    scope: str

    def read(self, file: SourceFile) -> Value:
        """Raises `NotThere`."""
        sums = [node for node in ast.walk(within(file.tree, self.scope)) if isinstance(node, ast.BinOp)]
        sides = [side for node in sums for side in (node.left, node.right)]
        texts = {side.value for side in sides if isinstance(side, ast.Constant) and isinstance(side.value, str)}
        texts = {text for text in texts if not text.endswith(".json")}
        if len(texts) != 1:
            raise NotThere(f"exactly one text between others in {self.scope}")
        return texts.pop()

    def __str__(self) -> str:
        return f"{self.scope}: the text between two others"


@dataclass(frozen=True)
class Returned:
    """The first text that a function returns, from the branch whose condition names `when`."""

    scope: str
    when: str

    def read(self, file: SourceFile) -> Value:
        """Raises `NotThere`."""
        returns = [
            node for node in ast.walk(branch(within(file.tree, self.scope), self.when)) if isinstance(node, ast.Return)
        ]
        value = returns[0].value if returns else None
        first = value.elts[0] if isinstance(value, ast.Tuple) else value
        if first is None:
            raise NotThere(str(self))
        return constant(first)

    def __str__(self) -> str:
        return f"{self.scope} ({self.when}): what it returns"


@dataclass(frozen=True)
class Schema:
    """A class of fields as the JSON schema that an endpoint is sent for a structured reply."""

    name: str

    def read(self, file: SourceFile) -> Value:
        """Raises `NotThere`."""
        node = within(file.tree, self.name)
        fields = [line for line in node.body if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name)]
        properties = {line.target.id: _field_schema(line) for line in fields if isinstance(line.target, ast.Name)}
        return {
            "properties": properties,
            "required": list(properties),
            "title": self.name,
            "type": "object",
            "additionalProperties": False,
        }

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class Code:
    """A function, or a whole file (""), whose behaviour is followed here: its lines as they stand."""

    scope: str = ""

    def read(self, file: SourceFile) -> Value:
        """Raises `NotThere`."""
        node = within(file.tree, self.scope)
        lines = file.text.splitlines()
        own = lines if isinstance(node, ast.Module) else lines[node.lineno - 1 : node.end_lineno]
        return "\n".join(line.rstrip() for line in own)

    def __str__(self) -> str:
        return f"{self.scope or 'the file'}, its code"


Place: TypeAlias = Assigned | Passed | MessageShape | Added | Returned | Schema | Code


def within(tree: ast.Module, scope: str) -> ast.Module | ast.FunctionDef | ast.ClassDef:
    """The function or class of that dotted name; the whole file for an empty one."""
    node: ast.Module | ast.FunctionDef | ast.ClassDef = tree
    for name in filter(None, scope.split(".")):
        inner = [each for each in node.body if isinstance(each, ast.FunctionDef | ast.ClassDef) and each.name == name]
        if not inner:
            raise NotThere(f"{scope} (no {name})")
        node = inner[-1]  # a later definition replaces an earlier one
    return node


def branch(node: Scope, when: str) -> Scope:
    """The body of the `if` whose condition names a text or an attribute; the node itself where none is asked for."""
    if not when:
        return node
    for each in ast.walk(node):
        if isinstance(each, ast.If) and when in set(_named(each.test)):
            return ast.If(each.test, each.body, [])
    raise NotThere(f"a branch for {when}")


def constant(node: ast.expr) -> Value:
    """The value of a constant expression; also of a text that is stripped."""
    stripped = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "strip"
    try:
        if stripped and isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            return str(ast.literal_eval(node.func.value)).strip()
        return ast.literal_eval(node)
    except ValueError as error:
        raise NotThere(f"a constant in line {node.lineno}") from error


def _named(test: ast.expr) -> Iterator[str]:
    for node in ast.walk(test):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.Attribute):
            yield node.attr


def _fields(node: ast.expr) -> dict[str, ast.expr]:
    if not isinstance(node, ast.Dict):
        raise NotThere(f"a dict in line {node.lineno}")
    pairs = zip(node.keys, node.values, strict=True)
    return {str(key.value): value for key, value in pairs if isinstance(key, ast.Constant)}


def _field_schema(line: ast.AnnAssign) -> dict[str, Value]:
    title = line.target.id.replace("_", " ").title() if isinstance(line.target, ast.Name) else ""
    kind = line.annotation
    if isinstance(kind, ast.Name) and kind.id == "str":
        return {"title": title, "type": "string"}
    if isinstance(kind, ast.Subscript) and isinstance(kind.value, ast.Name) and kind.value.id == "Literal":
        values = ast.literal_eval(kind.slice)
        known = list(values) if isinstance(values, tuple) else [values]
        return {"enum": known, "title": title, "type": "integer" if isinstance(known[0], int) else "string"}
    raise NotThere(f"a text or one of several values in line {line.lineno}")


def _prefix(scope: str) -> str:
    return f"{scope}." if scope else ""
