"""Work beside the event loop."""

from __future__ import annotations

import asyncio
import threading

import pytest

from agents.beside import THREADS, beside


async def test_work_is_done_on_few_other_threads() -> None:
    names = await asyncio.gather(*(beside(lambda: threading.current_thread().name) for _ in range(50)))
    assert 1 <= len(set(names)) <= THREADS
    assert threading.current_thread().name not in names


async def test_what_the_work_raises_is_raised() -> None:
    with pytest.raises(ZeroDivisionError):
        await beside(lambda: 1 // 0)
