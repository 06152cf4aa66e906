"""Shards of one run, made in different places, put together into one folder."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from benchmarks.errors import BenchmarkError
from benchmarks.harness.case_file import identity, read_cases, write_cases
from benchmarks.harness.latency import LATENCY_FILE
from benchmarks.harness.logs import LOGS, every_log
from benchmarks.harness.plan import RunDiffers, RunPlan, differing, read_plan
from benchmarks.official.words import WORDS_FILE

OF_A_SHARD = frozenset({"shard", "cases", "cases_sha256"})


class ShardsMissing(BenchmarkError):
    """Not every shard is there exactly once."""

    def __init__(self, expected: int, found: Sequence[int]) -> None:
        super().__init__(f"{expected} shards make the run; found {', '.join(map(str, found)) or 'none'}")
        self.expected = expected
        self.found = tuple(found)


def merge(folder: Path, shards: Sequence[Path]) -> RunPlan:
    """Write the whole run into `folder`, which must not hold another one. Raises `RunDiffers`, `ShardsMissing`."""
    plans = [read_plan(shard) for shard in shards]
    first, count = plans[0], plans[0].options.shard[1]
    for shard, plan in zip(shards, plans, strict=True):
        other = [name for name in differing(first, plan) if name not in OF_A_SHARD]
        if other or plan.options.shard[1] != count:
            raise RunDiffers(shard, other or ["shard"])
    found = sorted(plan.options.shard[0] for plan in plans)
    if found != list(range(1, count + 1)):
        raise ShardsMissing(count, found)

    cases = [case for shard in shards for case in read_cases(shard).values()]
    options = first.options.model_copy(update={"shard": (1, 1)})
    update = {"options": options, "cases": len(cases), "cases_sha256": identity(cases)}
    whole = first.model_copy(update=update)
    whole.claim(folder)
    write_cases(folder, cases)
    if (shards[0] / WORDS_FILE).is_file():
        shutil.copyfile(shards[0] / WORDS_FILE, folder / WORDS_FILE)
    (folder / LOGS).mkdir(exist_ok=True)
    for shard in shards:
        for log in every_log(shard):
            path = Path(log.removeprefix("file://"))
            shutil.copyfile(path, folder / LOGS / path.name)
    if (shards[0] / LATENCY_FILE).is_file():
        shutil.copyfile(shards[0] / LATENCY_FILE, folder / LATENCY_FILE)
    return whole
