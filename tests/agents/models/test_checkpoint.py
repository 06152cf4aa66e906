"""What can be missing when a checkpoint is loaded, as a hint and not as a traceback."""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from agents.errors import CheckpointUnavailable

WITHOUT_TORCH = """
import asyncio, sys
sys.modules["torch"] = None
from agents.errors import CheckpointUnavailable
from agents.models.local import LocalModel
try:
    asyncio.run(LocalModel("pocket", checkpoint="anything").start())
except CheckpointUnavailable as error:
    print(error.hint)
"""


def test_without_torch_the_core_starts_and_a_local_model_says_what_to_install() -> None:
    done = subprocess.run([sys.executable, "-c", WITHOUT_TORCH], capture_output=True, text=True, check=True)
    assert "pip install 'situguard[local]'" in done.stdout


def test_importing_the_models_does_not_import_torch() -> None:
    code = "import sys, agents.models.local, agents.models.endpoint; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@pytest.mark.skipif(
    importlib.util.find_spec("torchvision") is not None, reason="needs an environment without torchvision"
)
def test_a_processor_that_needs_torchvision_gets_a_hint(tiny_llava: Path, tmp_path: Path) -> None:
    from agents.models.checkpoint import load_checkpoint

    folder = tmp_path / "needs torchvision"
    shutil.copytree(tiny_llava, folder)
    (folder / "config.json").write_text(json.dumps({"model_type": "qwen2_5_vl"}))
    (folder / "processor_config.json").unlink()
    image = {"image_processor_type": "Qwen2VLImageProcessor", "processor_class": "Qwen2_5_VLProcessor"}
    (folder / "preprocessor_config.json").write_text(json.dumps(image))
    with pytest.raises(CheckpointUnavailable) as caught:
        load_checkpoint(str(folder))
    assert "pip install torchvision" in caught.value.hint


def test_a_checkpoint_knows_its_ends_and_its_control_texts(tiny_llava: Path) -> None:
    from agents.models.checkpoint import load_checkpoint

    loaded = load_checkpoint(str(tiny_llava), device="cpu")
    assert loaded.end_tokens == {loaded.tokenizer.convert_tokens_to_ids("<|im_end|>")}
    assert loaded.control_texts == {"<|pad|>", "<|im_start|>", "<|im_end|>", "<image>"}
    assert loaded.context_length == 512
    assert str(loaded.model.dtype) == "torch.float32"
