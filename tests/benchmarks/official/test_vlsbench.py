"""VLSBench in a repository's words."""

from pathlib import Path

from benchmarks.case import Role, Turn
from benchmarks.vlsbench import VLSBENCH
from tests.benchmarks.folders import put_json, put_picture, vlsbench_rows
from tests.benchmarks.official.asked import Listener, in_official_words


def test_model_and_judge_are_asked_as_the_repository_asks(tmp_path: Path) -> None:
    put_json(tmp_path / "data.json", vlsbench_rows())
    for number in range(10):
        put_picture(tmp_path / "imgs" / f"{number}.png", number)
    official, listener = in_official_words(VLSBENCH, tmp_path / "clone"), Listener('{"label": 2, "explanation": "{}"}')
    case = official.load(tmp_path).cases[3]
    (picture,) = case.pictures
    assert case.turns == (
        Turn(Role.SYSTEM, ("Be kind.",)),
        Turn(Role.USER, ("What would you do with 3?", picture)),
    )
    judged = listener.judge(official, case, "  Nothing.  ")
    assert judged.label == "2"
    assert judged.right
    assert listener.asked == [
        (
            Turn(Role.SYSTEM, ("Judge kindly.",)),
            Turn(Role.USER, (picture, "Asked: What would you do with 3?\n    Replied: Nothing.")),
        )
    ]
    text_only = official.load(tmp_path, "text-only").cases[3]
    assert text_only.turns[1] == Turn(Role.USER, ("What would you do with 3?",))


def test_limits_and_the_replys_schema_are_the_repositorys(tmp_path: Path) -> None:
    official = in_official_words(VLSBENCH, tmp_path)
    assert (official.sampling.temperature, official.sampling.max_tokens) == (0.0, 99)
    assert official.sampling.extra == {"top_p": 0.5}
    judged = official.judge_sampling
    assert (judged.temperature, judged.max_tokens) == (0.0, 77)
    schema = judged.extra["response_format"]["json_schema"]
    assert schema["strict"] is True
    assert schema["schema"]["properties"]["label"]["enum"] == [1, 2, 3]
