"""The templates: everything is escaped, and nothing is missing unseen."""

from __future__ import annotations

import pytest
from jinja2 import UndefinedError

from benchmarks.report.templates import template


def test_a_question_cannot_write_into_the_page() -> None:
    listed = {"<b>": [("00001.html", "<script>alert(1)</script>", "<b>", ["✓✗"])]}
    page = template("traces.html.j2").render(benchmark={"title": "B"}, titles=["raw"], categories=listed)
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_a_value_that_is_missing_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        template("traces.html.j2").render(benchmark={"title": "B"})
