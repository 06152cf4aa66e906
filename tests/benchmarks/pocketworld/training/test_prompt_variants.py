"""Variants of prompts are of prompts that exist, and differ from them."""

from agents.prompts import PromptSet
from benchmarks.pocketworld.training.prompt_variants import FIRST_LINES

COMPACT = PromptSet.load("compact")


def test_other_wordings_are_of_prompts_that_exist_and_differ_from_them() -> None:
    for name, lines in FIRST_LINES.items():
        assert COMPACT[name].text.split("\n")[0] not in lines
