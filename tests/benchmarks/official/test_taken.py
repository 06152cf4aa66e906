"""Taking single definitions out of a file that cannot be run."""

import sys
from pathlib import Path

import pytest

from benchmarks.official.taken import quietly, taken

FILE = """
import no_such_module
client = no_such_module.Client()
LIMIT = 3
OTHER = 4

def first(values):
    return values[:LIMIT] + [known]

def second():
    raise SystemExit
"""


def test_only_what_is_named_is_defined_among_what_is_known(tmp_path: Path) -> None:
    (tmp_path / "file.py").write_text(FILE, encoding="utf-8")
    space = taken(tmp_path / "file.py", {"first", "LIMIT"}, {"known": 9})
    assert space["first"]([1, 2, 3, 4]) == [1, 2, 3, 9]
    assert not {"second", "OTHER", "client"} & space.keys()
    with pytest.raises(ModuleNotFoundError):
        taken(tmp_path / "file.py", set(), {})


def test_quietly_is_elsewhere_says_nothing_and_swallows_failures(capsys: pytest.CaptureFixture[str]) -> None:
    before = Path.cwd()
    with quietly():
        sys.stdout.write("said")
        assert Path.cwd() != before
        raise ValueError
    assert Path.cwd() == before
    assert capsys.readouterr().out == ""
