"""What a loaded checkpoint knows about itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from agents.errors import CheckpointUnavailable

pytest.importorskip("torch", reason="needs local: the extra of that name")


def test_a_checkpoint_knows_its_end_tokens_and_control_texts(tiny_llava: Path) -> None:
    from agents.engine.checkpoint import load_checkpoint

    loaded = load_checkpoint(str(tiny_llava), device="cpu")
    assert loaded.end_tokens == {loaded.tokenizer.convert_tokens_to_ids("<|im_end|>")}
    assert loaded.control_texts == {"<|pad|>", "<|im_start|>", "<|im_end|>", "<image>"}
    assert loaded.context_length == 512
    assert loaded.vocab_size == len(loaded.tokenizer)
    assert loaded.pad_token == loaded.tokenizer.convert_tokens_to_ids("<|pad|>")
    assert loaded.tokenizer.padding_side == "left"
    assert str(loaded.model.dtype) == "torch.float32"


@pytest.mark.parametrize(("local_files_only", "hint"), [(True, "the hub is not asked"), (False, "nor the hub")])
def test_a_folder_without_a_checkpoint_gets_a_hint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, local_files_only: bool, hint: str
) -> None:
    from agents.engine.checkpoint import load_checkpoint

    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(CheckpointUnavailable, match=hint):
        load_checkpoint(str(tmp_path / "none"), device="cpu", local_files_only=local_files_only)
