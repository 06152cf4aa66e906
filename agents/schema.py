"""A finding's JSON schema, in the subset that serving engines can constrain decoding by."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from agents.findings import Finding
from agents.reply_reader import MARK

# Not every engine knows these, and all of them are checked when the reply is read.
UNCONSTRAINED = frozenset({"title", "description", "default", "maxLength", "minLength", "maxItems", "minItems"})


@lru_cache(maxsize=64)
def reply_schema(finding: type[Finding]) -> dict[str, Any]:
    """The schema with references resolved, every property required and no other allowed."""
    schema = finding.model_json_schema()
    definitions = schema.pop("$defs", {})
    pruned: dict[str, Any] = _pruned(schema, definitions)
    return pruned


@lru_cache(maxsize=64)
def marked_schema(finding: type[Finding]) -> dict[str, Any]:
    """The same, with a mark that may be null: strict engines know no property that may be left out."""
    schema = reply_schema(finding)
    mark = {MARK: {"anyOf": [{"type": "string"}, {"type": "null"}]}}
    return {**schema, "properties": {**mark, **schema["properties"]}, "required": [MARK, *schema["required"]]}


def response_format(finding: type[Finding], *, marked: bool = False) -> dict[str, Any]:
    """OpenAI's `response_format` that asks for this finding, and for the question's mark."""
    schema = marked_schema(finding) if marked else reply_schema(finding)
    return {"type": "json_schema", "json_schema": {"name": finding.__name__, "strict": True, "schema": schema}}


def _pruned(node: Any, definitions: dict[str, Any], *, names: bool = False) -> Any:
    if isinstance(node, list):
        return [_pruned(item, definitions) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        return _pruned(definitions[node["$ref"].rsplit("/", 1)[-1]], definitions)
    # Under "properties" the keys are field names, and a field may well be called "title".
    kept = {
        key: _pruned(value, definitions, names=key == "properties" and not names)
        for key, value in node.items()
        if names or key not in UNCONSTRAINED
    }
    if names or "properties" not in kept:
        return kept
    # Also those that a reply may lack without being unreadable: an engine is to write them all.
    return {**kept, "required": list(kept["properties"])}
