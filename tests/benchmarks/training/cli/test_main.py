"""`situguard-train`: each command once, small, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

pytest.importorskip("peft", reason="needs train: the extra of that name")

from benchmarks.training.cli.main import app
from tests.benchmarks.training.conftest import Folder

RUN = CliRunner(env={"COLUMNS": "200"})


def ran(*arguments: object) -> str:
    done = RUN.invoke(app, [str(each) for each in arguments], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def refused(*arguments: object) -> str:
    done = RUN.invoke(app, [str(each) for each in arguments])
    assert done.exit_code == 2, done.output
    return done.output


def test_a_checkpoint_is_written_with_how_it_came_about(tiny_llava: Path, small: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    said = ran("vrft", "--model", tiny_llava, "--data", small, "--out", out, "--steps", 2, "--accumulate", 2)
    assert "step 1 of 2" in said
    record = json.loads((out / "training.json").read_text())
    assert "no reproduction" in record["recipe"]
    assert record["target"] == "reasoning_first"
    assert record["data"]["pairs"] == {"train": 4, "validation": 2, "test": 2}
    assert record["options"]["steps"] == 2
    assert (out / "model.safetensors").is_file()
    assert "not an empty folder" in refused("vrft", "--model", tiny_llava, "--data", small, "--out", out)


def test_data_that_would_leak_is_refused_before_anything_is_written(
    tiny_llava: Path, folder: Folder, tmp_path: Path
) -> None:
    for number, split in enumerate(["train", "validation", "test"]):
        folder.pair(number, split, scene="one scene")
    said = refused("vrft", "--model", tiny_llava, "--data", folder.write(), "--out", tmp_path / "out")
    assert "rows 1, 2, 3, 4, 5, 6" in said
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["--out", "probe.bin"], "must end in .json"),
        (["--out", "probe.json", "--prompt", "other"], "there are situation, client"),
        (["--out", "probe.json", "--prompts", "other"], "there is no prompt set"),
        (["--out", "probe.json", "--layer", "9"], "no layer 9"),
    ],
)
def test_options_of_a_probe_that_do_not_fit_are_refused(
    tiny_llava: Path, small: Path, options: list[str], reason: str
) -> None:
    assert reason in refused("probe", "--model", tiny_llava, "--data", small, *options)


def test_a_checkpoint_that_is_not_there_is_a_line(small: Path, tmp_path: Path) -> None:
    said = refused("head", "--model", tmp_path / "absent", "--data", small, "--out", tmp_path / "head.json")
    assert "cannot be loaded" in said


def test_what_safeswitch_needs_is_written_for_the_embedded_model(tmp_path: Path) -> None:
    said = ran("pocketworld", "safeswitch", tmp_path / "parts", "--train", 8, "--validation", 4, "--test", 4)
    assert said.count("AUROC") == 2
    names = {path.name for path in (tmp_path / "parts").iterdir()}
    assert names == {f"{stem}.{kind}" for stem in ("probe-k0", "probe-k2", "head") for kind in ("json", "safetensors")}


def test_both_targets_are_compared_on_held_out_pairs() -> None:
    """Two steps teach nothing; that reasoning first is better shows after 300."""
    said = ran("pocketworld", "compare", "--train", 8, "--test", 4, "--steps", 2).splitlines()
    assert [line.partition(":")[0] for line in said] == [
        "raw",
        "direct",
        "reasoning_first",
        "reasoning first, both right",
    ]
    assert all("(4 pairs)" in line for line in said[:3])


def test_pairs_are_exported_and_read_again(tmp_path: Path) -> None:
    assert "2 + 2 + 2 pairs" in ran(
        "pocketworld", "export", tmp_path / "data", "--train", 2, "--validation", 2, "--test", 2
    )
    assert (tmp_path / "data" / "pairs.jsonl").is_file()
