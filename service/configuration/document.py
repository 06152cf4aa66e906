"""A configuration as a document: what is stated in it, how it is changed, and what differs between two. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import orjson
import yaml

from agents.models.base import Json, JsonObject
from guard.config import Config
from guard.config_file import parse_config
from guard.errors import ConfigRejected, Problem
from guard.section import Location

A_CHANGE = "the change"  # in place of a file's name, in errors


def stated(config: Config) -> JsonObject:
    """What a configuration says, without defaults: the form that is stored, and that changes apply to."""
    document: JsonObject = config.model_dump(mode="json", exclude_unset=True)
    return document


def digest(document: JsonObject) -> str:
    """SHA-256 of what a document says; comments, order and layout of its file are no part of it."""
    return hashlib.sha256(orjson.dumps(document, option=orjson.OPT_SORT_KEYS)).hexdigest()


def checked(document: JsonObject) -> Config:
    """The configuration that a document states; raises `ConfigRejected`, whose problems name fields and no lines."""
    try:
        return parse_config(yaml.safe_dump(document, sort_keys=False, allow_unicode=True).encode(), A_CHANGE)
    except ConfigRejected as error:
        raise ConfigRejected(A_CHANGE, [Problem(0, at.field, at.message) for at in error.problems]) from None


def merged(document: JsonObject, patch: JsonObject) -> JsonObject:
    """The document with a patch applied (RFC 7396): null takes a key out, so that its default holds again.

    A section that is set to true or false is switched, and keeps its other settings.
    """
    result = dict(document)
    for key, value in patch.items():
        before = result.get(key)
        if value is None:
            result.pop(key, None)
        elif isinstance(value, dict):
            result[key] = merged(before if isinstance(before, dict) else {}, value)
        elif isinstance(value, bool) and isinstance(before, dict):
            result[key] = {**before, "enabled": value}
        else:
            result[key] = value
    return result


def as_patch(assignments: Sequence[tuple[str, Json]]) -> JsonObject:
    """Dotted settings with their values, as a patch."""
    patch: JsonObject = {}
    for path, value in assignments:
        nested: Json = value
        for section in reversed(path.split(".")):
            nested = {section: nested}
        patch = _together(patch, nested)
    return patch


def _together(first: JsonObject, second: JsonObject) -> JsonObject:
    """Two patches as one; of what both set, the second's holds."""
    both = dict(first)
    for key, value in second.items():
        before = both.get(key)
        both[key] = _together(before, value) if isinstance(before, dict) and isinstance(value, dict) else value
    return both


@dataclass(frozen=True)
class Difference:
    """A setting that was changed; or a whole model or deployment that was added or removed, which has no values."""

    place: str
    was: str = ""
    now: str = ""
    event: str = "changed"

    def __str__(self) -> str:
        """As a line that a person reads."""
        return f"{self.place}: {f'{self.was} → {self.now}' if self.event == 'changed' else self.event}"


def differences(before: Config, after: Config) -> list[Difference]:
    """What changed from one to the other."""
    old, new = before.model_dump(mode="json"), after.model_dump(mode="json")
    return list(_differences((), old, new))


def _differences(at: Location, old: Json, new: Json) -> Iterator[Difference]:
    if old == new:
        return
    if isinstance(old, dict) and isinstance(new, dict):
        for key in [*old, *(key for key in new if key not in old)]:
            yield from _differences((*at, key), old.get(key), new.get(key))
    elif len(at) == 2 and old is None:  # a whole model or deployment
        yield Difference(_dotted(at), event="added")
    elif len(at) == 2 and new is None:
        yield Difference(_dotted(at), event="removed")
    else:
        yield Difference(_dotted(at), _shown(old), _shown(new))


def _dotted(at: Location) -> str:
    return ".".join(map(str, at))


def _shown(value: Json) -> str:
    return "default" if value is None else orjson.dumps(value).decode()
