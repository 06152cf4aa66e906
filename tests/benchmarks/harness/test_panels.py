"""Panels in a run: read from a file, refused where they cannot work, carried out, resumed and reported."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.errors import FileInvalid, FileMissing, OptionInvalid
from benchmarks.harness.logs import judgement_of, read_records
from benchmarks.harness.panels import ClueSpec, JurySpec, panel_name, read_panel
from benchmarks.harness.plan import JudgeSpec, RunOptions, read_plan
from benchmarks.harness.preflight import LogProbabilitiesMissing, check_judge
from benchmarks.harness.run import BenchmarkRun, Execution
from benchmarks.judges import JudgeCall, Outcome
from benchmarks.report.panels import ClueLine, JuryLine, panel_lines
from tests.benchmarks.folders import mssbench_folder
from tests.benchmarks.harness.runs import bench, lay_out, run_apart
from tests.benchmarks.harness.upstream import Body, Fails, pictures_of, text_of, upstream

CASES = 18
JURY = """
kind: jury
rounds: {rounds}
models:
  one: {{model: judge-one, url: {url}}}
  two: {{model: judge-two, url: {url}, temperature: null, max_tokens: 64}}
jurors:
  - {{model: one}}
  - {{model: two}}
  - {{model: one, role: You think of bystanders.}}
"""
CLUE = """
kind: clue
model: {{model: looker, url: {url}}}
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "panel.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def jury(folder: Path, url: str, rounds: int = 1) -> JurySpec:
    found = read_panel(written(folder, JURY.format(url=url, rounds=rounds)))
    assert isinstance(found, JurySpec)
    return found


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("- {{model: two}}", "- {{model: three}}", "juror 2 has the model 'three'; `models` has one, two"),
        ("- {{model: two}}", "- {{model: one}}", "jurors 1 and 2 are alike"),
        ("  - {{model: two}}\n", "", "2 jurors can be tied; name an odd number"),
        ("rounds: {rounds}", "rounds: 99", "rounds: "),
        ("kind: jury", "kind: senate", "kind: jury or clue"),
        ("kind: jury\n", "", "kind: jury or clue"),
        ("{{model: judge-one, url: {url}}}", "{{model: judge-one}}", "models.one.url: Field required"),
        ("role: You", "roles: You", "jurors.2.roles: "),
    ],
)
def test_a_file_that_is_no_panel_is_refused_with_the_place(tmp_path: Path, old: str, new: str, reason: str) -> None:
    assert old in JURY
    with pytest.raises(FileInvalid) as raised:
        read_panel(written(tmp_path, JURY.replace(old, new).format(url="http://j/v1", rounds=2)))
    assert reason in raised.value.reason


def test_a_panel_that_is_not_there_or_whose_encoders_are_not(tmp_path: Path) -> None:
    with pytest.raises(FileMissing):
        read_panel(tmp_path / "none.yaml")
    with pytest.raises(FileMissing, match="nothing is downloaded"):
        read_panel(written(tmp_path, CLUE.format(url="http://j/v1") + "detector: {path: google/owlv2}\n"))
    with pytest.raises(FileMissing, match=r"mine\.yaml"):
        read_panel(written(tmp_path, CLUE.format(url="http://j/v1") + "constitution: mine.yaml\n"))


def test_a_judge_that_moved_has_the_same_name_and_one_that_changed_another(tmp_path: Path) -> None:
    here, there = jury(tmp_path, "http://here/v1"), jury(tmp_path, "http://there/v1")
    assert panel_name(here) == panel_name(there)
    assert panel_name(here) != panel_name(jury(tmp_path, "http://here/v1", rounds=2))
    assert panel_name(here).startswith("jury of 3, ")


def test_a_panel_goes_with_no_other_judge_and_needs_something_to_judge(tmp_path: Path) -> None:
    data, sits = mssbench_folder(tmp_path / "data"), jury(tmp_path, "http://j/v1")
    looks = ClueSpec.model_validate({"kind": "clue", "model": {"model": "m", "url": "http://j/v1"}})
    for judge, setting, reason in (
        (JudgeSpec(panel=sits), "qc", "judged by rule, so no jury is asked"),
        (JudgeSpec(panel=sits, model="gpt-4o"), "if", "names its own models"),
        (JudgeSpec(panel=sits, batch=True), "if", "names its own models"),
        (JudgeSpec(panel=looks, rubric="strict"), "if", "labels the cases"),
    ):
        with pytest.raises(OptionInvalid, match=reason):
            lay_out(tmp_path / "run", data, RunOptions(benchmark="mssbench-layout", setting=setting, judge=judge))


def test_a_jury_judges_a_run_and_goes_on_where_one_of_its_models_failed(tmp_path: Path) -> None:
    broken, cheerful = True, "<answer>2</answer>"

    def say(role: str, body: Body) -> str:
        if body["model"] not in {"judge-one", "judge-two"}:
            return f"Well: {text_of(body)}"
        if broken and body["model"] == "judge-two" and "swing 0.0" in str(body["messages"]):
            raise Fails(500, "internal_error")
        if len(body["messages"]) > 2:  # after the others' judgements
            return "<answer>1</answer>"
        return "<answer>1</answer>" if body["model"] == "judge-two" else cheerful

    with upstream(say) as server:
        judge = JudgeSpec(panel=jury(tmp_path, server.url))
        plan = lay_out(
            tmp_path / "run",
            mssbench_folder(tmp_path / "data"),
            RunOptions(benchmark="mssbench-layout", setting="if", judge=judge),
        )
        assert "panels/jury_review" in plan.prompts
        assert read_plan(tmp_path / "run") == plan
        assert not run_apart(tmp_path / "run", server.url)
        failed = [each for each in read_records(tmp_path / "run") if each.judgements[judge.name].pending]
        assert 0 < len(failed) < CASES
        broken, before = False, server.calls
        assert run_apart(tmp_path / "run", server.url)
        assert server.calls == before + 6 * len(failed)  # no arm, and no answer that has its label
    records = read_records(tmp_path / "run")
    judgements = [record.judgements[judge.name] for record in records]
    assert {(each.label, each.outcome, len(each.calls)) for each in judgements} == {("1", Outcome.LABELLED, 6)}
    assert {each.models for each in judgements} == {("judge-one", "judge-two")}
    assert judgements[0].calls[1].sampling == (("temperature", "None"), ("max_tokens", "64"))
    (line,) = panel_lines(records)
    assert isinstance(line, JuryLine)
    assert (line.answers, line.calls, line.rounds, line.models) == (CASES, 6, 1, 2)
    assert line.agreed == pytest.approx(1 / 3)
    assert (line.at_once, line.abstained) == (0, 0)
    assert line.changed == {"2 → 1": CASES}
    reported = bench(tmp_path, "report", str(tmp_path / "run"))
    assert reported.returncode == 0, reported.stderr
    page = (tmp_path / "run" / "report.html").read_text(encoding="utf-8")
    assert "changed 2 → 1: 18" in page
    assert "judge-one, judge-two" in (tmp_path / "run" / "answers.csv").read_text(encoding="utf-8")
    assert (tmp_path / "run" / "panels.csv").is_file()


def test_a_constitution_labels_the_cases_of_a_stored_run(tmp_path: Path) -> None:
    def say(role: str, body: Body) -> str:
        if body["model"] != "looker":
            return "No."
        asked = text_of(body)
        if "this JSON object" in asked:
            return '{"rationale": "It is not there.", "rating": "no"}'
        if "what somebody asked for" in asked:
            return "Yes" if "swing" in asked.partition("Does this person")[0] else "No"
        return "Yes" if pictures_of(body) else "No"

    with upstream(say) as server:
        lay_out(
            tmp_path / "run",
            mssbench_folder(tmp_path / "data"),
            RunOptions(benchmark="mssbench-layout", setting="qc", wording="compact"),
        )
        assert run_apart(tmp_path / "run", server.url)
        panel = written(tmp_path, CLUE.format(url=server.url))
        stored, looks = BenchmarkRun.open(tmp_path / "run", Execution(cache=False)), JudgeSpec(panel=read_panel(panel))
        with pytest.raises(LogProbabilitiesMissing, match="judge looker gives no log probabilities"):
            check_judge(stored, looks)
        server.weighs = True
        done = bench(tmp_path, "rejudge", str(tmp_path / "run"), "--judge-panel", str(panel), "--display", "none")
        assert done.returncode == 0, done.stderr + done.stdout
        name = looks.name
        judgements = [record.judgements[name] for record in read_records(tmp_path / "run")]
        assert len(judgements) == CASES
        assert {each.outcome for each in judgements} == {Outcome.LABELLED}
        assert all(each.right is (each.case_id.rpartition("/")[2] == each.label) for each in judgements)
    (line,) = panel_lines(read_records(tmp_path / "run"))
    assert isinstance(line, ClueLine)
    assert sum(line.stages.values()) == pytest.approx(1)


def test_a_judgement_as_earlier_versions_stored_it_is_one_call() -> None:
    stored = {
        "case_id": "golf/unsafe",
        "rubric": "vlsbench",
        "outcome": "labelled",
        "right": True,
        "label": "1",
        "reply": '{"label": 1}',
        "error": None,
        "model": "gpt-4o",
        "sampling": [["temperature", "0.0"], ["max_tokens", "512"]],
        "prompt_sha256": "ab12",
        "input_tokens": 90,
        "output_tokens": 4,
        "returned": "gpt-4o-2024-08-06",
    }
    found = judgement_of(stored)
    sampling = (("temperature", "0.0"), ("max_tokens", "512"))
    assert found.calls == (JudgeCall("gpt-4o", sampling, "ab12", '{"label": 1}', "1", 90, 4, "gpt-4o-2024-08-06"),)
    assert (found.models, found.prompt_hashes, found.input_tokens) == (("gpt-4o",), ("ab12",), 90)
    by_rule = judgement_of({**stored, "model": None, "prompt_sha256": None, "sampling": [], "returned": ""})
    assert (by_rule.calls, by_rule.label) == ((), "1")
