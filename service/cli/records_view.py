"""Records as a person reads them: a decision in one line or in full, and the result of a verification."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from service.audit.content_store import ContentStore
from service.audit.record import ContentReference, JsonObject, StoredRecord
from service.audit.violations import Verification
from service.cli.printable import printable

COLOURS = {"safe": "green", "unsafe": "red", "unclear": "yellow"}
HASH_SHOWN = 16  # hex digits; --json has all
MAX_SHOWN = 20  # violations; --json has all
# What a decision holds, and what it is called here. All of it is shown, so that a missing value is seen.
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


def decision_line(record: StoredRecord) -> Text:
    """A decision in one line."""
    body = record.body
    verdict = printable(body.get("verdict"))
    return Text("  ").join(
        [
            Text(_moment(record.at), style="dim"),
            Text(printable(record.id)),
            Text(f"{printable(body.get('deployment')):<16}"),
            Text(f"{verdict:<7}", style=COLOURS.get(verdict, "dim")),
            Text(f"{printable(body.get('action')):<7}"),
            Text(f"{printable(body.get('released')):<11}", style="" if body.get("released") == "enforced" else "red"),
            Text(f"{printable(body.get('key')):<9}"),
            Text(printable(body.get("failure") or body.get("category"))),
        ]
    )


def decision_page(found: Iterable[StoredRecord], store: ContentStore, *, with_content: bool) -> RenderableType:
    """All records of one decision."""
    parts: list[RenderableType] = []
    for record in found:
        try:
            parts += list(_record(record, store, with_content=with_content))
        except (AttributeError, KeyError, TypeError):  # somebody edited it: shown as it is, without control characters
            parts.append(Text(f"{printable(record.id)} has not the shape of a record: {record.text!r}", style="red"))
    return Group(*parts)


def verification_page(found: Verification) -> RenderableType:
    """What a verification found, violations first."""
    lines = [
        Text(f"{printable(one.writer)} record {one.sequence} ({printable(one.id)}): {one.kind}: {one.detail}", "red")
        for one in found.violations[:MAX_SHOWN]
    ]
    if len(found.violations) > MAX_SHOWN:
        lines.append(Text(f"… and {len(found.violations) - MAX_SHOWN} more", style="red"))
    lines += [
        Text(f"{printable(chain.writer)}: {chain.records} records, {_moment(chain.first)} to {_moment(chain.last)}")
        for chain in found.chains
    ]
    if found.kept or found.absent:
        lines.append(Text(f"kept content: {found.kept} pieces are unchanged, {found.absent} were purged or are lost"))
    wrong = Text(f"{len(found.violations)} problems found", style="bold red")
    return Group(*lines, Text("intact", style="green") if found.intact else wrong)


def _record(record: StoredRecord, store: ContentStore, *, with_content: bool) -> Iterator[RenderableType]:
    yield Text(f"{printable(record.kind)} {printable(record.id)}", style="bold")
    yield _facts(record)
    if record.body.get("parts"):
        table = _table("part", "kind", "hash")
        for number, part in enumerate(record.body["parts"]):
            table.add_row(str(number), printable(part.get("kind")), printable(part.get("digest"))[:HASH_SHOWN])
        yield table
    reports = list(record.reports())
    if reports:
        yield _reports(reports)
    if with_content:
        yield from (_content(record, reference, store) for reference in record.content_references())
    yield Text()


def _facts(record: StoredRecord) -> Table:
    table = _table("", "")
    table.add_row("at", _moment(record.at))
    for name, field in DECISION if record.kind == "decision" else OUTCOME:
        table.add_row(name, _value(field, record.body.get(field)))
    for name, value in (record.body.get("fault") or {}).items():
        if value is not None:
            table.add_row(f"fault: {printable(name)}", printable(value))
    for step in ("draft", "reply"):
        cost = record.body.get(step)
        if isinstance(cost, dict):
            table.add_row(step, f"{_tokens(cost)} tokens, {_value('milliseconds', cost.get('milliseconds'))}")
    for late in record.body.get("late") or []:
        table.add_row("the reply is", _ruling(late))
    if record.body.get("shadow"):
        table.add_row("would have been", _ruling(record.body["shadow"]))
    table.add_row("place in chain", f"{printable(record.writer)} {record.sequence}")
    return table


def _ruling(ruling: JsonObject) -> str:
    """A judgement that came after the decision, in one line."""
    named = (printable(ruling[name]) for name in ("verdict", "category", "action", "failure") if ruling.get(name))
    cost = ruling.get("cost")
    return ", ".join(named) + (f"; cost {_value('cost', cost)}" if cost else "")


def _reports(reports: Iterable[JsonObject]) -> Table:
    table = _table("agent", "model", "found", "hash", "saw", "tokens", "took", "asks")
    for report in reports:
        chosen = ", ".join(f"{name}: {value or 'none'}" for name, value in (report.get("chosen") or {}).items())
        table.add_row(
            printable(report.get("agent")),
            printable(report.get("model")),
            chosen or printable(report.get("kind")),
            printable(report.get("finding"))[:HASH_SHOWN],
            ", ".join(map(str, report.get("seen") or [])) or "–",
            _tokens(report),
            _value("milliseconds", report.get("milliseconds")),
            printable(report.get("asks")),
        )
    return table


def _content(record: StoredRecord, reference: ContentReference, store: ContentStore) -> Text:
    """Words on one line; of a picture, the path of its file."""
    until = record.kept_until
    data = None if until is None else store.read(until, reference.digest)
    if until is None or data is None:
        shown = "not kept, or purged"
    elif reference.role == "image":
        shown = str(store.path(until, reference.digest))
    else:
        shown = repr(data.decode(errors="replace"))  # control characters of a stranger must not reach the terminal
    return Text.assemble((f"{reference.role}: ", "dim"), shown)


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
        return printable(value)[:HASH_SHOWN]
    if field == "cost" and isinstance(value, dict):
        return f"{printable(value.get('amount'))}{' (estimated)' if value.get('estimated') else ''}"
    return printable(value)


def _moment(at: str | None) -> str:
    return printable(at and at[:19].replace("T", " "))
