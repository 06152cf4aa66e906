"""Labels: what people say that a decision should have been. With what was asked, they are a labelled set.

They stand beside the records, which nothing changes: a label may be set again or taken back.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, MetaData, Row, Table, Text, select

from service.audit.content_store import ContentStore
from service.audit.pictures import picture_type
from service.audit.reader import AuditReader
from service.audit.record import JsonObject, StoredRecord, now
from service.database.engine import Database, upsert

MAX_AT_ONCE = 500  # decisions asked for in one statement

METADATA = MetaData()
# The schema is made by the migrations.
LABELS = Table(
    "labels",
    METADATA,
    Column("decision", Text, primary_key=True),
    Column("expected", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("at", Text, nullable=False),
)


@dataclass(frozen=True)
class Label:
    """`expected` is the verdict that would have been right."""

    decision: str
    expected: str
    author: str
    at: str


class LabelStore:
    """The labels in an open database. It blocks."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, decision: str, expected: str, author: str) -> None:
        """Label a decision, in place of any label that it has."""
        values = {"decision": decision, "expected": expected, "author": author, "at": now()}
        with self._database.transaction() as connection:
            connection.execute(upsert(LABELS, replace=["expected", "author", "at"]), values)

    def remove(self, decision: str) -> None:
        """Take a label back."""
        with self._database.transaction() as connection:
            connection.execute(LABELS.delete().where(LABELS.c.decision == decision))

    def of(self, decisions: Iterable[str]) -> dict[str, Label]:
        """The labels of these decisions, of the first few hundred."""
        wanted = list(decisions)[:MAX_AT_ONCE]
        with self._database.snapshot() as connection:
            rows = connection.execute(select(LABELS).where(LABELS.c.decision.in_(wanted)))
            return {row.decision: _label(row) for row in rows}

    def all(self) -> list[Label]:
        """Every label, the decision made first coming first."""
        with self._database.snapshot() as connection:
            return [_label(row) for row in connection.execute(select(LABELS).order_by(LABELS.c.decision))]


def labelled_cases(
    labels: Iterable[Label], reader: AuditReader, content: ContentStore | None = None
) -> Iterator[JsonObject]:
    """Each labelled decision as a JSON object: what was decided, what was right, and with `content` what was asked."""
    for label in labels:
        decision = next((each for each in reader.of(label.decision) if each.kind == "decision"), None)
        if decision is not None:
            yield labelled_case(label, decision, content)


def labelled_case(label: Label, decision: StoredRecord, content: ContentStore | None = None) -> JsonObject:
    """One of them. A part whose content was not kept, or is gone, has its digest alone."""
    body = decision.body
    known = ("deployment", "method", "version", "verdict", "category", "action", "released")
    return {
        "id": decision.id,
        "at": decision.at,
        **{name: body.get(name) for name in known},
        "expected": label.expected,
        "right": body.get("verdict") == label.expected,
        "labelled_by": label.author,
        "labelled_at": label.at,
        "parts": [
            _part(str(part.get("kind")), str(part.get("digest")), decision.kept_until, content)
            for part in body.get("parts") or []
            if isinstance(part, dict)
        ],
    }


def _part(kind: str, digest: str, until: str | None, content: ContentStore | None) -> JsonObject:
    part: JsonObject = {"kind": kind, "digest": digest}
    data = content.read(until, digest) if content is not None and until is not None else None
    if data is None:
        return part
    media_type = picture_type(data) if kind != "text" else None
    if media_type is None:
        return {**part, "text": data.decode(errors="replace")}
    return {**part, "data": f"data:{media_type};base64,{base64.b64encode(data).decode('ascii')}"}


def _label(row: Row[Any]) -> Label:
    return Label(row.decision, row.expected, row.author, row.at)
