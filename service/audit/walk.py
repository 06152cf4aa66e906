"""A walk along one writer's chain: each record is tried against the one before it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from service.audit.chain import ChainKey, Seal
from service.audit.stored_record import Entry
from service.audit.violations import Chain, Flaw, FlawKind

MAX_SUSPECTS = 48  # that are tried in each other's places; beyond it all that do not fit count as edited


@dataclass(frozen=True)
class Suspect:
    """A record that does not fit where it stands, and the MAC of the one before it."""

    entry: Entry
    before: bytes


class Walk:
    """Take each record in turn, then ask for the flaws."""

    def __init__(self, writer: str, key: ChainKey) -> None:
        self._writer = writer
        self._key = key
        self._before = key.opening(writer)
        self._suspects: list[Suspect] = []
        self._certain: list[Flaw] = []
        self._records = 0
        self._times: tuple[str, str] | None = None

    def step(self, entry: Entry) -> bool:
        """Whether the record is the one that was written here, as far as that can be told yet."""
        gap = entry.sequence - self._before.sequence - 1
        if gap > 0:
            self._certain.append(self._gap(self._before.sequence + 1, entry.sequence))
        fits = _unchanged(entry) and (gap > 0 or (gap == 0 and self._follows(entry)))
        if not fits:
            self._suspects.append(Suspect(entry, self._before.mac))
        self._before = Seal(entry.sequence, entry.mac)
        self._records += 1
        self._times = (self._times[0] if self._times else entry.at, entry.at)
        return fits

    def chain(self) -> Chain:
        """What was walked."""
        first, last = self._times or (None, None)
        return Chain(self._writer, self._records, first, last, self._before.sequence, self._before.mac.hex())

    def flaws(self) -> list[Flaw]:
        """What was wrong on the way, in order."""
        found = [*self._certain, *(flaw for each in self._suspects if (flaw := self._judge(each)))]
        return sorted(found, key=lambda flaw: flaw.sequence)

    def _follows(self, entry: Entry) -> bool:
        """After the record before it, or after one that stands in the wrong place."""
        macs = (self._before.mac, *(each.entry.mac for each in self._suspects[-MAX_SUSPECTS:]))
        return any(self._fits(entry, mac, entry.sequence) for mac in macs)

    def _fits(self, entry: Entry, before: bytes, sequence: int) -> bool:
        return self._key.link(before, sequence, entry.kind, entry.id, entry.at, entry.digest) == entry.mac

    def _judge(self, suspect: Suspect) -> Flaw | None:
        entry = suspect.entry
        if _unchanged(entry):
            place = self._true_place(entry)
            if place == entry.sequence:
                return None  # only its neighbour was moved
            if place is not None:
                return self._flaw(FlawKind.MOVED, entry, f"it was written as record {place}")
        return self._flaw(FlawKind.EDITED, entry, "it is not what was written here")

    def _true_place(self, entry: Entry) -> int | None:
        if len(self._suspects) > MAX_SUSPECTS:
            return None
        macs = {mac for each in self._suspects for mac in (each.entry.mac, each.before)}
        places = sorted({each.entry.sequence for each in self._suspects}, key=lambda place: place != entry.sequence)
        return next((place for place in places for mac in macs if self._fits(entry, mac, place)), None)

    def _flaw(self, kind: FlawKind, entry: Entry, detail: str) -> Flaw:
        return Flaw(kind, self._writer, entry.sequence, detail, entry.id)

    def _gap(self, first: int, found: int) -> Flaw:
        """What lies between is gone; the next one's own link cannot be tried without it."""
        missing = f"record {first} is" if found == first + 1 else f"records {first} to {found - 1} are"
        return Flaw(FlawKind.REMOVED, self._writer, first, f"{missing} missing; {found} cannot be tried without")


def _unchanged(entry: Entry) -> bool:
    return hashlib.sha256(entry.text.encode()).hexdigest() == entry.digest


def missing_end(writer: str, end: Seal, reached: int) -> Iterator[Flaw]:
    """What the sealed end knows of and the walk did not find."""
    if end.sequence > reached:
        detail = f"the end was at record {end.sequence}; {end.sequence - reached} are missing"
        yield Flaw(FlawKind.CUT_OFF, writer, reached + 1, detail)
