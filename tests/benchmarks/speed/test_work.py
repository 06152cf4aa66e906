"""Pictures and prompts are counted as the model reads them, and single tokens are not."""

from __future__ import annotations

import pytest

pytest.importorskip("torch", reason="needs local: the extra of that name")

from agents.conversation import user_message
from agents.models.base import ModelRequest
from benchmarks.engine import OneByOne
from benchmarks.speed.work import watched
from guard.config import EMBEDDED, LocalConfig
from guard.identity import checkpoint_of
from tests.scripts import picture


async def test_what_generate_reads_is_every_picture_and_every_token_of_the_prompt() -> None:
    plain = OneByOne(checkpoint_of(LocalConfig(kind="local", path=EMBEDDED)))
    shown = ModelRequest((user_message("What is here?", picture("red"), picture("red")),), {"max_tokens": 4})
    text = ModelRequest((user_message("What is here?"),), {"max_tokens": 4})
    with watched() as both:
        plain.reply(shown)
        plain.reply(text)
    with watched() as alone:
        plain.reply(text)
    plain.reply(text)
    assert both.pictures == 2
    assert alone.pictures == 0
    assert 0 < alone.tokens < 20
    assert both.tokens == 2 * alone.tokens + 2 * 64
