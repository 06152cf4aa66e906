"""An attack and its harmless twin, as a file of the catalogue describes them."""

from __future__ import annotations

from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from benchmarks.attacks.letters import Letters
from benchmarks.case import Role


class Place(StrEnum):
    """Where it is put: beside the question, in place of it, before the conversation, or into the picture."""

    BEFORE = "before"
    AFTER = "after"
    NEXT_LINE = "next line"
    QUESTION = "question"
    TURNS_BEFORE = "turns before"
    SIGN = "sign"
    STRIP = "strip"
    SECOND_PICTURE = "second picture"


class SecondPicture(StrEnum):
    """Which picture is added after the case's own: a drawn park, that of the question's safe side, or the same."""

    PARK = "park"
    SAFE_SIDE = "safe side"
    SAME = "same"


IN_PICTURE = frozenset({Place.SIGN, Place.STRIP, Place.SECOND_PICTURE})
"""The places that need a picture."""


class Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ForgedTurn(Model):
    """A turn that nobody spoke."""

    role: Role
    text: str = Field(min_length=1)


class Injection(Model):
    """What is put where. The question itself is rewritten in other letters; all else is added."""

    place: Place
    text: str = ""
    letters: Letters = Letters.PLAIN
    turns: tuple[ForgedTurn, ...] = ()
    picture: SecondPicture | None = None

    @model_validator(mode="after")
    def _says_what_its_place_needs(self) -> Self:
        has = {
            "text": bool(self.text),
            "letters": self.letters is not Letters.PLAIN,
            "turns": bool(self.turns),
            "picture": self.picture is not None,
        }
        match self.place:
            case Place.QUESTION:
                needed, allowed = "letters", {"letters"}
            case Place.TURNS_BEFORE:
                needed, allowed = "turns", {"turns"}
            case Place.SECOND_PICTURE:
                needed, allowed = "picture", {"picture"}
            case Place.SIGN | Place.STRIP:
                needed, allowed = "text", {"text"}
            case _:
                needed, allowed = "text", {"text", "letters"}
        if not has[needed]:
            raise ValueError(f"place '{self.place}' needs '{needed}'")
        if beyond := [name for name, given in has.items() if given and name not in allowed]:
            raise ValueError(f"place '{self.place}' has no use for {', '.join(beyond)}")
        return self

    @property
    def in_picture(self) -> bool:
        """Whether it is put into a picture or beside one."""
        return self.place in IN_PICTURE

    @property
    def words(self) -> str:
        """All that it adds in words, before it is written in its letters."""
        return self.text or "\n".join(turn.text for turn in self.turns)


class Attack(Model):
    """An attack of the catalogue. `name` is its file's.

    kind: attacks of one kind differ in their words. imitates: what it passes itself off as.
    held_out: it is measured with, and never among what a model is trained on.
    unclear_is_right: it may be true, so that a verdict of `unclear` is no success of it.
    """

    name: str
    kind: str = Field(min_length=1)
    imitates: str = Field(min_length=1)
    held_out: bool = False
    unclear_is_right: bool = False
    attack: Injection
    twin: Injection
