"""Plans: what a run is, which folder it may use, what it will cost."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.case import Case, CaseSet, ask
from benchmarks.harness.arms import Arm, ArmUnknown, baseline, chosen_arms
from benchmarks.harness.endpoint import Tokens
from benchmarks.harness.forecast import Pace, Price, agent_calls, forecast
from benchmarks.harness.plan import JudgeSpec, RunDiffers, Strand, read_plan
from benchmarks.harness.planning import OptionInvalid, Wanted
from benchmarks.harness.stored import identity, read_cases, write_cases
from benchmarks.mssbench import MSSBENCH_LAYOUT
from benchmarks.pictures import Picture
from tests.benchmarks.folders import mssbench_folder

RAW = Arm(name="plain", method="raw", unguarded=True, configuration="a")
SITUATIONAL = Arm(name="situational", method="situational", agents=("intent", "visual", "situation"))
CHAT = Arm(name="paper", method="mss-chat")
ARMS = (SITUATIONAL, RAW, CHAT)


def wanted(folder: Path, **changes: object) -> Wanted:
    return Wanted(**{"benchmark": MSSBENCH_LAYOUT, "folder": mssbench_folder(folder), "setting": "qc", **changes})  # type: ignore[arg-type]


def test_the_arm_without_a_guard_is_what_the_others_are_compared_with() -> None:
    assert baseline(ARMS) is RAW
    assert baseline([CHAT, SITUATIONAL]) is CHAT


def test_arms_come_in_the_order_they_are_named_and_unknown_ones_list_the_known() -> None:
    assert chosen_arms(ARMS, ["plain", "situational", "plain"]) == (RAW, SITUATIONAL)
    assert chosen_arms(ARMS, []) == ARMS
    with pytest.raises(ArmUnknown, match="no deployment 'plan'; it has paper, plain, situational"):
        chosen_arms(ARMS, ["plan"])


def test_a_plan_has_a_row_for_each_arm_and_each_control_of_the_controlled(tmp_path: Path) -> None:
    asked = wanted(tmp_path, controls=("all",))
    plan = asked.plan(asked.cases(), ARMS)
    assert [strand.title for strand in plan.strands] == [
        "situational",
        "plain",
        "paper",
        "situational, blank picture",
        "situational, swapped picture",
        "situational, text only",
    ]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"controls": ("inverted",)}, "no control 'inverted'"),
        ({"controls": ("all",), "controlled": ("nobody",)}, "'nobody' is not among the arms"),
        ({"setting": "if"}, "is judged by a model"),
        ({"setting": "if", "judge": JudgeSpec(rubric="strict")}, "is judged by a model"),
    ],
)
def test_options_that_do_not_go_together_are_refused(tmp_path: Path, changes: dict[str, object], words: str) -> None:
    asked = wanted(tmp_path, **changes)
    with pytest.raises(OptionInvalid, match=words):
        asked.plan(asked.cases(), ARMS)


def test_a_folder_holds_one_run_and_a_changed_guard_is_another_one(tmp_path: Path) -> None:
    asked = wanted(tmp_path / "data")
    plan = asked.plan(asked.cases(), ARMS)
    plan.hold(tmp_path / "run")
    plan.hold(tmp_path / "run")
    assert read_plan(tmp_path / "run") == plan
    changed = asked.plan(asked.cases(), [RAW.model_copy(update={"configuration": "b"}), SITUATIONAL, CHAT])
    with pytest.raises(RunDiffers, match="another arms") as raised:
        changed.hold(tmp_path / "run")
    assert raised.value.fields == ("arms",)


def test_shards_are_parts_of_the_same_sample(tmp_path: Path) -> None:
    whole = wanted(tmp_path, limit=8).cases()
    parts = [wanted(tmp_path, limit=8, shard=(index, 2)).cases() for index in (1, 2)]
    assert sorted(case.id for part in parts for case in part) == sorted(case.id for case in whole)


def test_stored_cases_come_back_as_they_were_with_their_pixels(tmp_path: Path) -> None:
    loaded = wanted(tmp_path / "data").cases()
    drawn = list(loaded)[:2]
    (tmp_path / "run").mkdir()
    write_cases(tmp_path / "run", [*drawn, *_in_memory(loaded)])
    back = list(read_cases(tmp_path / "run").values())
    assert [case.id for case in back[:2]] == [case.id for case in drawn]
    assert identity(back[:2]) == identity(drawn)
    assert back[2].pictures[0].read() == loaded.cases[2].pictures[0].read()
    assert (back[2].polarity, back[2].side, dict(back[2].metadata)) == (
        loaded.cases[2].polarity,
        loaded.cases[2].side,
        dict(loaded.cases[2].metadata),
    )


def _in_memory(loaded: CaseSet) -> list[Case]:
    """A case whose picture has no file of its own, as a drawn one."""
    case = loaded.cases[2]
    return [replace(case, turns=ask(case.text, Picture.of(case.pictures[0].read())))]


def test_a_forecast_counts_calls_by_method_and_prices_them(tmp_path: Path) -> None:
    assert (agent_calls(RAW), agent_calls(CHAT), agent_calls(SITUATIONAL)) == (0, 2, 4)
    asked = wanted(tmp_path)
    cases = asked.cases().cases
    rows = forecast(asked.plan(asked.cases(), ARMS), cases, asked.rubrics(cases), (Price(1, 10), Price()), Pace(2.0, 4))
    by_title = {row.title: row for row in rows}
    assert "judge" not in by_title
    assert by_title["plain"].calls == len(cases)
    assert by_title["situational"].calls == 5 * len(cases)
    assert by_title["plain"].seconds == len(cases) * 2.0 / 4
    assert by_title["plain"].dollars == pytest.approx(Price(1, 10).of(by_title["plain"].tokens))
    assert Price(2.5, 10).of(Tokens(1_000_000, 100_000)) == 3.5


def test_rows_have_names_that_files_can_have() -> None:
    assert Strand(arm="situational", control="blank picture").slug == "situational--blank-picture"
