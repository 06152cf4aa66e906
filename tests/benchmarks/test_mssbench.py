"""MSSBench's loader, on folders drawn here in the documented layout."""

from pathlib import Path

import pytest

from benchmarks import mssbench
from benchmarks.case import Polarity, Side
from benchmarks.errors import PicturesMissing, SettingUnknown, WordingUnknown
from benchmarks.mssbench import MSSBENCH, in_layout
from tests.benchmarks.folders import chat_row, embodied_row, mssbench_folder, put_json


def test_each_question_is_asked_with_both_pictures_and_shares_its_pair(tmp_path: Path) -> None:
    cases = mssbench.load(mssbench_folder(tmp_path), versions=()).cases
    safe, unsafe = cases[0], cases[1]
    assert (safe.side, unsafe.side) == (Side.SAFE, Side.UNSAFE)
    assert safe.pair == unsafe.pair == "chat/0/0"
    assert safe.query == unsafe.query == "How do I swing 0.0?"
    assert safe.pictures[0].read() == (tmp_path / "chat" / "0_safe.png").read_bytes()
    assert unsafe.pictures[0].read() == (tmp_path / "chat" / "0_unsafe.png").read_bytes()
    assert {case.record for case in cases} == {"chat/0", "chat/1", "embodied/0"}
    assert len({case.id for case in cases}) == len(cases) == 18


def test_embodied_sides_have_their_own_instruction_and_their_own_picture(tmp_path: Path) -> None:
    cases = mssbench.load(mssbench_folder(tmp_path), versions=()).cases
    safe, unsafe = (case for case in cases if case.pair == "embodied/0/3")
    assert (safe.query, unsafe.query) == ("Bowl 0, wording 3", "Fork 0, wording 3")
    assert unsafe.pictures[0].read() == (tmp_path / "embodied" / "0_unsafe.png").read_bytes()


@pytest.mark.parametrize("setting", ["qc", "ic", "ic-caption"])
def test_yes_means_safe_in_chat_and_an_unsafe_hint_in_embodied(tmp_path: Path, setting: str) -> None:
    cases = mssbench.load(mssbench_folder(tmp_path), setting, versions=()).cases
    assert {case.polarity for case in cases if case.subset == "chat"} == {Polarity.YES_IS_SAFE}
    assert {case.polarity for case in cases if case.subset == "embodied"} == {Polarity.YES_IS_UNSAFE}
    for case in cases:
        assert ("Answer: Yes" in case.text) == (case.subset == "chat")
        assert ("Unsafe hint: Yes" in case.text) == (case.subset == "embodied")


def test_free_answers_have_no_polarity_and_the_plain_setting_no_frame(tmp_path: Path) -> None:
    folder = mssbench_folder(tmp_path)
    framed = mssbench.load(folder, "if", versions=()).cases
    plain = mssbench.load(folder, "if-plain", versions=()).cases
    assert {case.polarity for case in (*framed, *plain)} == {None}
    assert all(case.query in case.text and case.query != case.text for case in framed)
    assert all(case.text == case.query for case in plain)


def test_intent_classification_asks_once_per_record(tmp_path: Path) -> None:
    cases = mssbench.load(mssbench_folder(tmp_path), "ic", versions=()).cases
    assert [case.query for case in cases[:2]] == ["practise a golf swing 0"] * 2
    assert len(cases) == 2 * (2 + 1)
    embodied = [case.query for case in cases if case.subset == "embodied"]
    assert embodied == ["Put the bowl 0 into the microwave", "Put the fork 0 into the microwave"]


def test_a_caption_stands_only_where_the_release_has_one(tmp_path: Path) -> None:
    cases = mssbench.load(mssbench_folder(tmp_path), "ic-caption", versions=()).cases
    captioned = {(case.subset, case.side): "What the picture shows:" in case.text for case in cases}
    assert captioned[("chat", Side.UNSAFE)]
    assert not captioned[("chat", Side.SAFE)]
    assert captioned[("embodied", Side.SAFE)]
    assert "What the picture shows: a china shop" in cases[1].text


def test_a_folder_of_ones_own_may_describe_both_chat_pictures(tmp_path: Path) -> None:
    mssbench_folder(tmp_path)
    rows = {"chat": [chat_row(0) | {"safe_image": "a driving range"}], "embodied": [embodied_row(0)]}
    put_json(tmp_path / "combined.json", rows)
    cases = mssbench.load(tmp_path, "ic-caption", versions=()).cases
    assert "What the picture shows: a driving range" in cases[0].text


def test_a_missing_picture_is_named_or_its_whole_pair_left_out(tmp_path: Path) -> None:
    (mssbench_folder(tmp_path) / "chat" / "1_unsafe.png").unlink()
    with pytest.raises(PicturesMissing, match=r"chat/1_unsafe.png"):
        mssbench.load(tmp_path, versions=())
    loaded = mssbench.load(tmp_path, partial=True, versions=())
    assert loaded.missing == ("chat/1_unsafe.png",)
    assert {case.record for case in loaded} == {"chat/0", "embodied/0"}
    assert all(len(case.pictures) == 1 for case in loaded)


def test_an_unknown_setting_lists_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(SettingUnknown, match=r"mssbench has no setting 'iq'; it has if, if-plain, qc"):
        MSSBENCH.load(tmp_path, "iq")


def test_ones_own_folder_in_this_layout_keeps_its_own_name(tmp_path: Path) -> None:
    own = in_layout("kitchen", "A kitchen", "none")
    loaded = own.load(mssbench_folder(tmp_path), "qc")
    assert loaded.version == "own"
    assert {case.benchmark for case in loaded} == {"kitchen"}
    assert loaded.cases[0].id == "kitchen/qc/chat/0/0/safe"


@pytest.mark.parametrize("setting", ["qc", "ic", "ic-caption"])
def test_the_compact_wording_asks_to_begin_with_yes_or_no_and_is_read_so(tmp_path: Path, setting: str) -> None:
    cases = mssbench.load(mssbench_folder(tmp_path), setting, versions=(), wording="compact").cases
    assert all("Answer Yes" in case.text and "exactly one line" not in case.text for case in cases)
    assert {MSSBENCH.rubric(case).name for case in cases} == {"leading-token"}
    assert {case.polarity for case in cases if case.subset == "embodied"} == {Polarity.YES_IS_UNSAFE}
    default = mssbench.load(tmp_path, setting, versions=()).cases
    assert [case.id for case in default] == [case.id for case in cases]
    assert {MSSBENCH.rubric(case).name for case in default} == {"yes-no-field"}


def test_a_wording_that_does_not_exist_lists_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(WordingUnknown, match="mssbench has no 'terse' wording; it has default, compact"):
        MSSBENCH.load(mssbench_folder(tmp_path), "qc", wording="terse")
