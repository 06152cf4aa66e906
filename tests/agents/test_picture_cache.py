"""What is remembered of pictures, and that it stays within its bound."""

from __future__ import annotations

from agents.errors import PictureRejected
from agents.images import Picture
from agents.picture_cache import ENTRY_BYTES, PictureCache, picture_key


def shown(size: int) -> Picture:
    return Picture(bytes(size), "image/png", 8, 8)


def test_a_reading_is_found_by_the_same_bytes_under_the_same_declaration() -> None:
    cache = PictureCache(10_000)
    cache.put(picture_key(b"a", "image/png"), shown(10))
    assert cache.get(picture_key(b"a", "image/png")) == shown(10)
    assert cache.get(picture_key(b"a", "image/jpeg")) is None
    assert cache.get(picture_key(b"a", None)) is None
    assert cache.get(picture_key(b"b", "image/png")) is None


def test_the_longest_unused_makes_room() -> None:
    cache = PictureCache(3 * ENTRY_BYTES + 300)
    for name in (b"a", b"b", b"c"):
        cache.put(picture_key(name, None), shown(100))
    assert cache.get(picture_key(b"a", None)) is not None
    cache.put(picture_key(b"d", None), shown(100))
    assert [name for name in (b"a", b"b", b"c", b"d") if cache.get(picture_key(name, None))] == [b"a", b"c", b"d"]


def test_putting_again_takes_no_more_room() -> None:
    cache = PictureCache(ENTRY_BYTES + 100)
    for _ in range(10):
        cache.put(picture_key(b"a", None), shown(100))
    assert cache.get(picture_key(b"a", None)) is not None


def test_what_is_larger_than_the_bound_is_not_held() -> None:
    cache = PictureCache(ENTRY_BYTES)
    cache.put(picture_key(b"a", None), shown(1))
    assert len(cache) == 0
    cache.put(picture_key(b"b", None), PictureRejected("no"))
    assert len(cache) == 1
