"""Pictures of no place: decided by their seed, of every kind, and unlike each other."""

import numpy as np
import pytest

from benchmarks.pocketworld.training.out_of_domain.grounds import palette
from benchmarks.pocketworld.training.out_of_domain.paper import captioned
from benchmarks.pocketworld.training.out_of_domain.pictures import FAMILIES, CanvasPainter, out_of_domain_picture

SIZE = 64  # pixels
PAINTERS: tuple[CanvasPainter, ...] = tuple(paint for _, family in FAMILIES for paint in family)


def test_a_seed_gives_the_same_picture_again() -> None:
    assert out_of_domain_picture(5, SIZE).tobytes() == out_of_domain_picture(5, SIZE).tobytes()


def test_seeds_give_pictures_of_their_own() -> None:
    assert len({out_of_domain_picture(seed, SIZE).tobytes() for seed in range(40)}) == 40


@pytest.mark.parametrize("size", [64, 128, 160, 192])
def test_a_picture_has_the_size_that_was_asked_for(size: int) -> None:
    image = out_of_domain_picture(11, size)
    assert (image.size, image.mode) == ((size, size), "RGB")


@pytest.mark.parametrize("paint", PAINTERS, ids=lambda paint: paint.__name__)
def test_every_painter_fills_its_canvas_by_chance_alone(paint: CanvasPainter) -> None:
    first, again, other = (paint(np.random.default_rng(seed), SIZE) for seed in (1, 1, 2))
    assert first.shape == (SIZE, SIZE, 3)
    assert np.isfinite(first).all()
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_the_families_shares_add_up() -> None:
    assert sum(share for share, _ in FAMILIES) == pytest.approx(1)


def test_a_caption_takes_a_strip_and_leaves_the_rest_of_the_picture() -> None:
    canvas = np.zeros((SIZE, SIZE, 3))
    black = (captioned(np.random.default_rng(3), canvas).sum(2) == 0).mean(1)
    assert 0.6 < (black == 1).mean() < 0.95


def test_colours_stay_in_range() -> None:
    colours = palette(np.random.default_rng(0), 500)
    assert colours.min() >= 0
    assert colours.max() <= 1
