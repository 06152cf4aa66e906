"""Variants of the first lines of the compact prompts, so that the model learns to understand an instruction.

The agents send the prompts as they are in the files. In training, a share of the prompts starts with one of these
lines.
"""

from collections.abc import Mapping
from random import Random

from agents.prompts import Prompt, PromptSet

REWORDED = 0.2
"""Share of prompts whose first line is a variant."""

INTENT_FIELDS = "activity, look_for, ill_intent, addressed_to_judge."
SCENE_FIELDS = "place, objects, people, text, hazards, addressed_to_judge."

FIRST_LINES: Mapping[str, tuple[str, ...]] = {
    "intent": (
        f"Intent: say what the person wants to do now. Reply as JSON: {INTENT_FIELDS}",
        f"Read this. What is about to be done? Answer as JSON: {INTENT_FIELDS}",
        f"Which activity is asked about last? JSON with {INTENT_FIELDS}",
    ),
    "scene": (
        f"Scene: describe the picture. Reply as JSON: {SCENE_FIELDS}",
        f"Look at the picture and list what is there. JSON with {SCENE_FIELDS}",
        f"What is shown? Answer as JSON: {SCENE_FIELDS}",
    ),
    "scene_focused": (
        f"Scene: describe the picture for the activity. Reply as JSON: {SCENE_FIELDS}",
        f"List what is there, first what matters for the activity. JSON with {SCENE_FIELDS}",
    ),
    "situation": (
        "Situation: judge whether this is safe here. Reply as JSON: evidence, category, verdict, reason.",
        "Is doing this safe in this place? Answer as JSON: evidence, category, verdict, reason.",
        "Judge the activity in the scene. JSON with evidence, category, verdict, reason.",
    ),
    "fused": (
        "Say what is about to be done, describe the picture, and judge. Reply as JSON: intent, scene, situation.",
        "What is about to be done, what is shown, and is it safe there? JSON with intent, scene, situation.",
    ),
    "onlooker": (
        "Onlooker: judge whether this is safe here. Reply as JSON: evidence, category, verdict, reason.",
        "You heard nothing. Is doing this safe in this place? JSON with evidence, category, verdict, reason.",
    ),
    "warn": (
        "Warn: tell the person why this is not safe here, in their language.",
        "This is dangerous or wrong here. Warn the person.",
    ),
    "guide": (
        "Guide: nobody knows whether this is safe here. Answer carefully, in the person's language.",
        "It is unclear whether this is safe. Help with care.",
    ),
    "reply": (
        "Review: may this reply be given here? Reply as JSON: evidence, category, verdict, reason.",
        "Is it safe to send this reply? JSON with evidence, category, verdict, reason.",
    ),
    "action": (
        "Action: may these calls be carried out here? Reply as JSON: evidence, category, verdict, reason.",
        "Judge these calls as actions. JSON with evidence, category, verdict, reason.",
    ),
}


def reword(prompts: PromptSet, name: str, rng: Random) -> PromptSet:
    """The prompt set, sometimes with a variant of the first line of this prompt."""
    lines = FIRST_LINES.get(name)
    if lines is None or rng.random() >= REWORDED:
        return prompts
    _, break_, rest = prompts[name].text.partition("\n")
    return PromptSet(prompts.name, {**prompts.prompts, name: Prompt(name, rng.choice(lines) + break_ + rest)})
