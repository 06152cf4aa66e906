"""Reads a configuration file: YAML in, a checked `Config` out, or every problem with its line and field."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from guard.config import Config
from guard.errors import ConfigRejected, Problem

MAX_CONFIG_BYTES = 1024**2  # a thousand deployments fit; a larger file is the wrong file
MAX_ALIASES = 100  # YAML anchors are fine, a bomb of them is not
Location = tuple[str | int, ...]


def read_config(path: Path) -> Config:
    """The configuration in a file; raises `ConfigRejected`."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise ConfigRejected(str(path), [Problem(0, "file", error.strerror or "cannot be read")]) from None
    return parse_config(raw, str(path))


def demo_config() -> Config:
    """The configuration that comes with the package, for the embedded model."""
    return parse_config(demo_text().encode(), "demo.yaml")


def demo_text() -> str:
    """The demo configuration as written: also what `situguard config init` writes."""
    return (files("guard") / "demo.yaml").read_text(encoding="utf-8")


def parse_config(raw: bytes, file: str) -> Config:
    """The configuration in a document; `file` is the name that errors carry."""
    root, values = _load(raw, file)
    try:
        return Config.model_validate(values)
    except ValidationError as error:
        problems: list[Problem] = []
        for details in error.errors():
            line, known = _line_of(root, details["loc"])
            problems.append(Problem(line, _dotted(known) or "file", details["msg"].removeprefix("Value error, ")))
        raise ConfigRejected(file, problems) from None


def _load(raw: bytes, file: str) -> tuple[yaml.Node, Any]:
    """The document as nodes, which know their lines, and as plain values."""
    if len(raw) > MAX_CONFIG_BYTES:
        raise ConfigRejected(file, [Problem(0, "file", f"larger than {MAX_CONFIG_BYTES} bytes")])
    if raw.count(b"*") > MAX_ALIASES and b"&" in raw:
        raise ConfigRejected(file, [Problem(0, "file", f"more than {MAX_ALIASES} YAML aliases")])
    try:
        node = yaml.compose(raw.decode("utf-8"), Loader=yaml.SafeLoader)
        if not isinstance(node, yaml.MappingNode):
            raise ConfigRejected(file, [Problem(1, "file", "a mapping with `models` and `deployments` is expected")])
        duplicates = _duplicates(node, ())
        if duplicates:
            raise ConfigRejected(file, duplicates)
        return node, yaml.SafeLoader("").construct_document(node)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise ConfigRejected(file, [Problem(line, "syntax", error.problem or "not YAML")]) from None
    except (yaml.YAMLError, UnicodeDecodeError):
        raise ConfigRejected(file, [Problem(0, "syntax", "not YAML in UTF-8")]) from None


def _duplicates(node: yaml.Node, path: Location) -> list[Problem]:
    """YAML takes the last of two equal keys; in a safety configuration that is a trap."""
    found: list[Problem] = []
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            here = (*path, str(key.value))
            if key.value in seen:
                found.append(Problem(key.start_mark.line + 1, _dotted(here), "appears twice"))
            seen.add(key.value)
            found += _duplicates(value, here)
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            found += _duplicates(item, (*path, index))
    return found


def _line_of(root: yaml.Node, location: Sequence[str | int]) -> tuple[int, Location]:
    """The line of the deepest part of the path that the file has, and that path without pydantic's own steps."""
    node, line, known = root, root.start_mark.line + 1, []
    for step in location:
        child = _child(node, step)
        if child is None:
            if step == location[-1] and step not in {"endpoint", "local"}:
                known.append(step)
            continue
        node, line = child
        known.append(step)
    return line, tuple(known)


def _child(node: yaml.Node, step: str | int) -> tuple[yaml.Node, int] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(step):
                return value, key.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step], node.value[step].start_mark.line + 1
    return None


def _dotted(location: Sequence[str | int]) -> str:
    return ".".join(str(step) for step in location)
