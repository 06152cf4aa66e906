"""Pictures are mirrored together with their labels, unless they show a sign."""

import numpy as np

from benchmarks.pocketworld.training.model import GRID, IMAGE_SIZE
from benchmarks.pocketworld.training.picture_loader import PictureLoader
from benchmarks.pocketworld.training.picture_pool import (
    PictureContent,
    Pool,
)
from benchmarks.pocketworld.world.ontology import Scene


def test_pictures_are_mirrored_with_their_labels_unless_they_hold_a_sign() -> None:
    columns = np.broadcast_to(
        np.arange(IMAGE_SIZE, dtype=np.uint8)[None, None, :, None], (2, IMAGE_SIZE, IMAGE_SIZE, 3)
    ).copy()
    labels = np.broadcast_to(np.arange(GRID, dtype=np.int16), (2, GRID, GRID)).reshape(2, -1).copy()
    pool = Pool(columns, labels, (PictureContent(Scene("park")), PictureContent(Scene("park", sign="OPEN"))))
    loader = PictureLoader(pool, seed=1, rank=0, count=1)
    turned: set[tuple[bool, bool]] = set()
    for _ in range(20):
        batch = loader.next_batch(2)
        for pixels, patches, shown in zip(
            batch.pixels, batch.patches.view(-1, GRID, GRID), batch.contents, strict=True
        ):
            mirrored = bool(patches[0, 0] > patches[0, -1])
            assert mirrored == bool(pixels[..., :20].mean() > pixels[..., -20:].mean())
            assert shown.scene is not None
            turned.add((shown.scene.sign is not None, mirrored))
    assert turned == {(False, False), (False, True), (True, False)}
