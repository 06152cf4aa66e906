"""`make conformance`: prints the table, and with --write keeps it in docs/conformance.md."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tests.service.conformance.observe import ABSENT, Row, observe

DOCUMENT = Path(__file__).parents[3] / "docs" / "conformance.md"
HEAD = """\
# What becomes of each parameter

Sent through a running proxy with a safe verdict, and read off what the model behind it received and what the judges
were shown (`make conformance`). The rows are the openai package's request types, whole, and what turns, items and
replies may hold. The first two columns are `/v1/chat/completions`, the third is `/v1/responses`, streamed or not; where
one of the two has no such thing, its cell is –.

- **forwarded**: the model, or the client, gets it as it was sent
- **bounded**: forwarded within bounds; beyond them a 400 that names the field
- **judged**: its words are part of what the agents judge; then forwarded
- **dropped**: not passed on, and no error
- **refused**: a 400 that names the field and says why

| parameter or feature | chat | chat, streamed | responses | |
|---|---|---|---|---|
"""


def render(rows: Sequence[Row]) -> str:
    """The document."""
    lines = "".join(f"| {row.name} | {row.whole} | {row.streamed} | {row.responses} | {row.note} |\n" for row in rows)
    return f"{HEAD}{lines}\n{totals(rows)}\n"


def totals(rows: Sequence[Row]) -> str:
    cells = [cell for row in rows for cell in (row.whole, row.streamed, row.responses) if cell != ABSENT]
    counted = Counter(word for cell in cells for word in cell.split(", "))
    told = ", ".join(f"{word} {count}" for word, count in sorted(counted.items()))
    return f"{len(rows)} rows, {len(cells)} cells: {told}."


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        document = render(asyncio.run(observe(Path(folder))))
    if "--write" in sys.argv[1:]:
        DOCUMENT.write_text(document, encoding="utf-8")
    print(document)  # noqa: T201


if __name__ == "__main__":
    main()
