"""safeswitch with known answers: nothing is switched without a reason, and nothing is left over."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

torch = pytest.importorskip("torch", reason="needs local: the extra of that name")

from agents.conversation import Conversation, user_message  # noqa: E402
from agents.models.local import LocalModel  # noqa: E402
from agents.prompts import PromptSet  # noqa: E402
from guard.config import EMBEDDED, LocalConfig  # noqa: E402
from guard.identity import checkpoint_of, identify  # noqa: E402
from tests.scripts import picture  # noqa: E402

COMPACT = PromptSet.load("compact")
POCKET = LocalConfig(kind="local", path=EMBEDDED)
IDENTITY = identify(POCKET)
ASKED = [
    Conversation((user_message(text, picture(colour)),))
    for text, colour in (("How do I swim?", "green"), ("How do I jump?", "red"))
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def model() -> AsyncIterator[LocalModel]:
    local = LocalModel("small", checkpoint=checkpoint_of(POCKET), device="cpu")
    await local.start()
    yield local
    await local.close()
