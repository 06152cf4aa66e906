"""Pages: text stays text, figures are readable, and a value that is missing is an error."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from jinja2 import UndefinedError

from service.console.pages import day_and_time, environment, milliseconds, moment, money, number, percent, render


def test_whatever_is_put_into_a_template_is_text() -> None:
    template = environment().from_string('<a title="{{ x }}">{{ x }}</a>')
    assert (
        template.render(x="\"><script>'") == '<a title="&#34;&gt;&lt;script&gt;&#39;">&#34;&gt;&lt;script&gt;&#39;</a>'
    )


def test_a_missing_value_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        render("login", {"session": None, "csrf": ""})


@pytest.mark.parametrize(
    ("shown", "text"),
    [
        (milliseconds(12.4), "12 ms"),
        (milliseconds(1234), "1.23 s"),
        (milliseconds(61_000), "61 s"),
        (milliseconds(None), "–"),
        (number(1234567), "1 234 567"),
        (number("x"), "–"),
        (money(0.00123), "0.0012"),
        (money(1234.5), "1 234.50"),
        (percent(0.125), "12.5 %"),
        (moment("2026-11-27T10:11:12.345+00:00"), "10:11:12"),
        (day_and_time(datetime(2026, 11, 27, 10, 11, 12, tzinfo=UTC)), "2026-11-27 10:11"),
        (day_and_time("odd"), "odd"),
    ],
)
def test_figures_are_shown_as_people_read_them(shown: str, text: str) -> None:
    assert shown == text
