"""Shards of one run, made in different places, put together into one folder."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from benchmarks.errors import BenchmarkError
from benchmarks.harness.latency import FILE as LATENCY_FILE
from benchmarks.harness.logs import FOLDER as LOGS
from benchmarks.harness.logs import finished_logs
from benchmarks.harness.plan import Plan, RunDiffers, differing, read_plan
from benchmarks.harness.stored import identity, read_cases, write_cases

OF_A_SHARD = frozenset({"shard", "cases", "cases_sha256"})


class ShardsMissing(BenchmarkError):
    """Not every shard is there exactly once."""

    def __init__(self, expected: int, found: Sequence[int]) -> None:
        super().__init__(f"{expected} shards make the run; found {', '.join(map(str, found)) or 'none'}")
        self.expected = expected
        self.found = tuple(found)


def merge(folder: Path, shards: Sequence[Path]) -> Plan:
    """Write the whole run into `folder`, which must not hold another one."""
    plans = [read_plan(shard) for shard in shards]
    first = plans[0]
    for shard, plan in zip(shards, plans, strict=True):
        other = [name for name in differing(first, plan) if name not in OF_A_SHARD]
        if other or plan.shard[1] != first.shard[1]:
            raise RunDiffers(shard, other or ["shard"])
    if sorted(plan.shard[0] for plan in plans) != list(range(1, first.shard[1] + 1)):
        raise ShardsMissing(first.shard[1], sorted(plan.shard[0] for plan in plans))
    return _write(folder, shards, first)


def _write(folder: Path, shards: Sequence[Path], first: Plan) -> Plan:
    cases = [case for shard in shards for case in read_cases(shard).values()]
    whole = first.model_copy(update={"shard": (1, 1), "cases": len(cases), "cases_sha256": identity(cases)})
    whole.hold(folder)
    write_cases(folder, cases)
    (folder / LOGS).mkdir(exist_ok=True)
    for shard in shards:
        for log in finished_logs(shard):
            path = Path(log.removeprefix("file://"))
            shutil.copyfile(path, folder / LOGS / path.name)
    if (shards[0] / LATENCY_FILE).is_file():
        shutil.copyfile(shards[0] / LATENCY_FILE, folder / LATENCY_FILE)
    return whole
