"""Logging in and out, and what nobody gets to see without."""

from __future__ import annotations

from pathlib import Path

from service.keys.key import KeyLimits
from tests.service.console.office import csrf_of, office

PAGES = ("/", "/decisions", "/deployments", "/playground", "/keys", "/health", "/versions", "/shadow")


async def test_an_administrators_token_opens_a_session_that_no_script_can_read(tmp_path: Path) -> None:
    async with office(tmp_path) as desk:
        assert (await desk.http.get("/")).headers["location"] == "/console/"
        reply = await desk.log_in()
        assert (reply.status_code, reply.headers["location"]) == (303, "/console/")
        cookie = reply.headers["set-cookie"].lower()
        assert "httponly" in cookie
        assert "samesite=strict" in cookie
        assert desk.token not in cookie
        assert "Overview" in await desk.page("/console/")


async def test_without_a_session_there_is_only_the_login(tmp_path: Path) -> None:
    async with office(tmp_path) as desk:
        for path in PAGES:
            reply = await desk.http.get(f"/console{path}")
            assert (reply.status_code, reply.headers["location"]) == (303, "/console/login"), path
        refreshing = await desk.http.get("/console/overview/figures", headers={"hx-request": "true"})
        assert (refreshing.status_code, refreshing.headers["hx-redirect"]) == (401, "/console/login")


async def test_a_wrong_token_opens_nothing_and_too_many_are_stopped(tmp_path: Path) -> None:
    async with office(tmp_path) as desk:
        client = desk.console.services.store.create("app", "live", KeyLimits())[1].text
        for wrong in ("", "x", client, desk.token[:-1]):
            assert (await desk.log_in(wrong)).status_code == 401
        statuses = [(await desk.log_in("x")).status_code for _ in range(60)]
        assert statuses[-1] == 429
        assert (await desk.http.get("/console/")).status_code == 303
        assert (await desk.log_in()).status_code == 303  # a good token is let in however many came from there


async def test_a_login_form_of_another_site_is_refused(tmp_path: Path) -> None:
    async with office(tmp_path) as desk:
        await desk.http.get("/console/login")
        for csrf in ("", "guess"):
            reply = await desk.http.post("/console/login", data={"token": desk.token, "csrf": csrf})
            assert reply.status_code == 403
        page = await desk.http.get("/console/login")
        foreign = {"origin": "https://evil.example"}
        form = {"token": desk.token, "csrf": csrf_of(page)}
        assert (await desk.http.post("/console/login", data=form, headers=foreign)).status_code == 403


async def test_the_demos_link_opens_the_playground_once(tmp_path: Path) -> None:
    async with office(tmp_path) as desk:
        code = desk.console.sessions.issue_code()
        reply = await desk.http.get("/console/login", params={"code": code})
        assert reply.headers["location"] == "/console/playground"
        assert "Ask both" in await desk.page("/console/playground")
        desk.http.cookies.clear()
        again = await desk.http.get("/console/login", params={"code": code})
        assert "used already" in again.text
        assert (await desk.http.get("/console/")).status_code == 303


async def test_a_session_ends_with_a_logout_and_with_its_key(tmp_path: Path) -> None:
    async with office(tmp_path) as desk:
        await desk.log_in()
        await desk.send("/console/logout")
        assert (await desk.http.get("/console/")).status_code == 303
        await desk.log_in()
        store = desk.console.services.store
        store.revoke_admin(store.administrators()[0].id)
        assert (await desk.http.get("/console/")).status_code == 303


async def test_another_login_page_does_not_outdate_the_first(tmp_path: Path) -> None:
    async with office(tmp_path) as desk:
        first = csrf_of(await desk.http.get("/console/login"))
        await desk.http.get("/console/login")
        reply = await desk.http.post("/console/login", data={"csrf": first, "token": desk.token})
        assert reply.status_code == 303
