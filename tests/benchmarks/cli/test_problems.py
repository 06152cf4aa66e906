"""What cannot be done ends with a message and status 2, and without a traceback."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from benchmarks.cli.main import app

RUN = CliRunner(env={"COLUMNS": "200"})
WITHOUT = """
import sys
sys.modules[sys.argv.pop(1)] = None
from benchmarks.cli.main import app
app()
"""


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run", "nothing", "--demo"], "'nothing' is not known"),
        (["run", "mssbench", "--demo"], "mssbench needs --data FOLDER"),
        (["run", "pocketworld"], "say where the arms are"),
        (["run", "pocketworld", "--demo", "--url", "http://127.0.0.1:1/v1"], "say where the arms are"),
        (["run", "mmsafeaware", "--data", "{}", "--url", "http://127.0.0.1:1/v1"], "prompt.txt: not found"),
        (["report", "{}"], "run.json: not found"),
        (["rejudge", "{}"], "run.json: not found"),
        (["merge", "{}/whole", "{}"], "run.json: not found"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line(tmp_path: Path, arguments: list[str], words: str) -> None:
    done = RUN.invoke(app, [part.format(tmp_path) for part in arguments])
    assert done.exit_code == 2
    assert words in done.output
    assert "Traceback" not in done.output


@pytest.mark.parametrize("package", ["inspect_ai", "numpy"])
def test_the_benchmarks_without_their_packages_say_in_one_line_what_to_install(package: str) -> None:
    code = [sys.executable, "-c", WITHOUT, package, "list"]
    done = subprocess.run(code, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert package in line
    assert "install situguard[bench]" in line
