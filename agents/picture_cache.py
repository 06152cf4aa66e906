"""What was found of pictures that came before, by their bytes: the same picture need not be decoded again."""

from __future__ import annotations

import hashlib
from collections import OrderedDict

from agents.errors import PictureRejected
from agents.images import Picture

CACHED_BYTES = 64 * 1024**2  # of pictures kept; a conversation sends its pictures again with each turn
ENTRY_BYTES = 1024  # what an entry takes beside its picture, rounded up

Reading = Picture | PictureRejected
PictureKey = tuple[str, str | None]


class PictureCache:
    """The readings used last, within a bound of bytes. The key is the whole hash, and the declared type with it."""

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._held = 0
        self._readings: OrderedDict[PictureKey, Reading] = OrderedDict()

    def __len__(self) -> int:
        return len(self._readings)

    def get(self, key: PictureKey) -> Reading | None:
        """The reading of the same bytes under the same declaration, if it is still held."""
        reading = self._readings.get(key)
        if reading is not None:
            self._readings.move_to_end(key)
        return reading

    def put(self, key: PictureKey, reading: Reading) -> None:
        """Hold a reading; the longest unused ones make room."""
        self._held += _size(reading) - _size(self._readings.pop(key, None))
        self._readings[key] = reading
        while self._held > self._most:
            _, oldest = self._readings.popitem(last=False)
            self._held -= _size(oldest)


def picture_key(data: bytes, declared: str | None) -> PictureKey:
    """What a picture is known by. Takes a millisecond for each megabyte, or three."""
    return hashlib.sha256(data).hexdigest(), declared


def _size(reading: Reading | None) -> int:
    if reading is None:
        return 0
    return ENTRY_BYTES + (len(reading.data) if isinstance(reading, Picture) else 0)
