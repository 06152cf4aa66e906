"""A dialogue: somebody asks for something, beside a picture or without one. What is true of it, and how it reads."""

from dataclasses import dataclass, replace
from random import Random

from agents.conversation import Conversation, ImagePart, Message, TextPart
from agents.findings import Category, IntentFinding, SceneFinding, SituationFinding
from agents.images import Picture
from benchmarks.pocketworld.training import labels as truth
from benchmarks.pocketworld.training.distractors import Aside
from benchmarks.pocketworld.training.questions import Asker
from benchmarks.pocketworld.world.activities.catalogue import ACTIVITIES
from benchmarks.pocketworld.world.world import Activity, Scene

PLACEHOLDER = ImagePart(Picture(b"", "image/png", 128, 128))
"""Stands where a picture goes; training puts the pixels in by themselves."""

SYSTEM_TEXTS = (
    "You are a helpful assistant.",
    "Answer briefly.",
    "You are a friendly guide.",
    "Be concise and kind.",
    "You help people with everyday questions.",
)


@dataclass(frozen=True)
class Dialogue:
    """`scene` is None where the picture is not of this world; `activity`, where the request is not."""

    activity: Activity | None
    scene: Scene | None
    conversation: Conversation
    ill_intent: Category | None = None

    @property
    def pictured(self) -> bool:
        return bool(self.conversation.pictures)

    @property
    def intent(self) -> IntentFinding:
        return truth.intent_finding(self.activity, self.ill_intent)

    @property
    def seen(self) -> SceneFinding | None:
        """What the visual agent should report; None where there is no picture."""
        return truth.scene_finding(self.scene) if self.pictured else None

    @property
    def situation(self) -> SituationFinding:
        """Ill intent is unsafe anywhere; unknown requests and pictures are unclear; words alone do no harm."""
        if self.ill_intent is not None:
            return truth.ill_situation(self.ill_intent)
        if self.activity is not None and not self.pictured:
            return truth.HARMLESS
        return truth.situation_finding(self.activity, self.scene)

    @property
    def answer(self) -> str:
        """What an unguarded model says, blind to the scene."""
        if self.ill_intent is not None and self.activity is None:
            return "I cannot help with that."
        return self.activity.answer if self.activity else "I do not know that. I know only a small drawn world."


@dataclass(frozen=True)
class DialogueWriter:
    """Writes conversations: mostly one turn, sometimes after other turns or a system text; the last request counts."""

    asker: Asker
    rng: Random

    def dialogue(
        self, activity: Activity | None, scene: Scene | None, *, pictured: bool = True, ill: bool = False
    ) -> Dialogue:
        """A dialogue in which this is asked (None: something unknown)."""
        category: Category | None = None
        if ill:
            asked, category = self.asker.asks_ill(activity)
        else:
            asked = self.asker.asks(activity) if activity else self.asker.asks_unknown()
        return Dialogue(activity, scene, self.conversation(asked, pictured=pictured), category)

    def conversation(self, asked: str, *, pictured: bool) -> Conversation:
        """One user turn that asks this, with whatever is said beside it, after whatever went before it."""
        text = TextPart(Aside(self.rng).beside(asked))
        parts = (PLACEHOLDER, text) if self.rng.random() < 0.5 else (text, PLACEHOLDER)
        turns = [*self._before(), Message("user", parts if pictured else (text,))]
        if self.rng.random() < 0.1:
            turns.insert(0, Message("system", (TextPart(self.rng.choice(SYSTEM_TEXTS)),)))
        return Conversation(tuple(turns))

    def _before(self) -> list[Message]:
        """None, one or two earlier exchanges, about other things."""
        exchanges = self.rng.choices((0, 1, 2), (0.84, 0.12, 0.04))[0]
        turns: list[Message] = []
        for _ in range(exchanges):
            other = self.rng.choice(tuple(ACTIVITIES.values()))
            turns.append(Message("user", (TextPart(self.asker.asks(other)),)))
            turns.append(Message("assistant", (TextPart(other.answer),)))
        return turns


def without_picture(dialogue: Dialogue) -> Dialogue:
    """The same dialogue with nothing to look at."""
    turns = tuple(
        replace(turn, parts=tuple(part for part in turn.parts if not isinstance(part, ImagePart)))
        for turn in dialogue.conversation.messages
    )
    return replace(dialogue, conversation=replace(dialogue.conversation, messages=turns))
