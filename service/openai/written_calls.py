"""Calls that a model writes as plain text, which some frameworks parse out of it and carry out.

This tells what *looks like* a call, cheaply and rather too often: what does is judged, and judging harms nothing. It
knows the forms of models' own templates, JSON and tags, a line that begins with a call, and ReAct's `Action:`. A call
in a form of its own, `press 3` say, is not seen.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from agents.models.base import JsonObject
from service.openai.reply_fields import WORD_FIELDS

MAX_LOOKED_AT = 256 * 1024  # characters of a reply; one with more counts as a call
# Without one of these nothing is a call, so a stream flows until the first of them.
SIGN = re.compile(r"[{<\[`]|\w\(|\b(?:action|tool|function)", re.IGNORECASE)
BEFORE_SIGN = 16  # characters of what came before that a sign may have begun in
WRITTEN = re.compile(
    r"(?:tool|function)[ _\u2581]?calls?\b|\[/?TOOL|python_tag|tool_(?:use|code)|functions\."
    r"|</?[\w|\uff5c][^<>\n]{0,99}>"  # a tag
    r"|^[ \t>*#-]{0,8}action(?:[ _]input)?[ \t*]{0,4}:"  # ReAct
    r"|^[ \t>*`-]{0,8}[a-z_][\w.]{0,63}\(",  # a line that begins with a call
    re.IGNORECASE | re.MULTILINE,
)
NAMED = re.compile(r"[\"'](?:name|function|tool|tool_name|action|command)[\"']\s{0,16}:", re.IGNORECASE)
GIVEN = re.compile(
    r"[\"'](?:arguments|args|parameters|params|kwargs|input|action_input|tool_input)[\"']\s{0,16}:", re.IGNORECASE
)


def looks_like_call(text: str) -> bool:
    """Whether a call may stand in a text; in time linear in its length."""
    if len(text) > MAX_LOOKED_AT:
        return True
    if SIGN.search(text) is None:
        return False
    return bool(WRITTEN.search(text) or (NAMED.search(text) and GIVEN.search(text)))


@dataclass
class CallSigns:
    """Watches a stream for the first piece in which a call may begin."""

    _ends: dict[tuple[int, str], str] = field(default_factory=dict)  # of what each field of each choice said so far

    def see(self, chunk: JsonObject) -> bool:
        """Whether from this chunk on the words may be a call."""
        found = False
        for choice in chunk.get("choices") or []:
            said = choice.get("delta") or choice.get("message") or {}
            for name in WORD_FIELDS:
                if said.get(name):
                    place = (choice.get("index", 0), name)
                    text = self._ends.get(place, "") + said[name]
                    found = found or SIGN.search(text) is not None
                    self._ends[place] = text[-BEFORE_SIGN:]
        return found
