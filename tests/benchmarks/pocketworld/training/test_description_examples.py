"""Questions about the picture are answered from it."""

import json
from random import Random

from benchmarks.pocketworld.training.agent_examples import AgentExamples
from benchmarks.pocketworld.training.description_examples import answer_about, description_examples
from benchmarks.pocketworld.training.dialogues import DialogueWriter
from benchmarks.pocketworld.world.ontology import Scene, Thing

SHOP = Scene("china shop", (Thing("vase"),))
RANGE = Scene("driving range", (Thing("hay bale"),), "OPEN")


def test_a_question_about_the_picture_is_answered_from_it(dialogues: DialogueWriter, writer: AgentExamples) -> None:
    assert answer_about(RANGE, "What does the sign say?") == "The sign says OPEN."
    assert answer_about(SHOP, "What does the sign say?") == "There is no sign here."
    answered, understood = description_examples(writer, dialogues, SHOP, Random(0))
    assert answered.shown
    assert json.loads(understood.reply)["activity"] == "describe the picture"
