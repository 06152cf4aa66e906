"""`make conformance` prints the table; `make conformance ARGS=--write` also writes it to docs/conformance.md."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from service.openai.reply_fields import BODY, CALL, CHOICE, MESSAGE, USAGE, Fields
from tests.service.conformance.observe import ABSENT, Row, observe

DOCUMENT = Path(__file__).parents[3] / "docs" / "conformance.md"
HEAD = """\
# How each parameter is handled

This table is observed, not written by hand (`make conformance`). Each parameter is sent through a running proxy with a
safe verdict. Then the test looks at what the model behind it received, and at what the agents were shown. The rows are
all parameters of the openai package's request types, and all that messages, items and replies may hold. The first two
columns are `/v1/chat/completions`; the third is `/v1/responses`, streamed or not. A dash means that the API has no such
thing.

- **forwarded**: the model, or the client, gets it as it was sent
- **bounded**: forwarded within limits; outside them, a 400 that names the field
- **judged**: the agents judge its words; then it is forwarded
- **dropped**: not passed on; no error
- **refused**: a 400 that names the field and says why

| parameter or feature | chat | chat, streamed | responses | |
|---|---|---|---|---|
"""


REPLY = """\
## What goes out of a model's reply

A reply is built field by field from this table (`service/openai/reply_fields.py`). A field without a row is dropped.
With the deployment's setting `reply_fields: judge` it goes out instead, once the situation agent has judged it.

- **ours**: written by the proxy, whatever the model sent
- **words**: they go out on the request's verdict; with `judge_reply: all`, once they were judged
- **action**: judged before it goes out
- **bounded**: data of a fixed form; anything else is dropped
- **dropped**: never goes out

| field | |
|---|---|
"""
PARTS: dict[str, Fields] = {
    "": BODY,
    "choices[].": CHOICE,
    "choices[].message.": MESSAGE,
    "choices[].message.tool_calls[].": CALL,
    "usage.": USAGE,
}


def render(rows: Sequence[Row]) -> str:
    """The document."""
    lines = "".join(f"| {row.name} | {row.whole} | {row.streamed} | {row.responses} | {row.note} |\n" for row in rows)
    reply = "".join(
        f"| `{part}{name}` | {field.fate} |\n" for part, fields in PARTS.items() for name, field in fields.items()
    )
    return f"{HEAD}{lines}\n{totals(rows)}\n\n{REPLY}{reply}"


def totals(rows: Sequence[Row]) -> str:
    cells = [cell for row in rows for cell in (row.whole, row.streamed, row.responses) if cell != ABSENT]
    words = Counter(word for cell in cells for word in cell.split(", "))
    counted = ", ".join(f"{word} {count}" for word, count in sorted(words.items()))
    return f"{len(rows)} rows, {len(cells)} cells: {counted}."


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        document = render(asyncio.run(observe(Path(folder))))
    if "--write" in sys.argv[1:]:
        DOCUMENT.write_text(document, encoding="utf-8")
    print(document)  # noqa: T201


if __name__ == "__main__":
    main()
