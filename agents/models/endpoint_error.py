"""An endpoint's error, read out of the many forms that providers give it."""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from collections.abc import Iterator
from dataclasses import dataclass

from agents.models.base import Json, JsonObject
from agents.strict_json import JsonRejected, parse_json

MAX_CODE = 64
MAX_SEARCHED = 100_000  # characters of a request that a message is compared with; of a longer one, nothing is shown
CODE = re.compile(rf"[\w.:/-]{{1,{MAX_CODE}}}", re.ASCII)
ERROR_STATUS = re.compile(r"[45]\d\d")
RETRY_DELAY = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)s", re.ASCII)
DEEPEST = 5  # levels below which no message is looked for
MOST_LISTED = 8  # errors of one list
SAYS = (
    *("message", "detail", "msg", "error_description", "status_msg", "Message"),
    *("error", "errors", "fault", "faultstring", "title"),
)  # fmt: skip
"""The names that a message has, or what holds it."""


@dataclass(frozen=True)
class EndpointError:
    """An error as an endpoint states it. `codes` are its codes and types, the most telling first.

    `param` is the field that it blames, and `retry_after` the seconds that its body says to wait.
    """

    message: str = ""
    codes: tuple[str, ...] = ()
    status: int | None = None
    param: str = ""
    retry_after: str | None = None

    @property
    def code(self) -> str:
        """The endpoint's own code; empty where it has none in the form of one."""
        return next((code for code in self.codes if CODE.fullmatch(code)), "")


def stated_error(document: Json) -> EndpointError | None:
    """The error that a JSON document reports, in any form in use; None where it reports none."""
    if isinstance(document, list) and len(document) == 1:  # Gemini
        document = document[0]
    if not isinstance(document, dict):
        return None
    error = document.get("error")
    if not error and "error" in (document.get("object"), document.get("type")):  # older vLLM; Anthropic's events
        error = document
    if not error and not document.get("choices"):
        error = _unnamed_error(document)
    return _endpoint_error(error, document) if error else None


def error_of_response(raw: bytes) -> EndpointError:
    """What the body of a response with an error's status says."""
    try:
        document = parse_json(raw.removeprefix(BOM_UTF8), any_number=True)
    except JsonRejected:
        text = raw.decode("utf-8", "replace").strip()
        return EndpointError("" if text.startswith("<") else text)
    stated = stated_error(document)
    if stated is not None:
        return stated
    return _endpoint_error(document, document) if isinstance(document, dict) else EndpointError()


def _unnamed_error(document: JsonObject) -> JsonObject | None:
    """What reports an error in a document without `error` and without choices; None where it reports none."""
    base = document.get("base_resp")
    if isinstance(base, dict) and base.get("status_code") not in (0, "0", None):  # MiniMax
        return base
    failed = document.get("success") is False or (_status(document) is not None and _said(document))
    return document if failed else None


def _endpoint_error(error: Json, document: JsonObject) -> EndpointError:
    first = error[0] if isinstance(error, list) and error else error
    about = first if isinstance(first, dict) else document
    metadata, param = about.get("metadata"), about.get("param")
    raw = metadata.get("raw") if isinstance(metadata, dict) else None  # what OpenRouter's provider said
    return EndpointError(
        " ".join(filter(None, (_said(error), _said(raw)))),
        tuple(_codes(about)),
        _status(about),
        param if isinstance(param, str) else "",
        _retry_after(about.get("details")),
    )


def _said(value: Json, deepest: int = DEEPEST) -> str:
    """The message that a value is, or holds under one of the names in use."""
    if isinstance(value, dict) and deepest:
        fields = value.get("errors")
        # ASP.NET's have one list for each field.
        held = {**value, "errors": list(fields.values())} if isinstance(fields, dict) else value
        return next(filter(None, (_said(held.get(name), deepest - 1) for name in SAYS)), "")
    if isinstance(value, list) and deepest:
        value = "; ".join(filter(None, (_said(each, deepest - 1) for each in value[:MOST_LISTED])))
    return value[:MAX_SEARCHED] if isinstance(value, str) else ""


def _retry_after(details: Json) -> str | None:
    """The seconds to wait that Gemini states among an error's details."""
    for each in details[:MOST_LISTED] if isinstance(details, list) else ():
        delay = each.get("retryDelay") if isinstance(each, dict) else None
        if isinstance(delay, str) and (stated := RETRY_DELAY.fullmatch(delay)):
            return stated[1]
    return None


def _codes(error: JsonObject) -> Iterator[str]:
    for holder in (error, error.get("innererror"), error.get("error")):
        if isinstance(holder, dict):
            codes = (holder.get(name) for name in ("code", "type", "status"))
            yield from (code[:MAX_SEARCHED] for code in codes if isinstance(code, str) and code)


def _status(error: JsonObject) -> int | None:
    """The HTTP status that an error's body names."""
    for name in ("status", "status_code", "code"):
        value = error.get(name)
        number = int(value) if isinstance(value, str) and ERROR_STATUS.fullmatch(value) else value
        if isinstance(number, int) and not isinstance(number, bool) and 400 <= number <= 599:
            return number
    return None
