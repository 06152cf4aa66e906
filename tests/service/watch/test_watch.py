"""The watch beside a running proxy."""

from __future__ import annotations

import itertools

import pytest

from agents.conversation import user_message
from agents.errors import ModelFailed
from agents.findings import Verdict
from agents.models.base import ModelRequest
from agents.models.breaker import Breaking
from agents.models.outage import OutageConfirming
from agents.models.scripted import ScriptedModel
from guard.guard import Guard
from guard.holder import GuardHolder
from guard.verdict import Action, Judgement, Released, Ruling
from service.telemetry.metrics import Metrics
from service.watch.watch import Watch
from tests.service.running import cast, config, deployment
from tests.service.telemetry.test_metrics import value
from tests.service.waiting import until


def watching() -> tuple[Watch, Metrics]:
    metrics = Metrics()
    guards = GuardHolder(Guard(config({"guarded": deployment()}), cast().models))
    return Watch(guards, metrics), metrics


def ruled(verdict: Verdict) -> Ruling:
    return Ruling(Judgement(verdict, Action.RELEASE))


def test_failing_open_is_told_once_in_a_while() -> None:
    _, metrics = watching()
    opened = Ruling(Judgement(None, Action.RELEASE), released=Released.FAILED_OPEN, failure="model connection, outage")
    for _ in range(3):
        metrics.decided("guarded", opened, opened.released)
    assert value(metrics, "alerts_total", event="failed open") == 1


def test_verdicts_that_drift_are_told() -> None:
    _, metrics = watching()
    for _ in range(800):
        metrics.decided("guarded", ruled(Verdict.SAFE), "enforced")
    for _ in range(100):
        metrics.judged_in_shadow("guarded", ruled(Verdict.UNSAFE))
    assert value(metrics, "alerts_total", event="verdicts drift") == 1


def test_a_model_that_gets_no_calls_is_told_and_when_it_answers_again() -> None:
    watch, metrics = watching()
    for resting in ({"judges"}, {"judges"}, set(), set()):
        watch._compare(resting)
    assert value(metrics, "alerts_total", event="model gets no calls") == 1
    assert value(metrics, "alerts_total", event="model answers again") == 1


async def test_a_model_that_is_back_is_taken_up_again_though_nobody_asks() -> None:
    """A balancer sends nothing to a proxy that is not ready, so a request must not be needed."""
    down = [True]
    model = ScriptedModel(lambda _: ModelFailed("judges", "connection") if down[0] else "OK")
    clock = itertools.count(step=60).__next__  # each look at it is a minute later
    resting = Breaking(OutageConfirming(model, clock=clock), failures=1, clock=clock)
    guard = Guard(config({"guarded": deployment()}), {**cast().models, "judges": resting})
    await guard.start()
    with pytest.raises(ModelFailed):
        await resting.complete(ModelRequest((user_message("hello"),)))
    assert not guard.ready
    down[0] = False
    watch = Watch(GuardHolder(guard), Metrics())
    watch.start()
    await until(lambda: guard.ready)
    await watch.close()
    await guard.close()


async def test_it_starts_and_ends_with_the_application() -> None:
    watch, _ = watching()
    watch.start()
    await watch.close()
