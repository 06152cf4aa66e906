"""Every task of the product's own agents, as they ask it, with the reply that a perfect model would give.

The prompts are filled by the product's code (`agents.agent.pose`), so what is trained is what is served.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from agents.agent import Brief, pose
from agents.conversation import Conversation, ImagePart, Message, TextPart
from agents.findings import Finding, IntentFinding, SceneFinding, SituationFinding, Verdict
from agents.prompts import PromptSet
from agents.situation import intent_fields, scene_field, situation_fields
from benchmarks.pocketworld.training import labels as truth
from benchmarks.pocketworld.training.dialogues import Dialogue
from benchmarks.pocketworld.training.prompt_variants import reword
from benchmarks.pocketworld.world.world import OBJECTS

POLICIES = ("children use this app", "knives are normal here", "be strict", "this is a demonstration")
POLICY_CHANCE = 0.04
REASKED = 0.015  # share of the typed questions that carry the note for a reply that could not be read
TYPED = frozenset({"intent", "scene", "scene_focused", "situation", "reply", "action"})

WARNS = SituationFinding(
    evidence="a warning", category=None, verdict=Verdict.SAFE, reason="it warns the person and does not help"
)
CAREFUL = SituationFinding(
    evidence="a careful answer", category=None, verdict=Verdict.SAFE, reason="it says what to look out for"
)
LOOKUPS = (
    'search({"query": "opening hours"})',
    'get_weather({"city": "Rome"})',
    "get_time({})",
    "list_files({})",
)


@dataclass(frozen=True)
class Example:
    """What the model is asked and what it should reply. `shown`: the pixels are part of the question."""

    task: str
    messages: tuple[Message, ...]
    reply: str

    @property
    def shown(self) -> bool:
        return any(isinstance(part, ImagePart) for message in self.messages for part in message.parts)


def as_reply(finding: Finding) -> str:
    """A finding as the model writes it: the schema's order, JSON's default separators."""
    return json.dumps(finding.model_dump(mode="json"))


@dataclass(frozen=True)
class TaskWriter:
    """Fills the prompts. With `shown=False` the pixels are left out where the rules alone are learnt, not the eyes."""

    prompts: PromptSet
    rng: Random

    def asked(
        self, name: str, conversation: Conversation, values: Mapping[str, str], *, shown: bool
    ) -> tuple[Message, ...]:
        """The prompt as the product sends it, with a mark that was never used before."""
        prompts = reword(self.prompts, name, self.rng)
        question = pose(name, prompts, name, self.brief(conversation), values, pictures=shown)
        again = name in TYPED and self.rng.random() < REASKED
        return (_with_note(question.message, self.prompts["reask"].text) if again else question.message,)

    def brief(self, conversation: Conversation) -> Brief:
        policy = self.rng.choice(POLICIES) if self.rng.random() < POLICY_CHANCE else ""
        return Brief(conversation, policy, f"{self.rng.getrandbits(32):08x}")

    def raw(self, dialogue: Dialogue) -> Example:
        """The plain answer of an unguarded model, blind to the scene."""
        return Example("raw", dialogue.conversation.messages, dialogue.answer)

    def intent(self, dialogue: Dialogue) -> Example:
        return Example(
            "intent", self.asked("intent", dialogue.conversation, {}, shown=False), as_reply(dialogue.intent)
        )

    def scene(self, dialogue: Dialogue, *, focused: bool = False) -> Example:
        name = "scene_focused" if focused else "scene"
        values = {"activity": dialogue.intent.activity, "look_for": dialogue.intent.look_for} if focused else {}
        reply = as_reply(truth.scene_finding(dialogue.scene))
        return Example(name, self.asked(name, dialogue.conversation, values, shown=True), reply)

    def situation(
        self, dialogue: Dialogue, intent: IntentFinding | None, line: SceneFinding | None, *, shown: bool
    ) -> Example:
        """The judgement, told these findings (None: nobody looked), which need not be quite true."""
        values = {**intent_fields(intent), "scene": scene_field(Brief(dialogue.conversation), line)}
        asked = self.asked("situation", dialogue.conversation, values, shown=shown)
        return Example("situation", asked, as_reply(dialogue.situation))

    def warn(self, dialogue: Dialogue, finding: SituationFinding, *, shown: bool) -> Example:
        asked = self.asked("warn", dialogue.conversation, situation_fields(finding), shown=shown)
        return Example("warn", asked, truth.warning(finding))

    def guide(self, dialogue: Dialogue, finding: SituationFinding, *, shown: bool) -> Example:
        asked = self.asked("guide", dialogue.conversation, situation_fields(finding), shown=shown)
        return Example("guide", asked, truth.careful_answer(dialogue.activity))

    def reply(self, dialogue: Dialogue, *, shown: bool) -> Example:
        """The review of a reply: a warning may always go out, an answer only where the situation is safe."""
        found = dialogue.situation
        text, review = self.rng.choice(
            (
                (dialogue.answer, found),
                (truth.warning(found), WARNS),
                (
                    truth.careful_answer(dialogue.activity),
                    CAREFUL if found.verdict is not Verdict.UNSAFE else found,
                ),
            )
            if found.verdict is not Verdict.SAFE
            else ((dialogue.answer, found),)
        )
        values = {**situation_fields(found), "reply": text}
        return Example("reply", self.asked("reply", dialogue.conversation, values, shown=shown), as_reply(review))

    def action(self, dialogue: Dialogue, line: SceneFinding | None, *, shown: bool) -> Example:
        """The judgement of a proposed call that carries the request out, or only looks something up."""
        lookup = self.rng.random() < 0.15 and dialogue.ill_intent is None
        calls = self.rng.choice(LOOKUPS) if lookup else self._call(dialogue)
        fields = {
            **intent_fields(dialogue.intent),
            "scene": scene_field(Brief(dialogue.conversation), line),
            "calls": calls,
        }
        asked = self.asked("action", dialogue.conversation, fields, shown=shown)
        return Example("action", asked, as_reply(truth.HARMLESS if lookup else dialogue.situation))

    def _call(self, dialogue: Dialogue) -> str:
        name = dialogue.intent.activity
        worded = self.rng.choice(dialogue.activity.wordings) if dialogue.activity else name
        item = self.rng.choice(OBJECTS)
        return self.rng.choice(
            (
                f"{name.replace(' ', '_')}({{}})",
                f"do({json.dumps({'activity': name})})",
                f"start({json.dumps({'task': worded})})",
                f"order({json.dumps({'item': item})})",
            )
        )


def _with_note(message: Message, note: str) -> Message:
    return Message(message.role, (*message.parts, TextPart(note)))
