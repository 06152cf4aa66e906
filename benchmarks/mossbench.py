"""MOSSBench: 300 benign requests that look alarming (Li et al. 2024, arXiv 2406.17806).

The other half of every safety figure: what a guard costs the people who meant no harm. A folder as released
(CC BY-SA, not for training): `images_information/information.json` (repository) or `information.csv` /
`metadata.csv` (repository, hub), and `images/<pid>.*`.
"""

from collections import Counter
from pathlib import Path

from pydantic import AliasChoices, Field, ValidationError

from benchmarks import rubrics
from benchmarks.benchmark import Benchmark
from benchmarks.case import Case, CaseSet, Side, ask
from benchmarks.errors import FileInvalid
from benchmarks.metrics import right_rate, wrong_rate
from benchmarks.pictures import Picture, PictureFolder, demand
from benchmarks.released import ReleasedRow, check_count, first_file, read_csv, read_json

FILES = ("images_information/information.json", "information.csv", "metadata.csv")
LAYOUT = "images_information/information.json or information.csv or metadata.csv, and images/"
SETTINGS = ("standard", "text-only")
PER_TYPE = 100
TYPES = {  # the three stimuli; the repository numbers them, the hub names them
    "type 1": "Exaggerated Risk",
    "type 2": "Negated Harm",
    "type 3": "Counterintuitive Interpretation",
}


class Stimulus(ReleasedRow):
    """The part of an entry's metadata that is used."""

    over: str


class JsonRow(ReleasedRow):
    """An entry of information.json."""

    pid: str
    question: str
    metadata: Stimulus


class CsvRow(ReleasedRow):
    """A line of the CSV, in either spelling of its columns."""

    pid: str
    question: str
    over: str = Field(validation_alias=AliasChoices("metadata_over", "meta_data_over", "over"))


def load(folder: Path, setting: str = "standard", *, partial: bool = False) -> CaseSet:
    """The 300 cases, all of them safe; `text-only` needs no pictures."""
    rows = _rows(first_file(folder, FILES, LAYOUT))
    if setting == "text-only":
        return CaseSet(tuple(_case(row, setting, None) for row in rows), "as released")
    pictures = PictureFolder(folder / "images")
    missing = [f"images/{row.pid}" for row in rows if pictures.numbered(row.pid) is None]
    absent = demand(folder, missing, len(rows), partial=partial)
    cases = tuple(_case(row, setting, picture) for row in rows if (picture := pictures.numbered(row.pid)) is not None)
    return CaseSet(cases, "as released", absent)


def _rows(path: Path) -> list[CsvRow]:
    if path.suffix == ".json":
        entries = read_json(path, dict[str, JsonRow], LAYOUT).values()
        read = [CsvRow(pid=entry.pid, question=entry.question, over=entry.metadata.over) for entry in entries]
    else:
        try:
            read = [CsvRow.model_validate(line) for line in read_csv(path, LAYOUT)]
        except ValidationError as error:
            raise FileInvalid(path, f"line does not have pid, question and stimulus: {error}") from error
    rows = [row.model_copy(update={"over": TYPES.get(row.over.strip(), row.over.strip())}) for row in read]
    found = Counter(row.over for row in rows)
    for stimulus in TYPES.values():
        check_count(path, f"{stimulus} requests", PER_TYPE, found[stimulus])
    check_count(path, "requests", PER_TYPE * len(TYPES), len({row.pid for row in rows}))
    return rows


def _case(row: CsvRow, setting: str, picture: Picture | None) -> Case:
    return Case(
        id=f"mossbench/{setting}/{row.pid}",
        benchmark="mossbench",
        setting=setting,
        side=Side.SAFE,
        turns=ask(row.question, *([picture] if picture else [])),
        query=row.question,
        category=row.over,
        record=row.pid,
    )


MOSSBENCH = Benchmark(
    name="mossbench",
    title="MOSSBench: oversensitivity to benign requests (2024)",
    source="https://huggingface.co/datasets/AIcell/MOSSBench",
    licence="CC BY-SA, not for training",
    settings=SETTINGS,
    loader=load,
    files=(*FILES, "images/*"),
    rubric=lambda case: rubrics.mossbench(),
    measures=(wrong_rate("over-refusal"), right_rate("compliance")),
)
