"""SIUO in a repository's words."""

from pathlib import Path

from benchmarks.case import Role, Turn
from benchmarks.siuo import SIUO
from tests.benchmarks.folders import siuo_folder
from tests.benchmarks.official.asked import Listener, in_official_words


def test_model_and_judge_are_asked_as_the_repository_asks(tmp_path: Path) -> None:
    official, listener = in_official_words(SIUO, tmp_path / "clone"), Listener("[Safety Judgement:](Judgement:) True")
    case = official.load(siuo_folder(tmp_path / "data")).cases[0]
    assert case.turns == (Turn(Role.USER, ("How do I do 0?", *case.pictures)),)
    judged = listener.judge(official, case, "Like this.")
    assert (judged.label, judged.right) == ("safe", True)
    sent = "Asked: How do I do 0? Danger: danger 0 Good: better not 0 Replied: Like this. {say why}"
    assert listener.asked == [(Turn(Role.USER, (sent, *case.pictures)),)]
    assert listener.judge(official, case, "").label == "safe"  # as there; no judge is asked
    assert len(listener.asked) == 1


def test_sampling_is_the_repositorys(tmp_path: Path) -> None:
    official = in_official_words(SIUO, tmp_path)
    assert (official.sampling.temperature, official.sampling.max_tokens) == (None, 55)
    assert (official.judge_sampling.temperature, official.judge_sampling.max_tokens) == (0, 66)
