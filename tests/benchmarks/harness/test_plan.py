"""Plans: what a run is, and which folder it may use."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks.attacks.read import chosen_attacks
from benchmarks.case import CaseSet, Side
from benchmarks.errors import OptionInvalid
from benchmarks.harness.arms import Arm
from benchmarks.harness.plan import (
    Condition,
    JudgeSpec,
    RunDiffers,
    RunOptions,
    RunPlan,
    load_cases,
    make_plan,
    read_plan,
)
from benchmarks.mssbench import MSSBENCH_LAYOUT
from tests.benchmarks.folders import mssbench_folder
from tests.benchmarks.harness.arms import ARMS, CHAT, RAW, SITUATIONAL


def chosen(**changes: Any) -> RunOptions:
    return RunOptions(**{"benchmark": "mssbench-layout", "setting": "qc", **changes})


def cases_of(folder: Path, **changes: Any) -> CaseSet:
    return load_cases(MSSBENCH_LAYOUT, chosen(**changes), mssbench_folder(folder))


def plan_of(folder: Path, arms: tuple[Arm, ...] = ARMS, **changes: Any) -> RunPlan:
    return make_plan(MSSBENCH_LAYOUT, chosen(**changes), cases_of(folder, **changes), arms)


def test_a_plan_has_a_row_for_each_arm_and_each_control_of_the_controlled(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, controls=("all",))
    assert [condition.title for condition in plan.conditions] == [
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
def test_options_that_do_not_go_together_are_refused(tmp_path: Path, changes: dict[str, Any], words: str) -> None:
    with pytest.raises(OptionInvalid, match=words):
        plan_of(tmp_path, **changes)


def test_a_folder_holds_one_run_and_a_changed_guard_is_another_one(tmp_path: Path) -> None:
    plan = plan_of(tmp_path / "data")
    plan.claim(tmp_path / "run")
    plan.claim(tmp_path / "run")
    assert read_plan(tmp_path / "run") == plan
    other_weights = RAW.model_copy(update={"configuration": "b"})
    changed = plan_of(tmp_path / "data", (other_weights, SITUATIONAL, CHAT))
    with pytest.raises(RunDiffers, match="another arms") as raised:
        changed.claim(tmp_path / "run")
    assert raised.value.fields == ("arms",)


def test_a_run_may_be_resumed_after_its_texts_for_people_were_reworded(tmp_path: Path) -> None:
    plan = plan_of(tmp_path / "data", note="Read this.")
    plan.claim(tmp_path / "run")
    plan_of(tmp_path / "data", note="Read this first.").claim(tmp_path / "run")
    assert read_plan(tmp_path / "run").options.note == "Read this."


def test_a_plan_is_stored_flat_as_earlier_versions_stored_it(tmp_path: Path) -> None:
    plan = plan_of(tmp_path / "data", controls=("all",), judge=JudgeSpec(model="judge", url="http://j/v1"), limit=4)
    plan.claim(tmp_path / "run")
    stored = json.loads((tmp_path / "run" / "run.json").read_text(encoding="utf-8"))
    assert stored.keys() == {
        *("benchmark", "title", "setting", "wording", "version", "missing", "cases", "limit", "seed", "shard", "arms"),
        *(
            "controls",
            "controlled",
            "attacks",
            "judge",
            "temperature",
            "max_tokens",
            "prompts",
            "cases_sha256",
            "origin",
            "note",
        ),
    }
    assert stored["controlled"] == ["situational"]
    assert stored["judge"]["model"] == "judge"
    old = {
        name: value for name, value in stored.items() if name not in {"attacks", "origin", "note"}
    }  # once there were none
    assert RunPlan.model_validate(old) == plan


def test_shards_are_parts_of_the_same_sample(tmp_path: Path) -> None:
    whole = cases_of(tmp_path, limit=8)
    parts = [cases_of(tmp_path, limit=8, shard=(index, 2)) for index in (1, 2)]
    assert sorted(case.id for part in parts for case in part) == sorted(case.id for case in whole)


def test_rows_have_names_that_files_can_have() -> None:
    assert Condition(arm="situational", control="blank picture").slug == "situational--blank-picture"
    assert Condition(arm="raw", attack="homoglyphs", twin=True).slug == "raw--homoglyphs--twin"


def test_each_attack_and_its_twin_are_put_on_every_arm(tmp_path: Path) -> None:
    attacks = chosen_attacks(["homoglyphs", "sign-answer-safe"])
    plan = plan_of(tmp_path, attacks=attacks)
    conditions = plan.under_attack
    assert not [each for each in plan.conditions if each.attack]
    assert [each.title for each in conditions[:2]] == ["situational, homoglyphs", "situational, homoglyphs, twin"]
    assert len(conditions) == len(plan.arms) * len(attacks) * 2
    assert [plan.injection(each) for each in conditions[:2]] == [attacks[0].attack, attacks[0].twin]
    assert plan.injection(plan.conditions[0]) is None
    plan.claim(tmp_path / "run")
    assert read_plan(tmp_path / "run") == plan


def test_where_no_case_is_unsafe_nothing_can_be_attacked(tmp_path: Path) -> None:
    options = chosen(attacks=chosen_attacks(["homoglyphs"]))
    safe = CaseSet(tuple(case for case in cases_of(tmp_path) if case.side is Side.SAFE), "made")
    with pytest.raises(OptionInvalid, match=r"--attack homoglyphs: .* has no unsafe case"):
        make_plan(MSSBENCH_LAYOUT, options, safe, ARMS)
