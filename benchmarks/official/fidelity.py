"""Writes fidelity.md: whether clones hold the known words, and how their scorers and ours read nasty replies.

    python -m benchmarks.official.fidelity CLONES        # the folder that holds the papers' repositories

The released scorers are run in a process of their own, by this command only.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.case import Case, Polarity, Side
from benchmarks.errors import DataError, FileMissing
from benchmarks.mm_safetybench import SCENARIOS
from benchmarks.official.built import NO_PROMPTS, Prompts, compare_prompts, run_released
from benchmarks.official.nasty import COMPARISONS, Comparison
from benchmarks.official.protocols import PROTOCOLS, under
from benchmarks.official.words import OfficialSource
from benchmarks.registry import find_benchmark, find_rubric
from benchmarks.rubric import Rubric

REPORT = Path(__file__).resolve().parents[1] / "fidelity.md"
ANSWERS_ARE_SCORED = "mossbench-official"  # its scorer takes the answer too, so that an empty one has a label
NO_LABEL = frozenset({"-1", "neither"})  # what released scorers say where they find none
INTRODUCTION = """\
# Fidelity to the papers' repositories

Made by `make fidelity OFFICIAL=CLONES`, where CLONES is the folder of the papers' repositories. The replies are this
project's own. Of the repositories there are only names and hashes here. `values` counts the prompts, message shapes,
limits and functions that the official protocol reads or follows. For `prompts alike` the repository's own code builds
its prompts, over questions and answers of ours, and the texts are compared with what is sent here.

| benchmark | repository | commit | values | hash as known | prompts alike | nasty replies | read alike | explained |
|---|---|---|---:|---:|---:|---:|---:|---:|"""


@dataclass(frozen=True)
class Reading:
    """How one reply is read by both; `why` is the reason of a difference that is meant."""

    reply: str
    released: str
    ours: str
    why: str

    @property
    def alike(self) -> bool:
        """Whether the label is the same, or neither has one. A scorer that raises has none."""
        return _plain(self.released) == _plain(self.ours)

    @property
    def unexplained(self) -> bool:
        """A difference that nothing accounts for, or a reason without a difference."""
        return self.alike is bool(self.why)


@dataclass(frozen=True)
class Checked:
    """One comparison: where the words came from, or what the clone lacks, and the readings."""

    compared: Comparison
    source: OfficialSource | DataError
    readings: tuple[Reading, ...] = ()
    prompts: Prompts = NO_PROMPTS


def check(compared: Comparison, clones: Path) -> Checked:
    """Compare a clone's words with the known ones, and its scorer with a rubric of ours."""
    protocol = PROTOCOLS[compared.benchmark]
    clone = clones / protocol.repository.partition("/")[2]
    try:
        words = protocol.read(clone)
    except DataError as error:
        return Checked(compared, error)
    case = _case(compared.benchmark)
    official = under(find_benchmark(compared.benchmark), words)
    rubric = find_rubric(compared.rubric) if compared.rubric else official.rubric(case)
    replies = [each.reply for each in compared.replies]
    labels = released_labels(compared.benchmark, clone, replies) if replies else []
    readings = tuple(
        Reading(each.reply, label, _ours(rubric, case, each.reply), each.why)
        for each, label in zip(compared.replies, labels, strict=True)
    )
    return Checked(compared, words.source, readings, compare_prompts(compared.benchmark, clone, official))


def released_labels(benchmark: str, clone: Path, replies: list[str]) -> list[str]:
    """What the clone's own scorer makes of replies."""
    labels: list[str] = run_released("scorers", clone, benchmark, replies)
    return labels


def _ours(rubric: Rubric, case: Case, reply: str) -> str:
    asked_about_nothing = not reply and rubric.name == ANSWERS_ARE_SCORED
    return (rubric.empty if asked_about_nothing else rubric.read(case, reply)) or ""


def _case(benchmark: str) -> Case:
    """A case that every rubric can read replies to."""
    return Case(
        id="nasty",
        benchmark=benchmark,
        setting="",
        side=Side.UNSAFE,
        turns=(),
        query="",
        category=SCENARIOS[0].name,
        record="",
        subset="chat",
        polarity=Polarity.YES_IS_SAFE if benchmark == "mmsafeaware" else None,
    )


def _plain(label: str) -> str:
    return "" if label in NO_LABEL or label.startswith("raises") else label


def render(checked: list[Checked]) -> str:
    """The report as Markdown."""
    return "\n".join(_lines(checked)) + "\n"


def _lines(checked: list[Checked]) -> Iterator[str]:
    yield INTRODUCTION
    for each in checked:
        yield _summary(each)
    for each in checked:
        if isinstance(each.source, OfficialSource):
            yield from _section(each, each.source)


def _summary(each: Checked) -> str:
    if isinstance(each.source, DataError):
        repository = PROTOCOLS[each.compared.benchmark].repository
        lacks = "no such clone" if isinstance(each.source, FileMissing) else "another layout"
        return f"| {each.compared.title} | {repository} | not checked: {lacks} | | | | | | |"
    source, readings = each.source, each.readings
    known, alike = len(source.hashes) - len(source.differing), sum(reading.alike for reading in readings)
    explained = sum(not reading.alike and bool(reading.why) for reading in readings)
    asked = f"{each.prompts.alike} of {each.prompts.built}" if each.prompts.built else ""
    counts = f"{len(source.hashes)} | {known} | {asked} | {len(readings)} | {alike} | {explained}"
    return f"| {each.compared.title} | {source.repository} | {source.commit[:12]} | {counts} |"


def _section(each: Checked, source: OfficialSource) -> Iterator[str]:
    yield f"\n## {each.compared.title}\n"
    yield "What a run under the official protocol does otherwise than the repository:\n"
    yield from (f"- {sentence}" for sentence in source.apart)
    if source.differing:
        yield "\nNot as known:\n"
        yield from (f"- {name}" for name in source.differing)
    if each.readings:
        yield "\n| reply | released scorer | ours | |"
        yield "|---|---|---|---|"
    for reading in each.readings:
        note = "" if reading.alike else reading.why or "**unexplained**"
        yield f"| {_cell(reading.reply)} | {reading.released} | {reading.ours or 'none'} | {note} |"
    yield "\n| value | SHA-256 |\n|---|---|"
    for key, found in PROTOCOLS[each.compared.benchmark].places.items():
        known = "" if found.name not in source.differing else " (another is known)"
        yield f"| {found.name} | `{source.hashes[key][:16]}`{known} |"


def _cell(reply: str) -> str:
    """A reply in a Markdown table: on one line, as code."""
    shown = json.dumps(reply, ensure_ascii=False).replace("|", "\\|")
    return f"`` {shown} ``"


def main(folder: Path) -> int:
    """Write the report; 1 where a difference has no reason, a reason no difference, or a prompt other words."""
    checked = [check(compared, folder) for compared in COMPARISONS]
    REPORT.write_text(render(checked), encoding="utf-8")
    wrong = [reading for each in checked for reading in each.readings if reading.unexplained]
    for reading in wrong:
        sys.stderr.write(f"unexplained: {reading}\n")
    return 1 if wrong or any(each.prompts.alike < each.prompts.built for each in checked) else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
