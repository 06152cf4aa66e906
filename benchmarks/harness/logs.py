"""Inspect's logs read back into plain records: one for each case under each condition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from inspect_ai.log import EvalLog, EvalSample, list_eval_logs, read_eval_log

from benchmarks.errors import BenchmarkError
from benchmarks.harness.endpoint import Tokens
from benchmarks.harness.plan import Condition, RunPlan
from benchmarks.judges import Judgement, Outcome

LOGS = "logs"


@dataclass(frozen=True)
class AnswerRecord:
    """What came back for a case, and how each judge labelled it, by the judge's name."""

    case_id: str
    condition: Condition
    text: str
    error: str | None
    judgements: Mapping[str, Judgement]
    tokens: Tokens = field(default_factory=Tokens)
    seconds: float | None = None
    guard: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, condition: Condition, sample: EvalSample) -> AnswerRecord:
        """What a log holds of one sample."""
        output, usage = sample.output, sample.output.usage
        metadata = output.metadata or {}
        judgements = {}
        for score in (sample.scores or {}).values():
            scored = score.metadata or {}
            fields = dict(scored["judgement"])
            sampling = tuple((str(name), str(value)) for name, value in fields.pop("sampling"))
            outcome = Outcome(fields.pop("outcome"))
            judgements[scored["judge"]] = Judgement(**fields, outcome=outcome, sampling=sampling)
        return cls(
            case_id=str(sample.id),
            condition=condition,
            text=output.completion,
            error=output.error,
            judgements=judgements,
            tokens=Tokens(usage.input_tokens, usage.output_tokens) if usage else Tokens(),
            seconds=metadata.get("seconds"),
            guard=metadata.get("guard") or {},
            headers=metadata.get("headers") or {},
        )


class RunIncomplete(BenchmarkError):
    """Cases of a run have no result yet; `missing` counts them by condition."""

    def __init__(self, folder: Path, missing: Mapping[str, int]) -> None:
        counts = ", ".join(f"{count} of {condition}" for condition, count in missing.items())
        super().__init__(f"{folder}: not finished, without a result: {counts}; the same `run` command resumes it")
        self.folder = folder
        self.missing = dict(missing)


def finished_logs(folder: Path) -> list[str]:
    """The paths of all logs that ended well; those of a killed run lie beside them and are skipped."""
    infos = list_eval_logs(str(folder / LOGS))
    return [info.name for info in infos if read_eval_log(info, header_only=True).status == "success"]


def read_records(folder: Path) -> list[AnswerRecord]:
    """The records of every finished log; of a case answered in two logs, the first that is found."""
    records: dict[tuple[Condition, str], AnswerRecord] = {}
    for log in map(read_eval_log, finished_logs(folder)):
        condition = condition_of(log)
        for sample in log.samples or []:
            if sample.error is None:
                records.setdefault((condition, str(sample.id)), AnswerRecord.of(condition, sample))
    return list(records.values())


def check_complete(folder: Path, plan: RunPlan, records: Sequence[AnswerRecord], cases: int) -> None:
    """Raises `RunIncomplete` unless every case has a record under every condition."""
    counts = {condition: sum(record.condition == condition for record in records) for condition in plan.conditions}
    missing = {condition.title: cases - count for condition, count in counts.items() if count < cases}
    if missing:
        raise RunIncomplete(folder, missing)


def condition_of(log: EvalLog) -> Condition:
    """The condition that a log's samples were asked under."""
    metadata = log.eval.metadata or {}
    return Condition.model_validate({name: metadata[name] for name in Condition.model_fields if name in metadata})
