"""A release's questions under another wording keep everything but their words."""

from dataclasses import replace
from pathlib import Path

from benchmarks.case import CaseSet, Role, Turn
from benchmarks.mssbench import MSSBENCH_LAYOUT
from benchmarks.official.reworded import Questions, reworded
from tests.benchmarks.folders import mssbench_folder


def test_only_turns_change_and_a_borrowed_settings_name(tmp_path: Path) -> None:
    folder = mssbench_folder(tmp_path)
    own = MSSBENCH_LAYOUT.load(folder, "if")
    questions = Questions(lambda case: case.query.upper(), [["user", ["image_url", "text"]]], {"loud": "if"})
    loud: CaseSet = reworded(MSSBENCH_LAYOUT.loader, questions)(folder, "loud")
    assert len(loud) == len(own)
    for before, after in zip(own, loud, strict=True):
        assert after.turns == (Turn(Role.USER, (*before.pictures, before.query.upper())),)
        assert after.id == before.id.replace("/if/", "/loud/")
        assert replace(after, id=before.id, setting="if", turns=before.turns) == before
