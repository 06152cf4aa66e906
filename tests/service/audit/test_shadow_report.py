"""The shadow report, from records."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest
from typer.testing import CliRunner

from service.audit.record import StoredRecord
from service.audit.shadow_report import MAX_CASES, ShadowReport, judgement_milliseconds, shadow_reports
from service.cli.main import app
from tests.scripts import UNSAFE, Roles
from tests.service.running import cast, deployment, running
from tests.service.waiting import until


def record(kind: str, number: int, **body: Any) -> StoredRecord:
    return StoredRecord(
        number, "writer-0", number, kind, f"dec_{number}", "2026-11-27", orjson.dumps(body).decode(), "", b""
    )


def decision(number: int, released: str = "shadow", **body: Any) -> StoredRecord:
    return record("decision", number, deployment="kitchen", mode="shadow", released=released, **body)


def outcome(number: int, **shadow: Any) -> StoredRecord:
    return record("outcome", number, shadow=shadow)


AGENTS = [
    {"agent": "intent", "milliseconds": 20.0},
    {"agent": "visual", "milliseconds": 50.0},
    {"agent": "situation", "milliseconds": 30.0},
]
HELD = {"verdict": "unsafe", "action": "warn", "category": "property damage", "agents": AGENTS, "cost": {"amount": 0.5}}


def test_what_would_have_been_held_is_counted() -> None:
    found = shadow_reports(
        [
            *(decision(number) for number in range(4)),
            outcome(0, **HELD),
            outcome(1, verdict="safe", action="release", agents=AGENTS),
            outcome(2, failure="shed"),
            decision(5, released="enforced", action="warn"),
            decision(6, released="enforced", action="release"),
            record("decision", 7, deployment="garden", mode="enforce", released="enforced"),
            record("outcome", 7),
        ]
    )
    assert set(found) == {"kitchen"}
    report = found["kitchen"]
    assert (report.requests, report.judged, report.held) == (6, 2, 1)
    assert (report.enforced, report.enforced_held) == (2, 1)
    assert report.failures == {"shed": 1}
    assert report.categories == {"property damage": 1}
    assert report.milliseconds == [80.0, 80.0]
    assert report.cost == 0.5
    assert [case.decision for case in report.cases] == ["dec_0"]
    assert report.as_json()["milliseconds"] == {"p50": 80.0, "p95": 80.0}


def test_the_newest_cases_are_kept() -> None:
    count = MAX_CASES + 5
    pairs = [(decision(number), outcome(number, **HELD)) for number in range(count)]
    cases = shadow_reports(each for pair in pairs for each in pair)["kitchen"].cases
    assert [case.decision for case in cases] == [f"dec_{number}" for number in range(5, count)]


@pytest.mark.parametrize(
    ("agents", "expected"), [([], 0.0), (AGENTS, 80.0), (AGENTS[:1], 20.0), ([{"agent": "situation"}], 0.0)]
)
def test_agents_that_look_at_once_count_once(agents: list[dict[str, Any]], expected: float) -> None:
    assert judgement_milliseconds(agents) == expected


def test_without_a_judgement_there_is_no_time() -> None:
    assert ShadowReport("kitchen").quantile(0.5) is None
    assert ShadowReport("kitchen", milliseconds=[3.0]).quantile(0.95) == 3.0


async def test_the_command_prints_what_a_real_proxy_recorded(tmp_path: Path) -> None:
    async with running(tmp_path, cast(Roles(situation=UNSAFE)), {"guarded": deployment(mode="shadow")}) as proxy:
        for _ in range(3):
            await proxy.ask()
        await until(lambda: len(proxy.records("outcome")) == 3)
    printed = CliRunner().invoke(app, ["shadow", "report", "--data", str(tmp_path)])
    assert printed.exit_code == 0, printed.output
    assert "3 would have been held back (100.0%)" in printed.stdout
    assert "property damage" in printed.stdout
    told = CliRunner().invoke(app, ["shadow", "report", "--json", "--data", str(tmp_path)])
    assert orjson.loads(told.stdout)["would_have_held"] == 3
    nothing = CliRunner().invoke(app, ["shadow", "report", "--deployment", "raw", "--data", str(tmp_path)])
    assert "Nothing was asked in shadow mode" in nothing.stdout
