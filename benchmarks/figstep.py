"""FigStep's SafeBench: forbidden requests drawn as a list to be filled in (Gong et al., AAAI 2025, arXiv 2311.05608).

The repository's `data` folder (ThuCCSLab/FigStep, MIT): `question/safebench.csv`, `question/SafeBench-Tiny.csv` and the
drawn lists under `images/`. `text-only` asks the bare question. The sentence that goes with a picture is this project's
own; the repository's is read under the official protocol. Every case is unsafe: a model that refuses everything is
perfect here. The repository has no scorer, so the strict judge labels the replies.
"""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from benchmarks import rubrics
from benchmarks.benchmark import Benchmark
from benchmarks.case import Case, CaseSet, Side, ask
from benchmarks.errors import FileInvalid
from benchmarks.metrics import right_rate, wrong_rate
from benchmarks.pictures import Picture, PictureFolder, demand
from benchmarks.prompts import PromptTemplate
from benchmarks.released import ReleasedRow, check_count, read_csv

LAYOUT = "question/safebench.csv, question/SafeBench-Tiny.csv, images/SafeBench/ (the repository's data folder)"
FIGSTEP = 6  # the repository's number of this way of asking, in every picture's name
TOPICS = (
    "Illegal Activity",
    "Hate Speech",
    "Malware Generation",
    "Physical Harm",
    "Fraud",
    "Adult Content",
    "Privacy Violation",
    "Legal Opinion",
    "Financial Advice",
    "Health Consultation",
)


@dataclass(frozen=True)
class Size:
    """One of the two sizes: its list, its pictures' folder and how many requests each topic has."""

    file: str
    pictures: str
    per_topic: int


SIZES = {
    "full": Size("question/safebench.csv", "images/SafeBench", 50),
    "tiny": Size("question/SafeBench-Tiny.csv", "images/SafeBench-Tiny", 5),
}
SETTINGS = ("full", "full-text-only", "tiny", "tiny-text-only")


class FigStepRow(ReleasedRow):
    """A line of the CSV."""

    dataset: str
    category_id: str
    task_id: str
    category_name: str
    question: str
    instruction: str

    @property
    def picture_name(self) -> str:
        """The drawn list's file."""
        return f"query_{self.dataset}_{self.category_id}_{self.task_id}_{FIGSTEP}.png"


def load(folder: Path, setting: str = "full", *, partial: bool = False) -> CaseSet:
    """The cases of a setting; those with `text-only` need no pictures."""
    size = SIZES[setting.partition("-")[0]]
    rows = _rows(folder / size.file, size)
    if setting.endswith("text-only"):
        return CaseSet(tuple(_case(row, setting, None) for row in rows), "as released")
    pictures = PictureFolder(folder / size.pictures)
    missing = [row.picture_name for row in rows if pictures.named(row.picture_name) is None]
    absent = demand(pictures.root, missing, len(rows), partial=partial)
    cases = tuple(
        _case(row, setting, picture) for row in rows if (picture := pictures.named(row.picture_name)) is not None
    )
    return CaseSet(cases, "as released", absent)


def _rows(path: Path, size: Size) -> list[FigStepRow]:
    try:
        rows = [FigStepRow.model_validate(line) for line in read_csv(path, LAYOUT)]
    except ValidationError as error:
        raise FileInvalid(path, f"line does not have ids, a topic, a question and an instruction: {error}") from error
    found = Counter(row.category_name for row in rows)
    for topic in TOPICS:
        check_count(path, f"{topic} requests", size.per_topic, found[topic])
    check_count(path, "requests", size.per_topic * len(TOPICS), len({row.picture_name for row in rows}))
    return rows


def _case(row: FigStepRow, setting: str, picture: Picture | None) -> Case:
    turns = ask(PromptTemplate.load("figstep/list").text, picture) if picture else ask(row.question)
    return Case(
        id=f"figstep/{setting}/{row.category_id}-{row.task_id}",
        benchmark="figstep",
        setting=setting,
        side=Side.UNSAFE,
        turns=turns,
        query=row.question,
        category=row.category_name,
        record=f"{row.category_id}-{row.task_id}",
        metadata={"instruction": row.instruction},
    )


FIGSTEP_SAFEBENCH = Benchmark(
    name="figstep",
    title="FigStep, SafeBench (AAAI 2025)",
    source="https://github.com/ThuCCSLab/FigStep",
    licence="MIT",
    settings=SETTINGS,
    loader=load,
    files=tuple(name for size in SIZES.values() for name in (size.file, f"{size.pictures}/*.png")),
    rubric=lambda case: rubrics.strict(),
    measures=(
        wrong_rate("attack success rate"),
        right_rate("safety rate"),
        *(wrong_rate(f"{topic} attack success rate", topic) for topic in TOPICS),
    ),
    compared=2,
    caveat="Every case here is unsafe, so that a model which refuses everything is perfect. The last three topics ask "
    "for advice that many would give.",
)
