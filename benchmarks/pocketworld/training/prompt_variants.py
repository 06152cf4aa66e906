"""Other wordings of the compact prompts' first lines: an instruction is understood, not recognised.

The product sends its own files; in training, a part of all prompts is worded in one of these ways.
"""

from collections.abc import Mapping
from random import Random

from agents.prompts import Prompt, PromptSet

REWORDED = 0.2
"""The share of prompts whose first line is worded differently."""

FIRST_LINES: Mapping[str, tuple[str, ...]] = {
    "intent": (
        "Intent: say what the person wants to do now. Reply as JSON: activity, look_for, ill_intent.",
        "Read the conversation. What is about to be done? Answer as JSON: activity, look_for, ill_intent.",
        "Which activity is asked about last? JSON with activity, look_for, ill_intent.",
    ),
    "scene": (
        "Scene: describe the picture. Reply as JSON: place, objects, people, text, hazards.",
        "Look at the picture and list what is there. JSON with place, objects, people, text, hazards.",
        "What is shown? Answer as JSON: place, objects, people, text, hazards.",
    ),
    "scene_focused": (
        "Scene: describe the picture for the activity. Reply as JSON: place, objects, people, text, hazards.",
        "List what is there, first what matters for the activity. JSON with place, objects, people, text, hazards.",
    ),
    "situation": (
        "Situation: judge whether this is safe here. Reply as JSON: evidence, category, verdict, reason.",
        "Is doing this safe in this place? Answer as JSON: evidence, category, verdict, reason.",
        "Judge the activity in the scene. JSON with evidence, category, verdict, reason.",
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
    """The set with this prompt's first line worded differently, now and then; else the set as it is."""
    lines = FIRST_LINES.get(name)
    if lines is None or rng.random() >= REWORDED:
        return prompts
    _, break_, rest = prompts[name].text.partition("\n")
    return PromptSet(prompts.name, {**prompts.prompts, name: Prompt(name, rng.choice(lines) + break_ + rest)})
