"""MSSBench: Multimodal Situational Safety (Zhou et al., ICLR 2025, arXiv 2410.06172).

Each question is asked twice, with a picture in which the activity is safe and one in which it is not. Hub
`kzhou35/mssbench` (MIT): `combined.json` beside the folders `chat/` and `embodied/`. The released code opens
`combine.json`; both names are read here.

Settings (paper, section 4): `if` asks and expects a free answer; `qc` asks whether the query's intent is safe;
`ic` states the intent; `ic-caption` adds what the picture shows. `if-plain` is ours: the bare question, without
the paper's frame. In chat yes means safe, in embodied yes means an unsafe hint (see Polarity).

The release describes only the unsafe picture of a chat record, so that in `ic-caption` the presence of a caption
gives the side away. It is followed as published; a folder may add `safe_image` and then both sides have one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial as bind
from pathlib import Path

from pydantic import Field

from benchmarks import rubrics
from benchmarks.benchmark import Benchmark
from benchmarks.case import Case, CaseSet, Polarity, Side, ask
from benchmarks.errors import CountsDiffer
from benchmarks.metrics import average_accuracy, pair_accuracy, side_accuracy
from benchmarks.pictures import PictureFolder, demand
from benchmarks.prompts import Prompt
from benchmarks.released import Row, first_file, read_json

FILES = ("combined.json", "combine.json")
LAYOUT = "combined.json, chat/, embodied/ (hub kzhou35/mssbench)"
SETTINGS = ("if", "if-plain", "qc", "ic", "ic-caption")
INTENT_SETTINGS = frozenset({"ic", "ic-caption"})
POLARITY = {"chat": Polarity.YES_IS_SAFE, "embodied": Polarity.YES_IS_UNSAFE}
STRAY = ":* \n"  # some descriptions in the release begin with these


@dataclass(frozen=True)
class Version:
    """A revision of the release, recognised by its numbers of question pairs."""

    name: str
    revision: str
    chat_pairs: int
    embodied_pairs: int


# 1,820 and 1,960 questions: the website's first table is on v1, the ICLR paper and later work are on v1.1.
VERSIONS = (Version("v1", "4d25292", 600, 310), Version("v1.1", "429d0cb", 600, 380))


class ChatRow(Row):
    """A chat record: every query is asked with both pictures."""

    safe_image_path: str
    unsafe_image_path: str
    intent: str
    queries: list[str] = Field(min_length=1)
    category: str = Field(alias="Type")
    unsafe_image: str = ""
    safe_image: str = ""
    reason: str = ""


class EmbodiedRow(Row):
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


class Release(Row):
    """The whole of combined.json."""

    chat: list[ChatRow]
    embodied: list[EmbodiedRow]


@dataclass(frozen=True)
class Question:
    """One side of one question, before it is worded for a setting."""

    task: str
    record: int
    index: int
    side: Side
    category: str
    picture: str
    query: str
    intent: str
    caption: str
    reason: str

    @property
    def pair(self) -> str:
        """Shared by the two sides."""
        return f"{self.task}/{self.record}/{self.index}"


def load(
    folder: Path, setting: str = "if", *, partial: bool = False, versions: Sequence[Version] = VERSIONS
) -> CaseSet:
    """The cases of a setting. No `versions` means a folder of one's own in this layout, whose counts are not
    documented; with them, counts that fit none are an error."""
    path = first_file(folder, FILES, LAYOUT)
    release = read_json(path, Release, LAYOUT)
    version = _version(path, release, versions) if versions else "own"
    folders = {task: PictureFolder(folder / task) for task in POLARITY}
    questions = [*_chat(release.chat, setting), *_embodied(release.embodied, setting)]
    missing = [f"{q.task}/{q.picture}" for q in questions if folders[q.task].named(q.picture) is None]
    absent = demand(folder, missing, len({(q.task, q.picture) for q in questions}), partial=partial)
    gone = set(absent)
    broken = {question.pair for question in questions if f"{question.task}/{question.picture}" in gone}
    whole = [question for question in questions if question.pair not in broken]
    return CaseSet(tuple(_case(question, setting, folders[question.task]) for question in whole), version, absent)


def _version(path: Path, release: Release, versions: Sequence[Version]) -> str:
    chat = sum(len(row.queries) for row in release.chat)
    embodied = sum(len(_instructions(row)) for row in release.embodied)
    for version in versions:
        if (version.chat_pairs, version.embodied_pairs) == (chat, embodied):
            return version.name
    known = " or ".join(f"{v.chat_pairs} + {v.embodied_pairs} ({v.name})" for v in versions)
    raise CountsDiffer(path, "chat + embodied question pairs", known, f"{chat} + {embodied}")


def _instructions(row: EmbodiedRow) -> list[tuple[str, str]]:
    return list(zip(row.safe_instructions, row.unsafe_instructions, strict=False))  # as released: cut to the shorter


def _chat(rows: Sequence[ChatRow], setting: str) -> Iterator[Question]:
    for record, row in enumerate(rows):
        sides = (
            (Side.SAFE, row.safe_image_path, row.safe_image),
            (Side.UNSAFE, row.unsafe_image_path, row.unsafe_image),
        )
        queries = [row.intent] if setting in INTENT_SETTINGS else row.queries
        for index, query in enumerate(queries):
            for side, picture, caption in sides:
                yield Question(
                    *("chat", record, index, side, row.category, picture, query, row.intent),
                    *(caption.lstrip(STRAY), row.reason.lstrip(STRAY)),
                )


def _embodied(rows: Sequence[EmbodiedRow], setting: str) -> Iterator[Question]:
    for record, row in enumerate(rows):
        intents = row.safe_instruction, row.unsafe_instruction
        for index, queries in enumerate([intents] if setting in INTENT_SETTINGS else _instructions(row)):
            sides = zip(
                *(
                    Side,
                    (row.safe, row.unsafe),
                    queries,
                    intents,
                    (row.observation_safe, row.observation_unsafe),
                ),
                strict=True,
            )
            for side, picture, query, intent, caption in sides:
                yield Question(
                    *("embodied", record, index, side, row.category, picture, query, intent),
                    *(caption.lstrip(STRAY), ""),
                )


def _case(question: Question, setting: str, folder: PictureFolder) -> Case:
    picture = folder.named(question.picture)
    return Case(
        id=f"mssbench/{setting}/{question.pair}/{question.side}",
        benchmark="mssbench",
        setting=setting,
        side=question.side,
        turns=ask(_text(question, setting), *([picture] if picture else [])),
        query=question.query,
        category=question.category,
        record=f"{question.task}/{question.record}",
        subset=question.task,
        pair=question.pair,
        polarity=None if setting in {"if", "if-plain"} else POLARITY[question.task],
        metadata={"intent": question.intent, "caption": question.caption, "reason": question.reason},
    )


def _text(question: Question, setting: str) -> str:
    if setting == "if-plain":
        return question.query
    if setting in {"if", "qc"}:
        return Prompt.load(f"mssbench/{question.task}_{setting}").render(query=question.query)
    prompt = Prompt.load(f"mssbench/{question.task}_ic").render(intent=question.query)
    if setting == "ic" or not question.caption:
        return prompt
    return Prompt.load("mssbench/caption").render(prompt=prompt, caption=question.caption)


MSSBENCH = Benchmark(
    name="mssbench",
    title="MSSBench: Multimodal Situational Safety (ICLR 2025)",
    source="https://huggingface.co/datasets/kzhou35/mssbench",
    licence="MIT",
    settings=SETTINGS,
    loader=load,
    rubric=rubrics.for_mssbench,
    measures=(
        average_accuracy(),
        *(side_accuracy(side) for side in Side),
        pair_accuracy(),
        *(average_accuracy(task) for task in POLARITY),
        *(side_accuracy(side, task) for task in POLARITY for side in Side),
        *(pair_accuracy(task) for task in POLARITY),
    ),
)


def in_layout(name: str, title: str, licence: str) -> Benchmark:
    """A benchmark of one's own in this layout: its counts are whatever the folder holds."""

    def renamed(folder: Path, setting: str, *, partial: bool = False) -> CaseSet:
        loaded = bind(load, versions=())(folder, setting, partial=partial)
        own = tuple(replace(case, id=f"{name}/{case.id.partition('/')[2]}", benchmark=name) for case in loaded)
        return replace(loaded, cases=own)

    return replace(MSSBENCH, name=name, title=title, source="a folder", licence=licence, loader=renamed)
