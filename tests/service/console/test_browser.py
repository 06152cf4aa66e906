"""The console in a real browser: what people do there works, nothing leaves the machine, everybody can use it."""

from __future__ import annotations

import json
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.scripts import UNSAFE, Roles
from tests.service.console.browser import CHROMIUM, Page, browser
from tests.service.console.office import Office, office
from tests.service.running import cast, deployment

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs chromium")

AXE = Path(__file__).parents[1] / "clients" / "node_modules" / "axe-core" / "axe.min.js"
SCREENSHOTS = os.environ.get("SITUGUARD_SCREENSHOTS")  # a folder: pictures of every page are kept there
DEPLOYMENTS = {
    "guarded": deployment(explain="full", records={"content": "kept"}),
    "raw": deployment(method="raw", unguarded=True),
}
PATHS = {
    "overview": "/console/",
    "decisions": "/console/decisions",
    "deployments": "/console/deployments",
    "deployment": "/console/deployments/edit?name=guarded",
    "versions": "/console/versions",
    "version": "/console/versions/1",
    "shadow": "/console/shadow",
    "playground": "/console/playground",
    "keys": "/console/keys",
    "health": "/console/health",
}
WIDTHS = (360, 768, 1440)


@dataclass
class Person:
    """Somebody before a browser, logged in to a console."""

    page: Page
    desk: Office

    async def open(self, path: str) -> None:
        await self.page.open(self.desk.url + path)

    async def text(self) -> str:
        found: str = await self.page.run("document.body.innerText")
        return found


@asynccontextmanager
async def person(
    folder: Path, roles: Roles | None = None, deployments: dict[str, Any] = DEPLOYMENTS
) -> AsyncIterator[Person]:
    async with AsyncExitStack() as opened:
        desk = await opened.enter_async_context(office(folder, cast(roles or Roles()), deployments))
        page = await opened.enter_async_context(browser())
        who = Person(page, desk)
        await page.look(1440)
        await who.open(f"/console/login?code={desk.console.sessions.issue_code()}")
        yield who
        strangers = [url for url in page.requests if not url.startswith((desk.url, "data:", "blob:"))]
        assert strangers == []  # no request leaves the machine
        assert page.complaints == []  # nothing that the policy forbids was tried, and no script failed


async def test_somebody_logs_in_by_typing_the_token(tmp_path: Path) -> None:
    async with person(tmp_path) as who:
        await who.page.press(".who button")
        await who.page.arrived()
        await who.page.run(f"document.getElementById('token').value = {who.desk.token!r}")
        await who.page.press("form button")
        await who.page.arrived()
        assert await who.page.run("location.pathname") == "/console/"


async def test_the_playground_streams_two_answers_side_by_side_and_markup_stays_text(tmp_path: Path) -> None:
    markup = "<img src=x onerror=alert(1)> <script>alert(2)</script> Careful."
    async with person(tmp_path, Roles(answer=markup, warn=markup, situation=UNSAFE)) as who:
        await who.page.until("document.querySelectorAll('[data-deployment] option').length === 4")
        assert await who.page.until("!!document.querySelector('#drop img') && document.getElementById('text').value")
        await who.page.run("document.getElementById('send').click()")
        await who.page.until("!document.getElementById('send').disabled && !document.querySelector('.waiting')")
        replies = await who.page.run("[...document.querySelectorAll('[data-reply]')].map((each) => each.textContent)")
        assert replies == [markup, markup]
        shown = await who.page.run("[...document.querySelectorAll('[data-verdict]')].map((each) => each.textContent)")
        assert shown == ["unguarded", "unsafe → warn"]
        lit = await who.page.run(
            "[...document.querySelectorAll('[data-side=\"2\"] .node:not([hidden])')].map((each) => each.className)"
        )
        assert lit[:3] == ["node lit", "node lit", "node unsafe"]
        assert lit[3] in {"node safe", "node lit", "node unsafe"}
        assert "glass vase" in await who.text()


async def test_the_playground_draws_one_call_in_place_of_three(tmp_path: Path) -> None:
    fused = {"guarded": deployment(explain="full", agents={"model": "judges", "fused": True})}
    async with person(tmp_path, deployments=fused) as who:
        await who.page.until("document.querySelectorAll('[data-deployment] option').length === 2")
        await who.page.until("!!document.querySelector('#drop img') && document.getElementById('text').value")
        await who.page.run("document.getElementById('send').click()")
        await who.page.until("!document.getElementById('send').disabled && !document.querySelector('.waiting')")
        shown = "[...document.querySelectorAll('[data-side=\"1\"] .node:not([hidden])')]"
        assert await who.page.run(f"{shown}.map((each) => each.dataset.agent)") == ["fused", "onlooker"]
        assert await who.page.run(f"{shown}[0].className") == "node safe"
        found = await who.page.run(f"[...{shown}[0].querySelectorAll('dl')].map((each) => each.dataset.of)")
        assert found == ["intent", "visual", "situation"]


async def test_a_toggle_changes_the_next_requests_decision_and_a_rollback_brings_it_back(tmp_path: Path) -> None:
    async with person(tmp_path) as who:
        await who.open(PATHS["deployment"])
        await who.page.run("document.getElementById('agents.visual.enabled').click()")
        await who.page.press("form[action$=review] .primary")
        await who.page.arrived()
        assert "deployments.guarded.agents.visual.enabled: true → false" in await who.text()
        await who.page.press("form[action$=apply] .primary")
        await who.page.arrived()
        assert "Version 2 serves" in await who.text()
        assert await _looked(who) == ["intent", "onlooker", "situation"]
        await who.open("/console/versions/1")
        await who.page.press("form[action$=rollback] .primary")
        await who.page.arrived()
        assert "Version 3 serves" in await who.text()
        assert await _looked(who) == ["intent", "onlooker", "situation", "visual"]


async def _looked(who: Person) -> list[str]:
    """Which agents looked at a request that is asked now, as its decision's page shows them."""
    await who.open(f"/console/decisions/show?id={await who.desk.ask()}")
    nodes = (
        "[...document.querySelectorAll('.figure .node:not(.off) .name')].map((each) => each.textContent.split(' ')[0])"
    )
    return sorted(set(await who.page.run(nodes)) - {"decided"})


async def test_a_decision_is_opened_and_marked(tmp_path: Path) -> None:
    async with person(tmp_path) as who:
        await who.desk.ask(text="Is <b>this</b> safe?")
        await who.open(PATHS["decisions"])
        await who.page.press("tbody a")
        await who.page.arrived()
        assert "Is <b>this</b> safe?" in await who.text()
        await who.page.press("form[action$=label]:nth-of-type(2) button")  # the first says that it was right
        await who.page.arrived()
        assert "marked wrong" in await who.text()
        exported = await who.page.run("fetch('/console/decisions/labels.jsonl').then((reply) => reply.text())")
        assert json.loads(exported)["expected"] == "unsafe"


async def test_the_overview_refreshes_itself(tmp_path: Path) -> None:
    async with person(tmp_path) as who:
        await who.open(PATHS["overview"])
        assert "Nothing was asked" in await who.text()
        await who.desk.ask()
        await who.page.until("document.body.innerText.includes('safe 1')")


async def test_pages_fit_and_have_no_serious_fault_in_light_and_dark(tmp_path: Path) -> None:
    if not AXE.exists():
        pytest.skip("needs node, and its packages: make clients")
    async with person(tmp_path, Roles(situation=UNSAFE)) as who:
        decision = await who.desk.ask()
        await who.desk.ask("raw")
        faults: list[str] = []
        for name, path in {**PATHS, "decision": f"/console/decisions/show?id={decision}"}.items():
            await who.open(path)
            await who.page.run(AXE.read_text(encoding="utf-8") + ";0")
            for dark in (False, True):
                for width in WIDTHS:
                    await who.page.look(width, dark=dark)
                    too_wide = await who.page.run("document.documentElement.scrollWidth - innerWidth")
                    faults += [f"{name} at {width}: {too_wide} px too wide"] if too_wide > 0 else []
                    if SCREENSHOTS is not None:
                        await who.page.picture(Path(SCREENSHOTS) / f"{name}-{width}-{'dark' if dark else 'light'}.png")
                faults += [f"{name}{' in the dark' if dark else ''}: {each}" for each in await _serious(who.page)]
    assert not faults, "\n".join(faults)


async def _serious(page: Page) -> list[str]:
    """What axe-core calls serious or critical, each with the first place where it is."""
    found = await page.run(
        "axe.run().then((all) => all.violations.filter((each) => ['serious', 'critical'].includes(each.impact))"
        ".map((each) => each.id + ': ' + each.nodes[0].html + ' ' + each.nodes[0].failureSummary))"
    )
    return list(found)
