"""Stored answers judged again by another judge, without asking any arm again."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from inspect_ai import score
from inspect_ai.log import read_eval_log, write_eval_log

from benchmarks.benchmark import Benchmark
from benchmarks.case import Case
from benchmarks.harness.logs import finished_logs
from benchmarks.harness.plan import JudgeSpec, Plan, Strand
from benchmarks.harness.run import Manner, judging_of, under
from benchmarks.harness.tasks import Judging, judging_scorer


def rejudge(plan: Plan, benchmark: Benchmark, cases: Mapping[str, Case], folder: Path, spec: JudgeSpec, manner: Manner) -> int:
    """Add the judge's scores to every finished log; how many answers it judged. Logs that it has judged are left."""
    judging = judging_of(spec, benchmark, manner)
    return sum(_rejudge(plan, cases, path, judging, manner) for path in finished_logs(folder))


def _rejudge(plan: Plan, cases: Mapping[str, Case], path: str, judging: Judging, manner: Manner) -> int:
    log = read_eval_log(path)
    samples = log.samples or []
    judges = {(kept.metadata or {}).get("judge") for sample in samples for kept in (sample.scores or {}).values()}
    if judging.name in judges:
        return 0
    told = log.eval.metadata or {}
    strand = Strand(arm=told["arm"], control=told["control"])
    scored = score(log, judging_scorer(under(plan, strand, cases), judging), action="append", display=manner.display)
    write_eval_log(scored, path)
    return len(samples)
