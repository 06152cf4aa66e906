"""The science knows no harness: cases, rubrics, metrics and statistics run without Inspect, and without the service.

import-linter holds the listed modules to it (tests/test_layers.py runs it); here, that none is missing from the list.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CONTRACT = "the benchmarks' science knows no harness, no report and no command line"


def test_every_module_of_the_science_is_under_its_contract() -> None:
    configured = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = {each["name"]: each for each in configured["tool"]["importlinter"]["contracts"]}
    modules = {f"benchmarks.{path.stem}" for path in (ROOT / "benchmarks").glob("*.py") if path.stem != "__init__"}
    assert set(contracts[CONTRACT]["source_modules"]) == modules | {"benchmarks.panels"}
    assert {"benchmarks.cli", "benchmarks.harness", "benchmarks.report", "inspect_ai"} <= set(
        contracts[CONTRACT]["forbidden_modules"]
    )
