"""The published table, row by row."""

from __future__ import annotations

import pytest

from agents.findings import (
    Category,
    IntentFinding,
    NotApplicable,
    OnlookerFinding,
    SceneFinding,
    SituationFinding,
    Verdict,
)
from guard.config import ActionsConfig
from guard.policy import Findings, Grounds, act, conclude, decided_early, explicit_unsafe
from guard.verdict import Action
from tests.scripts import INTENT, SCENE, UNCLEAR, UNSAFE
from tests.scripts import SAFE as SAFE_REPLY

HARMLESS = IntentFinding.model_validate(INTENT)
ILL = HARMLESS.model_copy(update={"ill_intent": Category.VIOLENCE})
CALM = SceneFinding.model_validate(SCENE)
FIRE = CALM.model_copy(update={"hazards": ("fire",)})
NO_PICTURE = NotApplicable()
SITUATIONS = {
    Verdict.SAFE: SituationFinding.model_validate(SAFE_REPLY),
    Verdict.UNSAFE: SituationFinding.model_validate(UNSAFE),
    Verdict.UNCLEAR: SituationFinding.model_validate(UNCLEAR),
}
ONLOOKERS = {
    Verdict.SAFE: OnlookerFinding.model_validate(SAFE_REPLY),
    Verdict.UNSAFE: OnlookerFinding.model_validate(UNSAFE),
    Verdict.UNCLEAR: OnlookerFinding.model_validate(UNCLEAR),
}
SPOKEN = HARMLESS.model_copy(update={"addressed_to_judge": True})
WRITTEN = CALM.model_copy(update={"addressed_to_judge": True})
INTENTS = (None, HARMLESS, ILL)
SCENES = (None, CALM, FIRE, NO_PICTURE)


@pytest.mark.parametrize("verdict", list(Verdict))
@pytest.mark.parametrize("intent", INTENTS)
@pytest.mark.parametrize("scene", SCENES)
def test_situation_on_it_decides(
    verdict: Verdict, intent: IntentFinding | None, scene: SceneFinding | NotApplicable | None
) -> None:
    grounds = conclude(Findings(intent, scene, SITUATIONS[verdict]), frozenset())
    assert grounds.verdict is verdict
    assert not grounds.withheld


@pytest.mark.parametrize(
    ("intent", "scene", "verdict"),
    [
        (ILL, None, Verdict.UNSAFE),
        (ILL, NO_PICTURE, Verdict.UNSAFE),
        (ILL, CALM, Verdict.UNSAFE),
        (ILL, FIRE, Verdict.UNSAFE),
        (HARMLESS, FIRE, Verdict.UNCLEAR),
        (None, FIRE, Verdict.UNCLEAR),
        (HARMLESS, CALM, Verdict.SAFE),
        (HARMLESS, NO_PICTURE, Verdict.SAFE),
        (HARMLESS, None, Verdict.SAFE),
        (None, CALM, Verdict.SAFE),
        (None, NO_PICTURE, Verdict.UNCLEAR),
        (None, None, Verdict.UNCLEAR),
    ],
)
def test_situation_off(
    intent: IntentFinding | None, scene: SceneFinding | NotApplicable | None, verdict: Verdict
) -> None:
    assert conclude(Findings(intent, scene), frozenset()).verdict is verdict


@pytest.mark.parametrize("onlooker", list(Verdict))
@pytest.mark.parametrize("verdict", list(Verdict))
def test_only_what_both_judgements_call_safe_is_safe(verdict: Verdict, onlooker: Verdict) -> None:
    findings = Findings(HARMLESS, CALM, SITUATIONS[verdict], ONLOOKERS[onlooker])
    grounds = conclude(findings, frozenset())
    if verdict is not Verdict.SAFE:
        assert grounds == conclude(Findings(HARMLESS, CALM, SITUATIONS[verdict]), frozenset())
    elif onlooker is Verdict.SAFE:
        assert grounds.verdict is Verdict.SAFE
    else:
        assert grounds.verdict is Verdict.UNCLEAR
        assert (grounds.evidence, grounds.category) == (ONLOOKERS[onlooker].evidence, ONLOOKERS[onlooker].category)


@pytest.mark.parametrize(
    ("intent", "scene"), [(SPOKEN, CALM), (SPOKEN, NO_PICTURE), (HARMLESS, WRITTEN), (None, WRITTEN), (SPOKEN, WRITTEN)]
)
@pytest.mark.parametrize("verdict", list(Verdict))
def test_nothing_that_speaks_to_the_judge_is_safe(
    verdict: Verdict, intent: IntentFinding | None, scene: SceneFinding | NotApplicable
) -> None:
    for onlooker in (None, ONLOOKERS[Verdict.SAFE]):
        grounds = conclude(Findings(intent, scene, SITUATIONS[verdict], onlooker), frozenset())
        assert grounds.verdict is (Verdict.UNCLEAR if verdict is Verdict.SAFE else verdict)
        assert (grounds.category is Category.MANIPULATION) is (verdict is Verdict.SAFE)


def test_nothing_that_speaks_to_the_judge_is_safe_where_the_situation_agent_is_off_either() -> None:
    assert conclude(Findings(SPOKEN, CALM), frozenset()).verdict is Verdict.UNCLEAR
    assert conclude(Findings(HARMLESS, WRITTEN), frozenset()).verdict is Verdict.UNCLEAR


@pytest.mark.parametrize("intent", INTENTS)
@pytest.mark.parametrize("scene", SCENES)
@pytest.mark.parametrize("situation", [None, *SITUATIONS.values()])
@pytest.mark.parametrize("unwatched", [{"image"}, {"text"}, {"image", "text"}])
def test_what_nobody_looks_at_is_never_released(
    intent: IntentFinding | None,
    scene: SceneFinding | NotApplicable | None,
    situation: SituationFinding | None,
    unwatched: set[str],
) -> None:
    grounds = conclude(Findings(intent, scene, situation), frozenset(unwatched))
    assert grounds.verdict is Verdict.UNCLEAR
    assert act(grounds, ActionsConfig()).action is Action.REFUSE
    assert all(kind in grounds.reason for kind in unwatched)


def test_nothing_found_by_nobody_is_withheld_too() -> None:
    assert act(conclude(Findings(None, NO_PICTURE), frozenset()), ActionsConfig()).action is Action.REFUSE


@pytest.mark.parametrize(
    ("verdict", "category", "action"),
    [
        (Verdict.SAFE, None, Action.RELEASE),
        (Verdict.UNSAFE, Category.PROPERTY_DAMAGE, Action.WARN),
        (Verdict.UNSAFE, Category.ILLEGAL_ACTIVITY, Action.REFUSE),
        (Verdict.UNSAFE, None, Action.WARN),
        (Verdict.UNCLEAR, None, Action.GUIDE),
        (Verdict.UNCLEAR, Category.ILLEGAL_ACTIVITY, Action.REFUSE),
        (Verdict.SAFE, Category.ILLEGAL_ACTIVITY, Action.RELEASE),
    ],
)
def test_a_verdict_becomes_an_action_and_a_category_has_its_own(
    verdict: Verdict, category: Category | None, action: Action
) -> None:
    actions = ActionsConfig(categories={Category.ILLEGAL_ACTIVITY: Action.REFUSE})
    judgement = act(Grounds(verdict, category, "evidence", "reason"), actions)
    assert judgement.action is action
    assert (judgement.verdict, judgement.category) == (verdict, category)
    assert (judgement.evidence, judgement.reason) == ("evidence", "reason")


def test_only_an_explicit_unsafe_survives_a_failure() -> None:
    assert explicit_unsafe(Findings(HARMLESS, FIRE)) is None
    assert explicit_unsafe(Findings()) is None
    assert explicit_unsafe(Findings(HARMLESS, CALM, SITUATIONS[Verdict.UNCLEAR])) is None
    ill = explicit_unsafe(Findings(ILL, None))
    assert ill is not None
    assert (ill.verdict, ill.category) == (Verdict.UNSAFE, Category.VIOLENCE)
    unsafe = explicit_unsafe(Findings(HARMLESS, CALM, SITUATIONS[Verdict.UNSAFE]))
    assert unsafe is not None
    assert unsafe.evidence == "glass vase"
    seen = explicit_unsafe(Findings(HARMLESS, CALM, onlooker=ONLOOKERS[Verdict.UNSAFE]))
    assert seen is not None
    assert (seen.verdict, seen.evidence) == (Verdict.UNSAFE, "glass vase")


def test_only_what_no_other_agent_can_turn_is_decided_early() -> None:
    ill, judge = (
        IntentFinding(activity="a", look_for="b", ill_intent=Category.VIOLENCE),
        IntentFinding(activity="a", look_for="b", ill_intent=None, addressed_to_judge=True),
    )
    assert decided_early(Findings(intent=ill), judged=False)
    assert not decided_early(Findings(intent=ill), judged=True)  # the situation agent may see it otherwise
    assert decided_early(Findings(intent=judge), judged=True)
    for verdict in Verdict:
        found = {"evidence": "", "category": None, "verdict": verdict, "reason": ""}
        for findings in (
            Findings(situation=SituationFinding.model_validate(found)),
            Findings(onlooker=OnlookerFinding.model_validate(found)),
        ):
            assert decided_early(findings, judged=True) is (verdict is not Verdict.SAFE)
