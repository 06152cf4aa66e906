"""The table of clients in the documentation is that of the versions which are pinned."""

from __future__ import annotations

import json
import re
from typing import Any

from tests.service.clients.full.chat import CASES, DOCUMENT, ERROR, HEAD, HERE, LOST, SHOWN, TWICE, cell, render
from tests.service.upstream import WARNING

TEXT = DOCUMENT.read_text(encoding="utf-8")
# Installed beside a client, or asked by the Responses API alone.
NOT_IN_THE_TABLE = {"agent-framework-openai", "langchain-openai", "langchain-tests", "llama-index-llms-openai"}


def test_each_pinned_client_is_in_the_table_with_its_version() -> None:
    pins: dict[str, str] = {}
    for file in HERE.glob("requirements-*.txt"):
        pins.update(re.findall(r"^([\w-]+)(?:\[\w+\])?==(\S+)$", file.read_text(), re.MULTILINE))
    node = json.loads((HERE / "package.json").read_text())["dependencies"]
    versions = {version for name, version in pins.items() if name not in NOT_IN_THE_TABLE}
    versions |= {node[name].rpartition("@")[2] for name in ("ai5", "ai6", "ai7", "openai")}
    assert not [version for version in versions if f" {version} |" not in TEXT]


def test_the_table_has_its_own_form() -> None:
    assert TEXT.startswith(HEAD)
    rows = [line.strip("| ").split(" | ") for line in TEXT.splitlines() if line.startswith("|")][2:]
    table = {client: dict(zip(CASES, cells, strict=True)) for client, *cells in rows}
    assert render(table) == TEXT


def test_a_warning_counts_where_a_person_can_read_it() -> None:
    seen: list[tuple[dict[str, Any], str]] = [
        ({"said": WARNING}, SHOWN),
        ({"said": WARNING * 2}, TWICE),
        ({"said": None, "error": f"Refused: {WARNING}"}, ERROR),
        ({"said": "", "error": "no tool call"}, LOST),
    ]
    for line, expected in seen:
        assert cell(line) == expected
