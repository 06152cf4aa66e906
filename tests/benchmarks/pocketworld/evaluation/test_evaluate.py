"""The parts of an evaluation, and the command that measures them."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from benchmarks.cli.main import app
from benchmarks.pocketworld.evaluation.evaluate import Evaluation, Part, SampleSizes
from benchmarks.pocketworld.evaluation.proxy_eval import GAP
from benchmarks.pocketworld.training.train import COMMITTED

RUN = CliRunner(env={"COLUMNS": "200"})


async def test_without_data_only_blank_pictures_are_shown_to_the_eye() -> None:
    (figure,) = await Evaluation(COMMITTED, 7, SampleSizes(pictures=4), None).figures([Part.EYE])
    assert (figure.name, figure.count) == ("blank pictures: unknown to the eye", 4)


def test_a_part_that_does_not_exist_is_refused_with_those_that_do(tmp_path: Path) -> None:
    done = RUN.invoke(app, ["pocket", "--only", "everything", "--out", str(tmp_path / "out.json")])
    assert done.exit_code == 2
    assert "held-out, end-to-end, eye, photographs, injected" in " ".join(done.output.split())
    assert not (tmp_path / "out.json").exists()


@pytest.mark.filterwarnings("ignore")
def test_the_command_measures_through_a_running_demo_and_writes_where_it_is_told(tmp_path: Path) -> None:
    out = tmp_path / "figures.json"
    few = [
        "--pairs",
        "2",
        "--seed",
        "8",
        "--pictures",
        "1",
        "--attacked",
        "1",
        "--data",
        str(tmp_path),
        "--out",
        str(out),
    ]
    done = RUN.invoke(app, ["pocket", "--only", "end-to-end", *few])
    assert done.exit_code == 0, done.output
    assert done.output.startswith("Pocket World is a drawn toy world.")
    assert "must reach" in done.output
    shares = {each["name"]: each["share"] for each in json.loads(out.read_text("utf-8"))["figures"]}
    assert shares["end to end, demo-raw: safe answered"] == 1.0
    assert GAP in shares
