"""Fixed stretches of prompts are one token, and any text comes back the same."""

import pytest
from transformers import PreTrainedTokenizerFast

from agents.prompts import FIELD, PromptSet
from benchmarks.pocketworld.training.tokenizer import NESTED, punctuation, stretches

pytestmark = pytest.mark.filterwarnings("ignore")
COMPACT = PromptSet.load("compact")
NONCE = "0f3a99c1"


def test_each_fixed_stretch_of_a_prompt_is_one_token(tokenizer: PreTrainedTokenizerFast) -> None:
    for stretch in stretches(COMPACT):
        assert len(tokenizer(stretch)["input_ids"]) == 1
    assert all(not FIELD.search(stretch) for stretch in stretches(COMPACT))


def test_the_findings_of_a_fused_reply_are_joined_by_one_token(tokenizer: PreTrainedTokenizerFast) -> None:
    for piece in NESTED:
        assert len(tokenizer(piece)["input_ids"]) == 1


def test_whatever_is_written_comes_back_the_same(tokenizer: PreTrainedTokenizerFast) -> None:
    for text in (
        "Wo ist das Café? 你好 🙂",
        COMPACT["situation"].text,
        '{"a": [], "b": null}',
        f"<{NONCE}>\n</{NONCE}>",
    ):
        assert tokenizer.decode(tokenizer(text)["input_ids"]) == text


def test_punctuation_between_values_is_found_and_values_are_not() -> None:
    reply = '{"place": "pool", "objects": ["car", "cat"], "people": [], "text": ["OPEN"], "hazards": []}'
    found = punctuation([reply] * 20)
    assert '{"place": "' in found
    assert '", "objects": ["' in found
    assert all(word not in "".join(found) for word in ("pool", "car", "OPEN"))
