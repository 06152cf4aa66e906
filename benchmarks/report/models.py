"""Which models a run measured, by the names that were asked for and those that replied, over all of its answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from benchmarks.harness.logs import AnswerRecord
from benchmarks.harness.measured import MeasuredModel
from benchmarks.report.rows import FinishedRun


def models_of(run: FinishedRun) -> list[MeasuredModel]:
    """The models that run.json names, with every name that replied in the course of the run: an alias may move on."""
    found: dict[str, MeasuredModel] = {model.role: model for model in run.plan.measured.models}
    for record in run.records:
        for role, name in returned_names(record):
            known = found.get(role, MeasuredModel(role=role))
            if name not in known.returned:
                found[role] = known.model_copy(update={"returned": (*known.returned, name)})
    return list(found.values())


def returned_names(record: AnswerRecord) -> Iterator[tuple[str, str]]:
    """Each model that was asked for an answer, by its name in the proxy's configuration, with the name that replied. A
    plain endpoint's arm is its own model.
    """
    calls: Sequence[dict[str, object]] = record.guard.get("calls") or []
    for call in calls:
        names = call["returned"]
        for name in names if isinstance(names, list) else ():
            yield str(call["model"]), str(name)
    if not record.guard and record.model:
        yield record.condition.arm, record.model
