"""A picture is decoded and resized once, and every prompt about it gets the same tensors as by itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from agents.engine.chat_template import decode_picture
from agents.engine.request import Prompt
from agents.images import Picture
from tests.agents.engine.direct_requests import engine_request
from tests.agents.models.test_local import picture

torch = pytest.importorskip("torch", reason="needs local: the extra of that name")

if TYPE_CHECKING:
    from agents.engine.model_runner import ModelRunner


def prompt(text: str, *pictures: Picture) -> Prompt:
    return engine_request(text, *pictures).prompts[0]


@pytest.fixture
def decoded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The pictures that are decoded, by their digests."""
    seen: list[str] = []

    def watched(shown: Picture) -> Any:
        seen.append(shown.digest)
        return decode_picture(shown)

    monkeypatch.setattr("agents.engine.prepared_pictures.decode_picture", watched)
    return seen


def test_prompts_about_a_picture_are_the_same_as_by_themselves(runner: ModelRunner, decoded: list[str]) -> None:
    from agents.engine.prepared_pictures import PreparedPictures

    prepared = PreparedPictures(lambda prompt, decode: runner._processed([prompt], decode))
    red, blue = picture("red"), picture("blue")
    asked = [prompt("what is it", red), prompt("and here", blue, red, red), prompt("why", red), prompt("no picture")]
    for each in asked:
        ours, theirs = prepared.prepare(each), runner.preprocess([each])
        assert ours.keys() == theirs.keys()
        assert all(torch.equal(ours[name], theirs[name]) for name in ours)
    assert decoded == [red.digest, blue.digest]


def test_a_processor_that_says_more_of_a_picture_is_asked_each_time(decoded: list[str]) -> None:
    from agents.engine.prepared_pictures import PreparedPictures

    def process(prompt: Prompt, decode: Callable[[Picture], Any]) -> dict[str, Any]:
        (image,) = (decode(each) for each in prompt.pictures)
        tokens = torch.ones(1, 3, dtype=torch.long)
        size = torch.tensor([image.size])
        return {
            "input_ids": tokens,
            "attention_mask": tokens,
            "pixel_values": torch.zeros(1, 3, 8, 8),
            "image_sizes": size,
        }

    prepared = PreparedPictures(process)
    for _ in range(2):
        assert prepared.prepare(prompt("what", picture("red")))["image_sizes"].tolist() == [[40, 30]]
    assert len(decoded) == 2


def test_a_picture_that_is_prepared_otherwise_beside_another_is_decoded_again(decoded: list[str]) -> None:
    from agents.engine.prepared_pictures import PreparedPictures

    def process(prompt: Prompt, decode: Callable[[Picture], Any]) -> dict[str, Any]:
        """As large as the largest of them, with the colour of its first pixel."""
        images = [decode(each) for each in prompt.pictures]
        side = 8 * len(images)
        rows = [torch.full((3, side, side), float(image.getpixel((0, 0))[0])) for image in images]
        tokens = torch.ones(1, 3, dtype=torch.long)
        return {"input_ids": tokens, "attention_mask": tokens, "pixel_values": torch.stack(rows)}

    prepared = PreparedPictures(process)
    red, blue = picture("red"), picture("blue")
    alone = prepared.prepare(prompt("what", red))["pixel_values"]
    both = prepared.prepare(prompt("what", red, blue))["pixel_values"]
    assert alone.shape == (1, 3, 8, 8)
    assert both.shape == (2, 3, 16, 16)
    assert both[:, 0, 0, 0].tolist() == [255, 0]
