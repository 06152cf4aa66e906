"""What `deploy/` ships: every query names a metric that exists, files parse, and they name settings that exist."""

from __future__ import annotations

import configparser
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from guard.guard import Guard
from service.app import create_app
from service.settings import Settings
from service.telemetry.metrics import Metrics
from tests.service.running import DEPLOYMENTS, cast, config

DEPLOY = Path(__file__).parents[2] / "deploy"
METRIC = re.compile(r"\bsituguard_[a-z_]+")
SETTING = re.compile(r"\bSITUGUARD_[A-Z_]+")
SUFFIXES = ("", "_total", "_bucket", "_count", "_sum")


def existing(tmp_path: Path) -> set[str]:
    """The names of all metrics of an application, as they are exported."""
    metrics = Metrics()
    create_app(Settings(data_folder=tmp_path), Guard(config(DEPLOYMENTS), cast().models), metrics)
    families = re.findall(r"^# TYPE (\S+)", metrics.text().decode(), re.MULTILINE)
    return {f"{family}{suffix}" for family in families for suffix in SUFFIXES}


def rules() -> list[dict[str, Any]]:
    document = yaml.safe_load((DEPLOY / "prometheus" / "alerts.yml").read_text(encoding="utf-8"))
    return [rule for group in document["groups"] for rule in group["rules"]]


def panels() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((DEPLOY / "grafana" / "dashboards" / "situguard.json").read_text())[
        "panels"
    ]
    return found


def test_every_query_names_metrics_that_exist(tmp_path: Path) -> None:
    queries = [rule["expr"] for rule in rules()] + [each["expr"] for panel in panels() for each in panel["targets"]]
    named = {name for query in queries for name in METRIC.findall(query)}
    assert len(named) > 12
    assert named <= existing(tmp_path)


def test_each_rule_and_each_panel_says_what_it_is_about() -> None:
    assert all(rule["annotations"]["summary"] and rule["labels"]["severity"] in {"page", "look"} for rule in rules())
    assert all(panel["title"] for panel in panels())
    assert len({panel["id"] for panel in panels()}) == len(panels())


@pytest.mark.skipif(shutil.which("promtool") is None, reason="needs promtool")
def test_promtool_accepts_the_rules_and_the_configuration() -> None:
    promtool = shutil.which("promtool") or ""
    checked = subprocess.run(
        [promtool, "check", "rules", DEPLOY / "prometheus" / "alerts.yml"], capture_output=True, check=False
    )
    assert checked.returncode == 0, checked.stderr


@pytest.mark.parametrize("file", ["Dockerfile", "compose.yaml", "situguard.service", "nginx.conf", "README.md"])
def test_settings_that_are_named_exist(file: str) -> None:
    known = {f"SITUGUARD_{name.upper()}" for name in Settings.model_fields} | {"SITUGUARD_API_KEY"}
    assert set(SETTING.findall((DEPLOY / file).read_text(encoding="utf-8"))) <= known


def test_the_service_and_the_unit_run_without_privileges() -> None:
    service = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))["services"]["situguard"]
    assert service["read_only"]
    assert service["cap_drop"] == ["ALL"]
    assert "ports" not in service
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.read(DEPLOY / "situguard.service")
    assert unit["Service"]["user"] == "situguard"
    assert unit["Service"]["protectsystem"] == "strict"
