"""A CLIP checkpoint as an encoder: a tiny one with random weights, made here."""

from __future__ import annotations

from pathlib import Path

import pytest

from agents.clip_encoder import ClipEncoder
from agents.conversation import Conversation, user_message
from agents.encoder import cosine
from tests.scripts import golf, picture

transformers = pytest.importorskip("transformers", reason="needs local: the extra of that name")
pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Whitespace

    made = tmp_path_factory.mktemp("tiny-clip")
    words = ["<pad>", "<unk>", "<end>", "How", "do", "I", "practise", "my", "golf", "swing", "here", "?"]
    special = {"pad_token": "<pad>", "unk_token": "<unk>", "eos_token": "<end>"}
    tokens = Tokenizer(WordLevel({word: place for place, word in enumerate(words)}, unk_token=special["unk_token"]))
    tokens.pre_tokenizer = Whitespace()
    tokenizer = transformers.PreTrainedTokenizerFast(tokenizer_object=tokens, model_max_length=16, **special)
    size = {"hidden_size": 8, "intermediate_size": 8, "num_hidden_layers": 1, "num_attention_heads": 2}
    text = {**size, "vocab_size": len(words), "max_position_embeddings": 16, "eos_token_id": 2, "bos_token_id": 0}
    config = transformers.CLIPConfig(
        text_config=text, vision_config={**size, "image_size": 16, "patch_size": 8}, projection_dim=8
    )
    transformers.set_seed(0)
    transformers.CLIPModel(config).save_pretrained(made)
    images = transformers.CLIPImageProcessor(size={"shortest_edge": 16}, crop_size={"height": 16, "width": 16})
    transformers.CLIPProcessor(images, tokenizer).save_pretrained(made)
    return made


def test_the_question_and_its_pictures_are_both_in_the_vector(folder: Path) -> None:
    encoder = ClipEncoder(folder)
    red, blue = (encoder.encode(golf(picture(colour))) for colour in ("red", "blue"))
    assert cosine(red, red) == pytest.approx(1)
    assert cosine(red, blue) < 0.9999
    other = encoder.encode(Conversation((user_message("swing golf", picture("red")),)))
    assert cosine(red, other) < 0.9999
    assert len(red) == len(blue) == 16
    assert len(encoder.encode(golf())) == 8
