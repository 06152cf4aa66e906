"""Labels: set, replaced, taken back, and exported with what was asked."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from service.audit.content_store import Content, ContentStore, Piece, today
from service.audit.labels import LabelStore, labelled_cases
from service.audit.reader import reading
from service.audit.record import Record
from tests.scripts import picture
from tests.service.storage import audit_log, opened

TEXT, PICTURE = "a" * 64, "b" * 64


def test_a_label_is_set_replaced_and_taken_back(tmp_path: Path) -> None:
    with opened(tmp_path) as database:
        store = LabelStore(database)
        store.put("dec_1", "safe", "ada")
        store.put("dec_1", "unsafe", "bob")
        store.put("dec_0", "unclear", "ada")
        assert [(each.decision, each.expected, each.author) for each in store.all()] == [
            ("dec_0", "unclear", "ada"),
            ("dec_1", "unsafe", "bob"),
        ]
        assert set(store.of(["dec_1", "dec_2"])) == {"dec_1"}
        store.remove("dec_1")
        assert store.of(["dec_1"]) == {}


async def test_the_labelled_set_says_what_was_decided_and_what_was_right(tmp_path: Path) -> None:
    until = today() + timedelta(days=3)
    shown = picture().data
    ContentStore(tmp_path).keep(Content(until, (Piece(TEXT, b"<b>How?</b>"), Piece(PICTURE, shown))))
    parts = [
        {"kind": "text", "digest": TEXT},
        {"kind": "image", "digest": PICTURE},
        {"kind": "text", "digest": "c" * 64},
    ]
    body = {"deployment": "kitchen", "verdict": "safe", "action": "release", "parts": parts, "kept_until": str(until)}
    with audit_log(tmp_path) as log:
        await log.commit(Record("decision", "dec_1", body))
    with opened(tmp_path) as database, reading(database) as reader:
        store = LabelStore(database)
        store.put("dec_1", "unsafe", "ada")
        store.put("dec_gone", "safe", "ada")
        (case,) = labelled_cases(store.all(), reader, ContentStore(tmp_path))
        (bare,) = labelled_cases(store.all(), reader)
    assert (case["verdict"], case["expected"], case["right"], case["labelled_by"]) == ("safe", "unsafe", False, "ada")
    assert case["parts"][0]["text"] == "<b>How?</b>"
    assert case["parts"][1]["data"].startswith("data:image/png;base64,iVBOR")
    assert set(case["parts"][2]) == {"kind", "digest"}  # it is gone, or was never kept
    assert bare["parts"] == parts
