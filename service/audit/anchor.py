"""An anchor: where the chains ended at a verification, to be kept where nobody who can write the records can write."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from service.audit.errors import RecordsUnusable
from service.audit.reader import Reader
from service.audit.record import now
from service.audit.violations import Examined, Flaw, FlawKind


class AnchoredEnd(BaseModel):
    """A writer's last record at that time; `mac` in hex."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sequence: int
    mac: str


class Anchor(BaseModel):
    """The file's content. It is no secret: nothing can be forged with it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    at: str
    ends: dict[str, AnchoredEnd]


def read_anchor(file: Path) -> Anchor | None:
    """The anchor of that file, None if there is none yet; raises `RecordsUnusable` where it is no anchor."""
    if not file.exists():
        return None
    try:
        return Anchor.model_validate_json(file.read_bytes())
    except (OSError, ValidationError):
        raise RecordsUnusable(file, "this is no anchor that `records verify` wrote") from None


def write_anchor(file: Path, examined: Examined) -> None:
    """Set the anchor at what was just verified."""
    ends = {chain.writer: AnchoredEnd(sequence=chain.sequence, mac=chain.end) for chain in examined.chains}
    draft = file.with_name(f".{file.name}.draft")
    draft.write_text(Anchor(at=now(), ends=ends).model_dump_json(indent=2) + "\n", encoding="utf-8")
    draft.replace(file)


def held_against(anchor: Anchor, reader: Reader) -> list[Flaw]:
    """The writers whose chain no longer passes through where it was anchored."""
    return [
        Flaw(FlawKind.SET_BACK, writer, end.sequence, f"it is not the record that ended the chain on {anchor.at}")
        for writer, end in anchor.ends.items()
        if end.sequence and reader.mac_at(writer, end.sequence) != end.mac
    ]
