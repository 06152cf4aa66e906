"""A scripted model with known answers, judged by a scripted judge, gives the figures that a person works out by
hand; benchmark by benchmark, from the folder on disk to the measure.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from benchmarks import mssbench
from benchmarks.benchmark import Benchmark
from benchmarks.case import Case, Side, Turn
from benchmarks.judges import Answer, JudgeModel, judge
from benchmarks.metrics import Scored, average_accuracy, outcomes, side_accuracy, split
from benchmarks.mm_safetybench import MM_SAFETYBENCH
from benchmarks.mmsafeaware import MMSAFEAWARE
from benchmarks.mossbench import MOSSBENCH
from benchmarks.mssbench import MSSBENCH
from benchmarks.vlsbench import VLSBENCH
from tests.benchmarks.folders import (
    MMSAFEAWARE_NUMBERS,
    mm_safetybench_folder,
    mmsafeaware_folder,
    mossbench_folder,
    mssbench_folder,
    put_json,
    vlsbench_rows,
)

ANSWERS, WARNS, REFUSES, UNABLE = "First grip the club", "Careful, glass all around", "I decline", "I see nothing"
CLASSES = {REFUSES: "0", WARNS: "1", ANSWERS: "2", UNABLE: "3"}


class KeywordJudge:
    """A judge's model that knows the four answers above and writes each in the format it is given."""

    def __init__(self, replies: dict[str, str]) -> None:
        self.replies = replies

    async def complete(self, messages: Sequence[Turn]) -> str:
        text = "".join(part for part in messages[0].parts if isinstance(part, str))
        return next(reply for answer, reply in self.replies.items() if answer in text)


async def run(
    benchmark: Benchmark, cases: Sequence[Case], answer: Callable[[Case], str | Answer], replies: dict[str, str]
) -> list[Scored]:
    by = JudgeModel(KeywordJudge(replies), "keywords")
    results = []
    for case in cases:
        given = answer(case)
        whole = given if isinstance(given, Answer) else Answer(given)
        results.append(Scored(case, await judge(benchmark.rubric(case), case, whole, by)))
    return results


def figures(benchmark: Benchmark, scored: Sequence[Scored]) -> dict[str, float]:
    return {measure.name: measure.of(scored) for measure in benchmark.measures}


async def test_mssbench_with_free_answers(tmp_path: Path) -> None:
    """Chat: 4 questions in 2 records; embodied: 5 in 1. Asked for, on the safe then the unsafe side:

    chat/0/0 answers, warns (both right)    chat/0/1 warns, warns     chat/1/0 answers, answers
    chat/1/1 unable, refuses (both right)   embodied/0/* answers on both sides
    """
    script = {
        "chat/0/0": (ANSWERS, WARNS),
        "chat/0/1": (WARNS, WARNS),
        "chat/1/0": (ANSWERS, ANSWERS),
        "chat/1/1": (UNABLE, REFUSES),
    }

    def answer(case: Case) -> str:
        safe, unsafe = script.get(str(case.pair), (ANSWERS, ANSWERS))
        return safe if case.side is Side.SAFE else unsafe

    cases = mssbench.load(mssbench_folder(tmp_path), versions=()).cases
    tags = {answer: f"<answer>{label}</answer>" for answer, label in CLASSES.items()}
    assert figures(MSSBENCH, await run(MSSBENCH, cases, answer, tags)) == pytest.approx(
        {
            "average accuracy": (8 / 9 + 3 / 9) / 2,
            "safe accuracy": 8 / 9,
            "unsafe accuracy": 3 / 9,
            "pair accuracy": 2 / 9,
            "chat average accuracy": (3 / 4 + 3 / 4) / 2,
            "embodied average accuracy": (1.0 + 0.0) / 2,
            "chat safe accuracy": 3 / 4,
            "chat unsafe accuracy": 3 / 4,
            "embodied safe accuracy": 1.0,
            "embodied unsafe accuracy": 0.0,
            "chat pair accuracy": 2 / 4,
            "embodied pair accuracy": 0.0,
        }
    )


@pytest.mark.parametrize("setting", ["qc", "ic"])
async def test_mssbenchs_polarity_trap(tmp_path: Path, setting: str) -> None:
    """A model that always says yes calls everything safe in chat and everything unsafe in embodied; one that sees
    every danger says yes, no, no, yes."""
    cases = mssbench.load(mssbench_folder(tmp_path), setting, versions=()).cases

    def says(word: str) -> Callable[[Case], str]:
        return lambda case: f"{'Answer' if case.subset == 'chat' else 'Unsafe hint'}: {word}"

    yes = await run(MSSBENCH, cases, says("Yes"), {})
    assert side_accuracy(Side.SAFE, "chat").of(yes) == 1.0
    assert side_accuracy(Side.UNSAFE, "chat").of(yes) == 0.0
    assert side_accuracy(Side.SAFE, "embodied").of(yes) == 0.0
    assert side_accuracy(Side.UNSAFE, "embodied").of(yes) == 1.0
    assert average_accuracy("chat").of(yes) == average_accuracy("embodied").of(yes) == 0.5

    def sees(case: Case) -> str:
        return says("Yes" if (case.subset == "chat") is (case.side is Side.SAFE) else "No")(case)

    assert set(figures(MSSBENCH, await run(MSSBENCH, cases, sees, {})).values()) == {1.0}


async def test_mmsafeaware_weighs_its_three_subsets_equally(tmp_path: Path) -> None:
    """Right: 2 of 3 over-safe, 1 of 2 attack, 1 of 1 typical."""
    answers = {1: "Yes", 2: "Yes, fine", 2001: "No", 200: "No", 201: "I know it is safe: yes", 1000: "No!"}
    mmsafeaware_folder(tmp_path, MMSAFEAWARE_NUMBERS, pictured=answers)
    cases = MMSAFEAWARE.load(tmp_path, partial=True).cases
    scored = await run(MMSAFEAWARE, cases, lambda case: answers[int(case.record)], {})
    assert figures(MMSAFEAWARE, scored) == pytest.approx(
        {
            "balanced accuracy": (2 / 3 + 2 / 3) / 2,
            "unweighted total": (2 / 3 + 1 / 2 + 1) / 3,
            "typical accuracy": 1.0,
            "attack accuracy": 1 / 2,
            "over-safe accuracy": 2 / 3,
            "safe accuracy": 2 / 3,
            "unsafe accuracy": 2 / 3,
        }
    )
    assert outcomes(scored).unreadable == pytest.approx(1 / 6)


async def test_mm_safetybench_counts_attacks_that_succeed_per_scenario(tmp_path: Path) -> None:
    """Of the tiny sample, the attack succeeds on id 0 of every scenario and on all five of malware; the request
    for id 1 of malware ends in an error (pending), and the judge cannot be read on id 1 of fraud (left out)."""
    cases = MM_SAFETYBENCH.load(mm_safetybench_folder(tmp_path), "tiny-sd-typo").cases

    def answer(case: Case) -> str | Answer:
        number = case.record.rpartition("/")[2]
        if case.category == "03-Malware_Generation":
            return Answer(error="503") if number == "1" else ANSWERS
        if case.category == "06-Fraud" and number == "1":
            return UNABLE
        return ANSWERS if number == "0" else REFUSES

    scored = await run(MM_SAFETYBENCH, cases, answer, {ANSWERS: "unsafe", REFUSES: "safe", UNABLE: "hard to say"})
    sizes = {"03-Malware_Generation": 5, "06-Fraud": 14} | {
        category: len(items)
        for category, items in split(cases, lambda case: case.category).items()
        if category not in {"03-Malware_Generation", "06-Fraud"}
    }
    per_scenario = [1.0 if name == "03-Malware_Generation" else 1 / size for name, size in sizes.items()]
    assert figures(MM_SAFETYBENCH, scored) == pytest.approx(
        {
            "attack success rate, mean of scenarios": sum(per_scenario) / 13,
            "attack success rate, pooled": 16 / 166,
            "safety rate": 150 / 166,
        }
        | {f"{name} attack success rate": rate for name, rate in zip(sizes, per_scenario, strict=True)}
        | {"06-Fraud attack success rate": 1 / 14}
    )
    by_scenario = split(scored, lambda item: item.case.category)
    pooled = MM_SAFETYBENCH.measures[1]
    assert pooled.of(by_scenario["06-Fraud"]) == pytest.approx(1 / 14)
    rates = outcomes(scored)
    assert rates.unreadable == rates.request_failed == pytest.approx(1 / 168)


async def test_vlsbench_tells_refusals_from_warnings(tmp_path: Path) -> None:
    put_json(tmp_path / "data.json", vlsbench_rows())
    cases = VLSBENCH.load(tmp_path, "text-only").cases
    replies = {REFUSES: '{"label": 1}', WARNS: '{"label": 2}', ANSWERS: '{"label": 3}'}
    scored = await run(
        VLSBENCH,
        cases,
        lambda case: REFUSES if case.category == "Privacy" else WARNS if case.category == "Hate" else ANSWERS,
        replies,
    )
    assert figures(VLSBENCH, scored) == pytest.approx(
        {
            "safety rate": (130 + 269) / 2_241,
            "safe with refusal": 130 / 2_241,
            "safe with warning": 269 / 2_241,
            "unsafe": (2_241 - 399) / 2_241,
        }
    )


async def test_mossbench_counts_refusals_of_the_harmless(tmp_path: Path) -> None:
    cases = MOSSBENCH.load(mossbench_folder(tmp_path), "text-only").cases
    scored = await run(
        MOSSBENCH,
        cases,
        lambda case: REFUSES if case.category == "Negated Harm" and int(case.record) <= 130 else ANSWERS,
        {REFUSES: "Score: 1", ANSWERS: "Score: 0"},
    )
    assert figures(MOSSBENCH, scored) == pytest.approx({"over-refusal": 30 / 300, "compliance": 270 / 300})
    kinds = {name: MOSSBENCH.measures[0].of(part) for name, part in split(scored, lambda s: s.case.category).items()}
    assert kinds == pytest.approx(
        {"Exaggerated Risk": 0.0, "Negated Harm": 0.3, "Counterintuitive Interpretation": 0.0}
    )
