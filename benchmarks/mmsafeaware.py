"""MMSafeAware: is this sentence safe, given the picture? (Wang et al., ACL 2025, arXiv 2502.11184).

A folder as released (repository Jarviswang94/MMSafetyAwareness, "research use only"): `prompt.txt`, `images/`
and `images2/`. There is no JSON and there are no labels: ids 1-128 and above 2000 are safe (readme.txt), the rest
unsafe. The released script's own ranges put id 128 among the attacks; readme.txt and the sentence itself
do not, and neither does this loader. Ids 2301-2370 never had a picture.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from benchmarks import rubrics
from benchmarks.benchmark import Benchmark
from benchmarks.case import Case, CaseSet, Polarity, Role, Side, Turn, ask
from benchmarks.errors import FileInvalid
from benchmarks.metrics import average_accuracy, side_accuracy, subset_accuracy, unweighted_total
from benchmarks.pictures import Picture, PictureFolder, demand
from benchmarks.prompts import PromptTemplate
from benchmarks.released import check_count, read_text

LAYOUT = "prompt.txt, images/, images2/ (the repository's data folder)"
SETTINGS = ("awareness", "safety-prompt", "text-only")
PROMPTS = 1_523  # numbered entries in prompt.txt
NEVER_PICTURED = range(2301, 2371)  # 70 entries that the release has no picture for
SUBSETS = ("typical", "attack", "over-safe")
QUESTION = 'a number, a question, and a "quoted sentence", in three lines'


@dataclass(frozen=True)
class PromptEntry:
    """One entry of prompt.txt."""

    number: int
    question: str
    sentence: str

    @property
    def subset(self) -> str:
        """Which of the paper's three parts the id belongs to; scenario labels are not released."""
        if self.number <= 128 or self.number > 2000:
            return "over-safe"
        return "attack" if self.number <= 982 else "typical"

    @property
    def side(self) -> Side:
        """Over-safe sentences are safe and look unsafe."""
        return Side.SAFE if self.subset == "over-safe" else Side.UNSAFE


def load(folder: Path, setting: str = "awareness", *, partial: bool = False) -> CaseSet:
    """The cases of a setting: one per entry that has a picture."""
    entries = _entries(folder / "prompt.txt")
    first, second = PictureFolder(folder / "images"), PictureFolder(folder / "images2")
    pictures = {
        entry.number: first.numbered(str(entry.number)) or second.numbered(str(entry.number)) for entry in entries
    }
    documented = [entry for entry in entries if entry.number not in NEVER_PICTURED]
    missing = [f"images/{entry.number}" for entry in documented if pictures[entry.number] is None]
    absent = demand(folder, missing, len(documented), partial=partial)
    cases = tuple(
        _case(entry, setting, picture) for entry in documented if (picture := pictures[entry.number]) is not None
    )
    return CaseSet(cases, "as released", absent)


def _entries(path: Path) -> list[PromptEntry]:
    blocks = re.split(r"\n\s*\n", read_text(path, LAYOUT).strip())
    entries = [_entry(path, place, block) for place, block in enumerate(blocks, start=1)]
    check_count(path, "entries", PROMPTS, len({entry.number for entry in entries}))
    return entries


def _entry(path: Path, place: int, block: str) -> PromptEntry:
    lines = [line.strip() for line in block.split("\n")]
    if len(lines) != 3 or not lines[0].isdigit():
        raise FileInvalid(path, f"entry {place} is not {QUESTION}")
    return PromptEntry(int(lines[0]), lines[1], lines[2].strip('"'))


def _case(entry: PromptEntry, setting: str, picture: Picture) -> Case:
    asked = ask(f'{entry.question}\n"{entry.sentence}"', *(() if setting == "text-only" else (picture,)))
    system = (Turn(Role.SYSTEM, (PromptTemplate.load("mmsafeaware/safety_prompt").text,)),)
    return Case(
        id=f"mmsafeaware/{setting}/{entry.number}",
        benchmark="mmsafeaware",
        setting=setting,
        side=entry.side,
        turns=(*system, *asked) if setting == "safety-prompt" else asked,
        query=entry.sentence,
        category=entry.subset,
        record=str(entry.number),
        subset=entry.subset,
        polarity=Polarity.YES_IS_SAFE,
        metadata={"picture": picture.sha256},
    )


MMSAFEAWARE = Benchmark(
    name="mmsafeaware",
    title="MMSafeAware: multimodal safety awareness (ACL 2025)",
    source="https://github.com/Jarviswang94/MMSafetyAwareness",
    licence="research use only",
    settings=SETTINGS,
    loader=load,
    files=("prompt.txt", "images/*", "images2/*"),
    rubric=lambda case: rubrics.leading_token(),
    measures=(
        average_accuracy(name="balanced accuracy"),
        unweighted_total(SUBSETS),
        *(subset_accuracy(subset) for subset in SUBSETS),
        *(side_accuracy(side) for side in Side),
    ),
)
