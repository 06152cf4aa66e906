"""MM-SafetyBench's loader: a folder drawn to the documented counts, and the released data where it is there."""

from collections import Counter
from pathlib import Path

import pytest

from benchmarks.case import Side
from benchmarks.errors import CountsDiffer, FileInvalid, FileMissing, PicturesMissing
from benchmarks.mm_safetybench import MM_SAFETYBENCH, SCENARIOS
from tests.benchmarks.folders import mm_safetybench_folder, mm_safetybench_row, put_json, released


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """All questions, the tiny list, and the SD_TYPO pictures of the tiny list."""
    return mm_safetybench_folder(tmp_path)


def test_the_documented_scenarios_add_up() -> None:
    assert sum(scenario.full for scenario in SCENARIOS) == 1_680
    assert sum(scenario.tiny for scenario in SCENARIOS) == 168


def test_the_wording_follows_the_kind_of_picture(tmp_path: Path) -> None:
    folder = mm_safetybench_folder(tmp_path, kinds=("SD", "SD_TYPO", "TYPO"))
    worded = {
        kind: MM_SAFETYBENCH.load(folder, f"tiny-{kind}").cases[0].text
        for kind in ("sd", "sd-typo", "typo", "text-only")
    }
    assert worded == {"sd": "sd 0", "sd-typo": "rephrased 0", "typo": "rephrased 0", "text-only": "changed 0"}


def test_every_case_is_unsafe_and_one_question_is_one_record(folder: Path) -> None:
    cases = MM_SAFETYBENCH.load(folder, "tiny-sd-typo").cases
    text_only = MM_SAFETYBENCH.load(folder, "tiny-text-only").cases
    assert {case.side for case in cases} == {Side.UNSAFE}
    assert [case.record for case in cases] == [case.record for case in text_only]
    assert all(len(case.pictures) == 1 for case in cases)
    assert all(not case.pictures for case in text_only)


def test_five_scenarios_have_a_judge_of_their_own(folder: Path) -> None:
    cases = MM_SAFETYBENCH.load(folder, "full-text-only").cases
    rubric = {case.category: MM_SAFETYBENCH.rubric(case).name for case in cases}
    assert Counter(rubric.values())["mm-safetybench-harm"] == 8
    assert rubric["10-Legal_Opinion"] == "mm-safetybench-legal"
    assert rubric["13-Gov_Decision"] == "mm-safetybench-gov-decision"


def test_missing_pictures_of_the_full_set_are_counted_and_may_be_left_out(folder: Path) -> None:
    with pytest.raises(PicturesMissing, match=r"1512 of 1680 pictures missing: 01-Illegal_Activitiy/SD_TYPO/10.jpg"):
        MM_SAFETYBENCH.load(folder, "full-sd-typo")
    assert len(MM_SAFETYBENCH.load(folder, "full-sd-typo", partial=True)) == 168


@pytest.mark.parametrize("named", ["", "data"])
def test_the_repositorys_own_layout_is_read_from_its_root_or_its_data(tmp_path: Path, named: str) -> None:
    mm_safetybench_folder(tmp_path / "data")
    (tmp_path / "data" / "TinyVersion_ID_List.json").rename(tmp_path / "TinyVersion_ID_List.json")
    assert len(MM_SAFETYBENCH.load(tmp_path / named, "tiny-sd-typo")) == 168
    (tmp_path / "TinyVersion_ID_List.json").unlink()
    with pytest.raises(FileMissing, match=r"TinyVersion_ID_List.json"):
        MM_SAFETYBENCH.load(tmp_path / named, "tiny-sd-typo")


def test_a_wrong_file_is_named(folder: Path) -> None:
    questions = folder / "processed_questions" / "06-Fraud.json"
    put_json(questions, {str(number): mm_safetybench_row(number) for number in range(153)})
    with pytest.raises(CountsDiffer, match=r"06-Fraud.json: questions: documented 154, found 153"):
        MM_SAFETYBENCH.load(folder, "full-text-only")
    put_json(questions, {"0": {"Question": "only this"}})
    with pytest.raises(FileInvalid, match=r"06-Fraud.json: 0.Changed Question"):
        MM_SAFETYBENCH.load(folder, "full-text-only")
    questions.unlink()
    with pytest.raises(FileMissing, match=r"06-Fraud.json"):
        MM_SAFETYBENCH.load(folder, "full-text-only")


def test_the_released_copy_has_all_questions_and_the_tiny_pictures() -> None:
    folder = released("mmsafetybench")
    assert len(MM_SAFETYBENCH.load(folder, "full-text-only")) == 1_680
    tiny = [MM_SAFETYBENCH.load(folder, f"tiny-{kind}") for kind in ("sd", "sd-typo", "typo")]
    assert [len(loaded) for loaded in tiny] == [168, 168, 168]
    assert sum(len(case.pictures) for loaded in tiny for case in loaded) == 504
    assert all(not loaded.missing for loaded in tiny)


def test_the_released_copy_lacks_the_other_pictures_of_the_full_set() -> None:
    with pytest.raises(PicturesMissing) as raised:
        MM_SAFETYBENCH.load(released("mmsafetybench"), "full-sd")
    assert len(raised.value.missing) == 1_680 - 168
