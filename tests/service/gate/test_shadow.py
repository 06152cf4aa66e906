"""Shadow mode: judged beside a reply that does not wait, and shed first where there is no room."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tests.service.running import deployment, paced, running
from tests.service.waiting import until


async def test_under_overload_shadow_judging_is_shed_first(tmp_path: Path) -> None:
    gate = asyncio.Event()
    async with running(
        tmp_path, paced(answers=gate), {"guarded": deployment(mode="shadow")}, in_work=1, waiting=2
    ) as proxy:
        waiting = [proxy.ask()]
        await until(lambda: proxy.cast.answers.requests)
        waiting += [proxy.ask(), proxy.ask()]
        await asyncio.sleep(0.2)
        gate.set()
        assert [(await each).status_code for each in waiting] == [200] * 3
        await until(lambda: len(proxy.records("outcome")) == 3)
        shadows = [outcome["shadow"] for outcome in proxy.records("outcome")]
    assert [each.get("failure") for each in shadows].count("shed") == 1
    assert [each.get("verdict") for each in shadows].count("safe") == 2
