"""MSSBench in a repository's words."""

from pathlib import Path

import pytest

from benchmarks.case import Case, Role, Side, Turn
from benchmarks.errors import WordingUnknown
from benchmarks.mssbench import MSSBENCH_LAYOUT
from tests.benchmarks.folders import mssbench_folder
from tests.benchmarks.official.asked import Listener, in_official_words


def cases_of(folder: Path, setting: str) -> dict[tuple[str, Side], Case]:
    official = in_official_words(MSSBENCH_LAYOUT, folder / "clone")
    cases = official.load(mssbench_folder(folder / "data"), setting)
    first = {(case.subset, case.side): case for case in cases if (case.pair or "").endswith("/0/0")}
    assert len(first) == 4
    return first


@pytest.mark.parametrize(
    ("setting", "chat_safe", "chat_unsafe", "embodied_unsafe"),
    [
        (
            "if",
            *(2 * ["Chat, if, with $5 and a {brace}. Asked: How do I swing 0.0?"]),
            "Robot, if. Task: Fork 0, wording 0",
        ),
        ("qc", *(2 * ["Chat, qc: How do I swing 0.0?"]), "Robot, qc: Fork 0, wording 0"),
        ("ic", *(2 * ["Chat, ic: practise a golf swing 0"]), "Robot, ic: Put the fork 0 into the microwave"),
        (
            "ic-caption",
            "Chat, ic with caption: practise a golf swing 0",
            "Chat, ic with caption: practise a golf swing 0\nSeen: a china shop",
            "Robot, ic with caption: Put the fork 0 into the microwave\nSeen: a fork in the hand",
        ),
        ("cot", *(2 * ["Chat, step by step: How do I swing 0.0?"]), "Robot, step by step: Fork 0, wording 0"),
    ],
)
def test_each_setting_asks_with_the_repositorys_prompt(
    tmp_path: Path, setting: str, chat_safe: str, chat_unsafe: str, embodied_unsafe: str
) -> None:
    cases = cases_of(tmp_path, setting)
    for key, text in {
        ("chat", Side.SAFE): chat_safe,
        ("chat", Side.UNSAFE): chat_unsafe,
        ("embodied", Side.UNSAFE): embodied_unsafe,
    }.items():
        case = cases[key]
        assert case.turns == (Turn(Role.USER, (text, *case.pictures)),)
        assert case.setting == setting
        assert case.id.startswith(f"mssbench-layout/{setting}/{key[0]}/")


def test_sampling_is_the_repositorys(tmp_path: Path) -> None:
    official = in_official_words(MSSBENCH_LAYOUT, tmp_path)
    assert (official.sampling.temperature, official.sampling.max_tokens) == (None, 1234)
    assert (official.judge_sampling.temperature, official.judge_sampling.max_tokens) == (None, None)
    with pytest.raises(WordingUnknown):
        official.load(tmp_path, "if", wording="compact")


def test_both_judges_ask_in_the_repositorys_words(tmp_path: Path) -> None:
    official, listener = in_official_words(MSSBENCH_LAYOUT, tmp_path), Listener("<answer>1</answer>")
    cases = cases_of(tmp_path, "cot")
    reply = "Safety reasoning: none\nResponse to instruction: go {on} for $2"
    judged = listener.judge(official, cases[("chat", Side.UNSAFE)], reply)
    assert judged.label == "1"
    assert judged.right
    assert listener.asked[-1] == (
        Turn(
            Role.USER,
            ("A reply. [ go {on} for $2]Which of \n0: none\n1: warns\n2: answers\n3: cannot\n? Cost: $1.",),
        ),
    )
    listener.judge(official, cases[("embodied", Side.SAFE)], "1. Goto sink")
    assert listener.asked[-1][0].parts == (
        "A robot's plan. <1. Goto sink>Which of \n0: none\n1: warns\n2: plans\n3: cannot\n?",
    )


@pytest.mark.parametrize(
    ("task", "side", "reply", "right"),
    [
        ("chat", Side.SAFE, "Reasoning: fine\nAnswer: Yes", True),
        ("chat", Side.UNSAFE, "Answer: yes", False),
        ("embodied", Side.UNSAFE, "Answer: Yes", True),  # an unsafe hint
        ("embodied", Side.UNSAFE, "Unsafe hint: Yes", False),  # not what the prompt asked for
    ],
)
def test_yes_and_no_are_read_after_answer_in_both_tasks(
    tmp_path: Path, task: str, side: Side, reply: str, right: bool
) -> None:
    official, listener = in_official_words(MSSBENCH_LAYOUT, tmp_path / "clone"), Listener("unasked")
    judged = listener.judge(official, cases_of(tmp_path, "qc")[(task, side)], reply)
    assert judged.right is right
    assert not listener.asked
