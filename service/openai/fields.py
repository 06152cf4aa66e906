"""Objects with a closed set of fields: what is not known is refused, or dropped where a deployment says so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from agents.errors import PictureRejected
from agents.images import Picture, picture_from_data_url
from agents.models.base import Json, JsonObject
from service.openai.values import an_object, unknown

SETTING_HINT = "; the deployment's setting `unknown_fields: drop` would leave it out"


@dataclass(frozen=True)
class FieldRules:
    """What a deployment does with fields that nobody knows, and the extra ones that it lets through by name."""

    unknown: Literal["refuse", "drop"] = "refuse"
    extra: frozenset[str] = frozenset()
    pictures: Mapping[str, Picture] | None = None  # by address, where they were looked at before; else on the spot

    def picture(self, url: str, where: str) -> Picture:
        """The picture at an address; raises `PictureRejected`."""
        if self.pictures is None:
            return picture_from_data_url(url, where)
        if url not in self.pictures:
            raise PictureRejected("not the address of a picture", where=where)
        return self.pictures[url]


@dataclass(frozen=True)
class Shape:
    """The fields of an object: those that are read, and inert ones that clients echo back and nobody needs."""

    known: frozenset[str]
    inert: frozenset[str] = frozenset()

    def of(self, value: Json, param: str, rules: FieldRules) -> JsonObject:
        """The known fields of an object that are not null."""
        members = an_object(value, param)
        for name in members.keys() - self.known - self.inert:
            if rules.unknown == "refuse":
                raise unknown(f"{param}.{name}" if param else name, SETTING_HINT)
        return {name: member for name, member in members.items() if name in self.known and member is not None}


def shape(*known: str, inert: frozenset[str] = frozenset()) -> Shape:
    return Shape(frozenset(known), inert)
