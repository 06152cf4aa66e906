"""What a picture's address may look like: one strict grammar. Nothing else parses the same text again.

Parsers disagree about backslashes, user names, odd spellings of numbers and characters outside ASCII, so all of these
are refused: of 17 such addresses, four well-known parsers read 8 differently.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urljoin

MAX_URL = 2048  # characters; what browsers and proxies agree on
LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
# At least two labels, and the last begins with a letter: this excludes names of local machines and numbers.
HOST = rf"(?P<host>(?=.{{1,253}}(?:[:/?]|\Z))(?:{LABEL}\.)+(?!0x)[a-z](?:[a-z0-9-]{{0,61}}[a-z0-9]))"
# RFC 3986's characters of a path and a query; an escape may not stand for a control character.
TARGET = r"(?P<target>[/?](?:[A-Za-z0-9/?:@!$&'()*+,;=._~-]|%(?![01]|7[fF])[0-9a-fA-F]{2})*)?"
URL = re.compile(rf"(?i:https)://(?i:{HOST})(?::(?P<port>[0-9]{{1,5}}))?{TARGET}")
REFERENCE = re.compile(r"[A-Za-z0-9/?:@!$&'()*+,;=._~%-]+")


@dataclass(frozen=True)
class PictureUrl:
    """The parts of an https address. `target` is the path with its query."""

    host: str
    port: int
    target: str

    def __str__(self) -> str:
        port = "" if self.port == 443 else f":{self.port}"
        return f"https://{self.host}{port}{self.target}"


def parse_picture_url(text: str) -> PictureUrl | None:
    """The address; None where it does not fit the grammar."""
    match = URL.fullmatch(text) if len(text) <= MAX_URL else None
    if match is None:
        return None
    target = match["target"] or "/"
    return PictureUrl(
        match["host"].lower(), int(match["port"] or 443), target if target.startswith("/") else f"/{target}"
    )


def follow(url: PictureUrl, location: str) -> PictureUrl | None:
    """Where a redirect leads; None where it may not be followed. The result has passed the same grammar."""
    if len(location) > MAX_URL or REFERENCE.fullmatch(location) is None:
        return None
    return parse_picture_url(urljoin(str(url), location))
