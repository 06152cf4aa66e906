"""The memory of method echosafe: insights by the vector of the request that they come from. One for each deployment.

A file of it has the encoder's name in its first line, then an insight a line, oldest first. It holds what a model wrote
about clients' requests: treat it as their content.
"""

from __future__ import annotations

import hashlib
import json
from collections import deque
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from agents.conversation import Conversation
from agents.encoder import Encoder, Vector, cosine, question_of
from guard.errors import MethodUnusable
from guard.methods.settings import Scope

METHOD = "echosafe"
FILE = "echosafe.file"
OWNER_ONLY = 0o600
LONGEST = 400  # characters of an insight: a lesson, not a text that takes a prompt over


@dataclass(frozen=True)
class Remembered:
    """An insight and the request behind it: its vector, and the hashes of its words and pictures."""

    insight: str
    vector: Vector
    words: str
    pictures: tuple[str, ...] = ()

    def shares(self, other: Remembered) -> bool:
        """Whether both requests have the same words, or a picture in common."""
        return self.words == other.words or not set(self.pictures).isdisjoint(other.pictures)


class MemoryStore:
    """Holds `capacity` insights and finds the `k` nearest. With scope `others`, none from the same words or picture.

    Raises `MethodUnusable` where the file is not a memory of this encoder.
    """

    def __init__(
        self, encoder: Encoder, *, k: int, capacity: int, scope: Scope = "all", file: Path | None = None
    ) -> None:
        self._encoder = encoder
        self._k = k
        self._scope = scope
        self._file = file
        if file is not None and not file.parent.is_dir():
            raise MethodUnusable(METHOD, FILE, f"there is no folder {file.parent}")
        self._held: deque[Remembered] = deque(self._read(file) if file and file.exists() else (), maxlen=capacity)

    @property
    def digest(self) -> str:
        """SHA-256 over the insights that are held, in order: what a frozen memory is known by."""
        return hashlib.sha256("\n".join(map(_line, self._held)).encode()).hexdigest()

    def __len__(self) -> int:
        return len(self._held)

    def key_of(self, conversation: Conversation) -> Remembered:
        """The request as it is looked up and remembered, without an insight. Takes time."""
        words = hashlib.sha256(question_of(conversation).casefold().encode()).hexdigest()
        pictures = tuple(part.digest for part in conversation.pictures)
        return Remembered("", self._encoder.encode(conversation), words, pictures)

    def recall(self, key: Remembered) -> tuple[str, ...]:
        """The insights of the nearest requests, nearest first; of equally near ones, the oldest first."""
        # Copies of the queue, here and below: other threads add to it.
        found = [each for each in tuple(self._held) if self._scope == "all" or not each.shares(key)]
        nearest = sorted(found, key=lambda each: -cosine(each.vector, key.vector))
        return tuple(each.insight for each in nearest[: self._k])

    def add(self, key: Remembered, insight: str) -> None:
        """Remember an insight, cut to `LONGEST` characters, unless it is held already. Raises `OSError`."""
        new = Remembered(insight[:LONGEST], key.vector, key.words, key.pictures)
        if any(each.insight == new.insight and each.shares(new) for each in tuple(self._held)):
            return
        self._held.append(new)
        if self._file is not None:
            self._append(self._file, _line(new))

    def _append(self, path: Path, line: str) -> None:
        head = "" if path.exists() else json.dumps({"encoder": self._encoder.name}) + "\n"
        path.touch(mode=OWNER_ONLY)
        with path.open("a", encoding="utf-8") as file:
            file.write(f"{head}{line}\n")

    def _read(self, path: Path) -> Iterable[Remembered]:
        try:
            head, *lines = path.read_text(encoding="utf-8").splitlines()
            encoder = json.loads(head)["encoder"]
            read = [_remembered(line) for line in lines]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise MethodUnusable(METHOD, FILE, f"{path} is no memory: {type(error).__name__}") from None
        if encoder != self._encoder.name:
            message = f"{path} was made by encoder {encoder!r}, and this one is {self._encoder.name!r}"
            raise MethodUnusable(METHOD, FILE, message)
        return read


def _line(remembered: Remembered) -> str:
    return json.dumps(asdict(remembered))  # in ASCII: other line breaks would end the line


def _remembered(line: str) -> Remembered:
    fields = json.loads(line)
    return Remembered(
        str(fields["insight"]), tuple(map(float, fields["vector"])), str(fields["words"]), tuple(fields["pictures"])
    )
