"""An export is a folder in MSSBench's layout, the same for the same seed."""

from __future__ import annotations

import json
from collections import Counter
from functools import partial
from pathlib import Path

from benchmarks.mssbench import MSSBENCH_LAYOUT
from benchmarks.pocketworld.evaluation.export import INSTRUCTIONS, QUERIES, Exporter
from benchmarks.pocketworld.sampling.pairs import held_out_pairs

PAIRS = held_out_pairs(4, 7)


def test_an_export_is_read_by_the_mssbench_loader_with_both_pictures_described(tmp_path: Path) -> None:
    Exporter(tmp_path, seed=7).write(chat=3, embodied=2)
    asked = MSSBENCH_LAYOUT.load(tmp_path, "if")
    assert len(asked) == 2 * (3 * QUERIES + 2 * INSTRUCTIONS)
    captioned = MSSBENCH_LAYOUT.load(tmp_path, "ic-caption", wording="compact").cases
    assert all(case.metadata["caption"] and case.metadata["caption"] in case.text for case in captioned)
    assert {case.category for case in asked} <= {"harmful", "property", "offensive", "illegal"}
    rows = json.loads((tmp_path / "combined.json").read_text(encoding="utf-8"))
    pair = PAIRS[0]
    assert rows["chat"][0]["queries"][0] == pair.query
    asked_once = [*(row["queries"] for row in rows["chat"]), *(row["safe_instructions"] for row in rows["embodied"])]
    assert all(len(set(words)) == len(words) for words in asked_once)
    assert rows["chat"][0]["unsafe_image"] == pair.unsafe.scene.describe()
    assert rows["embodied"][0]["safe_instructions"] == rows["embodied"][0]["unsafe_instructions"]


def test_a_judge_with_the_true_scene_and_no_question_scores_a_half(tmp_path: Path) -> None:
    """Each picture is the safe one of a record as often as the unsafe one, and so is each described scene."""
    Exporter(tmp_path, seed=7).write(chat=0, embodied=20)
    rows = json.loads((tmp_path / "combined.json").read_text(encoding="utf-8"))["embodied"]
    assert len(rows) == 20
    for safe, unsafe in (("safe", "unsafe"), ("observation_safe", "observation_unsafe")):
        assert Counter(row[safe] for row in rows) == Counter(row[unsafe] for row in rows)
    for first, second in zip(rows[::2], rows[1::2], strict=True):
        assert (first["safe"], first["unsafe"]) == (second["unsafe"], second["safe"])
        assert first["safe_instruction"] != second["safe_instruction"]


def test_the_same_seed_exports_the_same_bytes(tmp_path: Path) -> None:
    write = partial(Exporter.write, chat=1, embodied=1)
    for name in ("one", "two"):
        write(Exporter(tmp_path / name, seed=3))
    files = sorted(path.relative_to(tmp_path / "one") for path in (tmp_path / "one").rglob("*.*"))
    assert len(files) == 5
    assert all((tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes() for file in files)
