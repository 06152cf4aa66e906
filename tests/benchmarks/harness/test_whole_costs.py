"""What a run costs, as it was forecast, as the server counts it, and as the report tells it."""

from __future__ import annotations

import csv
import re
from hashlib import sha256
from pathlib import Path

import pytest

from benchmarks.pocketworld.evaluation.export import Exporter
from tests.benchmarks.harness.runs import bench
from tests.benchmarks.harness.upstream import guarded, pictures_of, upstream

CHAT = 2
CASES = 2 * 2 * CHAT
FIRST = 1 + 5 + 1  # before the run: raw, situational on a safe case, and the judge


@pytest.mark.parametrize("agents", [{}, {"visual": {"cache": True}}], ids=["looks anew", "keeps what it saw"])
def test_forecast_count_and_report_agree(tmp_path: Path, agents: dict[str, object]) -> None:
    Exporter(tmp_path / "data", seed=7).write(CHAT, 0)
    unsafe = {sha256(path.read_bytes()).hexdigest() for path in (tmp_path / "data").glob("*/*_unsafe.png")}
    with upstream(guarded("Just do it. " * 100, lambda body: bool(pictures_of(body) & unsafe))) as server:
        command = (
            *("run", "mssbench-layout", "--data", str(tmp_path / "data"), "--setting", "if", "--display", "none"),
            *("--config", str(server.config(tmp_path, "raw", "situational", agents=agents))),
            *("--probes", "0", "--no-cache"),
            *("--judge", "a-judge", "--judge-url", server.url, "--judge-key-env", "", "--out", str(tmp_path / "run")),
        )
        planned = bench(tmp_path, *command, "--dry-run")
        assert server.calls == 0
        done = bench(tmp_path, *command)
        assert done.returncode == 0, done.stderr
    assert bench(tmp_path, "report", str(tmp_path / "run")).returncode == 0

    everything = next(line for line in planned.stdout.splitlines() if re.match(r"\W*all ", line))
    _, calls, tokens, *_ = (int(number.replace(",", "")) for number in re.findall(r"\d[\d,]*", everything))
    assert calls == pytest.approx(server.calls, rel=0.1)
    assert tokens == pytest.approx(server.prompt_tokens, rel=0.1)
    with (tmp_path / "run" / "answers.csv").open(encoding="utf-8", newline="") as file:
        told = sum(int(row["calls"]) for row in csv.DictReader(file))
    assert told + 2 * CASES + FIRST == server.calls  # drafts that were thrown away included; each answer judged once
