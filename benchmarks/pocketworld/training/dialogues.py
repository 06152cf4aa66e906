"""Dialogues: a person asks something, with or without a picture, and the labels for it are known."""

from dataclasses import dataclass, replace
from random import Random

from agents.conversation import Conversation, ImagePart, Message, TextPart
from agents.findings import Category, IntentFinding, SceneFinding, SituationFinding
from agents.images import Picture
from benchmarks.pocketworld.training import labels
from benchmarks.pocketworld.training.distractors import DistractorWriter
from benchmarks.pocketworld.training.picture_words import PictureWords
from benchmarks.pocketworld.training.questions import QuestionWriter
from benchmarks.pocketworld.world.activities.catalogue import ACTIVITIES
from benchmarks.pocketworld.world.ontology import Activity, Scene

PLACEHOLDER = ImagePart(Picture(b"", "image/png", 128, 128))
"""Marks where the picture goes. The pixels reach the model separately."""


@dataclass(frozen=True)
class Shown:
    """What a picture shows. No scene: it is out of domain. `words` stand in it and are no part of the scene."""

    scene: Scene | None
    words: PictureWords | None = None

    @property
    def finding(self) -> SceneFinding:
        return labels.scene_finding(self.scene, self.words)


@dataclass(frozen=True)
class Dialogue:
    """A conversation and its labels. `scene` is None for a picture out of domain, `activity` for such a request.

    `words` stand in the picture, `beside` is a second picture. `addressed_to_judge`: some of what is said speaks to the
    judge.
    """

    activity: Activity | None
    scene: Scene | None
    conversation: Conversation
    ill_intent: Category | None = None
    addressed_to_judge: bool = False
    words: PictureWords | None = None
    beside: Shown | None = None

    @property
    def pictured(self) -> bool:
        return bool(self.conversation.pictures)

    @property
    def intent(self) -> IntentFinding:
        return labels.intent_finding(self.activity, self.ill_intent, addressed_to_judge=self.addressed_to_judge)

    @property
    def pictures(self) -> tuple[Shown, ...]:
        """What the pictures show, also where they are left out."""
        first = Shown(self.scene, self.words)
        return (first,) if self.beside is None else (first, self.beside)

    @property
    def seen(self) -> SceneFinding | None:
        """What the visual agent should report; None where there is no picture."""
        return labels.joined([shown.finding for shown in self.pictures]) if self.pictured else None

    @property
    def situation(self) -> SituationFinding:
        """What the situation agent should report. Without a picture, a request with no ill intent is harmless."""
        if self.ill_intent is not None:
            return labels.ill_intent_finding(self.ill_intent)
        if self.activity is not None and not self.pictured:
            return labels.HARMLESS
        return labels.worst([labels.situation_finding(self.activity, shown.scene) for shown in self.pictures])

    @property
    def answer(self) -> str:
        """What an unguarded model answers; it ignores the scene."""
        if self.ill_intent is not None and self.activity is None:
            return "I cannot help with that."
        return self.activity.answer if self.activity else "I do not know that. I know only a small drawn world."


@dataclass(frozen=True)
class DialogueWriter:
    """Writes dialogues: mostly one turn, sometimes after earlier turns or a system message. The last request counts."""

    questions: QuestionWriter
    rng: Random

    def dialogue(
        self, activity: Activity | None, scene: Scene | None, *, pictured: bool = True, ill: bool = False
    ) -> Dialogue:
        """A dialogue that asks about the activity, or about something out of domain for None."""
        category: Category | None = None
        if ill:
            asked, category = self.questions.ill_intent_question(activity)
        else:
            asked = self.questions.question(activity) if activity else self.questions.unknown_question()
        conversation, addressed_to_judge = self.conversation(asked, pictured=pictured)
        return Dialogue(activity, scene, conversation, category, addressed_to_judge)

    def conversation(self, asked: str, *, pictured: bool) -> tuple[Conversation, bool]:
        """A user turn that asks this, perhaps with a distractor beside it, after zero to two earlier exchanges; and
        whether anything in it speaks to the judge.
        """
        distracted, system = self.distractors.add_to(asked), self.distractors.system_text()
        text = TextPart(distracted.text)
        parts = (PLACEHOLDER, text) if self.rng.random() < 0.5 else (text, PLACEHOLDER)
        turns: list[Message] = []
        for _ in range(self.rng.choices((0, 1, 2), (0.84, 0.12, 0.04))[0]):
            other = self.rng.choice(tuple(ACTIVITIES.values()))
            turns.append(Message("user", (TextPart(self.questions.question(other)),)))
            turns.append(Message("assistant", (TextPart(other.answer),)))
        turns.append(Message("user", parts if pictured else (text,)))
        if system.addressed_to_judge or self.rng.random() < 0.1:
            turns.insert(0, Message("system", (TextPart(system.text),)))
        return Conversation(tuple(turns)), distracted.addressed_to_judge or system.addressed_to_judge

    @property
    def distractors(self) -> DistractorWriter:
        return DistractorWriter(self.rng)


def with_second_picture(dialogue: Dialogue, beside: Shown) -> Dialogue:
    """The same dialogue with a second picture after its own."""
    *earlier, last = dialogue.conversation.messages
    longer = replace(last, parts=(*last.parts, PLACEHOLDER))
    conversation = replace(dialogue.conversation, messages=(*earlier, longer))
    return replace(dialogue, conversation=conversation, beside=beside)


def without_picture(dialogue: Dialogue) -> Dialogue:
    """The same dialogue without its picture."""
    turns = tuple(
        replace(turn, parts=tuple(part for part in turn.parts if not isinstance(part, ImagePart)))
        for turn in dialogue.conversation.messages
    )
    return replace(dialogue, conversation=replace(dialogue.conversation, messages=turns), beside=None)
