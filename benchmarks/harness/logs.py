"""Inspect's logs read back into plain records: one for each case of each row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from inspect_ai.log import EvalLog, EvalSample, list_eval_logs, read_eval_log
from inspect_ai.scorer import Score

from benchmarks.errors import BenchmarkError
from benchmarks.harness.endpoint import Tokens
from benchmarks.harness.plan import Plan, Strand
from benchmarks.judges import Judgement, Outcome

FOLDER = "logs"


@dataclass(frozen=True)
class Record:
    """What came back for a case, and how each judge labelled it, by the judge's name."""

    case_id: str
    strand: Strand
    text: str
    error: str | None
    judgements: Mapping[str, Judgement]
    tokens: Tokens = field(default_factory=Tokens)
    seconds: float | None = None
    guard: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


class RunIncomplete(BenchmarkError):
    """Cases of a run have no result yet; `missing` counts them by row."""

    def __init__(self, folder: Path, missing: Mapping[str, int]) -> None:
        told = ", ".join(f"{count} of {row}" for row, count in missing.items())
        super().__init__(f"{folder}: not finished, without a result: {told}; the same `run` command goes on")
        self.folder = folder
        self.missing = dict(missing)


def finished_logs(folder: Path) -> list[str]:
    """The paths of all logs that ended well; those of a killed run lie beside them and are not read."""
    infos = list_eval_logs(str(folder / FOLDER))
    return [info.name for info in infos if read_eval_log(info, header_only=True).status == "success"]


def read_records(folder: Path) -> list[Record]:
    """The records of every finished log; of a case answered in two logs, the first that is found."""
    records: dict[tuple[Strand, str], Record] = {}
    for path in finished_logs(folder):
        for record in _records(read_eval_log(path)):
            records.setdefault((record.strand, record.case_id), record)
    return list(records.values())


def check_complete(folder: Path, plan: Plan, records: Sequence[Record], cases: int) -> None:
    """Raises `RunIncomplete` unless every row has a record for every case."""
    counts = {strand: sum(record.strand == strand for record in records) for strand in plan.strands}
    missing = {strand.title: cases - count for strand, count in counts.items() if count < cases}
    if missing:
        raise RunIncomplete(folder, missing)


def _records(log: EvalLog) -> list[Record]:
    told = log.eval.metadata or {}
    strand = Strand(arm=told["arm"], control=told["control"])
    return [_record(strand, sample) for sample in log.samples or [] if sample.error is None]


def _record(strand: Strand, sample: EvalSample) -> Record:
    output = sample.output
    kept = output.metadata or {}
    usage = output.usage
    return Record(
        case_id=str(sample.id),
        strand=strand,
        text=output.completion,
        error=output.error,
        judgements=dict(_judgement(score) for score in (sample.scores or {}).values()),
        tokens=Tokens(usage.input_tokens, usage.output_tokens) if usage else Tokens(),
        seconds=kept.get("seconds"),
        guard=kept.get("guard") or {},
        headers=kept.get("headers") or {},
    )


def _judgement(score: Score) -> tuple[str, Judgement]:
    kept = score.metadata or {}
    fields = dict(kept["judgement"])
    sampling = tuple((str(name), str(value)) for name, value in fields.pop("sampling"))
    return kept["judge"], Judgement(**{**fields, "outcome": Outcome(fields["outcome"])}, sampling=sampling)
