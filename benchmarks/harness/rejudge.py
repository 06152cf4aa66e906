"""Stored answers judged again by another judge, without asking any arm again."""

from __future__ import annotations

from inspect_ai import score
from inspect_ai.log import read_eval_log, write_eval_log

from benchmarks.harness.logs import finished_logs
from benchmarks.harness.plan import JudgeSpec, Strand
from benchmarks.harness.run import Job, judging_of
from benchmarks.harness.tasks import Judging, judging_scorer

NOBODY = "none/none"  # scoring asks no arm


def rejudge(job: Job, spec: JudgeSpec) -> int:
    """Add the judge's scores to every finished log; how many answers it judged. Logs that it has judged are left."""
    judging = judging_of(spec, job.benchmark, job.manner)
    return sum(_rejudge(job, path, judging) for path in finished_logs(job.folder))


def _rejudge(job: Job, path: str, judging: Judging) -> int:
    log = read_eval_log(path)
    samples = log.samples or []
    judges = {(kept.metadata or {}).get("judge") for sample in samples for kept in (sample.scores or {}).values()}
    if judging.name in judges:
        return 0
    told = log.eval.metadata or {}
    strand = Strand(arm=told["arm"], control=told["control"])
    scorer = judging_scorer(job.under(strand), judging)
    write_eval_log(score(log, scorer, action="append", model=NOBODY, display=job.manner.display), path)
    return len(samples)
