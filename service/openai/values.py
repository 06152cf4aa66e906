"""Checks of values. Each returns the canonical value, or raises a fault that names the field and the rule.

An object has a closed set of fields: an unknown one is refused, or dropped where a deployment says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Literal, Protocol

import orjson

from agents.errors import PictureRejected
from agents.images import Picture
from agents.models.base import Json, JsonObject
from service.openai.errors import INVALID_VALUE, MISSING_FIELD, UNKNOWN_FIELD, UNSUPPORTED, WireFault

SHOWN_NAME = 64  # of a field's name that a client made up, this much is repeated in an error
SETTING_HINT = "; the deployment's setting `unknown_fields: drop` would leave it out"
EXTRA_HINT = ", and `extra_fields` lets it through by name"


@dataclass(frozen=True)
class FieldRules:
    """What a deployment does with fields that nobody knows, and the extra ones that it lets through by name."""

    unknown: Literal["refuse", "drop"] = "refuse"
    extra: frozenset[str] = frozenset()
    pictures: Mapping[str, Picture] = field(default_factory=dict)  # by address, already decoded

    def picture(self, url: str, where: str) -> Picture:
        """The picture at an address; raises `PictureRejected`."""
        if url not in self.pictures:
            raise PictureRejected("not the address of a picture", where=where)
        return self.pictures[url]


STRICT = FieldRules()


class Check(Protocol):
    """Gives the canonical value of a field, or raises a fault that names `param`, its path."""

    def __call__(self, value: Json, param: str, rules: FieldRules = STRICT, /) -> Json: ...


def invalid(param: str, rule: str) -> WireFault:
    return WireFault(INVALID_VALUE, message=f"{param}: {rule}.", param=param)


def unsupported(param: str, why: str) -> WireFault:
    return WireFault(UNSUPPORTED, message=f"{param}: {why}.", param=param)


def missing(param: str) -> WireFault:
    return WireFault(MISSING_FIELD, message=f"{param}: this field is missing.", param=param)


def unknown(param: str, hint: str) -> WireFault:
    shown = "".join(islice(filter(str.isprintable, param), SHOWN_NAME))
    return WireFault(UNKNOWN_FIELD, message=f"{shown}: this field is not known{hint}.", param=shown)


def number(low: float, high: float) -> Check:
    def check(value: Json, param: str, _: FieldRules = STRICT) -> Json:
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            raise invalid(param, f"a number from {low:g} to {high:g} is expected")
        return value

    return check


def integer(low: int, high: int) -> Check:
    def check(value: Json, param: str, _: FieldRules = STRICT) -> Json:
        whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
        if isinstance(value, bool) or not whole or not low <= value <= high:
            raise invalid(param, f"a whole number from {low} to {high} is expected")
        return int(value)

    return check


def boolean(value: Json, param: str, _: FieldRules = STRICT) -> Json:
    if not isinstance(value, bool):
        raise invalid(param, "true or false is expected")
    return value


def text(most: int) -> Check:
    def check(value: Json, param: str, _: FieldRules = STRICT) -> Json:
        if not isinstance(value, str) or len(value) > most:
            raise invalid(param, f"a text of at most {most} characters is expected")
        return value

    return check


def one_of(*allowed: str) -> Check:
    def check(value: Json, param: str, _: FieldRules = STRICT) -> Json:
        if not isinstance(value, str) or value not in allowed:
            raise invalid(param, f"one of {', '.join(allowed)} is expected")
        return value

    return check


def anything(value: Json, _: str, __: FieldRules = STRICT) -> Json:
    """What is checked elsewhere, part by part."""
    return value


def anything_up_to(most_bytes: int) -> Check:
    """Any JSON value whose text is not longer."""

    def check(value: Json, param: str, _: FieldRules = STRICT) -> Json:
        if len(orjson.dumps(value)) > most_bytes:
            raise invalid(param, f"larger than {most_bytes} bytes")
        return value

    return check


def an_object(value: Json, param: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise invalid(param, "an object is expected")
    return value


def a_list(value: Json, param: str, *, least: int = 0, most: int) -> list[Any]:
    if not isinstance(value, list) or not least <= len(value) <= most:
        raise invalid(param, f"a list of {least} to {most} items is expected")
    return value


def list_or_empty(value: Json) -> list[Json]:
    """For a look ahead of the checks: what is no list has nothing in it."""
    return value if isinstance(value, list) else []


def a_text(value: Json, param: str) -> str:
    if not isinstance(value, str):
        raise invalid(param, "a text is expected")
    return value


def required(fields: JsonObject, name: str, param: str) -> Json:
    """A field of an object at `param`, which must be there."""
    if name not in fields:
        raise missing(f"{param}.{name}")
    return fields[name]


def items(values: list[Any], param: str) -> Iterator[tuple[str, Json]]:
    """Each item with its path."""
    for index, value in enumerate(values):
        yield f"{param}[{index}]", value


@dataclass(frozen=True)
class Shape:
    """The fields of an object: those that are read, and inert ones that clients echo back and nobody needs."""

    known: frozenset[str]
    inert: frozenset[str] = frozenset()

    def of(self, value: Json, param: str, rules: FieldRules) -> JsonObject:
        """The known fields of an object that say anything. null says nothing, whatever the field."""
        members: JsonObject = {}
        for name, member in an_object(value, param).items():
            if member is None:
                continue
            if name in self.known:
                members[name] = member
            elif name not in self.inert and rules.unknown == "refuse":
                raise unknown(f"{param}.{name}", SETTING_HINT)
        return members


def shape(*known: str, inert: frozenset[str] = frozenset()) -> Shape:
    return Shape(frozenset(known), inert)


def flags(*known: str, inert: frozenset[str] = frozenset()) -> Check:
    """An object of true and false."""
    fields = shape(*known, inert=inert)

    def check(value: Json, param: str, rules: FieldRules = STRICT) -> Json:
        members = fields.of(value, param, rules)
        return {name: boolean(member, f"{param}.{name}") for name, member in members.items()}

    return check
