"""Versions: who changed what, and the way back."""

from __future__ import annotations

from tests.service.console.office import Office


async def test_a_version_is_gone_back_to_after_a_look_at_the_difference(desk: Office) -> None:
    await desk.send("/console/deployments/apply", name="guarded", base="1", patch='{"focus": true}')
    listed = await desk.page("/console/versions")
    assert "deployments.guarded.focus: false → true" in listed
    page = await desk.page("/console/versions/1")
    assert '<span class="was">true</span> → <span class="is">false</span>' in page
    await desk.send("/console/versions/rollback", version="1", base="2")
    assert not desk.console.live.newest.document["deployments"]["guarded"].get("focus")
    assert (desk.console.live.newest.number, desk.console.live.newest.origin) == (3, "rollback")


async def test_a_text_with_an_arrow_in_it_is_shown_whole(desk: Office) -> None:
    await desk.send("/console/deployments/apply", name="guarded", base="1", patch='{"policy": "left: a → b"}')
    page = await desk.page("/console/versions/1")
    assert '<span class="was">&#34;left: a → b&#34;</span> → <span class="is">&#34;&#34;</span>' in page


async def test_a_version_that_changed_no_value_says_so_and_the_first_one_says_nothing(desk: Office) -> None:
    await desk.send("/console/deployments/apply", name="guarded", base="1", patch='{"focus": false}')
    newest, first = (await desk.page("/console/versions")).split('<tr class="link">')[1:]
    assert "no value" in newest
    assert "–</span>" in first


async def test_the_newest_offers_no_way_back_to_itself(desk: Office) -> None:
    assert "Go back to" not in await desk.page("/console/versions/1")
    await desk.send("/console/versions/rollback", 404, version="9", base="1")
    await desk.send("/console/versions/rollback", 400, version="one", base="1")
