"""JSON read strictly, once: for requests of clients and for verdicts of models alike (design laws 1 and 11).

What other parsers silently resolve is an error here: duplicate keys, NaN and infinities, lone surrogates, a byte order
mark, bytes that are not UTF-8, numbers that no double holds, and deeper nesting than any real request has.
"""

from __future__ import annotations

import json
import math
from typing import Any

import orjson

MAX_DEPTH = 32  # the deepest JSON schema seen in tool definitions nests 14 levels
MAX_INTEGER_DIGITS = 16  # 2**53 has 16; beyond it parsers disagree
MAX_ANY_DIGITS = 1000
HALF_CHARACTER = "text holds half a surrogate pair"


class JsonRejected(ValueError):
    """The bytes are not strict JSON. `reason` does not quote them."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def parse_json(raw: bytes | str, *, any_number: bool = False) -> Any:
    """The value that `raw` holds; raises `JsonRejected`.

    With `any_number`, whole numbers of up to 1,000 digits are read exactly, and one that no double holds is null.
    """
    text = _decoded(raw)
    integer, number, constant = (_any_integer, _any_number, _no_number) if any_number else (_integer, _number, _constant)
    try:
        value = json.loads(
            text, object_pairs_hook=_object, parse_int=integer, parse_float=number, parse_constant=constant
        )
    except JsonRejected:
        raise
    except RecursionError:
        raise JsonRejected("nested too deeply") from None
    except ValueError:
        raise JsonRejected("not valid JSON") from None
    _check_depth(value)
    if "\\u" in text:  # an escape can hide half a surrogate pair, which could be neither stored nor sent on
        try:
            json.dumps(value, ensure_ascii=False).encode() if any_number else orjson.dumps(value)
        except (TypeError, UnicodeEncodeError):
            raise JsonRejected(HALF_CHARACTER) from None
    return value


def parse_object(raw: bytes | str, *, any_number: bool = False) -> dict[str, Any]:
    """Like `parse_json`, for a document that must be an object."""
    value = parse_json(raw, any_number=any_number)
    if not isinstance(value, dict):
        raise JsonRejected("a JSON object is expected")
    return value


def _decoded(raw: bytes | str) -> str:
    try:
        text = raw if isinstance(raw, str) else raw.decode("utf-8")
        if isinstance(raw, str):
            raw.encode("utf-8")
    except UnicodeDecodeError:
        raise JsonRejected("not UTF-8") from None
    except UnicodeEncodeError:
        raise JsonRejected(HALF_CHARACTER) from None
    if text.startswith("\ufeff"):
        raise JsonRejected("begins with a byte order mark")
    return text


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise JsonRejected("an object has the same key twice")
    return members


def _integer(digits: str) -> int:
    if len(digits.lstrip("-")) > MAX_INTEGER_DIGITS:
        raise JsonRejected("a number has too many digits")
    return int(digits)


def _number(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise JsonRejected("a number is out of range")
    return number


def _constant(name: str) -> float:
    raise JsonRejected(f"{name} is not JSON")


def _any_integer(digits: str) -> int | float | None:
    return int(digits) if len(digits) <= MAX_ANY_DIGITS else None


def _any_number(digits: str) -> float | None:
    number = float(digits)
    return number if math.isfinite(number) else None


def _no_number(_: str) -> None:
    return None


def _check_depth(value: object) -> None:
    level: list[Any] = [value]
    for _ in range(MAX_DEPTH + 1):
        nested = [each.values() if isinstance(each, dict) else each for each in level if isinstance(each, dict | list)]
        level = [child for children in nested for child in children]
        if not level:
            return
    raise JsonRejected("nested too deeply")
