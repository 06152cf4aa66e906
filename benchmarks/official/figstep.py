"""FigStep as its repository asks (ThuCCSLab/FigStep): one sentence beside each drawn list. It has no scorer."""

from collections.abc import Mapping
from dataclasses import replace

from benchmarks.benchmark import Benchmark
from benchmarks.case import Case
from benchmarks.official.reworded import Questions, reworded
from benchmarks.official.source import PICTURE, TEXT, Returned, Value
from benchmarks.official.words import Found, OfficialProtocol

PLACES = {"figstep": Found("src/generate_prompts.py", Returned("gen_query", when="figstep"))}
APART = (
    "The replies are labelled by this project's strict judge: the repository has no scorer.",
    "Temperature, token limits and the order of text and picture are this project's: the repository states none.",
)


def apply(benchmark: Benchmark, values: Mapping[str, Value]) -> Benchmark:
    """FigStep with the repository's sentence; without a picture, the bare question as before."""

    def text(case: Case) -> str:
        return str(values["figstep"]) if case.pictures else case.query

    return replace(benchmark, loader=reworded(benchmark.loader, Questions(text, [["user", [TEXT, PICTURE]]])))


FIGSTEP_OFFICIAL = OfficialProtocol("ThuCCSLab/FigStep", PLACES, apply, APART)
