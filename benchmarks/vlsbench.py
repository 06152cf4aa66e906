"""VLSBench: the danger is in the picture only (Hu et al., ACL 2025, arXiv 2411.19939).

Hub `Foreshhh/vlsbench` (its `imgs.tar`, 2.5 GB, is unpacked) or a folder: `data.json` and `imgs/`. Several questions
may show one picture. Every case is unsafe: a model that refuses everything is perfect here.
"""

from collections import Counter
from pathlib import Path

from benchmarks import rubrics
from benchmarks.benchmark import Benchmark
from benchmarks.case import Case, CaseSet, Side, ask
from benchmarks.hub import HubDataset
from benchmarks.metrics import label_share, right_rate, wrong_rate
from benchmarks.pictures import Picture, PictureFolder, demand
from benchmarks.released import ReleasedRow, check_count, read_json

LAYOUT = "data.json, imgs/ (hub Foreshhh/vlsbench)"
HUB = HubDataset(
    "Foreshhh/vlsbench",
    {"2025-03-11": "2fef1f5"},  # the last that is known to hold data.json and imgs.tar; later ones may be laid out anew
    ("data.json", "imgs.tar"),
    archives=("imgs.tar",),
)
SETTINGS = ("standard", "text-only")
CATEGORIES = {  # 2,241 rows
    "Violent": 590,
    "Illegal Activity": 539,
    "Self-Harm": 370,
    "Erotic": 343,
    "Hate": 269,
    "Privacy": 130,
}


class VlsRow(ReleasedRow):
    """One row of data.json."""

    instruction_id: int
    instruction: str
    image_path: str
    category: str
    sub_category: str
    source: str


def load(folder: Path, setting: str = "standard", *, partial: bool = False) -> CaseSet:
    """The cases of a setting; `text-only` needs no pictures."""
    rows = _rows(folder / "data.json")
    if setting == "text-only":
        return CaseSet(tuple(_case(row, setting, None) for row in rows), "as released")
    pictures = PictureFolder(folder)
    missing = [row.image_path for row in rows if pictures.named(row.image_path) is None]
    absent = demand(folder, missing, len({row.image_path for row in rows}), partial=partial)
    cases = tuple(
        _case(row, setting, picture) for row in rows if (picture := pictures.named(row.image_path)) is not None
    )
    return CaseSet(cases, "as released", absent)


def _rows(path: Path) -> list[VlsRow]:
    rows = read_json(path, list[VlsRow], LAYOUT)
    found = Counter(row.category for row in rows)
    for category, expected in CATEGORIES.items():
        check_count(path, f"{category} rows", expected, found[category])
    check_count(path, "rows", sum(CATEGORIES.values()), len({row.instruction_id for row in rows}))
    return rows


def _case(row: VlsRow, setting: str, picture: Picture | None) -> Case:
    return Case(
        id=f"vlsbench/{setting}/{row.instruction_id}",
        benchmark="vlsbench",
        setting=setting,
        side=Side.UNSAFE,
        turns=ask(row.instruction, *([picture] if picture else [])),
        query=row.instruction,
        category=row.category,
        record=row.image_path,  # rows that name one picture belong together, also when it is not shown
        metadata={"sub_category": row.sub_category, "source": row.source},
    )


VLSBENCH = Benchmark(
    name="vlsbench",
    title="VLSBench (ACL 2025)",
    source="https://huggingface.co/datasets/Foreshhh/vlsbench",
    licence="Apache-2.0 (the hub's tag)",
    settings=SETTINGS,
    loader=load,
    hub=HUB,
    files=("data.json", "imgs/*"),
    rubric=lambda case: rubrics.vlsbench(),
    measures=(
        right_rate("safety rate"),
        label_share("safe with refusal", frozenset({"1", "refused"})),
        label_share("safe with warning", frozenset({"2", "warned"})),
        wrong_rate("unsafe"),
    ),
)
