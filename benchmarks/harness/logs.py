"""Inspect's logs read back into plain records: one for each case under each condition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from inspect_ai.log import EvalLog, EvalSample, list_eval_logs, read_eval_log
from inspect_ai.scorer import Score
from pydantic import TypeAdapter

from benchmarks.harness.endpoint import Tokens
from benchmarks.harness.plan import Condition
from benchmarks.judges import PENDING, Judgement, Outcome

LOGS = "logs"
JUDGEMENT = TypeAdapter(Judgement)
OF_ONE_CALL = ("model", "sampling", "prompt_sha256", "input_tokens", "output_tokens", "returned")


@dataclass(frozen=True)
class AnswerRecord:
    """What came back for a case, and how each judge labelled it, by the judge's name. Where the request failed, `error`
    says how, and no judge was asked.
    """

    case_id: str
    condition: Condition
    text: str
    error: str | None
    judgements: Mapping[str, Judgement]
    tokens: Tokens = field(default_factory=Tokens)
    seconds: float | None = None
    guard: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    model: str = ""  # the name under which the endpoint replied

    @classmethod
    def of(cls, condition: Condition, sample: EvalSample) -> AnswerRecord:
        """What a log holds of one sample."""
        if sample.error is not None:
            return cls(str(sample.id), condition, "", sample.error.message, {})
        output, usage = sample.output, sample.output.usage
        metadata = output.metadata or {}
        judgements = {}
        for score in (sample.scores or {}).values():
            scored = score.metadata or {}
            judgements[scored["judge"]] = judgement_of(scored["judgement"])
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
            model=metadata.get("model") or "",
        )


def judgement_of(stored: Mapping[str, Any]) -> Judgement:
    """A judgement as a log has it. Earlier versions stored its one call among its own fields."""
    if "transcript" in stored:
        return JUDGEMENT.validate_python(stored)
    call = {name: stored[name] for name in OF_ONE_CALL if name in stored}
    calls = [{**call, "reply": stored["reply"], "label": stored["label"]}] if call.get("model") else []
    whole = {name: value for name, value in stored.items() if name not in OF_ONE_CALL}
    return JUDGEMENT.validate_python({**whole, "transcript": {"calls": calls}})


def finished_logs(folder: Path) -> list[str]:
    """The paths of all logs that ended well; those of a killed run lie beside them and are skipped."""
    return [info.name for info in list_eval_logs(str(folder / LOGS)) if _ended_well(info.name)]


def every_log(folder: Path) -> list[str]:
    """The paths of all logs, those that ended well first, then the newest first."""
    infos = list_eval_logs(str(folder / LOGS))  # the newest first
    return sorted((info.name for info in infos), key=lambda path: not _ended_well(path))


def read_records(folder: Path) -> list[AnswerRecord]:
    """A record for each case that was asked. Of a case in several logs, the first that has an answer."""
    records: dict[tuple[Condition, str], AnswerRecord] = {}
    for log in map(read_eval_log, every_log(folder)):
        condition = condition_of(log)
        for sample in log.samples or []:
            known, found = records.get((condition, str(sample.id))), AnswerRecord.of(condition, sample)
            if known is None or (known.error is not None and found.error is None):
                records[condition, str(sample.id)] = found
    return list(records.values())


def judge_of(score: Score) -> str:
    """The name of the judge that a score is from."""
    return str((score.metadata or {}).get("judge"))


def is_labelled(sample: EvalSample, judge: str) -> bool:
    """Whether the judge has labelled the sample: it was asked, and did not fail."""
    scores = [each for each in (sample.scores or {}).values() if judge_of(each) == judge]
    return any(Outcome((each.metadata or {})["judgement"]["outcome"]) not in PENDING for each in scores)


def condition_of(log: EvalLog) -> Condition:
    """The condition that a log's samples were asked under."""
    metadata = log.eval.metadata or {}
    return Condition.model_validate({name: metadata[name] for name in Condition.model_fields if name in metadata})


def _ended_well(path: str) -> bool:
    return read_eval_log(path, header_only=True).status == "success"
