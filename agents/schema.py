"""A finding's JSON schema, in the subset that serving engines can constrain decoding by."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from agents.findings import Finding

# Not every engine knows these, and all of them are checked when the reply is read.
UNCONSTRAINED = frozenset({"title", "description", "default", "maxLength", "minLength", "maxItems", "minItems"})


@lru_cache(maxsize=64)
def reply_schema(finding: type[Finding]) -> dict[str, Any]:
    """The schema with references resolved, every property required and no other allowed."""
    schema = finding.model_json_schema()
    definitions = schema.pop("$defs", {})
    pruned: dict[str, Any] = _pruned(schema, definitions)
    return pruned


def response_format(finding: type[Finding]) -> dict[str, Any]:
    """OpenAI's `response_format` that asks for this finding."""
    return {
        "type": "json_schema",
        "json_schema": {"name": finding.__name__, "strict": True, "schema": reply_schema(finding)},
    }


def _pruned(node: Any, definitions: dict[str, Any], *, names: bool = False) -> Any:
    if isinstance(node, list):
        return [_pruned(item, definitions) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        return _pruned(definitions[node["$ref"].rsplit("/", 1)[-1]], definitions)
    # Under "properties" the keys are field names, and a field may well be called "title".
    return {
        key: _pruned(value, definitions, names=key == "properties")
        for key, value in node.items()
        if names or key not in UNCONSTRAINED
    }
