"""The papers' rows are consistent: our measures give their averages from their own sides."""

from collections.abc import Mapping, Sequence

import pytest

from benchmarks.case import Side
from benchmarks.metrics import Scored, average_accuracy, side_accuracy
from benchmarks.published import SOURCES, Published, all_published, published
from tests.benchmarks.scores import pair

CHAT, EMBODIED = 1_200, 620  # questions of MSSBench v1
ROUNDED = 0.1002  # two parts and their mean, each printed to a tenth, disagree by no more than this
# Rows whose printed average does not follow from their printed sides however these were rounded, and by how much.
# They stay as printed; a new one would be a slip of ours in published.csv.
OFF_BY = {
    ("mPLUG-Owl2", "raw", "if", "embodied"): 0.15,
    ("mPLUG-Owl2", "raw", "ic-self-caption", "chat"): -0.25,
    ("Gemini-1.5-Pro", "raw", "ic-self-caption", "embodied"): -0.45,
    ("LLaVA-NeXT-7B", "raw", "if", "chat"): -1.0,
    ("Qwen2.5-VL-7B", "AdaShield", "if", "embodied"): -0.14,
}
OVERALL_OFF_BY = {"LLaVA-1.6-7B": 0.13}  # 50.7 printed; 51.1 and 50.3 give 50.83
OVER_REFUSAL_OFF_BY = {"Claude 3 Opus": 1.66}  # 34.67 printed; 11, 43 and 55 give 36.33


def weighted_average(values: Sequence[float], weights: Sequence[float]) -> float:
    """The mean of `values` weighted by numbers of samples: 65.0 and 56.8 at 1,200 : 620 are 62.2."""
    return sum(value * weight for value, weight in zip(values, weights, strict=True)) / sum(weights)


def rows(benchmark: str, source: str, **wanted: str) -> list[Published]:
    found = [row for row in published(benchmark) if row.source is SOURCES[source]]
    return [row for row in found if all(getattr(row, name) == value for name, value in wanted.items())]


def test_claudes_overall_average_follows_from_chat_and_embodied() -> None:
    assert round(weighted_average([65.0, 56.8], [CHAT, EMBODIED]), 1) == 62.2


def test_every_overall_average_of_mssbench_follows_from_its_parts() -> None:
    printed = {
        part: {
            row.model: row.figures["average"]
            for row in rows("mssbench", "mssbench", setting="if", part=part)
            if row.method == "raw"
        }
        for part in ("chat", "embodied", "overall")
    }
    assert len(printed["overall"]) == 9
    off = {
        model: weighted_average([printed["chat"][model], printed["embodied"][model]], [CHAT, EMBODIED]) - overall
        for model, overall in printed["overall"].items()
    }
    exact = {model: value for model, value in off.items() if abs(value) <= ROUNDED / 2}
    assert off.keys() - exact.keys() == OVERALL_OFF_BY.keys()
    assert off["LLaVA-1.6-7B"] == pytest.approx(OVERALL_OFF_BY["LLaVA-1.6-7B"], abs=0.005)


def test_the_averages_of_all_mssbench_rows_follow_from_their_sides() -> None:
    both = [row for row in published("mssbench") if {"safe", "unsafe", "average"} <= row.figures.keys()]
    assert len(both) == 2 * 9 + 2 * 8 * 4 + 2 * 14
    off = {
        (row.model, row.method, row.setting, row.part): (row.figures["safe"] + row.figures["unsafe"]) / 2
        - row.figures["average"]
        for row in both
    }
    assert {key: value for key, value in off.items() if abs(value) > ROUNDED} == pytest.approx(OFF_BY, abs=0.006)


@pytest.mark.parametrize("model", ["Claude-3.5-Sonnet", "Gemini-1.5-Pro", "GPT-4o", "DeepSeek-VL"])
def test_our_measures_give_the_published_averages_from_answers_with_the_published_sides(model: str) -> None:
    """As many answers are made right on each side as the paper's percentages say, and measured like any run."""
    sizes = {"chat": CHAT // 2, "embodied": EMBODIED // 2}
    printed = {
        row.part: row.figures
        for row in rows("mssbench", "mssbench", setting="if")
        if row.model == model and row.method == "raw"
    }
    answers = [item for part, size in sizes.items() for item in answered(part, size, printed[part])]
    assert len(answers) == 1_820
    for part in sizes:
        assert 100 * side_accuracy(Side.SAFE, part).of(answers) == pytest.approx(printed[part]["safe"], abs=0.17)
        assert 100 * average_accuracy(part).of(answers) == pytest.approx(printed[part]["average"], abs=0.17)
    assert 100 * average_accuracy().of(answers) == pytest.approx(printed["overall"]["average"], abs=0.1)


def answered(part: str, size: int, figures: Mapping[str, float]) -> list[Scored]:
    safe, unsafe = (round(size * figures[side] / 100) for side in ("safe", "unsafe"))
    return [item for n in range(size) for item in pair(f"{part}{n}", n < safe, n < unsafe, subset=part)]


def test_mmsafeawares_totals_are_unweighted_means() -> None:
    for row in rows("mmsafeaware", "mmsafeaware"):
        subsets = [row.figures[name] for name in ("typical", "attack", "over-safe")]
        assert sum(subsets) / 3 == pytest.approx(row.figures["total"], abs=ROUNDED), row.model


def test_the_safety_prompts_overall_weighs_unsafe_twice() -> None:
    for row in rows("mmsafeaware", "mmsafeaware-note"):
        ours = weighted_average([row.figures["unsafe"], row.figures["over-safe"]], [2, 1])
        assert ours == pytest.approx(row.figures["total"], abs=ROUNDED), row.model


def test_no_published_total_on_mmsafeaware_beats_always_saying_no() -> None:
    machines = [row for row in rows("mmsafeaware", "mmsafeaware") if row.model != "human"]
    assert max(row.figures["total"] for row in machines) == round(100 * 2 / 3, 1)


def test_vlsbenchs_safety_rates_are_refusals_and_warnings() -> None:
    for row in published("vlsbench"):
        ours = row.figures["refusal"] + row.figures["warning"]
        assert ours == pytest.approx(row.figures["safety"], abs=0.011), (row.model, row.method)


def test_mossbenchs_totals_are_the_mean_of_its_three_kinds() -> None:
    kinds = ("exaggerated-risk", "negated-harm", "counterintuitive")
    off = {
        row.model: weighted_average([row.figures[kind] for kind in kinds], [1, 1, 1]) - row.figures["over-refusal"]
        for row in published("mossbench")
    }
    assert len(off) == 19
    wrong = {model: value for model, value in off.items() if abs(value) > 0.01}
    assert wrong == pytest.approx(OVER_REFUSAL_OFF_BY, abs=0.01)


def test_every_row_says_whose_it_is() -> None:
    everything = all_published()
    assert len(everything) > 200
    assert {row.benchmark for row in everything} == {
        *("mssbench", "mmsafeaware", "mm-safetybench", "vlsbench", "mossbench")
    }
    for row in everything:
        assert row.source.paper
        assert row.source.judge
        assert row.source.data
        assert row.figures
        assert all(0 <= value <= 100 for value in row.figures.values())
