"""The overview, and the part of it that refreshes itself."""

from __future__ import annotations

import pytest

from service.console import overview
from tests.service.console.office import Office


async def test_it_shows_what_was_asked_lately(desk: Office) -> None:
    assert "Nothing was asked in the last 1h" in await desk.page("/console/")
    await desk.ask()
    await desk.ask("raw")
    page = await desk.page("/console/overview/figures?window=15m")
    assert "safe 1" in page
    assert "none 1" in page
    assert '<rect class="safe"' in page
    assert "situation" in page
    assert "<html" not in page


async def test_an_unknown_stretch_is_the_usual_one_and_a_cut_is_told(
    desk: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    await desk.ask()
    assert 'aria-current="page">1h' in await desk.page("/console/?window=<b>")
    monkeypatch.setattr(overview, "MOST", 1)
    assert "newest 1 records" in await desk.page("/console/")
