"""The reference of every setting: whole, explained, and the one in docs."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

from guard.config import Config
from service.cli.main import app
from service.cli.reference import SECTIONS, reference

ROOT = Path(__file__).parents[3]


def test_the_reference_is_current() -> None:
    assert (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8") == reference(), "run: make reference"
    assert CliRunner().invoke(app, ["config", "reference"]).stdout == reference()


def test_the_reference_has_every_section_and_explains_every_key() -> None:
    defined = Config.model_json_schema()["$defs"]
    assert set(SECTIONS.values()) == {name for name, each in defined.items() if each["type"] == "object"}
    unexplained = [line for line in reference().splitlines() if line.startswith("| `") and line.endswith("|  |")]
    assert not unexplained
