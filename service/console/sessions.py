"""Who is logged in to the console. In memory of one process: a restart logs everybody out."""

from __future__ import annotations

import secrets
import time
from collections import OrderedDict
from dataclasses import dataclass, field

from service.keys.token import digest, matches

SESSION_SECONDS = 12 * 3600  # a working day; then the token is asked for again
MAX_SESSIONS = 1000  # of more, those that began longest ago end; administrators are few
SECRET_BYTES = 32


@dataclass(frozen=True)
class Session:
    """A login. `id` is what the cookie holds, `csrf` what its forms carry; `began` is monotonic, in seconds."""

    id: str = field(repr=False)
    csrf: str = field(repr=False)
    administrator: str
    began: float

    def wrote(self, token: str) -> bool:
        """Whether a form with this token is from a page of this session; takes as long for every token."""
        return secrets.compare_digest(token.encode(), self.csrf.encode())


class Sessions:
    """All sessions, found by a digest of their ids: how long a search takes tells nothing of an id."""

    def __init__(self) -> None:
        self._sessions: OrderedDict[bytes, Session] = OrderedDict()
        self._code: bytes | None = None

    def begin(self, administrator: str) -> Session:
        """Log an administrator in."""
        session = Session(new_secret(), new_secret(), administrator, time.monotonic())
        self._sessions[digest(session.id)] = session
        if len(self._sessions) > MAX_SESSIONS:
            self._sessions.popitem(last=False)
        return session

    def find(self, id: str) -> Session | None:  # noqa: A002 the field's own name
        """The session of that id, while it lasts."""
        session = self._sessions.get(digest(id))
        if session is None or time.monotonic() - session.began < SESSION_SECONDS:
            return session
        self.end(session)
        return None

    def end(self, session: Session) -> None:
        """Log out."""
        self._sessions.pop(digest(session.id), None)

    def issue_code(self) -> str:
        """A code that opens one session, once. There is one at a time."""
        code = new_secret()
        self._code = digest(code)
        return code

    def redeem(self, code: str) -> bool:
        """Whether that is the code; it is good for nothing after that."""
        if self._code is None or not matches(code, self._code):
            return False
        self._code = None
        return True


def new_secret() -> str:
    """256 random bits, for a cookie, a form or an address."""
    return secrets.token_urlsafe(SECRET_BYTES)
