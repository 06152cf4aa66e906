"""The listener that console and admin API share, and errors as pages."""

from __future__ import annotations

from tests.service.console.office import Office


async def test_one_address_for_both(desk: Office) -> None:
    assert (await desk.http.get("/")).headers["location"] == "/console/"
    header = {"authorization": f"Bearer {desk.token}"}
    assert (await desk.http.get("/metrics", headers=header)).status_code == 200
    assert (await desk.http.get("/consoles", headers=header)).status_code == 404


async def test_an_error_is_a_page_for_people_and_json_for_programs(desk: Office) -> None:
    page = await desk.page("/console/nothing/here", 404)
    assert "That was not possible" in page
    assert (await desk.http.get("/console/nothing/here")).json()["error"]["code"] == "unknown_url"
    assert (await desk.http.put("/console/keys")).status_code == 405
    assert (await desk.http.get("/console/%6beys")).status_code == 404  # one address, one spelling


async def test_a_page_under_a_foreign_name_gets_nothing(desk: Office) -> None:
    assert (await desk.http.get("/console/", headers={"host": "evil.example"})).status_code == 403
