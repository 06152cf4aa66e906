"""Telling operators: a log line, a counter, and a call to a webhook where one is set."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime
from enum import StrEnum

import aiohttp

from agents.models.base import Json, JsonObject
from service.telemetry.metrics import Metrics

WAITING = 100  # calls to the webhook; past it the oldest is dropped, and the log has it
TRIES = 3
SECONDS = 10.0  # for one call
PAUSE = 5.0  # seconds between tries

logger = logging.getLogger(__name__)


class Event(StrEnum):
    """What operators are told of."""

    CANARY_TURNED = "canary turned"
    CANARY_RECOVERED = "canary recovered"
    VERDICTS_DRIFT = "verdicts drift"
    FAILED_OPEN = "failed open"
    MODEL_RESTS = "model gets no calls"
    MODEL_ANSWERS = "model answers again"


class Alerts:
    """From `start` to `close`. Facts are names and figures of our own: no words of a request."""

    def __init__(self, metrics: Metrics, webhook: str | None = None) -> None:
        self._metrics = metrics
        self._webhook = webhook
        self._waiting: asyncio.Queue[JsonObject] = asyncio.Queue(WAITING)
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        if self._webhook is not None:
            self._task = asyncio.create_task(self._send())

    async def close(self) -> None:
        """Calls that wait are given up."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def tell(self, event: Event, **facts: Json) -> None:
        """Tell of an event; it waits for nobody."""
        logger.warning("%s: %s", event, ", ".join(f"{name} {value}" for name, value in facts.items()))
        self._metrics.alerted(event)
        if self._webhook is None:
            return
        if self._waiting.full():
            self._waiting.get_nowait()
        self._waiting.put_nowait({"event": event, "at": datetime.now(UTC).isoformat(timespec="seconds"), **facts})

    async def _send(self) -> None:
        assert self._webhook is not None  # noqa: S101 what `start` has made sure of
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(SECONDS), trust_env=False) as session:
            while True:
                message = await self._waiting.get()
                for attempt in range(1, TRIES + 1):
                    try:
                        async with session.post(self._webhook, json=message, allow_redirects=False) as reply:
                            if reply.status < 300:
                                break
                            logger.warning("the webhook answered %d", reply.status)
                    except (aiohttp.ClientError, TimeoutError) as error:
                        logger.warning("the webhook cannot be reached: %s", type(error).__name__)
                    if attempt < TRIES:
                        await asyncio.sleep(PAUSE)
