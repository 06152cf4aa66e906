"""Runs of the command line against a scripted server, in a separate process, as a person starts them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from benchmarks.harness.arms import Arm
from benchmarks.harness.case_file import write_cases
from benchmarks.harness.endpoint import Address
from benchmarks.harness.plan import RunOptions, RunPlan, load_cases, make_plan
from benchmarks.harness.provider import Patience
from benchmarks.harness.run import BenchmarkRun, Execution, execute
from benchmarks.mssbench import MSSBENCH_LAYOUT
from benchmarks.report.rows import FinishedRun

REPOSITORY = Path(__file__).resolve().parents[3]
COMMAND = (sys.executable, "-c", "from benchmarks.cli.main import app; app()")
SECONDS = 900  # a busy machine still finishes in time


def environment(folder: Path, path: str = "") -> dict[str, str]:
    """The process's own cache and home, so that no other run's replies are met; `path` is its PYTHONPATH."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("INSPECT_")}
    own = {"INSPECT_CACHE_DIR": str(folder / "cache"), "XDG_DATA_HOME": str(folder / "home"), "COLUMNS": "160"}
    return {**kept, **own, **({"PYTHONPATH": path} if path else {})}


def bench(folder: Path, *arguments: str, path: str = "") -> subprocess.CompletedProcess[str]:
    """`situguard-bench` with these arguments, to its end."""
    return subprocess.run(
        [*COMMAND, *arguments],
        cwd=REPOSITORY,
        env=environment(folder, path),
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


def started(folder: Path, *arguments: str) -> subprocess.Popen[bytes]:
    """The same, not waited for, in a process group of its own."""
    return subprocess.Popen(
        [*COMMAND, *arguments],
        cwd=REPOSITORY,
        env=environment(folder),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def run_apart(folder: Path, url: str) -> bool:
    """Carry out the plan that lies in a folder, in a process of its own: the harness leaves streams open at its end."""
    code = f"from tests.benchmarks.harness.runs import carry_out; carry_out({str(folder)!r}, {url!r})"
    command = [sys.executable, "-c", code]
    return (
        subprocess.run(command, cwd=REPOSITORY, env=environment(folder), timeout=SECONDS, check=False).returncode == 0
    )


def carry_out(folder: str, url: str) -> None:
    """What that process does; its status is 1 where anything has no result."""
    patience = Patience(retries=1, concurrency=4)
    execute(BenchmarkRun.open(Path(folder), Execution(patience, cache=False, display="none")), Address(url))
    finished = FinishedRun.read(Path(folder))
    judge = finished.judges[0]
    sys.exit(finished.pending(judge).count + finished.pending_under_attack(judge).count > 0)


def lay_out(folder: Path, data: Path, options: RunOptions, method: str = "raw") -> RunPlan:
    """A run of MSSBench-layout data over one unguarded arm, ready to be carried out."""
    cases = load_cases(MSSBENCH_LAYOUT, options, data)
    plan = make_plan(MSSBENCH_LAYOUT, options, cases, [Arm(name="raw", method=method, configuration="hash")])
    plan.claim(folder)
    write_cases(folder, cases)
    return plan
