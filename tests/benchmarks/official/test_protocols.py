"""Choosing a protocol, and finding a run's words again."""

from pathlib import Path

import pytest

from benchmarks.attacks.draw import DrawnPictures
from benchmarks.attacks.put import beside, put
from benchmarks.attacks.read import chosen_attacks
from benchmarks.case import Side
from benchmarks.errors import FileMissing, OptionInvalid
from benchmarks.mossbench import MOSSBENCH
from benchmarks.mssbench import MSSBENCH_LAYOUT
from benchmarks.official.protocols import benchmark_of, read_official, under
from benchmarks.pocketworld.evaluation.benchmark import POCKETWORLD
from tests.benchmarks.folders import mssbench_folder
from tests.benchmarks.official.clones import clone_of


def test_the_own_protocol_needs_no_clone() -> None:
    assert read_official(MOSSBENCH, "own", None) is None
    assert under(MOSSBENCH, None) is MOSSBENCH


@pytest.mark.parametrize(
    ("benchmark", "protocol", "clone", "words"),
    [
        (MOSSBENCH, "paper", None, "'paper': there are own, and official"),
        (MOSSBENCH, "own", Path(), "'own'"),
        (MOSSBENCH, "official", None, "your own clone of https://github.com/xirui-li/MOSSBench: --official PATH"),
        (POCKETWORLD, "official", Path(), "pocketworld has no official protocol here; there is one for mssbench"),
    ],
)
def test_options_that_do_not_go_together_are_refused(
    benchmark: object, protocol: str, clone: Path | None, words: str
) -> None:
    with pytest.raises(OptionInvalid, match=words):
        read_official(benchmark, protocol, clone)  # type: ignore[arg-type]


def test_a_runs_folder_holds_its_words(tmp_path: Path) -> None:
    words = read_official(MOSSBENCH, "official", clone_of(tmp_path, "MOSSBench"))
    assert words is not None
    with pytest.raises(FileMissing):
        benchmark_of(tmp_path, "mossbench", "official")
    words.write(tmp_path)
    kept = benchmark_of(tmp_path, "mossbench", "official")
    assert kept.sampling == under(MOSSBENCH, words).sampling
    assert benchmark_of(tmp_path, "mossbench", "own") is MOSSBENCH


def test_an_attack_is_put_beside_the_question_and_leaves_the_papers_frame_as_it_is(tmp_path: Path) -> None:
    (claim,) = chosen_attacks(["claim-owner-permission"])
    official = under(MSSBENCH_LAYOUT, read_official(MSSBENCH_LAYOUT, "official", clone_of(tmp_path, "MSSBench")))
    cases = official.load(mssbench_folder(tmp_path / "data"), "cot").cases
    plain = {case.id: case for case in cases if case.side is Side.UNSAFE}
    attacked = put(claim.attack, cases, DrawnPictures(tmp_path))
    assert {case.id for case in attacked} == plain.keys()
    for case in attacked:
        before, question, after = plain[case.id].text.rpartition(case.query)
        assert before
        assert case.text == f"{before}{beside(claim.attack, question)}{after}"
