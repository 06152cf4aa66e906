"""The calls of a reply in one form, whole or in pieces: each has an id, a name, and arguments as text."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from agents.models.base import Json, JsonObject
from agents.models.openai_format import ID
from agents.models.reply_errors import ReplyMalformed

MAX_INDEX = 2**31
CALL_ID_BYTES = 12  # as long as the ids that OpenAI gives
MAX_WHOLE = 2**20  # characters of arguments that are read to see whether they are whole
KNOWN_KINDS = (None, "function", "custom")  # of calls


@dataclass
class StreamedCall:
    """What has come of one call."""

    index: int  # that it goes out under
    id: str = ""  # the endpoint's
    name: str = ""
    arguments: list[str] = field(default_factory=list)  # the pieces that are not blank
    goes_out: bool = False  # whether a piece of its function has gone out, under an id
    may_be_whole: bool = True  # false once its arguments were read and were not

    def is_over(self, function: JsonObject) -> bool:
        """Whether a piece begins another call: it has another name, or arguments where those of this call are whole."""
        name, arguments = function.get("name"), function.get("arguments") or ""
        if not name or not self.name:
            return False
        return name != self.name or (arguments.lstrip().startswith("{") and self._is_whole())

    def _is_whole(self) -> bool:
        """Whether the arguments are an object. It is looked at once: within a string, what looks whole may not be."""
        if not (self.may_be_whole and self.arguments and self.arguments[-1].rstrip().endswith("}")):
            return False
        text = "".join(self.arguments)
        try:
            self.may_be_whole = len(text) <= MAX_WHOLE and isinstance(json.loads(text), dict)
        except (ValueError, RecursionError):
            self.may_be_whole = False
        return self.may_be_whole


@dataclass
class StreamedCalls:
    """Tells the calls of one choice apart. Endpoints leave out the index, or give every call the same one.

    Id, type and name go out once for each call, whatever the endpoint repeats: clients add up what comes.
    """

    _calls: dict[int, StreamedCall] = field(default_factory=dict)  # by the indexes that they go out under
    _by_id: dict[str, StreamedCall] = field(default_factory=dict)
    _places: dict[int, StreamedCall] = field(default_factory=dict)  # by the endpoint's index, the one it means now
    _ids: set[str] = field(default_factory=set)  # those that have gone out
    _silent: set[int] = field(default_factory=set)  # the indexes of those without arguments
    _next: int = 0
    _last: StreamedCall | None = None
    has_any: bool = False  # whether a call with a name has gone out

    def placed(self, piece: JsonObject) -> JsonObject:
        """The piece under its call's index, without what has gone out of that call before."""
        call = self._call(piece)
        placed = {**piece, "index": call.index}
        placed.pop("id", None)
        if not _is_function_call(piece):
            return placed
        if call.goes_out:
            placed.pop("type", None)
        else:
            call.goes_out = True
            placed |= {"id": _own_id(call.id, self._ids), "type": "function"}
            self._silent.add(call.index)
        function = piece["function"]
        if call.name and "name" in function:
            placed["function"] = {"arguments": function.get("arguments") or ""}
        elif function.get("name"):
            call.name = function["name"]
            self.has_any = True
        if (arguments := function.get("arguments")) and not arguments.isspace():
            call.arguments.append(arguments)
            self._silent.discard(call.index)
        return placed

    def complete(self, pieces: list[JsonObject]) -> list[JsonObject]:
        """The pieces that came with the end, and `{}` for each call that has no arguments."""
        # Clients that begin with this chunk do not add up its pieces, so one that is there is filled.
        here = {piece["index"]: piece for piece in pieces if _is_function_call(piece)}
        for index in sorted(self._silent):
            self._calls[index].arguments.append("{}")
            if index in here:
                here[index]["function"] = {**here[index]["function"], "arguments": "{}"}
            else:
                pieces.append({"index": index, "function": {"arguments": "{}"}})
        self._silent.clear()
        return pieces

    def _call(self, piece: JsonObject) -> StreamedCall:
        """The call that a piece belongs to."""
        stated, identity = index_of(piece.get("index"), None), piece.get("id")
        call = self._known(piece, stated)
        if call is None or call.is_over(piece.get("function") or {}):
            index = self._next if stated is None or stated in self._calls else stated
            call = self._calls[index] = StreamedCall(index)
            self._next = max(self._next, index + 1)
        if identity:
            self._by_id[identity] = call
            call.id = call.id or identity
        if stated is not None:
            self._places[stated] = call
        self._last = call
        return call

    def _known(self, piece: JsonObject, stated: int | None) -> StreamedCall | None:
        """The call that was begun before; None where this piece begins one."""
        identity, begins = piece.get("id"), bool((piece.get("function") or {}).get("name"))
        if identity in self._by_id and not (begins and stated is not None and stated not in self._places):
            return self._by_id[identity]
        if stated is not None:
            call = self._places.get(stated)
            return None if identity and begins and call is not None and call.id else call
        return None if identity or begins else self._last


def whole_call(call: JsonObject, ids: set[str], finish: str | None) -> JsonObject:
    """Whole calls stand in their order, and some endpoints give each of them the same index or id, or no arguments."""
    whole = {name: value for name, value in call.items() if name != "index"}
    whole["id"] = _own_id(whole.get("id", ""), ids)
    if _is_function_call(whole):
        whole["type"] = "function"
        arguments = whole["function"].get("arguments") or ""
        if not arguments.strip():
            # What a limit cut off is no whole call.
            whole["function"] = {**whole["function"], "arguments": "" if finish == "length" else "{}"}
    return whole


def _is_function_call(call: JsonObject) -> bool:
    """Whether a call, or a piece of one, is of the one kind that goes out."""
    return bool(call.get("function")) and call.get("type") in (None, "function")


def has_call(message: JsonObject) -> bool:
    calls = message.get("tool_calls", [])
    return any(_is_function_call(call) and call["function"].get("name") for call in calls)


def _own_id(stated: str, ids: set[str]) -> str:
    """An id that no other call of its choice has: the stated one where it can go out, else one of ours."""
    identity = stated if ID.fullmatch(stated) and stated not in ids else new_call_id()
    ids.add(identity)
    return identity


def new_call_id() -> str:
    """An id for a call whose endpoint gave none: clients answer a call by its id."""
    return f"call_{secrets.token_hex(CALL_ID_BYTES)}"


def read_call(call: Json) -> JsonObject:
    """A call or a piece of one, its name and arguments as text."""
    if not isinstance(call, dict) or not isinstance(call.get("function") or {}, dict):
        raise ReplyMalformed("a call is not an object")
    read = dict(call)
    if isinstance(read.get("id"), int) and not isinstance(read["id"], bool):
        read["id"] = str(read["id"])
    elif not isinstance(read.get("id"), str):
        read.pop("id", None)
    if read.get("function"):
        called = dict(read["function"])
        if not isinstance(called.get("name"), str | None):
            raise ReplyMalformed("a call's name is not text")
        arguments = called.get("arguments")
        if isinstance(arguments, dict | list):
            called["arguments"] = json.dumps(arguments, ensure_ascii=False)
        elif not isinstance(arguments, str | None):
            raise ReplyMalformed("a call's arguments are neither text nor an object")
        read["function"] = called
        # Endpoints leave the type empty, or have a word of their own. Other kinds of calls were never asked for.
        if read.get("type") not in KNOWN_KINDS and read.get("custom") is None:
            read["type"] = "function"
    return read


def index_of(value: Json, otherwise: Any) -> Any:
    """A place in a list, also as 0.0; else `otherwise`."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= MAX_INDEX or value % 1:
        return otherwise
    return int(value)
