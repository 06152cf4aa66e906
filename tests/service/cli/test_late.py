"""Commands that are imported when they are run: what stands in for them, and which one is meant by a slip."""

from __future__ import annotations

import inspect

import pytest
from typer.testing import CliRunner

from service.cli import config, main
from service.cli.late import Late

LATE = {**main.Commands.late, **config.Commands.late}


@pytest.mark.parametrize("name", LATE)
def test_what_stands_in_for_a_command_has_its_help(name: str) -> None:
    late: Late = LATE[name]
    command = late.load(name)
    assert command.name == name
    assert inspect.cleandoc(command.help or "").split("\n\n")[0].replace("\n", " ") == late.help


def test_a_late_command_is_suggested_for_a_slip() -> None:
    result = CliRunner().invoke(main.app, ["recordz"])
    assert result.exit_code == 2
    assert "Did you mean 'records'?" in result.stderr
