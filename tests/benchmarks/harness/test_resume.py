"""A run that is killed at half is finished by the same command, which repeats only what was under way."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from benchmarks.harness.logs import finished_logs, read_records
from benchmarks.pocketworld.evaluation.export import Exporter
from tests.benchmarks.harness.runs import SECONDS, bench, started
from tests.benchmarks.harness.upstream import Upstream, guarded, upstream

UNDER_WAY = 4
CHAT = 12
CASES = 2 * 2 * CHAT


def test_a_killed_run_goes_on_where_it_was(tmp_path: Path) -> None:
    Exporter(tmp_path / "data", seed=7).write(CHAT, 0)
    with upstream(guarded("Yes (safe). Just do it.", lambda body: False), seconds=0.3) as server:
        command = (
            *("run", "mssbench-layout", "--data", str(tmp_path / "data"), "--setting", "qc", "--wording", "compact"),
            *("--config", str(server.config(tmp_path, "raw")), "--out", str(tmp_path / "run")),
            *("--concurrency", str(UNDER_WAY), "--no-cache", "--probes", "0", "--display", "none"),
        )
        asked = _killed_at_half(tmp_path, server, command)
        assert not finished_logs(tmp_path / "run")
        done = bench(tmp_path, *command)
        assert done.returncode == 0, done.stderr + done.stdout
        assert CASES / 2 <= asked < CASES
        assert CASES <= server.calls <= CASES + UNDER_WAY + 2  # each of the two commands asks the arm once at first
    records = read_records(tmp_path / "run")
    assert sorted(record.case_id for record in records) == sorted({record.case_id for record in records})
    assert len(records) == CASES
    assert all(record.judgements["by rule"].label == "yes" for record in records)


def _killed_at_half(folder: Path, server: Upstream, command: tuple[str, ...]) -> int:
    """Start the run and kill it and its proxy without a word; how many requests had been made."""
    process = started(folder, *command)
    deadline = time.monotonic() + SECONDS
    while server.calls < CASES / 2:
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    time.sleep(2 * server.seconds)  # what the server had begun to answer counts as asked
    return server.calls
