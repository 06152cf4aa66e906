"""A picture goes through the encoder once, however many calls are about it, and the features are the same."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from agents.engine.request import Prompt
from agents.images import Picture
from tests.agents.engine.direct_requests import engine_request
from tests.agents.models.test_local import picture

torch = pytest.importorskip("torch", reason="needs local: the extra of that name")

if TYPE_CHECKING:
    from agents.engine.model_runner import ModelRunner

MUCH = 2**20


@contextmanager
def encoded(runner: ModelRunner) -> Iterator[list[int]]:
    """How many pictures go through the encoder, pass by pass."""
    passes: list[int] = []
    tower = runner.checkpoint.model.base_model.vision_tower
    hook = tower.register_forward_hook(lambda _, inputs, __: passes.append(len(inputs[0])))
    yield passes
    hook.remove()


def inputs_of(runner: ModelRunner, *pictures: Picture) -> dict[str, Any]:
    inputs = runner.preprocess(engine_request("what is it", *pictures).prompts)
    return {"pixel_values": inputs["pixel_values"]}


def features_of(runner: ModelRunner, inputs: dict[str, Any]) -> Any:
    return runner.checkpoint.model.base_model.get_image_features(**inputs, return_dict=True).pooler_output


def test_only_pictures_that_are_new_are_encoded(runner: ModelRunner) -> None:
    from agents.engine.picture_features import PictureFeatures, picture_hashes

    features = PictureFeatures(runner.checkpoint, MUCH)
    first, second = (
        inputs_of(runner, picture("red"), picture("red")),
        inputs_of(runner, picture("blue"), picture("red")),
    )
    with torch.inference_mode(), encoded(runner) as passes:
        for inputs in (first, second, second):
            with features.serving(picture_hashes(inputs)):
                found = features_of(runner, inputs)
        assert passes == [1, 1]
        plain = features_of(runner, second)
        assert passes == [1, 1, 2]  # the encoder is its own again
    assert len(found) == len(plain) == 2
    assert all(torch.allclose(ours, theirs, atol=1e-5) for ours, theirs in zip(found, plain, strict=True))
    assert not torch.allclose(found[0], found[1], atol=1e-5)


def test_what_goes_with_a_picture_goes_to_the_encoder_with_it() -> None:
    from agents.engine.picture_features import PictureFeatures, picture_hashes

    class Encoder:
        """Says what it got: a number from the pixels and one from the sizes."""

        def get_image_features(self, pixel_values: Any, image_sizes: Any, layer: int) -> Any:
            from transformers.modeling_outputs import BaseModelOutputWithPooling

            return BaseModelOutputWithPooling(pooler_output=torch.stack([pixel_values[:, 0], image_sizes[:, 0]], dim=1))

    class Loaded:
        class model:  # noqa: N801 as a checkpoint calls it
            base_model = Encoder()

    features = PictureFeatures(Loaded, MUCH)  # type: ignore[arg-type]
    inputs = {"pixel_values": torch.tensor([[1], [2], [1]]), "image_sizes": torch.tensor([[7], [8], [9]])}
    shown = ([0], [0, 1, 2])
    for rows in shown:
        batch = {name: tensor[rows] for name, tensor in inputs.items()}
        with features.serving(picture_hashes(batch)):
            found = Loaded.model.base_model.get_image_features(**batch, layer=1)
    assert [each.tolist() for each in found.pooler_output] == [[1, 7], [2, 8], [1, 9]]


def test_the_hash_is_of_the_pixels_as_the_encoder_gets_them(runner: ModelRunner) -> None:
    from agents.engine.picture_features import picture_hashes

    red, blue = picture_hashes(inputs_of(runner, picture("red"), picture("blue")))
    assert red != blue
    assert picture_hashes(inputs_of(runner, picture("blue"))) == (blue,)
    (own,) = engine_request("what is it", picture("red")).prompts
    noisy = runner.preprocess([Prompt(own.messages, noise_step=500)])
    assert picture_hashes({"pixel_values": noisy["pixel_values"]}) != (red,)
    flat = picture_hashes({"pixel_values": torch.zeros(1, 6)})
    assert flat != picture_hashes({"pixel_values": torch.zeros(1, 2, 3)})
    assert picture_hashes({}) == ()


def test_features_that_are_not_kept_are_computed_again(runner: ModelRunner) -> None:
    from agents.engine.picture_features import PictureFeatures, picture_hashes

    features = PictureFeatures(runner.checkpoint, most_bytes=0)
    inputs = inputs_of(runner, picture("red"))
    with torch.inference_mode(), encoded(runner) as passes:
        for _ in range(2):
            with features.serving(picture_hashes(inputs)):
                assert len(features_of(runner, inputs)) == 1
    assert passes == [1, 1]
