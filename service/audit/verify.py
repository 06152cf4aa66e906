"""Verification: every chain is followed from its beginning to its sealed head, and kept content checked by its digest.

What no chain can show: changes by whoever holds `records.key`, and a whole folder set back to an earlier state. An
anchor, kept where the folder's owner cannot write, shows both, from the moment it was taken.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from service.audit.chain import ChainHead, ChainKey
from service.audit.chain_heads import ROSTER, StoredHeads, read_heads
from service.audit.content_store import ContentStore, today
from service.audit.reader import AuditReader
from service.audit.record import StoredRecord
from service.audit.violations import Verification, VerifiedChain, Violation, ViolationKind

MAX_SUSPECTS = 48  # that are tried in each other's places; beyond it all that do not fit count as edited


def verify_records(reader: AuditReader, key: ChainKey, store: ContentStore, *, sealed: bool = True) -> Verification:
    """Verify everything. `sealed` is False for a schema without sealed heads."""
    stored = read_heads(reader.connection, key) if sealed else StoredHeads({}, frozenset())
    violations: list[Violation] = []
    if ROSTER in stored.broken:
        detail = "the list of writers is not the one that was sealed: a whole writer may be missing"
        violations.append(Violation(ViolationKind.WRITERS, ROSTER, 0, detail))
    chains: list[VerifiedChain] = []
    pieces: Counter[str] = Counter()
    for writer in sorted({*reader.writers(), *stored.heads}):
        verifier = ChainVerifier(writer, key)
        for record in reader.chain(writer):
            if verifier.check(record):
                violations += _content_violations(record, key, store, pieces)
        chain = verifier.chain()
        chains.append(chain)
        violations += verifier.violations()
        head = stored.heads.get(writer)
        if sealed and (head is None or writer in stored.broken):
            detail = "its end is not sealed by the key: later records may be missing"
            violations.append(Violation(ViolationKind.UNSEALED, writer, chain.sequence, detail))
        elif head is not None and head.sequence > chain.sequence:
            detail = f"the end was at record {head.sequence}; {head.sequence - chain.sequence} are missing"
            violations.append(Violation(ViolationKind.CUT_OFF, writer, chain.sequence + 1, detail))
    return Verification(tuple(chains), tuple(violations), pieces["kept"], pieces["absent"])


@dataclass(frozen=True)
class Suspect:
    """A record that does not fit where it stands, and the MAC of the one before it."""

    record: StoredRecord
    before: bytes


class ChainVerifier:
    """Checks one writer's records: each in turn against the one before it, then those that do not fit together."""

    def __init__(self, writer: str, key: ChainKey) -> None:
        self._writer = writer
        self._key = key
        self._head = key.genesis(writer)
        self._suspects: list[Suspect] = []
        self._gaps: list[Violation] = []
        self._records = 0
        self._times: tuple[str, str] | None = None

    def check(self, record: StoredRecord) -> bool:
        """Whether the next record is the one that was written here, as far as that can be known yet."""
        expected = self._head.sequence + 1
        missing = record.sequence - expected
        if missing > 0:  # the record's own link cannot be checked without the one before it
            which = f"record {expected} is" if missing == 1 else f"records {expected} to {record.sequence - 1} are"
            detail = f"{which} missing, so the link of {record.sequence} cannot be checked"
            self._gaps.append(Violation(ViolationKind.REMOVED, self._writer, expected, detail))
        fits = missing >= 0 and _is_unchanged(record)
        if fits and missing == 0:  # it follows the record before it, or one that stands in the wrong place
            macs = (self._head.mac, *(suspect.record.mac for suspect in self._suspects[-MAX_SUSPECTS:]))
            fits = any(self._fits(record, mac, record.sequence) for mac in macs)
        if not fits:
            self._suspects.append(Suspect(record, self._head.mac))
        self._head = ChainHead(record.sequence, record.mac)
        self._records += 1
        self._times = (self._times[0] if self._times else record.at, record.at)
        return fits

    def chain(self) -> VerifiedChain:
        """What was checked."""
        first, last = self._times or (None, None)
        return VerifiedChain(self._writer, self._records, first, last, self._head.sequence, self._head.mac.hex())

    def violations(self) -> list[Violation]:
        """What was wrong on the way, in order."""
        found = list(self._gaps)
        for record in (suspect.record for suspect in self._suspects):
            sequence = self._true_sequence(record) if _is_unchanged(record) else None
            if sequence is None:
                kind, detail = ViolationKind.EDITED, "it is not what was written here"
            elif sequence != record.sequence:
                kind, detail = ViolationKind.MOVED, f"it was written as record {sequence}"
            else:
                continue  # only its neighbour was moved
            found.append(Violation(kind, self._writer, record.sequence, detail, record.id))
        return sorted(found, key=lambda violation: violation.sequence)

    def _fits(self, record: StoredRecord, before: bytes, sequence: int) -> bool:
        return self._key.link(before, sequence, record.kind, record.id, record.at, record.digest) == record.mac

    def _true_sequence(self, record: StoredRecord) -> int | None:
        """Where among the suspects an unchanged record was written."""
        if len(self._suspects) > MAX_SUSPECTS:
            return None
        macs = {mac for each in self._suspects for mac in (each.record.mac, each.before)}
        own_first = sorted({each.record.sequence for each in self._suspects}, key=lambda one: one != record.sequence)
        return next((sequence for sequence in own_first for mac in macs if self._fits(record, mac, sequence)), None)


def _is_unchanged(record: StoredRecord) -> bool:
    return hashlib.sha256(record.text.encode()).hexdigest() == record.digest


def _content_violations(
    record: StoredRecord, key: ChainKey, store: ContentStore, pieces: Counter[str]
) -> Iterator[Violation]:
    """Content is checked only while it must be there; after that it may be gone any time."""
    until = record.kept_until
    if until is None or until <= today().isoformat():
        return
    for reference in record.content_references():
        data = store.read(until, reference.digest)
        if data is None:
            pieces["absent"] += 1
            continue
        pieces["kept"] += 1
        # What the keyed digest was made of: a part's own digest, or the words of a finding or an answer.
        if reference.role == "text":
            plain = hashlib.sha256(b"text\0" + data).hexdigest()
        elif reference.role == "image":
            plain = hashlib.sha256(data).hexdigest()
        else:
            plain = data.decode(errors="replace")
        if key.keyed(plain) != reference.digest:
            detail = f"{reference.role}: what is kept is not what was recorded"
            yield Violation(ViolationKind.CONTENT, record.writer, record.sequence, detail, record.id)
