"""Which compact prompts the embedded model is taught. The others it may be asked all the same, and reports say so.

The rule for a prompt that a checkpoint is asked: where `checkpoint.json` lists it, its text is the one that was trained
on, else the checkpoint is stale. Where it is not listed, it was never learned (`guard.methods.learned`).
"""

from agents.prompts import PromptSet

UNTAUGHT = frozenset(
    {
        "adashield", "ecso_answer", "ecso_caption", "ecso_tell", "echosafe_recall", "echosafe_reflect",
        "sia_answer", "sia_caption", "sia_intent",
    }
)  # fmt: skip
"""Prompts of methods that came after the model was trained, or whose replies a drawn toy world cannot teach."""


def taught_prompts() -> PromptSet:
    """The compact prompts without the untaught ones: an example that filled one of those would be an error."""
    compact = PromptSet.load("compact")
    return PromptSet(compact.name, {name: each for name, each in compact.prompts.items() if name not in UNTAUGHT})
