"""JSON read strictly, once: for requests of clients and for verdicts of models alike (design laws 1 and 11).

What other parsers silently resolve is an error here: duplicate keys, NaN and infinities, lone surrogates, a byte order
mark, bytes that are not UTF-8, and numbers beyond every double.

Parsing holds the interpreter's lock, in a thread too, so a document is measured before it is parsed: bytes, values,
lists and depth are counted on its text, in time linear in its length and in compiled code.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Any

import orjson

MAX_BYTES = 2 * 1024**2  # half a million tokens of English; few models read more
MAX_VALUES = 100_000  # 128 tools with schemas of 500 values each, and half as much again of messages
MAX_LISTS = 20_000  # 128 tools with 100 each, and half as many again in messages; a parser makes them all in one go
MAX_SIBLINGS = 20_000  # plain values side by side, which a parser makes in one go too: as keys' values in 20 ms
MAX_BACKSLASHES = 2 * 1024**2  # of escapes in strings; a parser reads a string in one go, a million of them in 20 ms
MAX_DEPTH = 32  # the deepest JSON schema seen in tool definitions nests 14 levels
INTEGERS = (-(2**63), 2**64 - 1)  # signed or not, of 64 bits: the bounds of such types stand in tools' schemas
MAX_ANY_DIGITS = 1000  # Python takes a time that grows with their square
HALF_CHARACTER = "text holds half a surrogate pair"


STRUCTURE = b'"{}[],'
CONTENT = bytes(byte for byte in range(256) if byte not in STRUCTURE)
ONE_KIND = bytes.maketrans(b"{}", b"[]")  # for depth, an object is a list
STEPS = {ord("["): 1, ord("]"): -1}


@dataclass(frozen=True)
class JsonBounds:
    """How much a document may hold. `bytes` are of its UTF-8 text; `values` are counted by commas and opening brackets,
    which are at least as many.
    """

    bytes: int = MAX_BYTES
    values: int = MAX_VALUES
    lists: int = MAX_LISTS
    siblings: int = MAX_SIBLINGS
    depth: int = MAX_DEPTH
    backslashes: int = MAX_BACKSLASHES

    @cached_property
    def least(self) -> int:
        """The smallest of the counts: a text of fewer bytes exceeds none of them."""
        return min(self.values, self.lists, self.siblings, self.backslashes)


class JsonRejected(ValueError):
    """The bytes are not strict JSON. `reason` does not quote them."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class JsonTooLarge(JsonRejected):
    """The document is longer than its bound."""

    def __init__(self, most_bytes: int) -> None:
        super().__init__(f"longer than {most_bytes} bytes")
        self.most_bytes = most_bytes


def parse_json(raw: bytes | str, bounds: JsonBounds = JsonBounds(), *, any_number: bool = False) -> Any:
    """The value that `raw` holds; raises `JsonRejected`, and `JsonTooLarge` where it is too long.

    With `any_number`, whole numbers of up to 1,000 digits are read exactly, and a number that no double holds is null.
    """
    text, encoded = _both_forms(raw, bounds.bytes)
    _check_bounds(encoded, bounds)
    try:
        value = (_ANY_NUMBER if any_number else _STRICT).decode(text)
    except JsonRejected:
        raise
    except ValueError:
        raise JsonRejected("not valid JSON") from None
    if "\\u" in text:  # an escape can hide half a surrogate pair, which could be neither stored nor sent on
        try:
            # orjson writes no whole numbers beyond 64 bits.
            json.dumps(value, ensure_ascii=False).encode() if any_number else orjson.dumps(value)
        except (TypeError, UnicodeEncodeError):
            raise JsonRejected(HALF_CHARACTER) from None
    return value


def parse_object(raw: bytes | str, bounds: JsonBounds = JsonBounds()) -> dict[str, Any]:
    """Like `parse_json`, for a document that must be an object."""
    value = parse_json(raw, bounds)
    if not isinstance(value, dict):
        raise JsonRejected("a JSON object is expected")
    return value


def _both_forms(raw: bytes | str, most: int) -> tuple[str, bytes]:
    """The document as text and in UTF-8."""
    if len(raw) > most:
        raise JsonTooLarge(most)
    try:
        text, encoded = (raw, raw.encode()) if isinstance(raw, str) else (raw.decode(), raw)
    except UnicodeDecodeError:
        raise JsonRejected("not UTF-8") from None
    except UnicodeEncodeError:
        raise JsonRejected(HALF_CHARACTER) from None
    if text.startswith("\ufeff"):
        raise JsonRejected("begins with a byte order mark")
    return text, encoded


def _check_bounds(raw: bytes, bounds: JsonBounds) -> None:
    """Count what a parser would make of the text.

    Without escapes, each quotation mark that is left begins or ends a string, and what stands between strings is
    structure. A parser stops at the first error, and up to there the two read the same.
    """
    if len(raw) > bounds.bytes:
        raise JsonTooLarge(bounds.bytes)
    if len(raw) < bounds.least and raw.count(b"[") + raw.count(b"{") <= bounds.depth:
        return  # too short to hold more of anything, and with too few brackets to nest too deeply
    if raw.count(b"\\") > bounds.backslashes:
        raise JsonRejected(f"more than {bounds.backslashes} backslashes")
    marks = raw.replace(b"\\\\", b"").replace(b'\\"', b"").translate(None, CONTENT)
    if marks.count(b'"') > 4 * bounds.values:  # two for a string, and a value may have a key
        raise JsonRejected(f"more than {bounds.values} values")
    structure = b"".join(marks.split(b'"')[::2])
    _check_depth(structure.translate(ONE_KIND, b","), bounds)
    lists = structure.count(b"[")
    if lists > bounds.lists:
        raise JsonRejected(f"more than {bounds.lists} lists")
    if b"," * bounds.siblings in structure:
        raise JsonRejected(f"more than {bounds.siblings} values side by side")
    if structure.count(b",") + structure.count(b"{") + lists + 1 > bounds.values:
        raise JsonRejected(f"more than {bounds.values} values")


def _check_depth(brackets: bytes, bounds: JsonBounds) -> None:
    """Remove what is innermost, once for each level that is allowed: nothing may be left."""
    counted = left = brackets[: 2 * bounds.values]  # of more, the values are too many
    for _ in range(bounds.depth):
        before = len(left)
        left = left.replace(b"[]", b"")
        if len(left) == before:
            break
    if left:
        deepest = max(accumulate(STEPS[bracket] for bracket in counted))
        raise JsonRejected("nested too deeply" if deepest > bounds.depth else "not valid JSON")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise JsonRejected("an object has the same key twice")
    return members


def _integer(digits: str) -> int | float:
    """Beyond 64 bits, the nearest double. JavaScript writes so the bound of int64 that it has read as one."""
    if len(digits) > MAX_ANY_DIGITS:
        raise JsonRejected("a number has too many digits")
    smallest, largest = INTEGERS
    number = int(digits)
    return number if smallest <= number <= largest else _number(digits)


def _number(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise JsonRejected("a number is out of range")
    return number


def _constant(name: str) -> float:
    raise JsonRejected(f"{name} is not JSON")


def _any_integer(digits: str) -> int | None:
    return int(digits) if len(digits) <= MAX_ANY_DIGITS else None


def _any_number(digits: str) -> float | None:
    number = float(digits)
    return number if math.isfinite(number) else None


def _no_number(_: str) -> None:
    return None


def _decoder(
    integer: Callable[[str], Any], number: Callable[[str], Any], constant: Callable[[str], Any]
) -> json.JSONDecoder:
    return json.JSONDecoder(object_pairs_hook=_object, parse_int=integer, parse_float=number, parse_constant=constant)


_STRICT = _decoder(_integer, _number, _constant)
_ANY_NUMBER = _decoder(_any_integer, _any_number, _no_number)
