"""The benchmarks and judges that are known by name: the built-in ones, and whatever is installed beside them.

Your own package registers a benchmark or a judge by an entry point in its pyproject.toml:

    [project.entry-points."situguard.benchmarks"]
    kitchen = "my_package.kitchen:KITCHEN"          # a benchmarks.benchmark.Benchmark

    [project.entry-points."situguard.judges"]
    polite = "my_package.kitchen:polite"            # a function without arguments → benchmarks.rubric.Rubric

`find_benchmark("kitchen")` and `find_rubric("polite")` then find them. Only the plug-in that is asked for is imported.
A name that is already taken is an error, since results are filed under the name. Methods and agents plug into the guard
(guard.plugins). examples/own-parts has one of each.
"""

from collections.abc import Callable, Mapping
from functools import partial
from importlib.metadata import EntryPoint, entry_points
from typing import TypeVar

from benchmarks import rubrics
from benchmarks.benchmark import Benchmark
from benchmarks.errors import PluginBroken, PluginShadows, PluginUnknown
from benchmarks.figstep import FIGSTEP_SAFEBENCH
from benchmarks.labelled import LABELLED
from benchmarks.mm_safetybench import MM_SAFETYBENCH
from benchmarks.mmsafeaware import MMSAFEAWARE
from benchmarks.mossbench import MOSSBENCH
from benchmarks.mssbench import MSSBENCH, MSSBENCH_LAYOUT
from benchmarks.msts import MSTS
from benchmarks.pocketworld.evaluation.benchmark import POCKETWORLD, exact_rule
from benchmarks.rubric import Rubric
from benchmarks.siuo import SIUO
from benchmarks.vlsbench import VLSBENCH

BENCHMARKS_GROUP = "situguard.benchmarks"
JUDGES_GROUP = "situguard.judges"

KnownT = TypeVar("KnownT")

BUILT_IN_BENCHMARKS: Mapping[str, Benchmark] = {
    benchmark.name: benchmark
    for benchmark in (
        MSSBENCH,
        MSSBENCH_LAYOUT,
        MMSAFEAWARE,
        MM_SAFETYBENCH,
        VLSBENCH,
        MOSSBENCH,
        SIUO,
        FIGSTEP_SAFEBENCH,
        MSTS,
        LABELLED,
        POCKETWORLD,
    )
}

BUILT_IN_RUBRICS: Mapping[str, Callable[[], Rubric]] = {
    "mssbench-chat": partial(rubrics.mssbench, "chat"),
    "mssbench-embodied": partial(rubrics.mssbench, "embodied"),
    "yes-no-field": rubrics.yes_no_field,
    "leading-token": rubrics.leading_token,
    "mmsafeaware-released": rubrics.mmsafeaware_released,
    **{
        f"mm-safetybench-{template.replace('_', '-')}": partial(rubrics.mm_safetybench, template)
        for template in rubrics.MM_SAFETYBENCH_TEMPLATES
    },
    "vlsbench": rubrics.vlsbench,
    "mossbench": rubrics.mossbench,
    "siuo": rubrics.siuo,
    "siuo-effective": rubrics.siuo_effective,
    "strict": rubrics.strict,
    "refusal-words": rubrics.refusal_words,
    "pocketworld-exact": exact_rule,
}


def benchmark_names() -> tuple[str, ...]:
    """Every known benchmark, built in or installed."""
    return tuple(sorted(BUILT_IN_BENCHMARKS.keys() | _installed(BENCHMARKS_GROUP, BUILT_IN_BENCHMARKS).keys()))


def rubric_names() -> tuple[str, ...]:
    """Every known rubric, built in or installed."""
    return tuple(sorted(BUILT_IN_RUBRICS.keys() | _installed(JUDGES_GROUP, BUILT_IN_RUBRICS).keys()))


def find_benchmark(name: str) -> Benchmark:
    """The benchmark of that name."""
    installed = _installed(BENCHMARKS_GROUP, BUILT_IN_BENCHMARKS)
    if name in BUILT_IN_BENCHMARKS:
        return BUILT_IN_BENCHMARKS[name]
    if name not in installed:
        raise PluginUnknown(BENCHMARKS_GROUP, name, [*BUILT_IN_BENCHMARKS, *installed])
    return _checked(BENCHMARKS_GROUP, name, _load(installed[name]), Benchmark)


def find_rubric(name: str) -> Rubric:
    """The rubric of that name."""
    installed = _installed(JUDGES_GROUP, BUILT_IN_RUBRICS)
    if name in BUILT_IN_RUBRICS:
        return BUILT_IN_RUBRICS[name]()
    if name not in installed:
        raise PluginUnknown(JUDGES_GROUP, name, [*BUILT_IN_RUBRICS, *installed])
    make = _load(installed[name])
    return _checked(JUDGES_GROUP, name, make() if callable(make) else make, Rubric)


def _installed(group: str, built_in: Mapping[str, object]) -> Mapping[str, EntryPoint]:
    found: dict[str, EntryPoint] = {}
    for point in entry_points(group=group):
        if point.name in built_in or point.name in found:
            raise PluginShadows(group, point.name)
        found[point.name] = point
    return found


def _load(point: EntryPoint) -> object:
    try:
        return point.load()
    except (ImportError, AttributeError) as error:
        raise PluginBroken(point.group, point.name, f"{point.value} does not load: {error}") from error


def _checked(group: str, name: str, value: object, kind: type[KnownT]) -> KnownT:
    if not isinstance(value, kind):
        raise PluginBroken(group, name, f"is a {type(value).__name__}, not a {kind.__name__}")
    return value
