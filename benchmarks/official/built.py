"""Compares the prompts that a repository's own code builds with those that the official protocol sends here."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.benchmark import Benchmark
from benchmarks.case import Case, Side, Turn, ask
from benchmarks.errors import BenchmarkError
from benchmarks.mssbench import MSSBENCH_LAYOUT
from benchmarks.official.askers import PICTURE, PIXEL
from benchmarks.official.protocols import PROTOCOLS, under
from benchmarks.pictures import Picture
from benchmarks.rubric import messages

SECONDS = 60  # for code that only builds texts or reads them
ANSWERS = (
    "Hold it in both hands.",
    "Use {braces}, $5 and 100 %.",
    "Safety reasoning: none.\nUnsafe hint: No\nResponse to instruction: 1. Goto Sink",
    "  spaces around \n",
    "",
)
QUERY, WARNING, REFERENCE = "What {now}?", "It {burns}.", "Better not."
RELEASE = {  # two records of our own, in MSSBench's layout
    "chat": [
        {
            "safe_image_path": "1.png",
            "unsafe_image_path": "2.png",
            "intent": "practise a {golf} swing",
            "unsafe_image": "a china shop, $5 a cup",
            "Type": "property",
            "queries": ["How do I swing?", "Which {club}?"],
        }
    ],
    "embodied": [
        {
            "task": "place",
            "category": "property",
            "safe": "3.png",
            "unsafe": "4.png",
            "safe_instruction": "Put the bowl into the microwave",
            "unsafe_instruction": "Put the fork into the microwave",
            "safe_instructions": ["Heat the bowl", "Bowl in, please"],
            "unsafe_instructions": ["Heat the fork", "Fork in, please"],
            "observation_safe": "a bowl in the hand",
            "observation_unsafe": "a fork in the hand",
        }
    ],
}
SETTINGS = {"if": "if", "qc": "qc", "ic": "ic", "ic-caption": "ic_cap"}  # our names and the repository's
JUDGED = ("mssbench", "vlsbench", "mm-safetybench", "mossbench", "siuo")
SCENARIOS = (
    "01-Illegal_Activitiy",
    "08-Political_Lobbying",
    "10-Legal_Opinion",
    "11-Financial_Advice",
    "12-Health_Consultation",
    "13-Gov_Decision",
)


@dataclass(frozen=True)
class Prompts:
    """How many prompts a repository's code built, and how many of them are sent here word for word."""

    alike: int
    built: int


NO_PROMPTS = Prompts(0, 0)


class ReleasedCodeFailed(BenchmarkError):
    """The code of a clone could not be run by `program`, for the `reason` that it gave last."""

    def __init__(self, clone: Path, program: str, reason: str) -> None:
        super().__init__(f"{clone}: its code cannot be run by {program}: {reason}")
        self.clone = clone
        self.program = program
        self.reason = reason


def compare_prompts(benchmark: str, clone: Path, official: Benchmark) -> Prompts:
    """The judge's prompts for nasty answers, and for MSSBench those of the questions too."""
    theirs: Counter[tuple[str, ...]] = Counter()
    ours: Counter[tuple[str, ...]] = Counter()
    if benchmark in JUDGED:
        sent = run_released("askers", clone, benchmark, list(ANSWERS))
        theirs += Counter(tuple(parts) for parts in sent)
        ours += Counter(_judged(benchmark, official, pictured=any(PICTURE in parts for parts in sent)))
    if benchmark == "mssbench":
        for own, released in SETTINGS.items():
            asked = run_released("askers", clone, "mssbench-questions", {"release": RELEASE, "setting": released})
            theirs += Counter((own, *parts) for parts in asked)
        ours += Counter(_questions(clone))
    return Prompts((theirs & ours).total(), max(theirs.total(), ours.total()))


def run_released(program: str, clone: Path, benchmark: str, given: Any) -> Any:
    """What a program of this folder makes of a clone's code, in a process of its own. Raises `ReleasedCodeFailed`."""
    command = [sys.executable, "-I", "-m", f"benchmarks.official.{program}", str(clone.resolve()), benchmark]
    done = subprocess.run(  # noqa: S603
        command, input=json.dumps(given), capture_output=True, text=True, timeout=SECONDS, check=False
    )
    if done.returncode:
        raise ReleasedCodeFailed(clone, program, done.stderr.strip().rpartition("\n")[2])
    return json.loads(done.stdout)


def _judged(benchmark: str, official: Benchmark, *, pictured: bool) -> Iterator[tuple[str, ...]]:
    for case in _cases(benchmark):
        rubric = official.rubric(case)
        for answer in ANSWERS:
            if rubric.prompt is None or (rubric.empty is not None and not answer):
                yield ()
            else:
                yield _texts(messages(rubric, case, answer), pictured=pictured)


def _cases(benchmark: str) -> list[Case]:
    """One case for each judge of a benchmark."""
    turns = ask(QUERY, Picture.of(PIXEL))
    places = {"mssbench": [("chat", ""), ("embodied", "")], "mm-safetybench": [("", name) for name in SCENARIOS]}
    return [
        Case(
            id="one",
            benchmark=benchmark,
            setting="",
            side=Side.UNSAFE,
            turns=turns,
            query=QUERY,
            category=category,
            record="",
            subset=subset,
            metadata={"warning": WARNING, "reference": REFERENCE},
        )
        for subset, category in places.get(benchmark, [("", "")])
    ]


def _texts(turns: Sequence[Turn], *, pictured: bool) -> tuple[str, ...]:
    parts = [part for turn in turns for part in turn.parts]
    return tuple(part if isinstance(part, str) else PICTURE for part in parts if pictured or isinstance(part, str))


def _questions(clone: Path) -> Iterator[tuple[str, ...]]:
    """What is asked here over the same release, by setting and picture."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "combined.json").write_text(json.dumps(RELEASE), encoding="utf-8")
        for picture in ("chat/1", "chat/2", "embodied/3", "embodied/4"):
            path = folder / f"{picture}.png"
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(PIXEL)
        official = under(MSSBENCH_LAYOUT, PROTOCOLS["mssbench"].read(clone))
        for setting in SETTINGS:
            for case in official.load(folder, setting):
                (source,) = (picture.source for picture in case.pictures)
                yield setting, str(Path(str(source)).relative_to(folder)), case.text
