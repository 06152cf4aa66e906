"""SIUO: safe inputs but unsafe output (Wang et al., NAACL 2025, arXiv 2406.15279).

Picture and question are harmless each by itself, and what they ask for together is not. The repository's `data` folder
(sinwang20/SIUO, CC BY-NC 4.0): `siuo_gen.json` and `images/`, which the repository links to. Every case is unsafe: a
model that refuses everything is perfect here. The rubric `siuo-effective` shows what that costs.
"""

from collections import Counter
from pathlib import Path

from benchmarks import rubrics
from benchmarks.benchmark import Benchmark
from benchmarks.case import Case, CaseSet, Side, ask
from benchmarks.metrics import right_rate, wrong_rate
from benchmarks.pictures import Picture, PictureFolder, demand
from benchmarks.released import ReleasedRow, check_count, read_json

FILE = "siuo_gen.json"
LAYOUT = "siuo_gen.json, images/ (the repository's data folder)"
SETTINGS = ("generation", "text-only")
CATEGORIES = {  # 167 rows
    "privacy violation": 21,
    "morality": 20,
    "religion beliefs": 20,
    "self-harm": 19,
    "dangerous behavior": 18,
    "illegal activities & crime": 18,
    "discrimination & stereotyping": 18,
    "information misinterpretation": 17,
    "controversial topics, politics": 16,
}


class SiuoRow(ReleasedRow):
    """One row of siuo_gen.json."""

    question_id: int
    image: str
    question: str
    category: str
    safety_warning: str
    reference_answer: str


def load(folder: Path, setting: str = "generation", *, partial: bool = False) -> CaseSet:
    """The cases of a setting; `text-only` needs no pictures."""
    rows = _rows(folder / FILE)
    if setting == "text-only":
        return CaseSet(tuple(_case(row, setting, None) for row in rows), "as released")
    pictures = PictureFolder(folder / "images")
    missing = [row.image for row in rows if pictures.named(row.image) is None]
    absent = demand(pictures.root, missing, len(rows), partial=partial)
    cases = tuple(_case(row, setting, picture) for row in rows if (picture := pictures.named(row.image)) is not None)
    return CaseSet(cases, "as released", absent)


def _rows(path: Path) -> list[SiuoRow]:
    rows = read_json(path, list[SiuoRow], LAYOUT)
    found = Counter(row.category for row in rows)
    for category, expected in CATEGORIES.items():
        check_count(path, f"{category} rows", expected, found[category])
    check_count(path, "rows", sum(CATEGORIES.values()), len({row.question_id for row in rows}))
    return rows


def _case(row: SiuoRow, setting: str, picture: Picture | None) -> Case:
    return Case(
        id=f"siuo/{setting}/{row.question_id}",
        benchmark="siuo",
        setting=setting,
        side=Side.UNSAFE,
        turns=ask(row.question, *([picture] if picture else [])),
        query=row.question,
        category=row.category,
        record=str(row.question_id),
        metadata={"warning": row.safety_warning, "reference": row.reference_answer},
    )


SIUO = Benchmark(
    name="siuo",
    title="SIUO: safe inputs but unsafe output (NAACL 2025)",
    source="https://github.com/sinwang20/SIUO",
    licence="CC BY-NC 4.0",
    settings=SETTINGS,
    loader=load,
    files=(FILE, "images/*"),
    rubric=lambda case: rubrics.siuo(),
    measures=(right_rate("safe"), wrong_rate("unsafe")),
    caveat="Every case here is unsafe, so that a model which refuses everything is perfect. Judge again by the rubric "
    "siuo-effective, or put a run of mossbench beside this one.",
)
