"""What an operator may read of an endpoint's words: a short line without secrets, and without words of the request."""

from __future__ import annotations

import re
from collections.abc import Sequence

from agents.models.endpoint_error import MAX_SEARCHED

MAX_DETAIL = 240  # characters of an endpoint's message in a log line or a record
LEAST_QUOTED = 2  # a single letter or digit tells nothing
LEAST_SHARED = 12  # characters in a row that a message may not share with the request
LEAST_WORD = 6  # letters of a single word that it may not share, unless it is one of these
COMMON = frozenset({
    "available", "characters", "completion", "completions", "content", "context", "exceeded", "exceeds",
    "expected", "failed", "format", "function", "image", "images", "instead", "invalid", "length", "limit",
    "maximum", "message", "messages", "missing", "model", "models", "number", "object", "parameter",
    "parameters", "please", "prompt", "provided", "received", "request", "requested", "required", "response",
    "schema", "string", "support", "supported", "system", "tokens", "unsupported", "values",
})  # fmt: skip
SECRET = re.compile(
    r"(?i)\bbearer\s+\S+"
    r"|\b(?:sk|pk|rk|gsk|xai|key|org|proj|hf|sg|aiza)[-_]?[\w*.-]{8,}"
    r"|\S*\*{2,}\S*"  # keys that an endpoint has masked still show their ends
    r"|(?<=\?)\S+"  # a query may hold a key
    r"|[\w.+-]+@[\w-]+\.\S+"
    r"|\b(?=\w*\d)(?=\w*[A-Za-z])[\w-]{24,}"
)
CUT = "…"
# In scripts without spaces, each character counts as a word.
WORD = re.compile(r"[\u2e80-\ud7ff\uf900-\ufaff]|[^\s\u2e80-\ud7ff\uf900-\ufaff]+")
QUOTES = "\"'`“‘«"
EDGES = "\"'`“”‘’«»()[]{}<>.,:;!?"


def shown(message: str, *, secrets: Sequence[str], request: Sequence[str]) -> str:
    """A message for operators: one short line, without secrets, and without anything that also stands in the request.

    `request` are the texts of the request. What a message may share with them is common words, and no number.
    """
    text = " ".join("".join(each if each.isprintable() else " " for each in message[: 4 * MAX_DETAIL]).split())
    for secret in secrets:
        text = text.replace(secret, CUT) if secret else text
    text = SECRET.sub(CUT, text)
    if sum(map(len, request)) > MAX_SEARCHED:
        return ""
    text = _without(text, " ".join(" ".join(request).split()).casefold())
    return text if len(text) <= MAX_DETAIL else f"{text[: MAX_DETAIL - 1]}{CUT}"


def _without(text: str, request: str) -> str:
    """The text with every run of words cut out that stands in the request and would tell something of it."""
    words, kept, place = [match.span() for match in WORD.finditer(text)], list[str](), 0
    after = 0  # the end of what was taken over or cut
    while place < len(words):
        start, end = words[place][0], place
        while end < len(words) and text[start : words[end][1]].strip(EDGES).casefold() in request:
            end += 1
        if end > place and _tells(text[start : words[end - 1][1]]):
            kept.append(f"{text[after:start]}{CUT}")
            after, place = words[end - 1][1], end
        else:
            place += 1
    return "".join(kept) + text[after:]


def _tells(run: str) -> bool:
    """Whether a run of words says something of the request: many words, a number, a quotation, or another script."""
    bare = run.strip(EDGES)
    if len(bare) < LEAST_QUOTED or bare.casefold() in COMMON:
        return False
    is_long = len(bare) >= (LEAST_SHARED if " " in bare else LEAST_WORD)
    return is_long or any(map(str.isdigit, bare)) or run[0] in QUOTES or not bare.isascii()
