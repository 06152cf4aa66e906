"""What a request was about is freed when it has ended, however it ended, and not only when cycles are looked for.

A request may be 64 MB large, and Python looks for cycles after so many objects, whatever their size.
"""

from __future__ import annotations

import gc
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from agents.conversation import Conversation
from agents.models.endpoint import EndpointModel
from tests.chaos.client import ask
from tests.chaos.plan import Plan
from tests.chaos.upstream import upstream
from tests.service.running import Cast, deployment, running
from tests.service.waiting import until

ID = "0123456789abcdef"
DEADLINES = {"judge_seconds": 0.5, "answer_seconds": 0.5}
DEPLOYMENTS = {
    "closed": deployment(limits=DEADLINES),
    "open": deployment(limits=DEADLINES, on_failure="open"),
}
ENDINGS = {
    "well": Plan(ID),
    "an agent's endpoint fails": Plan(ID, faulty="situation", agent_fault="500"),
    "an agent's reply cannot be read": Plan(ID, faulty="intent", agent_fault="no json", streamed=True),
    "an agent is late": Plan(ID, faulty="intent", agent_fault="hang"),
    "an agent fails, and the deployment is open": Plan(
        ID, "open", faulty="intent", agent_fault="reset", ill_intent=True
    ),
    "the answer fails": Plan(ID, upstream_fault="500"),
    "a streamed answer fails": Plan(ID, upstream_fault="half", streamed=True),
    "the answer is late": Plan(ID, upstream_fault="hang"),
    "a streamed answer is late": Plan(ID, upstream_fault="drip", streamed=True),
    "a draft fails that is thrown away": Plan(ID, verdict="unsafe", upstream_fault="500"),
    "a streamed draft fails that is thrown away": Plan(ID, verdict="unsafe", upstream_fault="500", streamed=True),
    "a draft is given up": Plan(ID, verdict="unsafe", answer_delay=0.3),
    "a streamed draft is given up": Plan(ID, verdict="unsafe", answer_delay=0.3, streamed=True),
    "a call cannot be judged": Plan(ID, tools=True, faulty="action", agent_fault="500"),
    "the client leaves": Plan(ID, leaves_after=0.2, judge_delay=0.4),
    "the client leaves amid a stream": Plan(ID, leaves_after=0.2, streamed=True, upstream_fault="drip"),
}


@pytest.fixture(autouse=True)
def without_collector() -> Iterator[None]:
    logging.disable()  # pytest keeps what is logged, errors among it
    gc.collect()
    gc.disable()
    yield
    gc.enable()
    logging.disable(logging.NOTSET)


def conversations() -> int:
    """How many are in memory."""
    return sum(type(each) is Conversation for each in gc.get_objects())


@pytest.mark.parametrize("mode", ["enforce", "shadow"])
@pytest.mark.parametrize("ending", ENDINGS)
async def test_nothing_of_a_request_stays_in_memory(tmp_path: Path, ending: str, mode: str) -> None:
    plan, before = ENDINGS[ending], conversations()
    deployments = {name: {**each, "mode": mode} for name, each in DEPLOYMENTS.items()}
    async with upstream() as rig:
        rig.sole = plan
        models = (EndpointModel(name, base_url=rig.url, model=name) for name in ("answers", "judges"))
        async with running(tmp_path, Cast(*models), deployments) as proxy:  # type: ignore[arg-type]
            await ask(int(proxy.url.rsplit(":", 1)[1]), plan)
            await until(lambda: conversations() <= before)
