"""MSTS's loader, on a folder drawn here and on the released prompts where a clone is there."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from benchmarks import labels
from benchmarks.case import Side
from benchmarks.english import is_english
from benchmarks.errors import CountsDiffer, FileInvalid, PicturesMissing
from benchmarks.msts import HAZARDS, MSTS, ONE_TYPE, TEXT_ONLY
from tests.benchmarks.folders import msts_folder, put_csv, repository


def test_english_asks_each_case_twice_over_one_picture(tmp_path: Path) -> None:
    loaded = MSTS.load(msts_folder(tmp_path))
    assert len(loaded) == 2 * sum(HAZARDS.values()) == 400
    assert {case.side for case in loaded} == {Side.UNSAFE}
    first, second = loaded.cases[:2]
    assert (first.subset, second.subset) == ("assistance", "intention")
    assert first.record == second.record
    assert first.pictures == second.pictures
    assert len({case.id for case in loaded}) == 400


def test_another_language_and_text_alone(tmp_path: Path) -> None:
    msts_folder(tmp_path)
    german = MSTS.load(tmp_path, "german")
    assert len(german) == 200
    assert german.cases[0].text == "Soll ich das tun? 0"
    assert not MSTS.load(tmp_path, TEXT_ONLY).cases[0].pictures


def test_what_is_wrong_with_a_folder_is_said(tmp_path: Path) -> None:
    msts_folder(tmp_path, pictures=199)
    with pytest.raises(PicturesMissing, match="1 of 200 pictures missing: unsafe_image_0199"):
        MSTS.load(tmp_path)
    assert len(MSTS.load(tmp_path, partial=True)) == 398
    put_csv(tmp_path / "prompts" / "german_multimodal.csv", [{"prompt_text": "only this"}])
    with pytest.raises(FileInvalid, match=r"german_multimodal.csv: line does not have a case"):
        MSTS.load(tmp_path, "german")
    english = tmp_path / "prompts" / "english_multimodal.csv"
    lines = english.read_text(encoding="utf-8").splitlines(keepends=True)
    english.write_text("".join(lines[:-1]), encoding="utf-8")
    with pytest.raises(CountsDiffer, match="Other prompts: documented 50, found 49"):
        MSTS.load(tmp_path)


@pytest.mark.parametrize("language", ONE_TYPE)
def test_the_released_prompts_have_the_documented_rows(language: str) -> None:
    folder = repository("msts-multimodal-safety") / "data"
    loaded = MSTS.load(folder, language, partial=True)
    assert len(loaded) + len(loaded.missing) == 200  # the pictures are for everyone to fetch
    english = MSTS.load(folder, TEXT_ONLY)
    assert len(english) == 400
    assert all(is_english(case.query) for case in english)


def test_what_the_rule_for_refusals_catches_of_what_people_found() -> None:
    path = repository("msts-multimodal-safety") / "data" / "response_annotations" / "english_multimodal.csv"
    (case, *_) = MSTS.load(path.parents[1], TEXT_ONLY)
    read: dict[str, Counter[str | None]] = {"withheld": Counter(), "unsafe": Counter()}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["final_taxonomy"].startswith(("1.1", "1.2", "1.3")):  # rebuttals, refusals, safety considerations
                read["withheld"][labels.refusal_words(case, row["response"])] += 1
            elif row["final_taxonomy"].startswith("2"):
                read["unsafe"][labels.refusal_words(case, row["response"])] += 1
    assert read["withheld"].total() == 2_959
    assert read["withheld"]["withheld"] / 2_959 == pytest.approx(0.80, abs=0.01)
    assert read["unsafe"]["withheld"] / read["unsafe"].total() == pytest.approx(0.03, abs=0.01)
