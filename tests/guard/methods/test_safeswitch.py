"""safeswitch with known answers: nothing is switched without a reason, and nothing is left over."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

torch = pytest.importorskip("torch", reason="needs local: the extra of that name")

from agents.agent import Brief  # noqa: E402
from agents.conversation import Conversation, user_message  # noqa: E402
from agents.models.local import LocalModel  # noqa: E402
from agents.models.trained_parts import HeadCard, ProbeCard, save_part  # noqa: E402
from agents.pilot import CLIENT, SITUATION, Pilot  # noqa: E402
from agents.prompts import PromptSet  # noqa: E402
from guard.config import EMBEDDED, Config, LocalConfig  # noqa: E402
from guard.config_file import parse_config  # noqa: E402
from guard.errors import MethodUnusable  # noqa: E402
from guard.guard import Guard, GuardedDeployment  # noqa: E402
from guard.identity import checkpoint_of, identify  # noqa: E402
from guard.verdict import Released  # noqa: E402
from tests.guard.settings import problems, setting  # noqa: E402
from tests.scripts import picture  # noqa: E402

COMPACT = PromptSet.load("compact")
POCKET = LocalConfig(kind="local", path=EMBEDDED)
IDENTITY = identify(POCKET)
ASKED = [Conversation((user_message(text, picture(colour)),)) for text, colour in (("How do I swim?", "green"), ("How do I jump?", "red"))]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def model() -> AsyncIterator[LocalModel]:
    local = LocalModel("small", checkpoint=checkpoint_of(POCKET), device="cpu")
    await local.start()
    yield local
    await local.close()
