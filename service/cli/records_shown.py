"""Records as a person reads them: a line each, or one decision whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from service.audit.content_store import Shelf
from service.audit.stored_record import Entry, JsonObject, Mention, reports
from service.audit.violations import Examined

COLOURS = {"safe": "green", "unsafe": "red", "unclear": "yellow"}
HASH_SHOWN = 16  # hex digits; --json has all
MAX_SHOWN = 20  # flaws; --json has all
# What stands in a decision, and how it is called; `show` has each of these, so that a missing one is seen.
DECISION = (
    ("asked by", "key"), ("from", "peer"), ("request", "request"), ("deployment", "deployment"), ("method", "method"),
    ("mode", "mode"), ("configuration", "configuration"), ("verdict", "verdict"), ("category", "category"),
    ("action", "action"), ("released", "released"), ("failure", "failure"), ("decided in", "milliseconds"),
    ("cost", "cost"), ("content until", "kept_until"),
)  # fmt: skip
OUTCOME = (
    ("finish", "finish"), ("cut off", "cut_off"), ("took", "milliseconds"), ("cost", "cost"), ("answer", "answer"),
    ("content until", "kept_until"),
)  # fmt: skip


def line(entry: Entry) -> Text:
    """A decision in a line."""
    body = entry.body
    verdict = _word(body.get("verdict"))
    return Text("  ").join(
        [
            Text(_moment(entry.at), style="dim"),
            Text(_word(entry.id)),
            Text(f"{_word(body.get('deployment')):<16}"),
            Text(f"{verdict:<7}", style=COLOURS.get(verdict, "dim")),
            Text(f"{_word(body.get('action')):<7}"),
            Text(f"{_word(body.get('released')):<11}", style="" if body.get("released") == "enforced" else "red"),
            Text(f"{_word(body.get('key')):<9}"),
            Text(_word(body.get("failure") or body.get("category"))),
        ]
    )


def shown(entries: Iterable[Entry], shelf: Shelf, *, with_content: bool) -> RenderableType:
    """All records of one decision."""
    return Group(*(part for entry in entries for part in _told(entry, shelf, with_content=with_content)))


def verified(found: Examined) -> RenderableType:
    """What a verification says, flaws first."""
    flaws = [
        Text(f"{_word(flaw.writer)} record {flaw.sequence} ({_word(flaw.id)}): {flaw.kind}: {flaw.detail}", style="red")
        for flaw in found.flaws[:MAX_SHOWN]
    ]
    if len(found.flaws) > MAX_SHOWN:
        flaws.append(Text(f"… and {len(found.flaws) - MAX_SHOWN} more", style="red"))
    chains = [
        Text(f"{_word(chain.writer)}: {chain.records} records, {_moment(chain.first)} to {_moment(chain.last)}")
        for chain in found.chains
    ]
    content = Text(f"kept content: {found.kept} pieces are there and right, {found.absent} were purged or are lost")
    verdict = Text("whole", style="green") if found.whole else Text(f"{len(found.flaws)} flaws", style="bold red")
    return Group(*flaws, *chains, *([content] if found.kept or found.absent else []), verdict)


def _told(entry: Entry, shelf: Shelf, *, with_content: bool) -> list[RenderableType]:
    """Whoever edited a record may have left none of its shape: then as it is, with no control character."""
    try:
        return list(_whole(entry, shelf, with_content=with_content))
    except (AttributeError, KeyError, TypeError):
        return [Text(f"{_word(entry.id)} is not what a record can be: {entry.text!r}", style="red")]


def _whole(entry: Entry, shelf: Shelf, *, with_content: bool) -> Iterator[RenderableType]:
    yield Text(f"{_word(entry.kind)} {_word(entry.id)}", style="bold")
    yield _facts(entry)
    if entry.body.get("parts"):
        yield _parts(entry.body)
    listed = list(reports(entry.body))
    if listed:
        yield _reports(listed)
    if with_content:
        yield from (_content(entry, mention, shelf) for mention in entry.mentions())
    yield Text()


def _facts(entry: Entry) -> Table:
    table = _table("", "")
    table.add_row("at", _moment(entry.at))
    for name, field in DECISION if entry.kind == "decision" else OUTCOME:
        table.add_row(name, _value(field, entry.body.get(field)))
    for step in ("draft", "reply"):
        cost = entry.body.get(step)
        if isinstance(cost, dict):
            table.add_row(step, f"{_tokens(cost)} tokens, {_value('milliseconds', cost.get('milliseconds'))}")
    for late in entry.body.get("late") or []:
        table.add_row("the reply is", _ruled(late))
    if entry.body.get("shadow"):
        table.add_row("would have been", _ruled(entry.body["shadow"]))
    table.add_row("place in chain", f"{_word(entry.writer)} {entry.sequence}")
    return table


def _ruled(ruling: JsonObject) -> str:
    """A judgement that came after the decision, in a line."""
    named = (*(_word(ruling[name]) for name in ("verdict", "category", "action", "failure") if ruling.get(name)),)
    cost = ruling.get("cost")
    return ", ".join(named) + (f"; cost {_value('cost', cost)}" if cost else "")


def _parts(body: JsonObject) -> Table:
    table = _table("part", "kind", "hash")
    for place, part in enumerate(body["parts"]):
        table.add_row(str(place), _word(part.get("kind")), _word(part.get("digest"))[:HASH_SHOWN])
    return table


def _reports(listed: Iterable[JsonObject]) -> Table:
    table = _table("agent", "model", "found", "hash", "saw", "tokens", "took", "asks")
    for report in listed:
        chosen = ", ".join(f"{name}: {value or 'none'}" for name, value in (report.get("chosen") or {}).items())
        table.add_row(
            *(_word(report.get("agent")), _word(report.get("model")), chosen or _word(report.get("kind"))),
            *(_word(report.get("finding"))[:HASH_SHOWN], ", ".join(map(str, report.get("seen") or [])) or "–"),
            *(_tokens(report), _value("milliseconds", report.get("milliseconds")), _word(report.get("asks"))),
        )
    return table


def _content(entry: Entry, mention: Mention, shelf: Shelf) -> Text:
    """Words as they are, on one line; of a picture, where it lies."""
    until = entry.kept_until
    data = None if until is None else shelf.read(until, mention.digest)
    if until is None or data is None:
        told = "not kept, or purged"
    elif mention.place == "image":
        told = str(shelf.place(until, mention.digest))
    else:
        told = repr(data.decode(errors="replace"))  # control characters of a stranger must not reach the terminal
    return Text.assemble((f"{mention.place}: ", "dim"), told)


def _table(*headings: str) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim", show_header=any(headings))
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table


def _tokens(cost: JsonObject) -> str:
    usage = cost.get("usage") or {}
    return f"{usage.get('prompt_tokens', 0)}+{usage.get('completion_tokens', 0)}"


def _value(field: str, value: Any) -> str:
    if field == "milliseconds" and isinstance(value, int | float):
        return f"{value:g} ms"
    if field in {"answer", "configuration"}:
        return _word(value)[:HASH_SHOWN]
    if field == "cost" and isinstance(value, dict):
        return f"{_word(value.get('amount'))}{' (estimated)' if value.get('estimated') else ''}"
    return _word(value)


def _word(value: Any) -> str:
    """What a record says, without control characters: whoever edited it may have meant the terminal."""
    text = "–" if value is None else str(value)
    return text if text.isprintable() else repr(text)


def _moment(at: str | None) -> str:
    return _word(at and at[:19].replace("T", " "))
