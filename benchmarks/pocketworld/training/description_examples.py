"""Training examples that ask about the picture itself: what it shows, what the sign says, which place it is."""

from random import Random

from benchmarks.pocketworld.training import labels
from benchmarks.pocketworld.training.agent_examples import AgentExamples, Example, as_reply
from benchmarks.pocketworld.training.dialogues import DialogueWriter
from benchmarks.pocketworld.training.question_words import PLACE_QUESTIONS, SCENE_QUESTIONS, SIGN_QUESTIONS
from benchmarks.pocketworld.world.ontology import Scene

OUT_OF_DOMAIN_ANSWER = "I do not know what this picture shows."


def answer_about(scene: Scene | None, question: str) -> str:
    """The plain answer to one of these questions."""
    if scene is None:
        return OUT_OF_DOMAIN_ANSWER
    if question in SIGN_QUESTIONS:
        return f"The sign says {scene.sign}." if scene.sign else "There is no sign here."
    if question in PLACE_QUESTIONS:
        return f"This is the {scene.place}."
    return f"I see the {scene.describe()}."


def description_examples(
    agents: AgentExamples, dialogues: DialogueWriter, scene: Scene | None, rng: Random
) -> tuple[Example, ...]:
    """One question about the picture, twice: for the unguarded model and for the intent agent."""
    question = rng.choice((*SCENE_QUESTIONS, *SIGN_QUESTIONS, *PLACE_QUESTIONS))
    conversation, addressed_to_judge = dialogues.conversation(question, pictured=True)
    intent = agents.prompt("intent", conversation, {}, shown=False)
    return (
        Example("description", conversation.messages, answer_about(scene, question)),
        Example(
            "intent",
            intent,
            as_reply(labels.DESCRIBE_INTENT.model_copy(update={"addressed_to_judge": addressed_to_judge})),
        ),
    )
