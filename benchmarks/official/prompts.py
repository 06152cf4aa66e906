"""A paper's prompts and message shapes in our terms. Knows no benchmark."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from string import Formatter

from benchmarks.case import Role, Turn
from benchmarks.official.source import PICTURE, TEXT, Value
from benchmarks.pictures import Picture
from benchmarks.prompts import PromptTemplate


def template(
    name: str, text: str, fields: Mapping[str, str], filled: Mapping[str, str] | None = None
) -> PromptTemplate:
    """A text with `{fields}` as one with ours: `fields` has our name for each of theirs, `filled` what stays."""
    known = filled or {}

    def part(literal: str, field: str | None) -> str:
        if field is None:
            return _plain(literal)
        return _plain(literal) + (_plain(known[field]) if field in known else f"${{{fields[field]}}}")

    return PromptTemplate(name, "".join(part(literal, field) for literal, field, _, _ in Formatter().parse(text)))


def replaced(name: str, text: str, fields: Mapping[str, str]) -> PromptTemplate:
    """The same for a text whose fields are put in by `str.replace`: any other brace is a brace."""
    made = _plain(text)
    for theirs, ours in fields.items():
        made = made.replace(f"{{{theirs}}}", f"${{{ours}}}")
    return PromptTemplate(name, made)


def turns(shape: Value, text: str, pictures: Sequence[Picture]) -> tuple[Turn, ...]:
    """A conversation in the repository's shape, with this text and these pictures in their places."""

    def parts(part: Value) -> tuple[str | Picture, ...]:
        if part == TEXT:
            return (text,)
        return tuple(pictures) if part == PICTURE else (str(part["constant"]),)

    return tuple(Turn(Role(role), tuple(each for part in shown for each in parts(part))) for role, shown in shape)


def _plain(text: str) -> str:
    return text.replace("$", "$$")
