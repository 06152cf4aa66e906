"""The templates of the pages, with how numbers are printed in them."""

from __future__ import annotations

from statistics import median

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from benchmarks.report.number_format import p_in_words, p_value, percent, points, seconds, with_interval

FILTERS = (percent, with_interval, points, p_value, p_in_words, seconds)


def template(name: str) -> Template:
    """A template of this package by its file's name. Everything is escaped, and a missing value is an error."""
    environment = Environment(
        loader=PackageLoader("benchmarks.report", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update({each.__name__: each for each in FILTERS}, median=median)
    return environment.get_template(name)
