"""The two protocols a benchmark can be asked under: this project's own words, or those of the paper's repository."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from benchmarks.benchmark import Benchmark
from benchmarks.errors import OptionInvalid
from benchmarks.official.figstep import FIGSTEP_OFFICIAL
from benchmarks.official.mm_safetybench import MM_SAFETYBENCH_OFFICIAL
from benchmarks.official.mmsafeaware import MMSAFEAWARE_OFFICIAL
from benchmarks.official.mossbench import MOSSBENCH_OFFICIAL
from benchmarks.official.mssbench import MSSBENCH_OFFICIAL
from benchmarks.official.siuo import SIUO_OFFICIAL
from benchmarks.official.vlsbench import VLSBENCH_OFFICIAL
from benchmarks.official.words import OFFICIAL, OWN, OfficialProtocol, OfficialWords
from benchmarks.registry import find_benchmark

PROTOCOLS: Mapping[str, OfficialProtocol] = {
    "mssbench": MSSBENCH_OFFICIAL,
    "mssbench-layout": MSSBENCH_OFFICIAL,
    "vlsbench": VLSBENCH_OFFICIAL,
    "mm-safetybench": MM_SAFETYBENCH_OFFICIAL,
    "mossbench": MOSSBENCH_OFFICIAL,
    "mmsafeaware": MMSAFEAWARE_OFFICIAL,
    "siuo": SIUO_OFFICIAL,
    "figstep": FIGSTEP_OFFICIAL,
}


def read_official(benchmark: Benchmark, protocol: str, clone: Path | None) -> OfficialWords | None:
    """What the official protocol needs of the user's clone, None under the own one.

    Raises `OptionInvalid` where the options do not go together, `DataError` where the clone is another repository.
    """
    if protocol == OWN and clone is None:
        return None
    if protocol != OFFICIAL:
        raise OptionInvalid(f"--protocol {protocol!r}: there are {OWN}, and {OFFICIAL} with --official CLONE")
    if benchmark.name not in PROTOCOLS:
        known = ", ".join(PROTOCOLS)
        raise OptionInvalid(f"{benchmark.name} has no official protocol here; there is one for {known}")
    known_protocol = PROTOCOLS[benchmark.name]
    if clone is None:
        url = f"https://github.com/{known_protocol.repository}"
        raise OptionInvalid(
            f"--protocol official reads the paper's words from your own clone of {url}: --official PATH"
        )
    return known_protocol.read(clone)


def under(benchmark: Benchmark, words: OfficialWords | None) -> Benchmark:
    """The benchmark in these words; as it is where there are none."""
    return benchmark if words is None else PROTOCOLS[benchmark.name].apply(benchmark, words.values)


def benchmark_of(folder: Path, name: str, protocol: str) -> Benchmark:
    """The benchmark of a run, in the words that its folder keeps."""
    benchmark = find_benchmark(name)
    return benchmark if protocol == OWN else under(benchmark, OfficialWords.read(folder))
