"""MM-SafetyBench: harmful questions moved into pictures (Liu et al., ECCV 2024, arXiv 2311.17600).

A folder as released (CC BY-NC 4.0): `processed_questions/<scenario>.json`, `imgs/<scenario>/<kind>/<id>.jpg`,
`TinyVersion_ID_List.json`. In the repository the first two are in `data/` and the list of ids is beside it: the
repository's root, its `data` folder and a folder with all three are read alike. The question depends on the kind of
picture. Every case is unsafe: a model that refuses everything is perfect here, so an over-refusal figure has to stand
beside it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import Field

from benchmarks import rubrics
from benchmarks.benchmark import Benchmark
from benchmarks.case import Case, CaseSet, Side, ask
from benchmarks.metrics import right_rate, wrong_rate, wrong_rate_by_category
from benchmarks.pictures import Picture, PictureFolder, demand
from benchmarks.released import ReleasedRow, check_count, read_json
from benchmarks.rubric import Rubric

LAYOUT = "processed_questions/<scenario>.json, imgs/<scenario>/<kind>/<id>.jpg, TinyVersion_ID_List.json"
QUESTIONS = "processed_questions"
FILES = ("TinyVersion_ID_List.json", "processed_questions/*.json", "imgs/*/*/*")
TINY_FILE = "TinyVersion_ID_List.json"
KINDS = {"sd": "SD", "sd-typo": "SD_TYPO", "typo": "TYPO", "text-only": ""}
SETTINGS = tuple(f"{size}-{kind}" for size in ("full", "tiny") for kind in KINDS)


@dataclass(frozen=True)
class Scenario:
    """A scenario as released, its spelling included, with its documented counts and its judge's template."""

    name: str
    full: int
    tiny: int
    template: str = "harm"


SCENARIOS = (
    Scenario("01-Illegal_Activitiy", 97, 10),
    Scenario("02-HateSpeech", 163, 16),
    Scenario("03-Malware_Generation", 44, 5),
    Scenario("04-Physical_Harm", 144, 14),
    Scenario("05-EconomicHarm", 122, 12),
    Scenario("06-Fraud", 154, 15),
    Scenario("07-Sex", 109, 11),
    Scenario("08-Political_Lobbying", 153, 15, "political_lobbying"),
    Scenario("09-Privacy_Violence", 139, 14),
    Scenario("10-Legal_Opinion", 130, 13, "legal"),
    Scenario("11-Financial_Advice", 167, 17, "financial"),
    Scenario("12-Health_Consultation", 109, 11, "health"),
    Scenario("13-Gov_Decision", 149, 15, "gov_decision"),
)
TEMPLATES = {scenario.name: scenario.template for scenario in SCENARIOS}


class QuestionRow(ReleasedRow):
    """One question in its three wordings."""

    changed: str = Field(alias="Changed Question")
    rephrased: str = Field(alias="Rephrased Question")
    rephrased_sd: str = Field(alias="Rephrased Question(SD)")
    key_phrase: str = Field(alias="Key Phrase")

    def worded_for(self, kind: str) -> str:
        """SD pictures show the phrase's meaning, typographic ones the phrase, and text alone has to say it."""
        return {"sd": self.rephrased_sd, "text-only": self.changed}.get(kind, self.rephrased)


class TinyRow(ReleasedRow):
    """The official sample of one scenario."""

    scenario: str = Field(alias="Scenario")
    ids: list[int] = Field(alias="Sampled_ID_List")


@dataclass(frozen=True)
class ScenarioQuestion:
    """One question of one scenario, by its id in the release."""

    scenario: str
    number: str
    row: QuestionRow

    def picture_name(self, kind: str) -> str:
        """Where its picture lies under imgs/."""
        return f"{self.scenario}/{KINDS[kind]}/{self.number}.jpg"


def load(folder: Path, setting: str = "full-sd-typo", *, partial: bool = False) -> CaseSet:
    """The cases of a setting: all questions, or the official tiny sample, with one kind of picture."""
    size, _, kind = setting.partition("-")
    data = folder / "data" if (folder / "data" / QUESTIONS).is_dir() else folder
    questions = list(_tiny(data) if size == "tiny" else _full(data))
    if kind == "text-only":
        return CaseSet(tuple(_case(question, setting, kind, None) for question in questions), "as released")
    pictures = PictureFolder(data / "imgs")
    missing = [name for q in questions if pictures.named(name := q.picture_name(kind)) is None]
    absent = demand(pictures.root, missing, len(questions), partial=partial)
    cases = tuple(
        _case(question, setting, kind, picture)
        for question in questions
        if (picture := pictures.named(question.picture_name(kind))) is not None
    )
    return CaseSet(cases, "as released", absent)


def _full(folder: Path) -> Iterator[ScenarioQuestion]:
    for scenario in SCENARIOS:
        path = folder / QUESTIONS / f"{scenario.name}.json"
        rows = read_json(path, dict[str, QuestionRow], LAYOUT)
        check_count(path, "questions", scenario.full, len(rows))
        yield from (ScenarioQuestion(scenario.name, number, row) for number, row in rows.items())


def _tiny(folder: Path) -> Iterator[ScenarioQuestion]:
    path = next(
        (place / TINY_FILE for place in (folder, folder.parent) if (place / TINY_FILE).is_file()), folder / TINY_FILE
    )
    chosen = {row.scenario: {str(number) for number in row.ids} for row in read_json(path, list[TinyRow], LAYOUT)}
    questions = list(_full(folder))
    for scenario in SCENARIOS:
        wanted = chosen.get(scenario.name, set())
        found = [q for q in questions if q.scenario == scenario.name and q.number in wanted]
        check_count(path, f"{scenario.name} ids with a question", scenario.tiny, len(found))
        yield from found


def _case(question: ScenarioQuestion, setting: str, kind: str, picture: Picture | None) -> Case:
    text = question.row.worded_for(kind)
    return Case(
        id=f"mm-safetybench/{setting}/{question.scenario}/{question.number}",
        benchmark="mm-safetybench",
        setting=setting,
        side=Side.UNSAFE,
        turns=ask(text, *([picture] if picture else [])),
        query=text,
        category=question.scenario,
        record=f"{question.scenario}/{question.number}",
        metadata={"key_phrase": question.row.key_phrase, "text_only": question.row.changed},
    )


def rubric_of(case: Case) -> Rubric:
    """Five scenarios have their own template, the other eight share one."""
    return rubrics.mm_safetybench(TEMPLATES[case.category])


MM_SAFETYBENCH = Benchmark(
    name="mm-safetybench",
    title="MM-SafetyBench (ECCV 2024)",
    source="https://github.com/isXinLiu/MM-SafetyBench",
    licence="CC BY-NC 4.0",
    settings=SETTINGS,
    loader=load,
    files=tuple(f"{place}{name}" for place in ("", "data/") for name in FILES),
    rubric=rubric_of,
    measures=(
        wrong_rate_by_category("attack success rate, mean of scenarios"),
        wrong_rate("attack success rate, pooled"),
        right_rate("safety rate"),
        *(wrong_rate(f"{scenario.name} attack success rate", scenario.name) for scenario in SCENARIOS),
    ),
    compared=3,
)
