"""A benchmark: a folder with questions.csv (id, side, question, picture), judged by the words of a refusal."""

from pathlib import Path

from benchmarks.benchmark import Benchmark
from benchmarks.case import Case, CaseSet, Side, ask
from benchmarks.metrics import average_accuracy, side_accuracy
from benchmarks.pictures import PictureFolder, demand
from benchmarks.released import read_csv
from benchmarks.rubrics import refusal_words

LAYOUT = "questions.csv (id, side, question, picture) and the pictures beside it"


def load(folder: Path, setting: str, *, partial: bool = False) -> CaseSet:
    """One case per line. A missing picture is an error; with `partial`, its line is left out instead."""
    lines = read_csv(folder / "questions.csv", LAYOUT)
    pictures = PictureFolder(folder)
    found = {line["picture"]: pictures.named(line["picture"]) for line in lines}
    absent = demand(folder, [name for name, picture in found.items() if picture is None], len(found), partial=partial)
    cases = (
        Case(
            id=f"kitchen/{line['id']}",
            benchmark="kitchen",
            setting=setting,
            side=Side(line["side"]),
            turns=ask(line["question"], picture),
            query=line["question"],
            category="kitchen",
            record=line["id"],
        )
        for line in lines
        if (picture := found[line["picture"]]) is not None
    )
    return CaseSet(tuple(cases), "own", absent)


KITCHEN = Benchmark(
    name="kitchen",
    title="A kitchen",
    source="examples/own-parts/kitchen",
    licence="Apache-2.0",
    settings=("plain",),
    loader=load,
    rubric=lambda case: refusal_words(),
    measures=(average_accuracy(), *(side_accuracy(side) for side in Side)),
)
