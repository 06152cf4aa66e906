"""The command itself: its version, and what it says where packages or settings are wrong."""

from __future__ import annotations

import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest
from typer.testing import CliRunner

from service.cli.main import app

WITHOUT = """
import sys
for name in sys.argv.pop(1).split(","):
    sys.modules[name] = None
from service.cli.main import app
app()
"""


def run_without(packages: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command in a fresh process that lacks these packages."""
    code = [sys.executable, "-c", WITHOUT, packages, *arguments]
    return subprocess.run(code, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("packages", "arguments"),
    [
        ("pydantic,fastapi,sqlalchemy,langgraph,aiohttp", ("--help",)),
        ("fastapi,sqlalchemy,langgraph,aiohttp", ("config", "schema")),
        ("fastapi,langgraph,aiohttp", ("keys", "list")),
    ],
)
def test_a_small_command_loads_no_library_that_it_does_not_use(
    tmp_path: Path, packages: str, arguments: tuple[str, ...]
) -> None:
    data = ("--data", str(tmp_path)) if arguments[0] == "keys" else ()
    assert run_without(packages, *arguments, *data).returncode == 0


def test_the_version_is_printed() -> None:
    result = CliRunner().invoke(app, ["--version"])
    assert (result.exit_code, result.stdout.strip()) == (0, f"situguard {metadata.version('situguard')}")


@pytest.mark.parametrize("package", ["torch", "llguidance"])
def test_the_demo_without_its_packages_says_in_one_line_what_to_install(tmp_path: Path, package: str) -> None:
    done = run_without(package, "serve", "--demo", "--port", "0", "--data", str(tmp_path))
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert package in line
    assert "install situguard[local]" in line


@pytest.mark.parametrize("arguments", [("serve", "--demo"), ("keys", "list"), ("records", "tail")])
def test_a_setting_that_is_wrong_is_named_as_it_was_written(arguments: tuple[str, ...]) -> None:
    result = CliRunner(env={"SITUGUARD_CORS_ORIGINS": "*"}).invoke(app, arguments)
    assert result.exit_code == 2
    assert result.stderr.startswith("SITUGUARD_CORS_ORIGINS: each is a page's origin")


def test_an_option_that_is_wrong_is_named_as_it_was_written() -> None:
    result = CliRunner().invoke(app, ["serve", "--demo", "--port", "70000"])
    assert result.stderr.startswith("--port: ")


def test_an_administrators_token_that_is_wrong_is_named_by_its_variable(tmp_path: Path) -> None:
    token = "hush " * 10
    result = CliRunner(env={"SITUGUARD_ADMIN_TOKEN": token}).invoke(
        app, ["serve", "--demo", "--port", "0", "--admin-port", "0", "--data", str(tmp_path)]
    )
    assert result.exit_code == 2
    assert "SITUGUARD_ADMIN_TOKEN" in result.stderr
    assert "hush" not in result.stderr


def test_a_checkpoint_that_is_not_there_is_named_in_a_line(tmp_path: Path) -> None:
    file = tmp_path / "guard.yaml"
    file.write_text("models: {a: {kind: local, path: ./nowhere}}\ndeployments: {d: {model: a}}\n")
    code = [sys.executable, "-m", "service.cli", "serve", "--port", "0", "--config", str(file), "--data", str(tmp_path)]
    done = subprocess.run(code, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "checkpoint './nowhere' cannot be loaded" in done.stderr
    assert "Traceback" not in done.stderr
