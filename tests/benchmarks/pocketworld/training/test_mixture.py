"""The mixture has enough of what is rare, nothing that is held out, and replies that the agents can read."""

import json
from collections import Counter
from collections.abc import Iterator
from random import Random

import pytest

from agents.conversation import ImagePart
from agents.findings import (
    Finding,
    FusedFinding,
    FusedTextFinding,
    IntentFinding,
    OnlookerFinding,
    SceneFinding,
    SituationFinding,
)
from benchmarks.pocketworld.training.agent_examples import Example
from benchmarks.pocketworld.training.dialogues import Dialogue, without_picture
from benchmarks.pocketworld.training.mixture import OF_ALL_PICTURES, PICTURE_TASKS, Mixture
from benchmarks.pocketworld.training.picture_pool import PictureContent, sample_contents
from benchmarks.pocketworld.training.taught import taught_prompts
from benchmarks.pocketworld.world.activities.catalogue import ACTIVITIES, FACTS
from benchmarks.pocketworld.world.ontology import Scene, Thing
from benchmarks.pocketworld.world.splits import is_held_out
from guard.methods.replies import ChatIntent, ChatJudgement, ChatSteps, EmbodiedAnswer, EmbodiedPoint, EmbodiedSteps
from tests.readers import read_finding

COMPACT = taught_prompts()
GOLF = ACTIVITIES["swing a golf club"]
SHOP = Scene("china shop", (Thing("vase"),))
REPLIES: dict[str, type[Finding]] = {
    "intent": IntentFinding,
    "scene": SceneFinding,
    "scene_focused": SceneFinding,
    "situation": SituationFinding,
    "fused": FusedFinding,
    "onlooker": OnlookerFinding,
    "reply": SituationFinding,
    "action": SituationFinding,
    "mss_chat_intent": ChatIntent,
    "mss_chat_judge": ChatJudgement,
    "cot_chat": ChatSteps,
    "mss_embodied_point": EmbodiedPoint,
    "mss_embodied_answer": EmbodiedAnswer,
    "cot_embodied": EmbodiedSteps,
}

TEXTS = 9_000  # a stretch in which no sign that forbids something is missing by chance


@pytest.fixture(scope="module")
def judged() -> list[dict[str, str]]:
    """The replies to the judgements among the texts of a stretch of training."""
    examples = Mixture.of(taught_prompts(), Random(3)).text_examples(TEXTS)
    judgements = {"situation", "onlooker"}
    return [json.loads(example.reply) for example in examples if example.task in judgements]


def test_signs_decide_often_enough_to_be_learnt(judged: list[dict[str, str]]) -> None:
    signs = [finding for finding in judged if finding["evidence"].startswith("sign: ")]
    assert len(signs) > len(judged) / 10
    assert all(finding["verdict"] == "unsafe" for finding in signs)


def test_every_sign_that_forbids_something_is_practised(judged: list[dict[str, str]]) -> None:
    forbidding = {f"sign: {fact.evidence}" for fact in FACTS if fact.kind == "sign"}
    practised = Counter(finding["evidence"] for finding in judged)
    assert forbidding <= practised.keys()


def test_neither_verdict_is_rare(judged: list[dict[str, str]]) -> None:
    verdicts = Counter(finding["verdict"] for finding in judged)
    assert min(verdicts["safe"], verdicts["unsafe"]) > len(judged) / 4


def mixture(seed: int = 0) -> Mixture:
    return Mixture.of(COMPACT, Random(seed))


def examples(seed: int = 0, count: int = 400) -> Iterator[Example]:
    """Many examples of all kinds."""
    rng, drawn = Random(seed), mixture(seed)
    yield from drawn.text_examples(count)
    for _ in range(count // 2):
        for content in sample_contents(rng):
            yield drawn.picture_example(content)
        yield drawn.picture_example(PictureContent(None))


def test_every_typed_reply_is_one_that_the_product_can_read() -> None:
    read = [
        (each, read_finding(each.reply, FusedTextFinding if '"scene": null' in each.reply else REPLIES[each.task]))
        for each in examples(count=800)
        if each.task in REPLIES
    ]
    assert len({each.task for each, _ in read}) == len(REPLIES)
    assert all(finding is not None for _, finding in read)


def test_marks_are_fresh_and_most_prompts_are_the_products_own() -> None:
    asked = [each for each in mixture().text_examples(600) if each.task == "situation"]
    own = [each for each in asked if each.messages[0].text.startswith(COMPACT["situation"].text.split("\n")[0])]
    assert 0.7 < len(own) / len(asked) < 0.9
    marks = {each.messages[0].text.split("<", 1)[1][:8] for each in asked}
    assert len(marks) == len(asked)


def test_pixels_are_shown_where_the_product_shows_them() -> None:
    for example in examples(1, 200):
        pictures = sum(isinstance(part, ImagePart) for message in example.messages for part in message.parts)
        assert pictures == example.pictures <= 1
        if example.task in ("scene", "mss_chat_judge", "cot_chat"):
            assert example.shown
        if example.task == "intent":
            assert not example.shown


def test_a_second_picture_is_shown_and_what_is_unsafe_in_one_is_unsafe() -> None:
    drawn, beside = mixture(), PictureContent(Scene("china shop", ()))
    lawn = PictureContent(Scene("park", ()), safe=GOLF.name)
    asked = [drawn.picture_example(lawn, beside) for _ in range(2000)]
    two = [each for each in asked if each.pictures == 2]
    assert {"scene", "onlooker"} <= {each.task for each in two} <= OF_ALL_PICTURES
    for example in two:
        if example.task.startswith("scene"):
            assert json.loads(example.reply)["place"] == "park and china shop"
    golf = [each for each in two if each.task == "onlooker" and f"activity: {GOLF.name}\n" in each.messages[0].text]
    assert golf
    assert {json.loads(each.reply)["verdict"] for each in golf} == {"unsafe"}


def test_one_reply_holds_what_three_agents_would_say() -> None:
    drawn = mixture()
    dialogue = drawn.dialogues.dialogue(GOLF, SHOP)
    said = json.loads(drawn.picture_task("fused", dialogue).reply)
    assert list(said) == ["intent", "scene", "situation"]
    assert said["scene"] == json.loads(drawn.picture_task("scene", dialogue).reply)
    alone = json.loads(drawn.picture_task("fused", without_picture(dialogue)).reply)
    assert alone["scene"] is None
    assert (said["situation"]["verdict"], alone["situation"]["verdict"]) == ("unsafe", "safe")


def test_no_word_of_the_request_is_in_the_onlookers_prompt() -> None:
    drawn = mixture()
    for _ in range(50):
        dialogue = drawn.dialogues.dialogue(GOLF, SHOP)
        example = drawn.picture_task("onlooker", dialogue)
        assert dialogue.conversation.messages[-1].text not in example.messages[0].text


def test_training_never_asks_about_a_held_out_combination() -> None:
    rng, drawn = Random(3), mixture(3)
    for _ in range(300):
        for shown in sample_contents(rng):
            asked = drawn.activity_for(shown)
            assert asked is not None
            assert shown.scene is not None
            assert not is_held_out(asked.name, shown.scene)
    for _ in range(300):
        activity, scene = drawn.fact_scene()
        assert not is_held_out(activity.name, scene)


def test_the_same_random_state_gives_the_same_examples() -> None:
    assert list(examples(5, 50)) == list(examples(5, 50))


def test_every_weighted_picture_task_can_be_written() -> None:
    drawn = mixture()
    for kind in PICTURE_TASKS.keys() - {"description"}:
        dialogue: Dialogue = drawn.dialogues.dialogue(GOLF, SHOP)
        assert drawn.picture_task(kind, dialogue).reply
