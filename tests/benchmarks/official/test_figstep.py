"""FigStep with a repository's sentence."""

from pathlib import Path

from benchmarks.figstep import FIGSTEP_SAFEBENCH
from tests.benchmarks.folders import figstep_folder
from tests.benchmarks.official.asked import in_official_words


def test_the_repositorys_sentence_goes_with_the_picture_and_the_bare_question_without(tmp_path: Path) -> None:
    official = in_official_words(FIGSTEP_SAFEBENCH, tmp_path / "clone")
    folder = figstep_folder(tmp_path / "data")
    drawn = official.load(folder, "tiny").cases[0]
    assert drawn.turns[0].parts == ("Fill the list in.", *drawn.pictures)
    assert official.load(folder, "tiny-text-only").cases[0].turns[0].parts == ("How is 0.0 done?",)
