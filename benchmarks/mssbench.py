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

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks import rubrics
from benchmarks.benchmark import Benchmark
from benchmarks.case import Case, CaseSet, Polarity, Side, ask
from benchmarks.metrics import average_accuracy, pair_accuracy, side_accuracy
from benchmarks.mssbench_release import VERSIONS, Question, Version, questions, read_release
from benchmarks.pictures import Picture, PictureFolder, demand
from benchmarks.prompts import Prompt

SETTINGS = ("if", "if-plain", "qc", "ic", "ic-caption")
FREE_SETTINGS = frozenset({"if", "if-plain"})
INTENT_SETTINGS = frozenset({"ic", "ic-caption"})
POLARITY = {"chat": Polarity.YES_IS_SAFE, "embodied": Polarity.YES_IS_UNSAFE}


def load(
    folder: Path, setting: str = "if", *, partial: bool = False, versions: Sequence[Version] = VERSIONS
) -> CaseSet:
    """The cases of a setting. Counts that fit none of `versions` are an error; no versions at all means a folder of
    one's own in this layout. Of a question that lacks a picture, both sides are left out."""
    release, version = read_release(folder, versions)
    asked = list(questions(release, by_intent=setting in INTENT_SETTINGS))
    pictures = PictureFolder(folder)
    found = {question.picture: pictures.named(question.picture) for question in asked}
    missing = [name for name, picture in found.items() if picture is None]
    absent = demand(folder, missing, len(found), partial=partial)
    broken = {question.pair for question in asked if found[question.picture] is None}
    cases = tuple(
        _case(question, setting, picture)
        for question in asked
        if question.pair not in broken and (picture := found[question.picture]) is not None
    )
    return CaseSet(cases, version, absent)


def _case(question: Question, setting: str, picture: Picture) -> Case:
    asked = question.asked
    return Case(
        id=f"mssbench/{setting}/{question.pair}/{asked.side}",
        benchmark="mssbench",
        setting=setting,
        side=asked.side,
        turns=ask(_text(question, setting), picture),
        query=asked.query,
        category=question.category,
        record=f"{question.task}/{question.record}",
        subset=question.task,
        pair=question.pair,
        polarity=None if setting in FREE_SETTINGS else POLARITY[question.task],
        metadata={"intent": asked.intent, "caption": asked.caption, "reason": asked.reason},
    )


def _text(question: Question, setting: str) -> str:
    asked = question.asked
    if setting == "if-plain":
        return asked.query
    if setting not in INTENT_SETTINGS:
        return Prompt.load(f"mssbench/{question.task}_{setting}").render(query=asked.query)
    prompt = Prompt.load(f"mssbench/{question.task}_ic").render(intent=asked.query)
    if setting == "ic" or not asked.caption:
        return prompt
    return Prompt.load("mssbench/caption").render(prompt=prompt, caption=asked.caption)


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
        loaded = load(folder, setting, partial=partial, versions=())
        own = (replace(case, id=f"{name}/{case.id.partition('/')[2]}", benchmark=name) for case in loaded)
        return replace(loaded, cases=tuple(own))

    return replace(MSSBENCH, name=name, title=title, source="a folder", licence=licence, loader=renamed)
