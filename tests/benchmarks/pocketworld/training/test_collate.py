"""Examples are rendered as the chat template does, with loss on the reply alone."""

import pytest
from transformers import PreTrainedTokenizerFast

from agents.conversation import ImagePart, Message, TextPart, user_message
from agents.images import Picture
from benchmarks.pocketworld.training.agent_examples import Example
from benchmarks.pocketworld.training.collate import IGNORED, Collator, chat_text
from benchmarks.pocketworld.training.dialogues import PLACEHOLDER
from benchmarks.pocketworld.training.model import (
    IMAGE_SIZE,
    IMAGE_TOKENS,
    build_processor,
)
from benchmarks.pocketworld.training.tokenizer import END, IMAGE

pytestmark = pytest.mark.filterwarnings("ignore")


def test_the_template_reads_texts_and_parts_with_pictures_first(tokenizer: PreTrainedTokenizerFast) -> None:
    processor = build_processor(tokenizer)
    picture = Picture(b"", "image/png", IMAGE_SIZE, IMAGE_SIZE)
    turns = (
        Message("system", (TextPart("Be kind."),)),
        Message("user", (TextPart("How?"), ImagePart(picture))),
        Message("assistant", (TextPart("So."),)),
        user_message("And now?"),
    )
    shaped = [
        {"role": "system", "content": "Be kind."},
        {"role": "user", "content": [{"type": "text", "text": "How?"}, {"type": "image"}]},
        {"role": "assistant", "content": [{"type": "text", "text": "So."}]},
        {"role": "user", "content": [{"type": "text", "text": "And now?"}]},
    ]
    text = processor.apply_chat_template(shaped, add_generation_prompt=True, tokenize=False)
    assert text == chat_text(turns).replace(IMAGE * IMAGE_TOKENS, IMAGE)
    assert text.index(IMAGE) < text.index("How?")


def test_loss_is_on_the_reply_alone(tokenizer: PreTrainedTokenizerFast) -> None:
    collator = Collator(tokenizer)
    rows = collator.encode(
        [Example("raw", (user_message("How?"),), "So."), Example("raw", (user_message("A"),), "B")], [(), ()]
    )
    batches = list(collator.batches(rows))
    said = [
        tokenizer.decode([token for token in row.tolist() if token != IGNORED])
        for batch in batches
        for row in batch.labels
    ]
    assert sorted(said) == sorted([f"So.{END}", f"B{END}"])


def test_an_example_gets_as_many_of_its_pictures_as_it_shows(tokenizer: PreTrainedTokenizerFast) -> None:
    collator, picture = Collator(tokenizer), PLACEHOLDER.picture
    shown = [user_message("How?", *[picture] * count) for count in (0, 1, 2)]
    rows = collator.encode([Example("raw", (turn,), "So.") for turn in shown], [(4, 5), (6, 7), (8, 9)])
    assert [row.pictures for row in rows] == [(), (6,), (8, 9)]
    pictures = [number for batch in collator.batches(rows) for number in batch.pictures.tolist()]
    assert sorted(pictures) == [6, 8, 9]
