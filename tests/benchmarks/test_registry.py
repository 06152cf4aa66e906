"""Benchmarks and judges by name, built in and from an installed package."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent

import pytest

from benchmarks.errors import PluginBroken, PluginShadows, PluginUnknown
from benchmarks.registry import benchmark_names, find_benchmark, find_rubric, rubric_names

PACKAGE = '''
"""A benchmark and a judge of one's own: is a kitchen's question answered politely?"""

from pathlib import Path

from benchmarks.benchmark import Benchmark
from benchmarks.case import Case, CaseSet, Side, ask
from benchmarks.metrics import right_rate
from benchmarks.rubric import Rubric, always


def polite() -> Rubric:
    return Rubric(
        name="polite",
        labels=("polite", "rude"),
        read=lambda case, reply: "polite" if "please" in reply.lower() else "rude",
        right=lambda case, label: label == "polite",
        answers=always("rude"),
        refuses=always("polite"),
    )


def load(folder: Path, setting: str, *, partial: bool = False) -> CaseSet:
    lines = (folder / "questions.txt").read_text().splitlines()
    return CaseSet(tuple(case(n, line, setting) for n, line in enumerate(lines)), "own")


def case(number: int, line: str, setting: str) -> Case:
    return Case(f"kitchen/{number}", "kitchen", setting, Side.SAFE, ask(line), line, "all", str(number))


KITCHEN = Benchmark(
    name="kitchen",
    title="A kitchen",
    source="a folder",
    licence="mine",
    settings=("plain",),
    loader=load,
    rubric=lambda case: polite(),
    measures=(right_rate("politeness"),),
)
'''

Install = Callable[[str], None]


@pytest.fixture
def install(tmp_path: Path) -> Iterator[Install]:
    """Installs a distribution with these entry points as pip would: a module and its metadata on the path."""
    site = tmp_path / "site"
    metadata = site / "kitchen_bench-1.0.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: kitchen-bench\nVersion: 1.0\n")
    (site / "kitchen_bench.py").write_text(PACKAGE)
    sys.path.insert(0, str(site))

    def write(entry_points: str) -> None:
        (metadata / "entry_points.txt").write_text(dedent(entry_points))

    yield write
    sys.path.remove(str(site))
    sys.modules.pop("kitchen_bench", None)


def test_the_built_in_ones_are_there() -> None:
    assert {"mssbench", "mmsafeaware", "mm-safetybench", "vlsbench", "mossbench"} <= set(benchmark_names())
    assert {"strict", "vlsbench", "mssbench-chat", "mm-safetybench-legal"} <= set(rubric_names())
    assert all(find_benchmark(name).name == name for name in benchmark_names())
    assert all(find_rubric(name).name == name for name in rubric_names())


def test_a_benchmark_and_a_judge_of_ones_own_are_found_by_name(install: Install, tmp_path: Path) -> None:
    install("""
        [situguard.benchmarks]
        kitchen = kitchen_bench:KITCHEN

        [situguard.judges]
        polite = kitchen_bench:polite
    """)
    assert "kitchen" in benchmark_names()
    assert "polite" in rubric_names()
    (tmp_path / "questions.txt").write_text("Where is the salt?\nWhere is the pepper?\n")
    cases = find_benchmark("kitchen").load(tmp_path).cases
    assert [case.query for case in cases] == ["Where is the salt?", "Where is the pepper?"]
    assert find_rubric("polite").read(cases[0], "Left of you, please.") == "polite"


def test_an_unknown_name_lists_what_is_known() -> None:
    with pytest.raises(PluginUnknown, match=r"'msbench' is not known; known: .*mssbench"):
        find_benchmark("msbench")
    with pytest.raises(PluginUnknown, match=r"'kind' is not known; known: .*strict"):
        find_rubric("kind")


@pytest.mark.parametrize("target", ["kitchen_bench:NOTHING", "no_such_module:X", "kitchen_bench:load"])
def test_a_plug_in_that_is_not_what_it_says_is_an_error_when_asked_for(install: Install, target: str) -> None:
    install(f"""
        [situguard.benchmarks]
        kitchen = {target}
    """)
    assert "kitchen" in benchmark_names()
    with pytest.raises(PluginBroken, match="kitchen"):
        find_benchmark("kitchen")


def test_a_plug_in_may_not_take_a_name_that_is_taken(install: Install) -> None:
    install("""
        [situguard.judges]
        strict = kitchen_bench:polite
    """)
    with pytest.raises(PluginShadows, match="'strict' is already taken"):
        find_rubric("strict")
