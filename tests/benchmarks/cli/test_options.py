"""How the values of options are read."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from benchmarks.cli.main import app


@pytest.mark.parametrize("value", ["0/2", "3/2", "half"])
def test_a_shard_that_is_none_is_refused(value: str) -> None:
    done = CliRunner().invoke(app, ["run", "pocketworld", "--demo", "--shard", value])
    assert done.exit_code == 2
    assert "is no shard" in done.output
