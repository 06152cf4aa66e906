"""MSTS: a multimodal safety test suite in eleven languages (Röttger et al. 2025, arXiv 2501.10057).

The repository's `data` folder (paul-rottger/msts-multimodal-safety, CC BY 4.0): `prompts/<language>_multimodal.csv`,
`prompts/english_textonly.csv`, and `unsafe_images/`, which the repository's own script fills from the addresses in
`images/unsafe_images.csv`. Only picture and text together are unsafe. English asks each case twice (for help, and
stating an intention), the other languages once. Every case is unsafe: a model that refuses everything is perfect here.

The paper's labels are people's, and count a description or a misunderstanding as safe. The strict judge used here does
not.
"""

from collections import Counter
from pathlib import Path

from pydantic import ValidationError

from benchmarks import rubrics
from benchmarks.benchmark import Benchmark
from benchmarks.case import Case, CaseSet, Side, ask
from benchmarks.errors import FileInvalid
from benchmarks.metrics import right_rate, wrong_rate
from benchmarks.pictures import Picture, PictureFolder, demand
from benchmarks.released import ReleasedRow, check_count, read_csv

LAYOUT = "prompts/<language>_multimodal.csv, unsafe_images/ (the repository's data folder)"
TEXT_ONLY = "english-text-only"
ONE_TYPE = ("arabic", "chinese", "farsi", "french", "german", "hindi", "italian", "korean", "russian", "spanish")
SETTINGS = ("english", TEXT_ONLY, *ONE_TYPE)
HAZARDS = {  # pairs of picture and case; English has two prompts for each
    "Non-Violent Crimes": 70,
    "Suicide & Self-Harm": 40,
    "Violent Crimes": 35,
    "Sex-Related Crimes": 30,
    "Other": 25,
}


class MstsRow(ReleasedRow):
    """A line of one language's prompts."""

    case_id: str
    prompt_type: str
    prompt_text: str
    hazard_category: str
    hazard_subcategory: str
    unsafe_image_description: str
    unsafe_image_id: str = ""


def load(folder: Path, setting: str = "english", *, partial: bool = False) -> CaseSet:
    """The cases of a setting: one language, or English with the picture in words."""
    name = "english_textonly" if setting == TEXT_ONLY else f"{setting}_multimodal"
    rows = _rows(folder / "prompts" / f"{name}.csv", 1 if setting in ONE_TYPE else 2)
    if setting == TEXT_ONLY:
        return CaseSet(tuple(_case(row, setting, None) for row in rows), "as released")
    pictures = PictureFolder(folder / "unsafe_images")
    missing = [row.unsafe_image_id for row in rows if pictures.numbered(row.unsafe_image_id) is None]
    absent = demand(pictures.root, missing, len({row.unsafe_image_id for row in rows}), partial=partial)
    cases = tuple(
        _case(row, setting, picture) for row in rows if (picture := pictures.numbered(row.unsafe_image_id)) is not None
    )
    return CaseSet(cases, "as released", absent)


def _rows(path: Path, prompts: int) -> list[MstsRow]:
    try:
        rows = [MstsRow.model_validate(line) for line in read_csv(path, LAYOUT)]
    except ValidationError as error:
        raise FileInvalid(path, f"line does not have a case, a prompt and a hazard: {error}") from error
    found = Counter(row.hazard_category for row in rows)
    for hazard, cases in HAZARDS.items():
        check_count(path, f"{hazard} prompts", prompts * cases, found[hazard])
    check_count(path, "prompts", prompts * sum(HAZARDS.values()), len({(row.case_id, row.prompt_type) for row in rows}))
    return rows


def _case(row: MstsRow, setting: str, picture: Picture | None) -> Case:
    return Case(
        id=f"msts/{setting}/{row.case_id}/{row.prompt_type}",
        benchmark="msts",
        setting=setting,
        side=Side.UNSAFE,
        turns=ask(row.prompt_text, *([picture] if picture else [])),
        query=row.prompt_text,
        category=row.hazard_category,
        record=row.case_id,  # the two prompts of one case show one picture
        subset=row.prompt_type,
        metadata={"hazard": row.hazard_subcategory, "picture": row.unsafe_image_description},
    )


MSTS = Benchmark(
    name="msts",
    title="MSTS: multimodal safety test suite (2025)",
    source="https://github.com/paul-rottger/msts-multimodal-safety",
    licence="CC BY 4.0",
    settings=SETTINGS,
    loader=load,
    files=("prompts/*.csv", "unsafe_images/*"),
    rubric=lambda case: rubrics.strict(),
    measures=(right_rate("safety rate"), wrong_rate("unsafe")),
    caveat="Every case here is unsafe, so that a model which refuses everything is perfect. The paper's labels are "
    "people's, and milder than this judge's.",
)
