"""Clients of chat completions and a request that is not safe: does the person see the warning in each form?"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.service.upstream import WARNING

HERE = Path(__file__).parent
DOCUMENT = HERE.parents[3] / "docs" / "clients.md"
SECONDS = 300
CASES = ("text", "streamed", "typed", "typed, streamed", "tools", "forced", "forced, streamed")
SHOWN, TWICE, ERROR, LOST = "shown", "shown twice", "in the error", "**lost**"
# These raise an error of their own that leaves out what the model said, whichever form it has.
KNOWN_LOST = {
    ("instructor", "typed, streamed"),
    ("instructor", "forced, streamed"),
    ("LlamaIndex", "typed"),
    ("LlamaIndex", "forced"),
}
HEAD = """\
# What a person sees of a warning

Each client asks the proxy for something that is not safe where the person is, by chat completions, unchanged and with
its own defaults (`make clients-full ARGS=--write`, outside CI). A warning is plain text. Where a program waits for
JSON (`typed`) or forces a call (`forced`), it is a `refusal`, in the form that the fewest clients lose: in `content`
too, but not where a stream is parsed as JSON. It always ends with `stop`.

- **shown**: the client gives the warning as the answer, or as its refusal
- **shown twice**: it shows the content, and the refusal after it
- **in the error**: it raises an error of its own, and the warning stands in it
- **lost**: it raises an error of its own that leaves out what was said

A program can tell a warning without reading it: by the headers `x-guard-verdict` and `x-guard-action`, and by the
body's `guard`.

"""

Table = dict[str, dict[str, str]]


def commands(venvs: Path) -> Iterator[list[str]]:
    """What is installed of it."""
    for venv in ("full-agents", "full-others"):
        python = venvs / venv / "bin" / "python"
        if python.exists():
            yield [str(python), "-I", str(HERE / "chat_clients.py")]
    node = shutil.which("node")
    if node and (HERE / "node_modules").exists():
        yield [node, str(HERE / "chat_clients.mjs")]


def lines(command: list[str], url: str) -> Iterator[dict[str, Any]]:
    """What one program of clients says."""
    done = subprocess.run([*command, url], capture_output=True, text=True, timeout=SECONDS, check=False, cwd=HERE)
    assert done.returncode == 0, done.stderr[-2000:]
    for line in done.stdout.splitlines():
        if line.startswith("{"):
            yield json.loads(line)


def cell(line: dict[str, Any]) -> str:
    """How a person saw the warning."""
    said, error = line["said"] or "", line.get("error") or ""
    if WARNING in said:
        return SHOWN if said.count(WARNING) == 1 else TWICE
    return ERROR if WARNING in error else LOST


def measured(url: str, venvs: Path) -> Table:
    """The cells, by client and case."""
    table: Table = {}
    for command in commands(venvs):
        for line in lines(command, url):
            table.setdefault(line["client"], {})[line["case"]] = cell(line)
    return table


def render(table: Table) -> str:
    """The document."""
    rows = [["client", *CASES], ["---"] * (len(CASES) + 1)]
    rows += [[client, *(cells.get(case, "–") for case in CASES)] for client, cells in table.items()]
    return HEAD + "".join(f"| {' | '.join(row)} |\n" for row in rows)


def told(url: str, venvs: Path, *, write: bool) -> int:
    """Print the table; how many cells are lost that need not be."""
    table = measured(url, venvs)
    print(render(table))
    if write:
        DOCUMENT.write_text(render(table), encoding="utf-8")
    lost = {(client, case) for client, cells in table.items() for case, seen in cells.items() if seen == LOST}
    return len({each for each in lost if (each[0].rpartition(" ")[0], each[1]) not in KNOWN_LOST})
