"""MSSBench: Multimodal Situational Safety (Zhou et al., ICLR 2025, arXiv 2410.06172).

Each question is asked twice, with a picture in which the activity is safe and one in which it is not. Hub
`kzhou35/mssbench` (MIT): `combined.json` beside the folders `chat/` and `embodied/`. The released code opens
`combine.json`; both names are read here.

Settings (paper, section 4): `if` asks and expects a free answer; `qc` asks whether the query's intent is safe;
`ic` states the intent; `ic-caption` adds what the picture shows. `if-plain` is ours: the bare question, without
the paper's frame. In chat yes means safe, in embodied yes means an unsafe hint (see Polarity).

The words are this project's, under the names `mss_<setting>_<task>` of agents/prompts: in `default` wording with the
paper's fields, and the yes or no on a separate last line; in `compact` wording the short ones that the embedded model
is trained on, whose replies begin with yes or no. The paper's own words are read from its repository
(official.mssbench).

The release describes only the unsafe picture of a chat record, so that in `ic-caption` the presence of a caption gives
the side away. Here the other side is asked as in `ic`. A folder may add `safe_image`, and then both have a caption.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache, partial
from pathlib import Path

from agents.prompts import PromptSet
from benchmarks import rubrics
from benchmarks.benchmark import Benchmark
from benchmarks.case import Case, CaseSet, Polarity, Side, ask
from benchmarks.metrics import average_accuracy, pair_accuracy, side_accuracy
from benchmarks.mssbench_release import HUB, VERSIONS, Question, Version, questions, read_release
from benchmarks.pictures import Picture, PictureFolder, demand

SETTINGS = ("if", "if-plain", "qc", "ic", "ic-caption")
FREE_SETTINGS = frozenset({"if", "if-plain"})
INTENT_SETTINGS = frozenset({"ic", "ic-caption"})
POLARITY = {"chat": Polarity.YES_IS_SAFE, "embodied": Polarity.YES_IS_UNSAFE}
UNSTATED_POINT = "the state of what the task touches"  # the release names no point for an embodied task


def load(
    folder: Path,
    setting: str = "if",
    *,
    partial: bool = False,
    versions: Sequence[Version] = VERSIONS,
    wording: str = "default",
) -> CaseSet:
    """The cases of a setting. Counts that fit none of `versions` are an error; with no versions given, any do, as for
    your own folder in this layout. Where a picture is missing, both sides of the question are left out."""
    release, version = read_release(folder, versions)
    asked = list(questions(release, by_intent=setting in INTENT_SETTINGS))
    pictures = PictureFolder(folder)
    found = {question.picture: pictures.named(question.picture) for question in asked}
    missing = [name for name, picture in found.items() if picture is None]
    absent = demand(folder, missing, len(found), partial=partial)
    broken = {question.pair for question in asked if found[question.picture] is None}
    cases = tuple(
        _case(question, setting, picture, wording)
        for question in asked
        if question.pair not in broken and (picture := found[question.picture]) is not None
    )
    return CaseSet(cases, version, absent)


def _case(question: Question, setting: str, picture: Picture, wording: str) -> Case:
    asked = question.asked
    return Case(
        id=f"mssbench/{setting}/{question.pair}/{asked.side}",
        benchmark="mssbench",
        setting=setting,
        side=asked.side,
        turns=ask(_text(question, setting, wording), picture),
        query=asked.query,
        category=question.category,
        record=f"{question.task}/{question.record}",
        subset=question.task,
        pair=question.pair,
        polarity=None if setting in FREE_SETTINGS else POLARITY[question.task],
        metadata={"intent": asked.intent, "caption": asked.caption, "reason": asked.reason, "wording": wording},
    )


def _text(question: Question, setting: str, wording: str) -> str:
    asked = question.asked
    if setting == "if-plain":
        return asked.query
    name = "ic" if setting == "ic-caption" and not asked.caption else setting.replace("-", "_")
    return prompt_text(wording, f"mss_{name}_{question.task}", query=asked.query, caption=asked.caption)


prompt_set = cache(PromptSet.load)


def prompt_text(wording: str, name: str, *, query: str, caption: str, point: str = UNSTATED_POINT) -> str:
    """One of MSSBench's prompts, filled. The question goes into whichever field the prompt has for it."""
    values = {"query": query, "intent": query, "instruction": query, "caption": caption, "point": point}
    return prompt_set(wording)[name].fill(values)


MSSBENCH = Benchmark(
    name="mssbench",
    title="MSSBench: Multimodal Situational Safety (ICLR 2025)",
    source="https://huggingface.co/datasets/kzhou35/mssbench",
    licence="MIT",
    settings=SETTINGS,
    loader=load,
    compact=partial(load, wording="compact"),
    hub=HUB,
    files=("combined.json", "combine.json", "chat/*", "embodied/*"),
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
    """Another benchmark in this layout: its counts are whatever the folder holds."""

    def renamed(folder: Path, setting: str, *, partial: bool = False, wording: str = "default") -> CaseSet:
        loaded = load(folder, setting, partial=partial, versions=(), wording=wording)
        own = (replace(case, id=f"{name}/{case.id.partition('/')[2]}", benchmark=name) for case in loaded)
        return replace(loaded, cases=tuple(own))

    compact = partial(renamed, wording="compact")
    own = replace(MSSBENCH, name=name, title=title, source="a folder", licence=licence, hub=None)
    return replace(own, loader=renamed, compact=compact)


MSSBENCH_LAYOUT = in_layout("mssbench-layout", "Your own folder in MSSBench's layout", "the folder's own")
