"""A loop that was held up is noticed, at once and later; one that ran is not."""

from __future__ import annotations

import asyncio
import time

from agents.loop_lag import HELD_SECONDS, TICK_SECONDS, LoopLag, until_tick


def hold(seconds: float) -> None:
    time.sleep(seconds)  # as a request does that is parsed on the loop


async def test_a_held_loop_is_noticed_before_the_next_tick_and_after_it() -> None:
    lag = LoopLag()
    lag.start()
    await asyncio.sleep(0)
    began = time.monotonic()
    hold(HELD_SECONDS + 2 * TICK_SECONDS)
    assert lag.held_since(began)
    await asyncio.sleep(TICK_SECONDS)
    assert lag.held_since(began)
    assert not lag.held_since(time.monotonic() + HELD_SECONDS)
    lag.close()


async def test_a_meter_that_does_not_run_says_nothing() -> None:
    lag = LoopLag()
    lag.start()
    lag.close()
    hold(HELD_SECONDS + TICK_SECONDS)
    assert not lag.held_since(0)


def test_ticks_of_the_same_length_fall_together() -> None:
    for seconds in (0.25, 1.0):
        now = time.monotonic()
        left = until_tick(seconds)
        assert 0.4 * seconds < left < 1.6 * seconds
        ticks = (now + left) / seconds
        assert abs(ticks - round(ticks)) < 0.1
