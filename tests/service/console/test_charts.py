"""Charts: heights are shares, and a count of one is seen."""

from __future__ import annotations

from service.console.charts import HEIGHT, LEAST, WIDTH, stacked


def test_bars_stand_on_each_other_within_the_picture() -> None:
    chart = stacked([{"safe": 3, "unsafe": 1}, {}, {"unsafe": 1000}], ["safe", "unsafe"])
    assert (chart.top, len(chart.bars)) == (1000, 3)
    safe, unsafe, high = chart.bars
    assert safe.y + safe.height == HEIGHT
    assert abs(unsafe.y + unsafe.height - safe.y) < 0.2
    assert unsafe.height >= LEAST
    assert 0 <= high.y < high.height
    assert high.x + high.width <= WIDTH


def test_nothing_is_an_empty_chart() -> None:
    assert (stacked([], ["safe"]).bars, stacked([{}], ["safe"]).top) == ([], 0)
