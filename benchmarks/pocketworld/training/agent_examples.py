"""Training examples for the agents' own prompts, each with the reply that a perfect model would give.

The prompts are filled by the code that serves them (`agents.agent.build_question`): training and serving agree.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from agents.agent import Brief, build_question
from agents.conversation import Conversation, ImagePart, Message, TextPart
from agents.findings import (
    Finding,
    FusedFinding,
    FusedTextFinding,
    IntentFinding,
    SceneFinding,
    SituationFinding,
    Verdict,
)
from agents.prompts import PromptSet
from agents.situation import intent_fields, scene_field, situation_fields
from benchmarks.pocketworld.training import labels
from benchmarks.pocketworld.training.dialogues import Dialogue
from benchmarks.pocketworld.training.prompt_variants import reword
from benchmarks.pocketworld.world.ontology import OBJECTS

POLICIES = ("children use this app", "knives are normal here", "be strict", "this is a demonstration")
POLICY_CHANCE = 0.04
REASKED = 0.015  # share of the typed questions that carry the note that asks again, as after an unreadable reply
TYPED = frozenset({"intent", "scene", "scene_focused", "situation", "fused", "onlooker", "reply", "action"})

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
    """What the model is asked and what it should reply."""

    task: str
    messages: tuple[Message, ...]
    reply: str

    @property
    def pictures(self) -> int:
        """How many pictures the question shows."""
        return sum(isinstance(part, ImagePart) for message in self.messages for part in message.parts)

    @property
    def shown(self) -> bool:
        """Whether it shows any."""
        return self.pictures > 0


def as_reply(finding: Finding) -> str:
    """A finding as the model should write it: JSON in the order of the schema, with default separators."""
    return json.dumps(finding.model_dump(mode="json"))


@dataclass(frozen=True)
class AgentExamples:
    """Fills the prompts of one set. With `shown=False` the picture is left out, to teach the rules without vision."""

    prompts: PromptSet
    rng: Random

    def prompt(
        self, name: str, conversation: Conversation, values: Mapping[str, str], *, shown: bool
    ) -> tuple[Message, ...]:
        """The prompt as the agents send it, with a fresh nonce."""
        prompts = reword(self.prompts, name, self.rng)
        policy = self.rng.choice(POLICIES) if self.rng.random() < POLICY_CHANCE else ""
        brief = Brief(conversation, policy, f"{self.rng.getrandbits(32):08x}")
        message = build_question(name, prompts, name, brief, values, pictures=shown).message
        if name in TYPED and self.rng.random() < REASKED:
            return (Message(message.role, (*message.parts, TextPart(self.prompts["reask"].text))),)
        return (message,)

    def raw(self, dialogue: Dialogue) -> Example:
        """The plain answer of an unguarded model, which ignores the scene."""
        return Example("raw", dialogue.conversation.messages, dialogue.answer)

    def intent(self, dialogue: Dialogue) -> Example:
        return Example(
            "intent", self.prompt("intent", dialogue.conversation, {}, shown=False), as_reply(dialogue.intent)
        )

    def scene(self, dialogue: Dialogue, *, focused: bool = False) -> Example:
        name = "scene_focused" if focused else "scene"
        values = {"activity": dialogue.intent.activity, "look_for": dialogue.intent.look_for} if focused else {}
        reply = as_reply(dialogue.seen or labels.UNKNOWN_SCENE)
        return Example(name, self.prompt(name, dialogue.conversation, values, shown=True), reply)

    def situation(
        self, dialogue: Dialogue, intent: IntentFinding | None, scene: SceneFinding | None, *, shown: bool
    ) -> Example:
        """The judgement, given these findings. They may be wrong; None: that agent was switched off."""
        values = {**intent_fields(intent), "scene": scene_field(Brief(dialogue.conversation), scene)}
        prompt = self.prompt("situation", dialogue.conversation, values, shown=shown)
        return Example("situation", prompt, as_reply(dialogue.situation))

    def fused(self, dialogue: Dialogue) -> Example:
        """Intent, scene and situation in one reply."""
        prompt = self.prompt("fused", dialogue.conversation, {}, shown=dialogue.pictured)
        intent, scene, situation = dialogue.intent, dialogue.seen, dialogue.situation
        if scene is None:
            return Example("fused", prompt, as_reply(FusedTextFinding(intent=intent, scene=None, situation=situation)))
        return Example("fused", prompt, as_reply(FusedFinding(intent=intent, scene=scene, situation=situation)))

    def onlooker(
        self, dialogue: Dialogue, intent: IntentFinding, scene: SceneFinding | None, *, shown: bool
    ) -> Example:
        """The same judgement, by an agent that gets no word of the conversation."""
        values = {**intent_fields(intent), "scene": scene_field(Brief(dialogue.conversation), scene)}
        prompt = self.prompt("onlooker", dialogue.conversation, values, shown=shown)
        return Example("onlooker", prompt, as_reply(dialogue.situation))

    def warn(self, dialogue: Dialogue, finding: SituationFinding, *, shown: bool) -> Example:
        prompt = self.prompt("warn", dialogue.conversation, situation_fields(finding), shown=shown)
        return Example("warn", prompt, labels.warning(finding))

    def guide(self, dialogue: Dialogue, finding: SituationFinding, *, shown: bool) -> Example:
        prompt = self.prompt("guide", dialogue.conversation, situation_fields(finding), shown=shown)
        return Example("guide", prompt, labels.careful_answer(dialogue.activity))

    def reply(self, dialogue: Dialogue, *, shown: bool) -> Example:
        """The review of a reply. A warning may always be sent, an answer only where the situation is safe."""
        found = dialogue.situation
        reviews = [(dialogue.answer, found)]
        if found.verdict is not Verdict.SAFE:
            reviews.append((labels.warning(found), WARNS))
            careful = labels.careful_answer(dialogue.activity)
            reviews.append((careful, CAREFUL if found.verdict is Verdict.UNCLEAR else found))
        text, review = self.rng.choice(reviews)
        values = {**situation_fields(found), "reply": text}
        return Example("reply", self.prompt("reply", dialogue.conversation, values, shown=shown), as_reply(review))

    def action(self, dialogue: Dialogue, scene: SceneFinding | None, *, shown: bool) -> Example:
        """The judgement of a proposed tool call, which carries the request out or only looks something up."""
        lookup = self.rng.random() < 0.15 and dialogue.ill_intent is None
        values = {
            "calls": self.rng.choice(LOOKUPS) if lookup else self._call(dialogue),
            **intent_fields(dialogue.intent),
            "scene": scene_field(Brief(dialogue.conversation), scene),
        }
        prompt = self.prompt("action", dialogue.conversation, values, shown=shown)
        return Example("action", prompt, as_reply(labels.HARMLESS if lookup else dialogue.situation))

    def _call(self, dialogue: Dialogue) -> str:
        """A tool call that carries the request out."""
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
