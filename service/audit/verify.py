"""Verification: every chain walked from its beginning to its sealed end, and kept content held against its digest.

What no chain can find: changes by whoever holds `records.key`, and a whole folder set back to what it was before.
An anchor, kept where the folder's owner cannot write, finds both, from the moment it was taken.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator

from service.audit.chain import ChainKey
from service.audit.chain_heads import ROSTER, Heads, read_heads
from service.audit.content_store import Shelf, today
from service.audit.reader import Reader
from service.audit.stored_record import Entry, Mention
from service.audit.violations import Chain, Examined, Flaw, FlawKind
from service.audit.walk import Walk, missing_end


def examine(reader: Reader, key: ChainKey, shelf: Shelf, *, sealed: bool = True) -> Examined:
    """Verify everything. `sealed` is False for a schema that knew no ends."""
    heads = read_heads(reader.connection, key) if sealed else Heads({}, frozenset())
    flaws = list(_roster(heads))
    chains: list[Chain] = []
    pieces: Counter[str] = Counter()
    for writer in sorted({*reader.writers(), *heads.ends}):
        walk = Walk(writer, key)
        flaws += [
            flaw for entry in reader.chain(writer) if walk.step(entry) for flaw in _content(entry, key, shelf, pieces)
        ]
        chains.append(walk.chain())
        flaws += walk.flaws()
        flaws += _end(heads, chains[-1]) if sealed else ()
    return Examined(tuple(chains), tuple(flaws), pieces["kept"], pieces["absent"])


def _roster(heads: Heads) -> Iterator[Flaw]:
    if ROSTER in heads.broken:
        yield Flaw(
            FlawKind.WRITERS, "*", 0, "the list of writers is not the one that was sealed: one may be gone whole"
        )


def _end(heads: Heads, chain: Chain) -> Iterable[Flaw]:
    end = heads.ends.get(chain.writer)
    if end is None or chain.writer in heads.broken:
        detail = "its end is not sealed by the key: what came after may be gone"
        return [Flaw(FlawKind.UNSEALED, chain.writer, chain.sequence, detail)]
    return missing_end(chain.writer, end, chain.sequence)


def _content(entry: Entry, key: ChainKey, shelf: Shelf, pieces: Counter[str]) -> Iterator[Flaw]:
    """Content is held against the record only while it must be there; after that it may be gone any time."""
    until = entry.kept_until
    if until is None or until <= today().isoformat():
        return
    for mention in entry.mentions():
        data = shelf.read(until, mention.digest)
        pieces["absent" if data is None else "kept"] += 1
        if data is not None and key.keyed(plain_digest(mention, data)) != mention.digest:
            detail = f"{mention.place}: what is kept is not what was recorded"
            yield Flaw(FlawKind.CONTENT, entry.writer, entry.sequence, detail, entry.id)


def plain_digest(mention: Mention, data: bytes) -> str:
    """What the record's keyed digest was made of: a part's own digest, or the words of a finding or an answer."""
    if mention.place == "text":
        return hashlib.sha256(b"text\0" + data).hexdigest()
    if mention.place == "image":
        return hashlib.sha256(data).hexdigest()
    return data.decode(errors="replace")
