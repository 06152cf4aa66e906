"""Pages: templates in files, filled in here. Whatever is put into one is text, and stays text (autoescape)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from agents.fused import JOINED, FusedAgent
from agents.registry import AGENTS
from service.console.static_files import versioned

PAGES = (
    ("overview", "/console/", "Overview"),
    ("decisions", "/console/decisions", "Decisions"),
    ("deployments", "/console/deployments", "Deployments"),
    ("playground", "/console/playground", "Playground"),
    ("keys", "/console/keys", "Keys"),
    ("health", "/console/health", "Health"),
)


def page(request: Request, template: str, *, status: int = 200, **values: Any) -> Response:
    """A page for whoever is logged in; `values` is what its template shows."""
    session = getattr(request.state, "session", None)
    shown = {"session": session, "csrf": session.csrf if session else "", **values}
    return HTMLResponse(render(template, shown), status)


def render(template: str, values: Mapping[str, Any]) -> str:
    """A template of this package as HTML."""
    return environment().get_template(f"{template}.html.j2").render(values)


@cache
def environment() -> Environment:
    """Strict: a value that is missing is an error. Made once, as it keeps the templates that were read."""
    made = Environment(
        loader=PackageLoader("service.console"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(pages=PAGES, static=versioned, columns=figure_columns(), joined=JOINED, fused=FusedAgent.name)
    made.filters.update(
        moment=moment,
        milliseconds=milliseconds,
        number=number,
        money=money,
        percent=percent,
        day=day_and_time,
        add_one=lambda place: place + 1,
    )
    return made


def figure_columns() -> list[list[str]]:
    """The agents as the figure shows them: those that look at once, then those that read what they found."""
    return [
        [name for name, entry in AGENTS.items() if not entry.reads],
        [name for name, entry in AGENTS.items() if entry.reads],
    ]


def moment(at: Any) -> str:
    """A time of a record, to the second, in UTC."""
    return str(at)[11:19] if len(str(at)) > 19 else str(at)


def day_and_time(at: Any) -> str:
    """A moment with its day, in UTC."""
    if isinstance(at, datetime):
        at = at.astimezone(UTC).isoformat(timespec="seconds")
    return str(at)[:16].replace("T", " ")


def milliseconds(value: Any) -> str:
    """A duration, in the unit that people read it in."""
    if not isinstance(value, int | float):
        return "–"
    if value >= 10_000:
        return f"{value / 1000:.0f} s"
    return f"{value / 1000:.2f} s" if value >= 1000 else f"{value:.0f} ms"


def number(value: Any) -> str:
    """A count, with thin spaces between thousands."""
    return f"{value:,}".replace(",", " ") if isinstance(value, int) else "–"


def money(value: Any) -> str:
    """An amount in the price table's currency."""
    if not isinstance(value, int | float):
        return "–"
    return f"{value:.4f}" if 0 < value < 1 else f"{value:,.2f}".replace(",", " ")


def percent(value: Any) -> str:
    """A share as a percentage."""
    return f"{value * 100:.1f} %" if isinstance(value, int | float) else "–"
