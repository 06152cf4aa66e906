"""A place in the work queue: taken once the body is here, and given back by a client that leaves."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

from tests.service.raw import head, raw
from tests.service.running import body, paced, running
from tests.service.waiting import until

SMALL: dict[str, Any] = {"in_work": 1, "waiting": 1}


async def test_who_sends_slowly_takes_no_place(tmp_path: Path) -> None:
    async with running(tmp_path, **SMALL) as proxy:
        slow = [await raw(proxy, head(1000) + b'{"model":') for _ in range(8)]
        await asyncio.sleep(0.1)
        assert (await proxy.http.post("/v1/chat/completions", json=body())).status_code == 200
        for _, writer in slow:
            writer.close()


async def test_who_leaves_while_waiting_waits_no_more(tmp_path: Path) -> None:
    gate = asyncio.Event()
    async with running(tmp_path, paced(answers=gate), **SMALL) as proxy:
        first = proxy.ask()
        await until(lambda: proxy.cast.answers.requests)
        whole = json.dumps(body()).encode()
        _, writer = await raw(proxy, head(len(whole)) + whole)
        await asyncio.sleep(0.2)
        assert (await proxy.http.post("/v1/chat/completions", json=body())).status_code == 503
        writer.close()
        await asyncio.sleep(0.3)
        second = proxy.ask()
        await asyncio.sleep(0.2)
        assert not second.done()
        gate.set()
        assert [(await each).status_code for each in (first, second)] == [200, 200]
