"""Boxes, and the encoders over tiny checkpoints that are made here."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image

from benchmarks.errors import FileMissing
from benchmarks.panels.clue.encoders import Box, ClipRelevance, Owlv2Detector, cropped, opened, without
from benchmarks.pictures import Picture
from tests.benchmarks.folders import picture_bytes

transformers = pytest.importorskip("transformers")
PICTURE = Picture.of(picture_bytes(3))
SIDE = 32
SMALL = {"hidden_size": 32, "intermediate_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2}


def test_a_box_has_an_area_and_room_and_ends_at_the_edge() -> None:
    box = Box(0.9, 0.4, 1.0, 0.5)
    assert box.area == pytest.approx(0.01)
    wide = box.wider(1.0)
    assert (wide.left, wide.top, wide.right, wide.bottom) == pytest.approx((0.8, 0.3, 1.0, 0.6))
    assert Box(-0.1, 0, 0.5, 1.2).wider(0.0) == Box(0, 0, 0.5, 1)
    assert Box(0, 1.1, 1, 1.2).wider(0.0).area == 0  # beside the picture


def test_the_thing_is_taken_out_or_cut_out() -> None:
    image = opened(PICTURE)
    half = Box(0, 0, 0.5, 1)
    rest = opened(without(PICTURE, half))
    assert rest.size == image.size
    assert rest.getpixel((0, 0)) == (128, 128, 128)
    assert rest.getpixel((image.width - 1, 0)) == image.getpixel((image.width - 1, 0))
    assert opened(cropped(PICTURE, Box(0, 0, 0.01, 0.01))).size < image.size


def test_a_folder_that_is_no_checkpoint_is_named(tmp_path: Path) -> None:
    for encoder in (ClipRelevance, Owlv2Detector):
        with pytest.raises(FileMissing, match="nothing is downloaded"):
            encoder(tmp_path)


def tokenizer(folder: Path) -> object:
    """CLIP's kind of tokenizer, with single letters for words."""
    letters = [chr(code) for code in range(ord("a"), ord("z") + 1)]
    words = [*letters, *(f"{each}</w>" for each in letters), "<|startoftext|>", "<|endoftext|>"]
    (folder / "vocab.json").write_text(json.dumps({word: place for place, word in enumerate(words)}), encoding="utf-8")
    (folder / "merges.txt").write_text("#version: 0.2\n", encoding="utf-8")
    return transformers.CLIPTokenizer(str(folder / "vocab.json"), str(folder / "merges.txt"))


async def test_clip_from_a_folder_gives_a_cosine(tmp_path: Path) -> None:
    config = transformers.CLIPConfig(
        text_config={**SMALL, "vocab_size": 54, "eos_token_id": 53, "bos_token_id": 52, "pad_token_id": 53},
        vision_config={**SMALL, "image_size": SIDE, "patch_size": 8},
        projection_dim=16,
    )
    transformers.CLIPModel(config).save_pretrained(tmp_path)
    size = {"size": {"shortest_edge": SIDE}, "crop_size": {"height": SIDE, "width": SIDE}}
    images = transformers.CLIPImageProcessor(**size)
    transformers.CLIPProcessor(image_processor=images, tokenizer=tokenizer(tmp_path)).save_pretrained(tmp_path)
    encoder = ClipRelevance(tmp_path)
    likeness = await encoder.likeness(PICTURE, "nobody lights a fire")
    assert -1 <= likeness <= 1
    assert likeness == await encoder.likeness(PICTURE, "nobody lights a fire")
    assert likeness != await encoder.likeness(PICTURE, "a cat")


async def test_owlv2_from_a_folder_gives_its_surest_box_or_none(tmp_path: Path) -> None:
    config = transformers.Owlv2Config(
        text_config={**SMALL, "vocab_size": 54, "eos_token_id": 53, "bos_token_id": 52, "pad_token_id": 53},
        vision_config={**SMALL, "image_size": SIDE, "patch_size": 8},
        projection_dim=32,
    )
    model = transformers.Owlv2ForObjectDetection(config)
    model.box_head.dense2.weight.data.zero_()  # so that each box is a patch, of which the picture has sixteen
    model.box_head.dense2.bias.data.zero_()
    model.save_pretrained(tmp_path)
    images = transformers.Owlv2ImageProcessor(size={"height": SIDE, "width": SIDE})
    transformers.Owlv2Processor(image_processor=images, tokenizer=tokenizer(tmp_path)).save_pretrained(tmp_path)
    path = tmp_path / "square.png"
    Image.new("RGB", (SIDE, SIDE), "white").save(path)
    found = await Owlv2Detector(tmp_path, confidence=0.0).box(Picture.of(path), "a cat")
    assert found is not None
    assert 1 / 64 <= found.area <= 1.01 / 16
    assert await Owlv2Detector(tmp_path, confidence=1.0).box(Picture.of(path), "a cat") is None
