"""Who may see a page: administrators who have logged in. What changes something needs their session's token as well."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import Depends
from starlette.requests import Request

from service.admin.access import AdminServices
from service.configuration.live import LiveConfiguration
from service.console.forms import Form, read_form
from service.console.proxy_client import ProxyClient
from service.console.sessions import Session, Sessions
from service.database.engine import Database
from service.openai.errors import UNKNOWN_PATH, Fault, WireFault

COOKIE = "situguard_console"
CSRF_FIELD = "csrf"
CSRF_HEADER = "x-csrf-token"
DEMO = "demo"  # in place of an id: whoever opened the demo's link

PAGE_OUTDATED = Fault(
    403, "invalid_request_error", "page_outdated", "This page is from another session. Load it again, then repeat this."
)


class LoginNeeded(Exception):
    """Nobody is logged in, or no longer."""


@dataclass(frozen=True)
class Console:
    """What the console works with. `proxy` is where its playground asks."""

    services: AdminServices
    database: Database
    proxy: ProxyClient
    sessions: Sessions

    @property
    def live(self) -> LiveConfiguration:
        """The configuration and its versions; where there are none, neither is what asks for them."""
        if self.services.live is None:
            raise WireFault(UNKNOWN_PATH)
        return self.services.live


def console_of(request: Request) -> Console:
    """The console's parts."""
    return cast(Console, request.app.state.console)


async def session_of(request: Request) -> Session:
    """The session that a request belongs to; raises `LoginNeeded`. It ends with its administrator's key."""
    console = console_of(request)
    session = console.sessions.find(request.cookies.get(COOKIE, ""))
    if session is None:
        raise LoginNeeded
    if session.administrator != DEMO and not await console.services.authenticator.knows_admin(session.administrator):
        console.sessions.end(session)
        raise LoginNeeded
    request.state.session = session
    return session


async def form_of(request: Request, session: Annotated[Session, Depends(session_of)]) -> Form:
    """A form of this session; raises a fault where it comes from elsewhere."""
    form = await read_form(request)
    if not session.wrote(form.pop(CSRF_FIELD, "")):
        raise WireFault(PAGE_OUTDATED)
    return form


async def script_of(request: Request, session: Annotated[Session, Depends(session_of)]) -> Session:
    """The session of a request that a page's script sent; raises a fault where it comes from elsewhere."""
    if not session.wrote(request.headers.get(CSRF_HEADER, "")):
        raise WireFault(PAGE_OUTDATED)
    return session


def author_of(session: Session) -> str:
    """Who made a change, for what is kept of it."""
    return "the demo's console" if session.administrator == DEMO else f"administrator {session.administrator}, console"


Services = Annotated[Console, Depends(console_of)]
Visitor = Annotated[Session, Depends(session_of)]
SentForm = Annotated[Form, Depends(form_of)]
