"""A missing package is a hint what to install, not a traceback."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from agents.models.optional_packages import missing_package_hint

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
    assert "install situguard[local]" in done.stdout


def test_importing_the_models_does_not_import_torch() -> None:
    code = "import sys, agents.models.local, agents.models.endpoint; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


LOADING = """
import asyncio, sys
from agents.errors import CheckpointUnavailable
from agents.models.local import LocalModel

async def load():
    model = LocalModel("local", checkpoint=sys.argv[1], device="cpu")
    await model.start()
    await model.close()

try:
    asyncio.run(load())
    print("loaded")
except CheckpointUnavailable as error:
    print(error.hint)
"""


def load_in_fresh_process(folder: Path, *, also_from: Path | None = None) -> str:
    """What loading prints in a fresh process, which also sees the packages of a folder."""
    packages = {**os.environ, "PYTHONPATH": str(also_from or "")}
    command = [sys.executable, "-c", LOADING, str(folder)]
    return subprocess.run(command, capture_output=True, text=True, check=True, env=packages).stdout.strip()


def with_processor_of(tiny_llava: Path, folder: Path, model: str, image: str, processor: str) -> Path:
    """A copy of the checkpoint that asks for another model's processor."""
    shutil.copytree(tiny_llava, folder)
    (folder / "config.json").write_text(json.dumps({"model_type": model}))
    (folder / "processor_config.json").unlink()
    names = {"image_processor_type": image, "processor_class": processor}
    (folder / "preprocessor_config.json").write_text(json.dumps(names))
    return folder


@pytest.fixture
def qwen(tiny_llava: Path, tmp_path: Path) -> Path:
    return with_processor_of(
        tiny_llava, tmp_path / "qwen", "qwen2_5_vl", "Qwen2VLImageProcessor", "Qwen2_5_VLProcessor"
    )


@pytest.fixture
def torchvision_for_another_torch(tmp_path: Path) -> Path:
    """A package that fails on import as torchvision does beside a torch that it was not built for."""
    folder = tmp_path / "packages"
    (folder / "torchvision").mkdir(parents=True)
    failure = "raise RuntimeError('operator torchvision::nms does not exist')"
    (folder / "torchvision" / "__init__.py").write_text(failure)
    (folder / "torchvision-0.0.0.dist-info").mkdir()
    metadata = "Metadata-Version: 2.1\nName: torchvision\nVersion: 0.0.0\n"
    (folder / "torchvision-0.0.0.dist-info" / "METADATA").write_text(metadata)
    return folder


@pytest.mark.skipif(
    importlib.util.find_spec("torchvision") is not None, reason="needs an environment without torchvision"
)
def test_a_processor_that_needs_torchvision_gets_a_hint(qwen: Path) -> None:
    assert "install situguard[local,vision]" in load_in_fresh_process(qwen)


def test_a_torchvision_for_another_torch_gets_its_own_hint(qwen: Path, torchvision_for_another_torch: Path) -> None:
    assert "a build for another torch" in load_in_fresh_process(qwen, also_from=torchvision_for_another_torch)


def test_a_torchvision_for_another_torch_does_no_harm_where_none_is_needed(
    tiny_llava: Path, torchvision_for_another_torch: Path
) -> None:
    assert load_in_fresh_process(tiny_llava, also_from=torchvision_for_another_torch) == "loaded"


def test_a_missing_num2words_is_named() -> None:
    # The words of SmolVLM's processor, whose pictures need torchvision before it comes to that.
    error = ImportError("Package `num2words` is required to run SmolVLM processor. Install it with `pip install ...`.")
    hint = missing_package_hint(error)
    assert hint is not None
    assert "install situguard[local]" in hint


def test_an_error_about_anything_else_gets_no_hint() -> None:
    assert missing_package_hint(OSError("no such file")) is None
