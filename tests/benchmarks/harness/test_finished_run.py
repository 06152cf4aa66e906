"""A whole run through a real proxy over a scripted model: what is stored, the figures, and the report."""

from __future__ import annotations

import csv
import json
import re
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from urllib.request import urlopen

import pytest

from benchmarks.harness.logs import read_records
from benchmarks.harness.plan import Condition, read_plan
from benchmarks.judges import Outcome
from benchmarks.pocketworld.evaluation.export import Exporter
from benchmarks.proxy import free_port
from benchmarks.report.rows import FinishedRun
from benchmarks.report.side_by_side import SHOWN
from benchmarks.rubrics import mssbench
from tests.benchmarks.harness.runs import SECONDS, bench, started
from tests.benchmarks.harness.upstream import WARNING, Body, Upstream, guarded, pictures_of, upstream

CHAT, EMBODIED = 4, 1
CASES = 2 * (2 * CHAT + 5 * EMBODIED)


@dataclass(frozen=True)
class Finished:
    """A finished run, the folder of everything, and the server that is still there."""

    folder: Path
    server: Upstream
    command: tuple[str, ...]

    @property
    def run(self) -> Path:
        return self.folder / "run"


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Finished]:
    """Raw and situational over an exported folder. The agents know every unsafe picture but the first."""
    folder = tmp_path_factory.mktemp("finished")
    data = folder / "data"
    Exporter(data, seed=7).write(CHAT, EMBODIED)
    known = {
        sha256(path.read_bytes()).hexdigest() for path in data.glob("*/*_unsafe.png") if path.name != "0_unsafe.png"
    }
    known.add(sha256((data / "embodied" / "0_unsafe.png").read_bytes()).hexdigest())

    def unsafe(body: Body) -> bool:
        return bool(pictures_of(body) & known)

    with upstream(guarded("Just do it.", unsafe)) as server:
        config = server.config(folder, "raw", "situational")
        command = (
            *("run", "mssbench-layout", "--data", str(data), "--config", str(config), "--setting", "if"),
            *("--judge", "first-judge", "--judge-url", server.url, "--judge-key-env", ""),
            *("--control", "text only", "--control-arm", "situational", "--display", "none", "--probes", "2"),
        )
        done = bench(folder, *command, "--out", str(folder / "run"))
        assert done.returncode == 0, done.stderr + done.stdout
        yield Finished(folder, server, command)


def test_every_case_of_every_row_has_a_record_with_the_guards_account(finished: Finished) -> None:
    records = read_records(finished.run)
    assert len(records) == 3 * CASES
    assert {record.condition.title for record in records} == {"raw", "situational", "situational, text only"}
    guarded_ones = [record for record in records if record.condition == Condition(arm="situational")]
    plan = read_plan(finished.run)
    for record in guarded_ones:
        assert record.guard["configuration"] == plan.arm("situational").configuration
        assert record.headers["x-guard-decision"] == record.guard["decision"]
        assert {agent["agent"] for agent in record.guard["agents"]} == {"intent", "visual", "situation", "onlooker"}
        assert record.tokens.input > 0
    assert all(record.judgements["first-judge"].models == ("first-judge",) for record in records)


def test_the_figures_are_those_computed_by_hand(finished: Finished) -> None:
    run = FinishedRun.read(finished.run)
    rows = {row.title: row for row in run.rows("first-judge")}
    by_name = {measure.name: measure for measure in run.benchmark.measures}
    missed, pairs = 2, CASES // 2  # the two questions of the chat record whose unsafe picture the agents do not know
    assert by_name["safe accuracy"].of(rows["raw"].scored) == 1.0
    assert by_name["unsafe accuracy"].of(rows["raw"].scored) == 0.0
    assert by_name["safe accuracy"].of(rows["situational"].scored) == 1.0
    assert by_name["unsafe accuracy"].of(rows["situational"].scored) == pytest.approx((pairs - missed) / pairs)
    assert by_name["pair accuracy"].of(rows["situational"].scored) == pytest.approx((pairs - missed) / pairs)
    assert by_name["average accuracy"].of(rows["situational, text only"].scored) == 0.5
    assert by_name["average accuracy"].of(rows["always refuse"].scored) == 0.5


def test_the_models_are_named_as_requested_and_as_they_replied(finished: Finished) -> None:
    assert bench(finished.folder, "report", str(finished.run)).returncode == 0
    models = {row["model"]: row for row in sheet(finished, "models.csv")}
    assert (models["scripted"]["requested"], models["scripted"]["returned"]) == ("scripted", "scripted")
    assert (models["judge"]["requested"], models["judge"]["returned"]) == ("first-judge", "scripted")
    assert models["judge"]["host"] == models["scripted"]["host"] == finished.server.url.split("/")[2]
    assert {row["judge_returned_model"] for row in sheet(finished, "answers.csv")} <= {"scripted", ""}


def test_pictures_are_neither_in_the_logs_nor_lost(finished: Finished) -> None:
    logs = b"".join(path.read_bytes() for path in (finished.run / "logs").glob("*.eval"))
    assert len(logs) < 600_000
    run = FinishedRun.read(finished.run)
    for case in run.cases.values():
        assert sha256(case.pictures[0].read()).hexdigest() == case.pictures[0].sha256


def test_another_run_in_the_same_folder_is_refused_and_says_why(finished: Finished) -> None:
    done = bench(finished.folder, *finished.command, "--out", str(finished.run), "--limit", "8")
    assert done.returncode == 2
    assert "holds another run" in done.stderr
    assert "limit" in done.stderr


def test_the_same_questions_cost_nothing_again_unless_the_guard_changed(finished: Finished) -> None:
    before = finished.server.calls
    again = (*finished.command, "--probes", "0")
    assert bench(finished.folder, *again, "--out", str(finished.folder / "again")).returncode == 0
    assert finished.server.calls == before
    finished.server.config(finished.folder, "raw", "situational", policy="children use this app")
    changed = bench(finished.folder, *again, "--out", str(finished.folder / "changed"), "--limit", "4")
    assert changed.returncode == 0, changed.stderr
    assert finished.server.roles["situation"] > before // 100
    assert finished.server.calls > before
    finished.server.config(finished.folder, "raw", "situational")


def test_a_dry_run_asks_nobody_and_says_what_it_would_cost(finished: Finished) -> None:
    before = finished.server.calls
    done = bench(finished.folder, *finished.command, "--dry-run", "--price", "2.5/10")
    assert done.returncode == 0, done.stderr
    assert finished.server.calls == before
    assert re.search(rf"situational, text only\s*│\s*{CASES} ", done.stdout)
    assert "Nothing was asked of any model." in done.stdout
    assert not (finished.folder / "runs").exists()


def test_a_second_judge_labels_the_stored_answers_and_the_report_shows_both(finished: Finished) -> None:
    before = dict(finished.server.roles)
    options = ("--judge-rubric", "refusal-words", "--display", "none")
    done = bench(finished.folder, "rejudge", str(finished.run), *options)
    assert done.returncode == 0, done.stderr
    assert finished.server.roles == before
    records = read_records(finished.run)
    assert {tuple(record.judgements) for record in records} == {("first-judge", "by rule (refusal-words)")}
    for record in records:
        expected = "withheld" if record.text == WARNING else "answered"
        assert record.judgements["by rule (refusal-words)"].label == expected
        assert record.judgements["by rule (refusal-words)"].outcome is Outcome.LABELLED
    again = bench(finished.folder, "rejudge", str(finished.run), *options)
    assert "0 answers judged" in again.stdout


def test_the_report_is_one_page_that_loads_nothing_and_shows_everything(finished: Finished) -> None:
    done = bench(finished.folder, "report", str(finished.run), "--price", "2.5/10")
    assert done.returncode == 0, done.stderr
    page = (finished.run / "report.html").read_text(encoding="utf-8")
    assert not re.search(r"<(script|link|iframe)|src=\"(?!data:)|url\(|@import", page)
    for words in (
        "always refuse",
        "situational, text only",
        "Holm",
        "kappa",
        "over-refusal",
        "Side by side",
        "no arm keeps what it saw",
        "dollars",
    ):
        assert words in page, words
    assert page.count('<img src="data:image/jpeg;base64,') == 2 * SHOWN
    assert page.count("<svg") == 2 * 5  # one for a wide screen, one for a phone
    assert "<b>situation</b> evidence: glass vase" in page
    assert WARNING in page
    answers = sheet(finished, "answers.csv")
    assert len({row["decision"] for row in answers if not row["control"]}) == 2 * CASES
    rights = {
        (row["row"], row["right"]) for row in sheet(finished, "categories.csv") if row["row"].startswith("always")
    }
    assert rights == {("always answer", "0.500000"), ("always refuse", "0.500000")}


def test_every_case_is_two_clicks_away_and_every_figure_is_a_csv_file_too(finished: Finished) -> None:
    options = ("--markdown", "--latex", "--against", str(finished.run))
    done = bench(finished.folder, "report", str(finished.run), *options)
    assert done.returncode == 0, done.stderr
    page = (finished.run / "report.html").read_text(encoding="utf-8")
    listed = (finished.run / "traces" / "index.html").read_text(encoding="utf-8")
    assert 'href="traces/index.html"' in page
    names = re.findall(r'href="(\d+\.html)"', listed)
    assert len(names) == CASES // 2
    for name in names:
        trace = (finished.run / "traces" / name).read_text(encoding="utf-8")
        assert trace.count('<div class="answer"><b>') == 2 * 3  # two sides, under three conditions
        assert not re.search(r"<(script|link|iframe)|src=\"(?!data:)", trace)
    assert "situational, text only" in trace
    assert "decision <code>" in trace
    for name in ("comparisons", "guards", "stored", "categories", "controls", "plane", "verdicts", "costs", "latency"):
        assert (finished.run / f"{name}.csv").is_file() is (name != "guards"), name  # one guard has no other
    assert {row["difference"] for row in sheet(finished, "stored.csv")} == {"0.000000"}
    recall = [row for row in sheet(finished, "verdicts.csv") if row["figure"] == "recall"]
    assert [row["arm"] for row in recall] == ["situational"]
    assert float(recall[0]["value"]) == pytest.approx((CASES // 2 - 2) / (CASES // 2), abs=1e-6)
    assert r"\toprule" in (finished.run / "tables.tex").read_text(encoding="utf-8")
    assert "| situational |" in (finished.run / "tables.md").read_text(encoding="utf-8")


def test_the_judges_id_sampling_and_prompt_are_in_every_result(finished: Finished) -> None:
    assert bench(finished.folder, "report", str(finished.run)).returncode == 0
    prompts = {f"mssbench-{task}": mssbench(task).prompt_sha256 for task in ("chat", "embodied")}
    judged = [row for row in sheet(finished, "answers.csv") if row["judge"] == "first-judge"]
    assert len(judged) == 3 * CASES
    for row in judged:
        assert row["judge_model"] == "first-judge"
        assert row["judge_sampling"] == "temperature 0.0, max_tokens 512"
        assert row["judge_prompt_sha256"] == prompts[row["rubric"]]
    page = (finished.run / "report.html").read_text(encoding="utf-8")
    assert all(str(digest) in page for digest in prompts.values())


def sheet(finished: Finished, name: str) -> list[dict[str, str]]:
    """The rows of one of the report's CSV files."""
    with (finished.run / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_viewer_serves_the_runs_logs_on_this_machine_only(finished: Finished) -> None:
    port = free_port()
    viewer = started(finished.folder, "view", str(finished.run), "--port", str(port))
    try:
        listed = json.loads(fetched(viewer, f"http://127.0.0.1:{port}/api/log-files"))
        page = fetched(viewer, f"http://127.0.0.1:{port}/")
    finally:
        viewer.terminate()
        viewer.wait()
    assert {file["task"] for file in listed["files"]} == {
        "mssbench-layout-if--raw",
        "mssbench-layout-if--situational",
        "mssbench-layout-if--situational--text-only",
    }
    assert b"<html" in page.lower()


def fetched(server: subprocess.Popen[bytes], url: str) -> bytes:
    """What a server says once it listens."""
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urlopen(url, timeout=20) as reply:  # noqa: S310 - loopback, http
                return bytes(reply.read())
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"{url} does not answer")
