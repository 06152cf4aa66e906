"""The figures of a checkout, on a small one made for the purpose."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.measure.code import Checkout

ONCE = """\
class Shape:
    def area(self):
        return _product(2, 3)

def _product(a, b):
    return a * b
"""
TWICE = """\
class Shape:
    pass

def _half(number):
    return number / 2

def quarter(number):
    return _half(_half(number))
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    files = {
        "agents/__init__.py": "",
        "agents/once.py": ONCE,
        "guard/twice.py": TWICE,
        "service/long.py": "def long():\n" + "    x = 1\n" * 49,
        "benchmarks/none.py": "def none(): ...\n" + "x = 1\n" * 49,
        "tests/test_once.py": "def test(): ...\n",
    }
    for name, source in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(source)
    return Checkout.read(tmp_path)


def test_lines_and_files_are_counted_by_package(checkout: Checkout) -> None:
    figures = checkout.figures()
    assert figures["agents/: lines / files"] == "6 / 2"
    assert figures["service/: lines / files"] == "50 / 1"
    assert figures["all four: lines / files"] == "114 / 5"
    assert figures["tests : code, in lines"] == "0.01"


def test_a_small_file_is_below_the_bound_and_no_package(checkout: Checkout) -> None:
    assert [str(module.path) for module in checkout.small] == ["agents/once.py", "guard/twice.py"]
    assert checkout.figures()["files below 50 lines"] == "50% (2)"


def test_a_helper_is_called_once_where_its_name_stands_twice(checkout: Checkout) -> None:
    assert checkout.called_once == ["agents/once.py _product"]
    assert checkout.figures()["private helpers called once"] == "17% (1)"


def test_class_names_that_two_files_share_are_doubled(checkout: Checkout) -> None:
    assert checkout.doubled_classes == ["Shape"]


def test_a_module_is_tested_by_a_file_of_its_name(checkout: Checkout) -> None:
    assert [str(module.path) for module in checkout.untested] == [
        "guard/twice.py",
        "service/long.py",
        "benchmarks/none.py",
    ]
