"""Deployments are changed by form: looked at before it is saved, refused with field and reason, and serving at once."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest

from service.configuration.document import checked
from tests.service.console.office import Office

EDIT = "/console/deployments/edit?name=guarded"
FIELD = re.compile(r'<input[^>]* name="([^"]+)"[^>]*>')
CHOSEN = re.compile(r'<select id="[^"]+" name="([^"]+)".*?</select>', re.DOTALL)
SELECTED = re.compile(r'<option value="([^"]*)" selected>')
WRITTEN = re.compile(r'<textarea id="([^"]+)"[^>]*>(.*?)</textarea>', re.DOTALL)
VALUE = re.compile(r' value="([^"]*)"')


def form_of(page: str) -> dict[str, str]:
    """The first form of a page as a browser would send it untouched."""
    page = page.split("/console/deployments/review")[1].split("</form>", maxsplit=1)[0]
    form = {found[1]: html.unescape(found[2]) for found in WRITTEN.finditer(page)}
    for found in FIELD.finditer(page):
        if 'type="checkbox"' not in found[0] or " checked" in found[0]:
            value = VALUE.search(found[0])
            form[found[1]] = html.unescape(value[1]) if value else ""
    for choice in CHOSEN.finditer(page):
        selected = SELECTED.search(choice[0])
        form[choice[1]] = selected[1] if selected else ""
    form.pop("csrf")
    return form


async def change(desk: Office, **changes: str | None) -> str:
    """Fill in the form, look at the difference and save it; the page with the difference."""
    form: dict[str, Any] = form_of(await desk.page(EDIT))
    for field, value in changes.items():
        path = field.replace("__", ".")
        form.pop(path, None) if value is None else form.update({path: value})
    review = await desk.send("/console/deployments/review", 200, **form)
    hidden: dict[str, Any] = {name: html.unescape(VALUE.search(text)[1]) for name, text in _hidden(review.text)}  # type: ignore[index]
    await desk.send("/console/deployments/apply", **hidden)
    return review.text


def _hidden(page: str) -> list[tuple[str, str]]:
    part = page.split('action="/console/deployments/apply"')[1]
    return [(found[1], found[0]) for found in FIELD.finditer(part) if found[1] in {"name", "base", "patch"}]


async def test_all_are_listed_and_unguarded_ones_in_red(desk: Office) -> None:
    page = await desk.page("/console/deployments")
    assert "guarded" in page
    assert re.search(r'class="card deployment red" href="/console/deployments/edit\?name=raw"', page)


async def test_a_toggle_takes_effect_on_the_next_request(desk: Office) -> None:
    before = await _agents(desk)
    page = await change(desk, agents__visual__enabled=None)
    assert "deployments.guarded.agents.visual.enabled" in page
    assert (before, await _agents(desk)) == (
        ["intent", "onlooker", "situation", "visual"],
        ["intent", "onlooker", "situation"],
    )
    version = desk.console.live.newest
    assert version.number == 2
    assert version.author.startswith("administrator ")
    assert version.author.endswith(", console")


async def _agents(desk: Office) -> list[str]:
    page = await desk.page(f"/console/decisions/show?id={await desk.ask()}")
    return sorted(set(re.findall(r'<div class="name">(\w+) <span class="time">\d', page)) - {"decided"})


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"enforce": "10"}, "a share is enforced in `mode: shadow` only"),
        ({"enforce": "many", "mode": "shadow"}, "enforce"),
        ({"method": "cotton"}, "there is no method"),
        ({"model": "huge"}, "there is no model"),
        ({"unguarded": "on"}, "contradicts a method that judges"),
        ({"limits.judge_seconds": "0"}, "limits.judge_seconds"),
        ({"limits.pictures": "2.5"}, "limits.pictures"),
        ({"limits.messages": "many"}, "limits.messages"),
        ({"actions.categories.property damage": "release"}, "cannot be released"),
    ],
)
async def test_a_bad_change_is_named_and_changes_nothing(desk: Office, changes: dict[str, str], says: str) -> None:
    form = form_of(await desk.page(EDIT))
    refused = await desk.send("/console/deployments/review", 400, **{**form, **changes})
    assert says in html.unescape(refused.text)
    assert desk.console.live.newest.number == 1
    assert next(iter(changes.values())) in refused.text  # nobody types twice


async def test_texts_limits_and_actions_by_category_are_changed_and_rolled_back(desk: Office) -> None:
    page = html.unescape(
        await change(
            desk,
            texts__unsafe="<b>Not here.</b>",
            limits__pictures="2",
            **{"actions.categories.property damage": "refuse"},
        )
    )
    assert "deployments.guarded.actions.categories.property damage" in page
    deployment = checked(desk.console.live.newest.document).deployments["guarded"]
    assert (deployment.texts.unsafe, deployment.limits.pictures) == ("<b>Not here.</b>", 2)
    assert deployment.actions.categories == {"property damage": "refuse"}
    assert "&lt;b&gt;Not here.&lt;/b&gt;</textarea>" in await desk.page(EDIT)
    await desk.send("/console/versions/rollback", version="1", base="2")
    assert checked(desk.console.live.newest.document).deployments["guarded"].actions.categories == {}


async def test_a_form_without_a_change_saves_nothing(desk: Office) -> None:
    await desk.send("/console/deployments/review", 303, **form_of(await desk.page(EDIT)))
    assert desk.console.live.newest.number == 1


async def test_a_change_that_somebody_else_overtook_is_refused(desk: Office) -> None:
    await change(desk, focus="on")
    sent: dict[str, Any] = {"name": "guarded", "base": "1", "patch": '{"focus": false}'}
    page = await desk.send("/console/deployments/apply", 409, **sent)
    assert "version 2 is the newest" in page.text


async def test_one_is_copied_and_removed(desk: Office) -> None:
    await desk.send("/console/deployments/copy", name="guarded", new="team/kitchen:2")
    assert "team/kitchen:2" in await desk.page("/console/deployments")
    await desk.send("/console/deployments/copy", 400, name="guarded", new="raw")
    await desk.send("/console/deployments/remove", name="team/kitchen:2", base="2")
    assert "team/kitchen:2" not in await desk.page("/console/deployments")
    await desk.send("/console/deployments/copy", 404, name="nobody", new="x")


async def test_what_is_no_version_and_no_deployment_is_named(desk: Office) -> None:
    assert "there is no version 99" in await desk.page("/console/versions/99", 404)
    await desk.page("/console/deployments/edit?name=nobody", 404)
    await desk.send("/console/deployments/apply", 400, name="guarded", base="x", patch="{}")
    await desk.send("/console/deployments/apply", 400, name="guarded", base="1", patch="{")
