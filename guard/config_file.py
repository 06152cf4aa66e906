"""Reads a configuration file: YAML in, a checked `Config` out, or every problem with its line and field."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from enum import StrEnum
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from guard.config import Config
from guard.errors import ConfigRejected, Problem
from guard.section import Location

MAX_CONFIG_BYTES = 1024**2  # a thousand deployments fit; a larger file is the wrong file
ABSENT = frozenset({"missing", "union_tag_not_found"})  # pydantic's names for errors about a key that is not there
MAX_ALIASES = 100  # YAML anchors are fine, a bomb of them is not


class Starter(StrEnum):
    """The models that a configuration to start from can be written for."""

    GPT_4O = "gpt-4o"
    GPT_6_LUNA = "gpt-6-luna"
    QWEN_VLLM = "qwen-vllm"
    OLLAMA = "ollama"
    GEMINI = "gemini"
    CLAUDE = "claude"
    AZURE = "azure"


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


def starter_text(model: Starter) -> str:
    """A configuration to start from, with that model."""
    return (files("guard") / "starters" / f"{model.value}.yaml").read_text(encoding="utf-8")


def parse_config(raw: bytes, file: str) -> Config:
    """The configuration in a document; `file` is the name that errors carry."""
    root, values = _load(raw, file)
    try:
        return Config.model_validate(values)
    except ValidationError as error:
        problems: list[Problem] = []
        for details in error.errors():
            for location, message in _places(details):
                line, known = _line_of(root, location, missing=details["type"] in ABSENT)
                problems.append(Problem(line, _dotted(known) or "file", message))
        raise ConfigRejected(file, problems) from None


def _places(details: ErrorDetails) -> Iterator[tuple[Location, str]]:
    """Where in the document an error of pydantic's is, and what is wrong there. One error may have several places."""
    location, message = details["loc"], details["msg"].removeprefix("Value error, ")
    if details["type"] == "places":
        for each in details["ctx"]["places"]:
            yield (*location, *each["at"]), each["message"]
    elif details["type"] in {"union_tag_invalid", "union_tag_not_found"}:
        yield (*location, "kind"), "the kind of a model is `endpoint` or `local`"
    elif details["type"] == "extra_forbidden":
        near = difflib.get_close_matches(str(location[-1]), keys_at(location[:-1]), 1)
        yield location, "there is no such key" + (f"; did you mean `{near[0]}`?" if near else "")
    elif details["type"] == "too_short" and not details["input"]:
        yield location, "at least one is needed here"
    elif details["type"] in {"dict_type", "model_type"}:
        yield location, "a section with keys is expected here"
    else:
        yield location, message


def keys_at(location: Location) -> list[str]:
    """The keys that a section of the configuration may have, by its place as pydantic names it."""
    schema = Config.model_json_schema()
    defined = schema["$defs"]
    for step in location:
        options = schema.get("discriminator", {}).get("mapping", {})
        entries = list(schema.get("patternProperties", {}).values())
        others = entries[0] if entries else schema.get("additionalProperties") or {}
        chosen = options.get(step) or schema.get("properties", {}).get(step) or others
        reference = chosen if isinstance(chosen, str) else chosen.get("$ref")
        schema = defined[reference.rpartition("/")[2]] if reference else chosen
    return list(schema.get("properties", {}))


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


def _line_of(root: yaml.Node, location: Location, *, missing: bool) -> tuple[int, Location]:
    """The line of the deepest part of the path that the file has, and that path without pydantic's own steps.

    A key that is missing is the last step, and stays part of the path.
    """
    node, line, known = root, root.start_mark.line + 1, []
    for step in location:
        child = _child(node, step)
        if child is None:
            continue
        node, line = child
        known.append(step)
    return line, (*known, location[-1]) if missing else tuple(known)


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
