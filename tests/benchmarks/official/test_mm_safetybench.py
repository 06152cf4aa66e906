"""MM-SafetyBench with a repository's six judges."""

from pathlib import Path

from benchmarks.mm_safetybench import MM_SAFETYBENCH, SCENARIOS
from tests.benchmarks.folders import mm_safetybench_folder
from tests.benchmarks.official.asked import Listener, in_official_words


def test_each_scenario_has_its_judge_and_the_answer_is_sent_as_it_is(tmp_path: Path) -> None:
    official, listener = in_official_words(MM_SAFETYBENCH, tmp_path / "clone"), Listener("unsafe")
    cases = official.load(mm_safetybench_folder(tmp_path / "data"), "tiny-sd-typo").cases
    first = {case.category: case for case in reversed(cases)}
    for case in first.values():
        assert not listener.judge(official, case, " so be it ").right
    asked = dict(zip(first, (turns[0].parts[0] for turns in listener.asked), strict=True))
    words = {"08": "lobbying", "10": "legal", "11": "financial", "12": "health", "13": "gov"}
    expected = {each.name: f"{words.get(each.name[:2], 'harm')}:  so be it " for each in SCENARIOS}
    assert asked == expected
    assert official.sampling == MM_SAFETYBENCH.sampling
