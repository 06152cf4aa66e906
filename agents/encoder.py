"""From a conversation to a vector by which a like one is found: the last question's words, and its pictures.

`PlainEncoder` knows words and colours. It has no model and no idea of meaning: "car" and "automobile" are as far apart
as any two words, and a picture is known by where its colours are. Requests that look alike are found; requests that
mean the same in other words are not. `agents.clip_encoder` asks a trained encoder.
"""

from __future__ import annotations

import hashlib
import io
import math
import re
from collections.abc import Iterable, Sequence
from itertools import chain, pairwise
from operator import mul
from typing import Protocol

from PIL import Image

from agents.conversation import Conversation
from agents.images import Picture

WORD = re.compile(r"\w+")
READ = 4096  # characters of a question; one that is longer is known by its beginning
WORD_PLACES = 256  # words and pairs of them share these; a question has a few dozen
SIDE = 8  # a picture is known by this many squared mean colours

Vector = tuple[float, ...]


class Encoder(Protocol):
    """Makes vectors of length 1, or 0 where there is nothing to encode. Only vectors of one `name` are compared."""

    @property
    def name(self) -> str: ...

    def encode(self, conversation: Conversation) -> Vector:
        """Takes time: not for an event loop."""
        ...


class PlainEncoder:
    """Words and colours. The same conversation always has the same vector, on every machine."""

    name = "plain 1"

    def encode(self, conversation: Conversation) -> Vector:
        return joined(_words(question_of(conversation)), mean(map(_colours, pictures_of(conversation))))


def question_of(conversation: Conversation) -> str:
    """The beginning of the text of the last user turn that has one."""
    texts = (each.text for each in reversed(conversation.messages) if each.role == "user")
    return next(filter(None, texts), "")[:READ]


def pictures_of(conversation: Conversation) -> Iterable[Picture]:
    """The pictures of all turns."""
    return (part.picture for part in conversation.pictures)


def joined(words: Sequence[float], pictures: Sequence[float]) -> Vector:
    """Both halves with equal weight; where one is missing, the other has all of it."""
    return unit((*unit(words), *unit(pictures)))


def mean(vectors: Iterable[Sequence[float]]) -> Vector:
    """Each vector counts the same; empty where there is none."""
    return tuple(map(sum, zip(*map(unit, vectors), strict=True)))


def unit(vector: Sequence[float]) -> Vector:
    """The vector with length 1; zero stays zero."""
    length = math.sqrt(sum(map(mul, vector, vector)))
    return tuple(each / length for each in vector) if length else tuple(vector)


def cosine(one: Vector, other: Vector) -> float:
    """Of two vectors of length 1 from the same encoder. One without pictures is shorter: the rest counts as zero."""
    return float(sum(map(mul, one, other)))


def _words(text: str) -> Vector:
    """Words and pairs of neighbours, each counted at a place by its hash, for or against by one bit of it."""
    counts = [0.0] * WORD_PLACES
    words = WORD.findall(text.lower())
    for piece in chain(words, map(" ".join, pairwise(words))):
        hashed = int.from_bytes(hashlib.blake2b(piece.encode(), digest_size=4).digest())
        counts[hashed // 2 % WORD_PLACES] += 1 if hashed % 2 else -1
    return tuple(counts)


def _colours(picture: Picture) -> Vector:
    """Mean colours of a grid, from -0.5 to 0.5."""
    with Image.open(io.BytesIO(picture.data)) as image:
        small = image.convert("RGB").resize((SIDE, SIDE), Image.Resampling.BOX)
    return tuple(value / 255 - 0.5 for value in small.tobytes())
