"""MSSBench's combined.json: its rows, its revisions, and the two sides of each question.

Knows no setting's wording and no picture's content.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import Field

from benchmarks.case import Side
from benchmarks.errors import CountsDiffer
from benchmarks.hub import HubDataset
from benchmarks.released import ReleasedRow, first_file, read_json

FILES = ("combined.json", "combine.json")
LAYOUT = "combined.json, chat/, embodied/ (hub kzhou35/mssbench)"
STRAY = ":* \n"  # some descriptions in the release begin with these


@dataclass(frozen=True)
class Version:
    """A revision of the release, recognised by its numbers of question pairs; `revision` is its commit on the hub."""

    name: str
    revision: str
    chat_pairs: int
    embodied_pairs: int


# 1,820 and 1,960 questions: the website's first table is on v1, the ICLR paper and later work are on v1.1.
VERSIONS = (
    Version("v1", "4d252925b58f1997bc0e8ea339b74ab9343d953d", 600, 310),  # "first commit", 2024-10-07
    Version("v1.1", "429d0cb", 600, 380),  # "data v1.1", 2024-11-27
)
HUB = HubDataset(
    "kzhou35/mssbench",
    {version.name: version.revision for version in reversed(VERSIONS)},
    ("combined.json", "chat/*", "embodied/*"),
)


@dataclass(frozen=True)
class QuestionSide:
    """One side of a question: what is asked, over which picture."""

    side: Side
    picture: str
    query: str
    intent: str
    caption: str
    reason: str = ""


Sides = tuple[QuestionSide, QuestionSide]


class ChatRow(ReleasedRow):
    """A chat record: every query is asked with both pictures."""

    safe_image_path: str
    unsafe_image_path: str
    intent: str
    queries: list[str] = Field(min_length=1)
    category: str = Field(alias="Type")
    unsafe_image: str = ""
    safe_image: str = ""
    reason: str = ""

    def by_query(self) -> Iterator[Sides]:
        """Each query on both sides."""
        return (self._sides(query) for query in self.queries)

    def by_intent(self) -> Iterator[Sides]:
        """The stated intent on both sides, once."""
        return iter([self._sides(self.intent)])

    def _sides(self, query: str) -> Sides:
        reason, safe, unsafe = (text.lstrip(STRAY) for text in (self.reason, self.safe_image, self.unsafe_image))
        return (
            QuestionSide(Side.SAFE, self.safe_image_path, query, self.intent, safe, reason),
            QuestionSide(Side.UNSAFE, self.unsafe_image_path, query, self.intent, unsafe, reason),
        )


class EmbodiedRow(ReleasedRow):
    """An embodied record: the i-th safe and unsafe instruction are a pair, each with its own picture."""

    task: str
    category: str
    safe: str
    unsafe: str
    safe_instruction: str
    unsafe_instruction: str
    safe_instructions: list[str] = Field(min_length=1)
    unsafe_instructions: list[str] = Field(min_length=1)
    observation_safe: str = ""
    observation_unsafe: str = ""

    def by_query(self) -> Iterator[Sides]:
        """Each pair of instructions; a longer list is cut to the shorter, as the released code does."""
        pairs = zip(self.safe_instructions, self.unsafe_instructions, strict=False)
        return (self._sides(safe, unsafe) for safe, unsafe in pairs)

    def by_intent(self) -> Iterator[Sides]:
        """The plain instructions, once."""
        return iter([self._sides(self.safe_instruction, self.unsafe_instruction)])

    def _sides(self, safe: str, unsafe: str) -> Sides:
        seen_safe, seen_unsafe = self.observation_safe.lstrip(STRAY), self.observation_unsafe.lstrip(STRAY)
        return (
            QuestionSide(Side.SAFE, self.safe, safe, self.safe_instruction, seen_safe),
            QuestionSide(Side.UNSAFE, self.unsafe, unsafe, self.unsafe_instruction, seen_unsafe),
        )


class Release(ReleasedRow):
    """The whole of combined.json."""

    chat: list[ChatRow]
    embodied: list[EmbodiedRow]


@dataclass(frozen=True)
class Question:
    """One side of one question with its place in the release."""

    task: str
    record: int
    index: int
    category: str
    asked: QuestionSide

    @property
    def pair(self) -> str:
        """Shared by the two sides."""
        return f"{self.task}/{self.record}/{self.index}"

    @property
    def picture(self) -> str:
        """Where its picture lies in the folder."""
        return f"{self.task}/{self.asked.picture}"


def read_release(folder: Path, versions: Sequence[Version]) -> tuple[Release, str]:
    """The release and the name of its version; "own" where no versions are expected."""
    path = first_file(folder, FILES, LAYOUT)
    release = read_json(path, Release, LAYOUT)
    return release, _version(path, release, versions) if versions else "own"


def questions(release: Release, *, by_intent: bool) -> Iterator[Question]:
    """Both sides of every question, chat before embodied, safe before unsafe."""
    tasks: dict[str, Sequence[ChatRow | EmbodiedRow]] = {"chat": release.chat, "embodied": release.embodied}
    for task, rows in tasks.items():
        for record, row in enumerate(rows):
            for index, sides in enumerate(row.by_intent() if by_intent else row.by_query()):
                yield from (Question(task, record, index, row.category, asked) for asked in sides)


def _version(path: Path, release: Release, versions: Sequence[Version]) -> str:
    chat, embodied = (sum(1 for row in rows for _ in row.by_query()) for rows in (release.chat, release.embodied))
    for version in versions:
        if (version.chat_pairs, version.embodied_pairs) == (chat, embodied):
            return version.name
    known = " or ".join(f"{v.chat_pairs} + {v.embodied_pairs} ({v.name})" for v in versions)
    raise CountsDiffer(path, "chat + embodied question pairs", known, f"{chat} + {embodied}")
