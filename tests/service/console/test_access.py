"""What changes something needs the session's own token: every form and every script's request, listed from the app."""

from __future__ import annotations

from typing import Any

from service.admin.configuration import router as admin_router
from service.console.access import DEMO, author_of
from service.console.app import ROUTERS
from service.console.sessions import Sessions
from tests.service.console.office import Office

OPEN = {"/console/login", "/console/static/{digest}/{name}"}


def _posts() -> list[str]:
    return [route.path for router in ROUTERS for route in _routes(router) if "POST" in route.methods]


def _routes(router: Any) -> list[Any]:
    return list(router.routes)


async def test_nothing_is_changed_without_the_pages_own_token(desk: Office) -> None:
    posts = [path for path in _posts() if path not in OPEN]
    assert len(posts) >= 10
    for path in posts:
        for csrf in ("", "guess"):
            as_form = await desk.http.post(path, data={"csrf": csrf, "name": "guarded"})
            as_json = await desk.http.post(path, json={"name": "guarded"}, headers={"x-csrf-token": csrf})
            assert {as_form.status_code, as_json.status_code} <= {403, 415}, path
    assert len(desk.console.live.store.history()) == 1


async def test_nothing_is_seen_or_changed_without_a_session(desk: Office) -> None:
    desk.http.cookies.clear()
    for router in ROUTERS:
        for route in _routes(router):
            if route.path in OPEN:
                continue
            path = route.path.replace("{number}", "1").replace("{until}/{digest}", "2026-01-01/ab")
            for method in route.methods:
                reply = await desk.http.request(method, path.replace("{name}", "golf-safe.png"))
                assert (reply.status_code, reply.headers.get("location")) == (303, "/console/login"), path


async def test_the_admin_api_is_where_it_was_and_takes_no_cookie(desk: Office) -> None:
    assert admin_router.prefix == "/admin"
    assert (await desk.http.get("/admin/configuration")).status_code == 401
    header = {"authorization": f"Bearer {desk.token}"}
    assert (await desk.http.get("/admin/configuration", headers=header)).status_code == 200


def test_who_made_a_change_is_named() -> None:
    sessions = Sessions()
    assert author_of(sessions.begin("abc")) == "administrator abc, console"
    assert author_of(sessions.begin(DEMO)) == "the demo's console"
