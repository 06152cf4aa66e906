"""Alerts reach the log, the counter and the webhook."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest
import uvicorn
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from service.telemetry.metrics import Metrics
from service.watch import alerts as module
from service.watch.alerts import WAITING, Alerts, Event
from tests.service.asgi import served
from tests.service.telemetry.test_metrics import value
from tests.service.waiting import until


class Hook:
    """A webhook that fails so many times before it takes a message."""

    def __init__(self, failures: int = 0) -> None:
        self.failures = failures
        self.calls = 0
        self.taken: list[Any] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = await Request(scope, receive).json()
        self.calls += 1
        failed = self.calls <= self.failures
        if not failed:
            self.taken.append(body)
        await Response(status_code=503 if failed else 204)(scope, receive, send)


async def test_an_event_is_logged_counted_and_posted(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PAUSE", 0.01)
    hook, metrics = Hook(failures=1), Metrics()
    async with served(uvicorn.Config(hook, log_config=None, lifespan="off")) as url:
        alerts = Alerts(metrics, url)
        alerts.start()
        with caplog.at_level(logging.WARNING):
            alerts.tell(Event.CANARY_TURNED, canary="golf", verdict="safe")
        await until(lambda: hook.taken)
        await alerts.close()
    assert hook.calls == 2
    assert hook.taken[0]["event"] == "canary turned"
    assert (hook.taken[0]["canary"], hook.taken[0]["verdict"]) == ("golf", "safe")
    assert "canary turned: canary golf, verdict safe" in caplog.text
    assert value(metrics, "alerts_total", event="canary turned") == 1


async def test_a_webhook_that_is_gone_holds_nothing_up() -> None:
    alerts = Alerts(Metrics(), "http://127.0.0.1:9/none")
    alerts.start()
    for number in range(WAITING * 2):
        alerts.tell(Event.FAILED_OPEN, deployment=str(number))
    assert alerts._waiting.qsize() == WAITING
    await asyncio.wait_for(alerts.close(), 5)
