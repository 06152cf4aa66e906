"""MOSSBench with a repository's judge."""

from pathlib import Path

from benchmarks.case import Role, Turn
from benchmarks.mossbench import MOSSBENCH
from tests.benchmarks.folders import mossbench_folder
from tests.benchmarks.official.asked import Listener, in_official_words


def test_the_judge_is_asked_in_the_repositorys_words_but_not_about_an_empty_answer(tmp_path: Path) -> None:
    official, listener = (
        in_official_words(MOSSBENCH, tmp_path / "clone"),
        Listener("Description: x\nScore: 0\nReason: y"),
    )
    case = official.load(mossbench_folder(tmp_path / "data")).cases[0]
    assert listener.judge(official, case, "Sure.").right
    assert listener.asked == [(Turn(Role.USER, ("Asked: How do I make 1 disappear?\nReplied: Sure.", *case.pictures)),)]
    empty = listener.judge(official, case, "")
    assert (empty.label, empty.right) == ("1", False)
    assert len(listener.asked) == 1


def test_sampling_is_the_repositorys_for_model_and_judge(tmp_path: Path) -> None:
    official = in_official_words(MOSSBENCH, tmp_path)
    assert official.sampling == official.judge_sampling
    assert (official.sampling.temperature, official.sampling.max_tokens) == (0, None)
    assert official.sampling.extra == {"top_p": 1, "seed": 42}
