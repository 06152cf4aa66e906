"""A run is never resumed with other weights, nor answered from other weights' cached replies."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from benchmarks.harness.logs import read_records
from benchmarks.harness.plan import read_plan
from benchmarks.pocketworld.evaluation.export import Exporter
from guard.config import EMBEDDED, LocalConfig
from guard.identity import checkpoint_of
from tests.benchmarks.harness.runs import bench

EMBEDDED_FOLDER = Path(checkpoint_of(LocalConfig(kind="local", path=EMBEDDED)))


def test_other_weights_at_the_same_place_are_another_run(tmp_path: Path) -> None:
    checkpoint = shutil.copytree(EMBEDDED_FOLDER, tmp_path / "checkpoint")
    config = tmp_path / "guard.yaml"
    deployment = {"model": "local", "method": "raw", "unguarded": True, "prompts": "compact", "explain": "full"}
    models = {"local": {"kind": "local", "path": str(checkpoint)}}
    config.write_text(json.dumps({"models": models, "deployments": {"raw": deployment}}), encoding="utf-8")
    Exporter(tmp_path / "data", seed=7).write(1, 0)
    cases = ("mssbench-layout", "--data", str(tmp_path / "data"), "--setting", "qc", "--wording", "compact")
    command = ("run", *cases, "--config", str(config), "--limit", "2", "--probes", "0", "--display", "none")
    first = bench(tmp_path, *command, "--out", str(tmp_path / "run"))
    assert first.returncode == 0, first.stderr + first.stdout

    _change_a_weight(checkpoint / "model.safetensors")
    refused = bench(tmp_path, *command, "--out", str(tmp_path / "run"))
    assert refused.returncode == 2
    assert "holds another run (another arms)" in refused.stderr
    anew = bench(tmp_path, *command, "--out", str(tmp_path / "anew"))
    assert anew.returncode == 0, anew.stderr + anew.stdout
    before, after = (read_plan(tmp_path / run).arm("raw").configuration for run in ("run", "anew"))
    assert before != after
    found = {record.guard["configuration"] for record in read_records(tmp_path / "anew")}
    assert found == {after}  # the other weights' replies are cached, and are not what is found


def _change_a_weight(path: Path) -> None:
    """Turn the last bit of the last number: the file stays a checkpoint, and nobody would see it."""
    data = bytearray(path.read_bytes())
    data[-4] ^= 1
    path.write_bytes(data)
