"""`make providers` prints the table; `make providers ARGS=--write` also writes it to docs/providers.md."""

from __future__ import annotations

import asyncio
import inspect
import json
import logging
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from tests.service.providers.observe import COLUMNS, observe
from tests.service.providers.providers import PROVIDERS

DOCUMENT = Path(__file__).parents[3] / "docs" / "providers.md"
SEEN = Path(__file__).with_name("seen.json")
"""What `make endpoints` saw of real servers: by server with its version, the cells."""
HEAD = """\
# Providers

How providers of models differ, and what becomes of that behind Situguard.

## Played

No provider is asked here. A test endpoint plays each by its documentation, its refusals included, and stands behind a
running proxy with the settings that `situguard config init --model` writes; for the others, with those that stand below
the table. The model answers and judges. The table is observed (`make providers ARGS=--write`), and a test keeps it
current.

- **text**: an answer to a request with `temperature` and `max_tokens`
- **picture**: one that is safe is answered, one that is not is warned of
- **stream**: the pieces add up to the answer, and the stream says why it ended
- **tools**: a call, its result, and an answer, whole and streamed, with what came sent back; then a forced call
- **JSON**: what binds agents' findings to their form, each read at the first ask
- **thinking**: the field in which a client reads it
- **error**: what the client gets where a prompt is too `long`, and where the operator's `key` or `name` is wrong

"""
REAL = """\
## Real servers

Seen with real servers that others wrote, on a CPU (`make endpoints`, outside CI). Their models are far too small to
judge well; what counts is that everything is read as it comes. Judging has 300 seconds, which two busy cores may not
keep.

"""


def table(rows: Mapping[str, Mapping[str, str]], first: str) -> str:
    """Rows of cells as Markdown; a column for each name that the rows have."""
    columns = list(dict.fromkeys(name for cells in rows.values() for name in cells))
    lines = [[first, *columns], ["---"] * (len(columns) + 1)]
    lines += [[name, *(cells.get(column, "–") for column in columns)] for name, cells in rows.items()]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def differences() -> str:
    """What each provider does otherwise, from its class, with the titles of its documents."""
    told = ""
    for provider in PROVIDERS:
        otherwise = " ".join(inspect.cleandoc(provider.__doc__ or "").split())
        told += f"- **{provider.name}.** {otherwise}{settings(provider.section)} *Documents: {provider.documents}.*\n"
    return told


def settings(section: Mapping[str, object]) -> str:
    """A model's section as text, where no starter is written for it."""
    return f" Settings: `{json.dumps(section)}`." if section else ""


def render(played: Mapping[str, Mapping[str, str]], seen: Mapping[str, Mapping[str, str]]) -> str:
    """The document."""
    return f"{HEAD}{table(played, 'provider')}\n{differences()}\n{REAL}{table(seen, 'server')}"


def real() -> dict[str, dict[str, str]]:
    return dict(json.loads(SEEN.read_text(encoding="utf-8")))


async def observed(folder: Path) -> dict[str, dict[str, str]]:
    """The played rows. Every cell has a word."""
    rows = {provider.name: await observe(provider(), folder / provider.__name__) for provider in PROVIDERS}
    assert all(tuple(cells) == COLUMNS for cells in rows.values())
    return rows


def main() -> None:
    logging.disable(logging.ERROR)  # the mistakes that are made on purpose
    with tempfile.TemporaryDirectory() as folder:
        document = render(asyncio.run(observed(Path(folder))), real())
    if "--write" in sys.argv[1:]:
        DOCUMENT.write_text(document, encoding="utf-8")
    print(document)  # noqa: T201


if __name__ == "__main__":
    main()
