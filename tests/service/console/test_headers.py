"""What browsers are told, on every answer."""

from __future__ import annotations

from service.console.headers import HEADERS, POLICY
from service.console.static_files import versioned
from tests.service.console.office import Office


async def test_every_answer_forbids_what_is_not_ours(desk: Office) -> None:
    for path in ("/console/", "/console/login", "/console/nothing", "/console/playground/examples/x", "/console/keys"):
        reply = await desk.http.get(path)
        for name, value in HEADERS.items():
            assert reply.headers[name] == value, (path, name)
    assert "unsafe" not in POLICY
    assert "*" not in POLICY


async def test_no_page_has_a_script_or_a_style_of_its_own(desk: Office) -> None:
    await desk.ask()
    for path in ("/console/", "/console/playground", "/console/deployments/edit?name=guarded", "/console/health"):
        text = await desk.page(path)
        assert " style=" not in text
        assert " onclick=" not in text
        assert text.count("<script") == text.count('<script src="/console/static/')
        assert "http://" not in text.replace("http://www.w3.org/2000/svg", "")
        assert "https://" not in text


async def test_files_may_be_kept_as_their_address_changes_with_them(desk: Office) -> None:
    reply = await desk.http.get(versioned("console.css"))
    assert "immutable" in reply.headers["cache-control"]
    assert reply.headers["content-type"].startswith("text/css")
    for wrong in ("/console/static/0000000000000000/console.css", "/console/static/x/..", "/console/static/x/app.py"):
        assert (await desk.http.get(wrong)).status_code == 404
