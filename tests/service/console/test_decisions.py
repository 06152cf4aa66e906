"""Decisions: found, opened, labelled and exported; whatever they hold stays text."""

from __future__ import annotations

import html
import json
import sqlite3
from contextlib import closing
from pathlib import Path

from tests.scripts import UNSAFE, Roles
from tests.service.console.office import Office, office
from tests.service.running import body, cast, deployment

MARKUP = "<script>alert(1)</script><img src=x onerror=alert(2)>"


async def test_decisions_are_listed_filtered_and_found_by_id(desk: Office) -> None:
    guarded, raw = await desk.ask(), await desk.ask("raw")
    both = await desk.page("/console/decisions")
    assert guarded in both
    assert raw in both
    only = await desk.page("/console/decisions?verdict=safe&deployment=guarded&action=release&window=1h")
    assert guarded in only
    assert raw not in only
    assert "No decision matches" in await desk.page("/console/decisions?verdict=unsafe")
    found = await desk.http.get("/console/decisions", params={"q": f" chatcmpl-{guarded} "})
    assert found.headers["location"].endswith(guarded)
    await desk.page("/console/decisions/show?id=dec_nobody", 404)


async def test_one_is_opened_with_what_each_agent_found(desk: Office) -> None:
    page = await desk.page(f"/console/decisions/show?id={await desk.ask()}")
    for shown in ("intent", "visual", "situation", "judges", "tokens", "saw part 1", "content is not kept"):
        assert shown in page, shown


async def test_it_is_marked_right_or_wrong_and_the_set_is_exported(desk: Office) -> None:
    decision = await desk.ask()
    show = f"/console/decisions/show?id={decision}"
    await desk.send("/console/decisions/label", id=decision, expected="unsafe")
    assert "marked wrong" in await desk.page(show)
    await desk.send("/console/decisions/label", id=decision, expected="safe")
    assert "marked right" in await desk.page(show)
    exported = json.loads(await desk.page("/console/decisions/labels.jsonl"))
    assert (exported["id"], exported["expected"], exported["right"]) == (decision, "safe", True)
    await desk.send("/console/decisions/label", id=decision, expected="")
    assert await desk.page("/console/decisions/labels.jsonl") == ""
    await desk.send("/console/decisions/label", 400, id=decision, expected="fine")
    await desk.send("/console/decisions/label", 404, id="dec_nobody", expected="safe")


async def test_markup_of_a_person_a_model_or_an_agent_stays_text(tmp_path: Path) -> None:
    found = {**UNSAFE, "evidence": MARKUP, "reason": MARKUP}
    players = cast(Roles(answer=MARKUP, warn=MARKUP, situation=found))
    kept = {"guarded": deployment(records={"content": "kept"})}
    async with office(tmp_path, players, kept) as desk:
        await desk.log_in()
        page = await desk.page(f"/console/decisions/show?id={await desk.ask(text=MARKUP)}")
    assert page.count(html.escape(MARKUP, quote=False)) >= 3
    assert "<script>" not in page
    assert "<img src=x" not in page


async def test_a_kept_picture_is_shown_and_no_kept_text_is_served_as_a_page(tmp_path: Path) -> None:
    kept = {"guarded": deployment(records={"content": "kept"})}
    async with office(tmp_path, None, kept) as desk:
        await desk.log_in()
        reply = await desk.proxy.post("/v1/chat/completions", json=body())
        page = await desk.page(f"/console/decisions/show?id={reply.headers['x-guard-decision']}")
        address = page.split('<img src="')[2].split('"')[0]
        picture = await desk.http.get(address)
        assert (picture.status_code, picture.headers["content-type"]) == (200, "image/png")
        texts = [each for each in (tmp_path / "content").rglob("*") if each.is_file() and each.name not in address]
        for text in texts:
            assert (await desk.http.get(f"{address.rpartition('/')[0]}/{text.name}")).status_code == 404
        assert texts
        assert (await desk.http.get("/console/decisions/content/2026-01-01/..")).status_code == 404


async def test_a_record_that_somebody_edited_is_shown_as_text(desk: Office) -> None:
    decision = await desk.ask()
    with closing(sqlite3.connect(desk.console.database.folder / "records.sqlite3")) as database:
        edited = json.dumps({"deployment": MARKUP, "parts": [1], "agents": "x", "verdict": MARKUP})
        database.execute("UPDATE records SET body = ? WHERE id = ?", [edited, decision])
        database.commit()
    page = await desk.page(f"/console/decisions/show?id={decision}")
    assert "somebody edited it" in page
    assert "<script>" not in page
    listed = await desk.page("/console/decisions")
    assert html.escape(MARKUP, quote=False) in listed
    assert "<script>" not in listed
    await desk.page("/console/")


async def test_one_call_in_place_of_three_is_drawn_as_one(tmp_path: Path) -> None:
    fused = {"guarded": deployment(agents={"model": "judges", "fused": True})}
    async with office(tmp_path, cast(), fused) as desk:
        await desk.log_in()
        page = await desk.page(f"/console/decisions/show?id={await desk.ask()}")
    figure = page.split('<div class="figure">')[1].split("</section>")[0]
    assert [each.split()[0] for each in figure.split('<div class="name">')[1:]] == ["fused", "onlooker", "decided"]
    assert figure.count('<p class="part">') == 3
    assert "one call" in figure
