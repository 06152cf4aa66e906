"""An anchor: where the chains ended at a verification, to be kept where nobody who can write the records can write."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from service.audit.reader import AuditReader
from service.audit.record import now
from service.audit.violations import Verification, Violation, ViolationKind
from service.database.errors import StorageUnusable


class AnchoredEnd(BaseModel):
    """A writer's last record at that time; `mac` in hex."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sequence: int
    mac: str


class Anchor(BaseModel):
    """What the file says. It is no secret: nothing can be forged with it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    at: str
    ends: dict[str, AnchoredEnd]


def read_anchor(file: Path) -> Anchor | None:
    """The anchor in a file, None if there is no file yet; raises `StorageUnusable` where it is no anchor."""
    if not file.exists():
        return None
    try:
        return Anchor.model_validate_json(file.read_bytes())
    except (OSError, ValidationError):
        raise StorageUnusable(file, "this is no anchor that `records verify` wrote") from None


def write_anchor(file: Path, verified: Verification) -> None:
    """Set the anchor at what was just verified."""
    ends = {chain.writer: AnchoredEnd(sequence=chain.sequence, mac=chain.end) for chain in verified.chains}
    draft = file.with_name(f".{file.name}.draft")
    draft.write_text(Anchor(at=now(), ends=ends).model_dump_json(indent=2) + "\n", encoding="utf-8")
    draft.replace(file)


def anchor_violations(anchor: Anchor, reader: AuditReader) -> list[Violation]:
    """The writers whose chain no longer passes through where it was anchored."""
    detail = f"it is not the record that ended the chain on {anchor.at}"
    return [
        Violation(ViolationKind.SET_BACK, writer, end.sequence, detail)
        for writer, end in anchor.ends.items()
        if end.sequence and reader.mac_at(writer, end.sequence) != end.mac
    ]
