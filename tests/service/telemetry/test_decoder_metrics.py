"""What is shown of decoders is what they do and did."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

from agents.decoding import Decoder, DecoderLimits
from guard.guard import Guard
from service.app import create_app
from service.settings import Settings
from service.telemetry.metrics import Metrics
from tests.agents.bombs import small
from tests.service.running import DEPLOYMENTS, cast, config

WHERE = "messages[0]"


def told(metrics: Metrics) -> dict[str, float]:
    lines = [line.split() for line in metrics.text().decode().splitlines() if line.startswith("situguard_decoder")]
    return {name: float(value) for name, value in lines}


async def test_what_decoders_do_is_shown() -> None:
    decoder, metrics = Decoder(DecoderLimits(processes=1, cached_bytes=0)), Metrics()
    metrics.watch_decoders(decoder, lambda: 3)
    assert told(metrics)["situguard_decoders"] == 0
    try:
        await decoder.read(small("PNG"), WHERE)
        os.kill(decoder.processes[0], signal.SIGSTOP)
        left = asyncio.create_task(decoder.read(small("PNG"), WHERE))
        while not decoder.work.busy:  # noqa: ASYNC110
            await asyncio.sleep(0.01)  # the picture is hashed first
        busy = told(metrics)
        left.cancel()
        await asyncio.gather(left, return_exceptions=True)
    finally:
        await decoder.close()
    assert (busy["situguard_decoders"], busy["situguard_decoder_waiting"]) == (1, 3)
    after = told(metrics)
    assert after["situguard_decoder_restarts_total"] == 1
    assert after["situguard_decoder_seconds_count"] == 2
    assert after["situguard_decoder_seconds_sum"] > 0
    assert after["situguard_decoders_busy"] == 0


def test_an_application_shows_them_from_the_start(tmp_path: Path) -> None:
    metrics = Metrics()
    create_app(Settings(data_folder=tmp_path), Guard(config(DEPLOYMENTS), cast().models), metrics)
    assert told(metrics)["situguard_decoder_waiting"] == 0
