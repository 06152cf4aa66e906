"""The commands that write and check a constitution, over a scripted server."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

from benchmarks.cli.main import app
from tests.benchmarks.harness.upstream import Body, Fails, text_of, upstream

LINES = '{"id": "no-fire", "preconditions": [[{"see": "a fire", "object": "fire"}]]}'


def say(role: str, body: Body) -> str:
    return LINES if "alternative" in text_of(body) else '{"score": 9, "rule": "No fire."}'


def test_a_draft_is_written_once_and_taken_after_review(tmp_path: Path) -> None:
    rules, out = tmp_path / "rules.txt", tmp_path / "mine.yaml"
    rules.write_text("No fire.\n", encoding="utf-8")
    with upstream(say) as server:
        command = ["clue", "draft", str(rules), "--judge", "writer", "--judge-url", server.url, "--out", str(out)]
        assert CliRunner().invoke(app, command).exit_code == 0
        assert CliRunner().invoke(app, command).exit_code == 2  # it is there already
    assert CliRunner().invoke(app, ["clue", "check", str(out)]).exit_code == 2
    out.write_text(out.read_text(encoding="utf-8").replace("draft: true\n", ""), encoding="utf-8")
    checked = CliRunner().invoke(app, ["clue", "check", str(out)])
    assert (checked.exit_code, "mine 1: 1 rules, 1 questions" in checked.output) == (0, True)


def test_a_writer_that_does_not_answer_is_named(tmp_path: Path) -> None:
    rules, out = tmp_path / "rules.txt", tmp_path / "mine.yaml"
    rules.write_text("No fire.\n", encoding="utf-8")

    def refuse(role: str, body: Body) -> str:
        raise Fails(401, "invalid_api_key", "Incorrect API key provided")

    with upstream(refuse) as server:
        command = ["clue", "draft", str(rules), "--judge", "writer", "--judge-url", server.url, "--out", str(out)]
        done = CliRunner().invoke(app, command)
    assert done.exit_code == 2
    assert "--judge writer does not answer" in done.stderr
    assert not out.exists()
