"""Layers that do nothing make a checkpoint heavier, and its replies stay the same."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("torch", reason="needs local: the extra of that name")

from agents.conversation import user_message
from agents.models.base import ModelRequest
from benchmarks.engine import OneByOne
from benchmarks.speed.deeper import save_deeper
from guard.config import EMBEDDED, LocalConfig
from guard.identity import checkpoint_of
from tests.scripts import picture


async def test_a_deeper_checkpoint_says_the_same(tmp_path: Path) -> None:
    from transformers import AutoConfig

    embedded = checkpoint_of(LocalConfig(kind="local", path=EMBEDDED))
    deeper = str(save_deeper(embedded, tmp_path, layers=2))
    before, after = AutoConfig.from_pretrained(embedded), AutoConfig.from_pretrained(deeper)
    assert after.vision_config.num_hidden_layers == before.vision_config.num_hidden_layers + 2
    assert after.text_config.num_hidden_layers == before.text_config.num_hidden_layers + 2
    asked = ModelRequest((user_message("Where can I put the knife?", picture("red")),), {"max_tokens": 20})
    assert OneByOne(deeper).reply(asked) == OneByOne(embedded).reply(asked)
