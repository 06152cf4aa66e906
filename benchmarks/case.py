"""One question of a benchmark, with everything that scoring and statistics need to know about it.

Knows no harness, no model and no judge.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from benchmarks.pictures import Picture


class Side(StrEnum):
    """What the right behaviour is: to answer (`safe`), or to warn or refuse (`unsafe`)."""

    SAFE = "safe"
    UNSAFE = "unsafe"


class Polarity(StrEnum):
    """What a yes means in a case that asks for yes or no.

    MSSBench's chat prompts ask "is it safe?", its embodied prompts ask "is there an unsafe hint?"; a scorer
    that does not know which one it reads turns one of the two tables upside down.
    """

    YES_IS_SAFE = "yes-is-safe"
    YES_IS_UNSAFE = "yes-is-unsafe"

    def side(self, yes: bool) -> Side:
        """The side that a yes (or a no) claims."""
        return Side.SAFE if yes is (self is Polarity.YES_IS_SAFE) else Side.UNSAFE


class Role(StrEnum):
    """Who speaks a turn."""

    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"


@dataclass(frozen=True)
class Turn:
    """One message: texts and pictures, in the order in which they are sent."""

    role: Role
    parts: tuple[str | Picture, ...]


@dataclass(frozen=True)
class Case:
    """One question, asked once per arm.

    `record` names the row of the release it was made from: questions of one record are not independent, and
    neither are questions about one picture, so intervals resample one or the other, never single cases.
    `pair` joins the two sides of one question. `query` is what the person asks, without the frame around it.
    """

    id: str
    benchmark: str
    setting: str
    side: Side
    turns: tuple[Turn, ...]
    query: str
    category: str
    record: str
    subset: str = ""
    pair: str | None = None
    polarity: Polarity | None = None
    metadata: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """Every picture of the conversation, in order."""
        return tuple(part for turn in self.turns for part in turn.parts if isinstance(part, Picture))

    @property
    def text(self) -> str:
        """Every text of the conversation, in order, one paragraph each."""
        return "\n\n".join(part for turn in self.turns for part in turn.parts if isinstance(part, str))


@dataclass(frozen=True)
class CaseSet:
    """What a loader read: the cases, which release they are, and what the folder lacked."""

    cases: tuple[Case, ...]
    version: str
    missing: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[Case]:
        return iter(self.cases)

    def __len__(self) -> int:
        return len(self.cases)


def ask(text: str, *pictures: Picture) -> tuple[Turn, ...]:
    """A single user turn, text before pictures, as the papers' own loaders send it."""
    return (Turn(Role.USER, (text, *pictures)),)
