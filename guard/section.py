"""What sections of the configuration are made of: their base, and the forms of names and numbers."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    StringConstraints,
    model_serializer,
)
from pydantic_core import PydanticCustomError

Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
EnvironmentName = Annotated[str, StringConstraints(pattern=r"^[A-Z_][A-Z0-9_]*$")]
MAX_SECONDS = 3600  # the longest deadline that may be set
Seconds = Annotated[float, Field(gt=0, le=MAX_SECONDS)]

Location = tuple[str | int, ...]

LATER = "later"
"""Marks a setting that came after the first digests: at its default it is left out, so that digests stay the same."""


def _is_no_path(name: str) -> str:
    if ".." in name or "//" in name or name.endswith("/"):
        raise ValueError("`..`, `//` and a `/` at the end are not allowed: the name is part of an address")
    return name


DeploymentName = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}$"), AfterValidator(_is_no_path)
]


def problem_at(*problems: tuple[Location, str]) -> PydanticCustomError:
    """An error for a validator of a whole section to raise: each place is relative to the section."""
    summary = "; ".join(f"{'.'.join(map(str, at))}: {message}" for at, message in problems)
    places = [{"at": at, "message": message} for at, message in problems]
    return PydanticCustomError("places", "{summary}", {"summary": summary, "places": places})


class Section(BaseModel):
    """Base of every section: frozen, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @model_serializer(mode="wrap")
    def _as_stated(self, serialize: SerializerFunctionWrapHandler) -> dict[str, Any]:
        values: dict[str, Any] = serialize(self)
        for name, field in type(self).model_fields.items():
            if LATER in field.metadata and getattr(self, name) == field.get_default(call_default_factory=True):
                values.pop(name, None)
        return values
