"""Plain questions about the picture itself: what is there, what the sign says, where this is. Always safe to ask."""

from random import Random

from agents.findings import IntentFinding
from benchmarks.pocketworld.training import labels as truth
from benchmarks.pocketworld.training.agent_examples import Example, TaskWriter, as_reply
from benchmarks.pocketworld.training.dialogues import DialogueWriter
from benchmarks.pocketworld.training.question_words import LOOKING_QUESTIONS, PLACE_QUESTIONS, SIGN_QUESTIONS
from benchmarks.pocketworld.world.world import Scene

LOST = "I do not know what this picture shows."


def said_of(scene: Scene | None, question: str) -> str:
    """The plain answer to one of the questions."""
    if scene is None:
        return LOST
    if question in SIGN_QUESTIONS:
        return f"The sign says {scene.sign}." if scene.sign else "There is no sign here."
    if question in PLACE_QUESTIONS:
        return f"This is the {scene.place}."
    return f"I see the {scene.describe()}."


def looking_examples(
    tasks: TaskWriter, dialogues: DialogueWriter, scene: Scene | None, rng: Random
) -> tuple[Example, ...]:
    """One question about the picture: answered, understood and judged."""
    question = rng.choice((*LOOKING_QUESTIONS, *SIGN_QUESTIONS, *PLACE_QUESTIONS))
    conversation = dialogues.conversation(question, pictured=True)
    intent: IntentFinding = truth.LOOKING
    asked = tasks.asked("intent", conversation, {}, shown=False)
    return (
        Example("looking", conversation.messages, said_of(scene, question)),
        Example("intent", asked, as_reply(intent)),
    )
