"""/console/login and /console/logout: an administrator's token becomes a session, and a session ends."""

from __future__ import annotations

import secrets

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from service.console.access import COOKIE, CSRF_FIELD, DEMO, PAGE_OUTDATED, SentForm, Services, Visitor
from service.console.forms import read_form
from service.console.pages import page
from service.console.sessions import SESSION_SECONDS, new_secret
from service.keys.errors import KeyRefused, Refusal
from service.middleware.peers import peer_of
from service.openai.errors import WireFault

HOME = "/console/"
PLAYGROUND = "/console/playground"
BEFORE_LOGIN = "situguard_console_login"  # holds what the login form must repeat

router = APIRouter(prefix="/console")


@router.get("/login")
async def login_page(request: Request, console: Services, code: str = "") -> Response:
    """Asks for the token. With the demo's code, logs in at once."""
    if code and console.sessions.redeem(code):
        return _logged_in(request, console, DEMO, PLAYGROUND)
    return _asking(request, "This link was used already, or is of an earlier start." if code else "")


@router.post("/login")
async def login(request: Request, console: Services) -> Response:
    """Takes the token. A wrong one counts against the address that it came from."""
    form = await read_form(request)
    given, kept = form.get(CSRF_FIELD, ""), request.cookies.get(BEFORE_LOGIN, "")
    if not kept or not secrets.compare_digest(given.encode(), kept.encode()):
        raise WireFault(PAGE_OUTDATED)
    peer = peer_of(request.client.host) if request.client else ""
    try:
        authorization = f"Bearer {form.get('token', '').strip()}"
        administrator = await console.services.authenticator.identify_admin(authorization, peer)
    except KeyRefused as refused:
        if refused.refusal is Refusal.TRIES:
            return _asking(request, "Too many wrong tokens came from your address. Wait a minute.", 429)
        return _asking(request, "That is no administrator's token.", 401)
    return _logged_in(request, console, administrator, HOME)


@router.post("/logout")
async def logout(console: Services, session: Visitor, form: SentForm) -> Response:
    """Ends the session."""
    console.sessions.end(session)
    response = RedirectResponse("/console/login", 303)
    response.delete_cookie(COOKIE, path="/console", httponly=True, samesite="strict")
    return response


def _logged_in(request: Request, console: Services, administrator: str, to: str) -> Response:
    session = console.sessions.begin(administrator)
    response = RedirectResponse(to, 303)
    secure = request.url.scheme == "https"
    response.set_cookie(
        COOKIE, session.id, SESSION_SECONDS, path="/console", httponly=True, samesite="strict", secure=secure
    )
    return response


def _asking(request: Request, problem: str = "", status: int = 200) -> Response:
    # Another tab, or a request that was under way at logout, must not outdate a page that somebody is typing into.
    csrf = request.cookies.get(BEFORE_LOGIN) or new_secret()
    response = page(request, "login", status=status, problem=problem, login_csrf=csrf)
    response.set_cookie(BEFORE_LOGIN, csrf, path="/console", httponly=True, samesite="strict")
    return response
