"""Where a benchmark's data is: a folder, or the hub where it is named."""

from __future__ import annotations

from pathlib import Path

from benchmarks.benchmark import Benchmark
from benchmarks.harness.planning import OptionInvalid
from benchmarks.hub import Hub

HUB = "hub"


def located(benchmark: Benchmark, data: str) -> tuple[Path, str]:
    """The folder of the release, and where it came from ("" for a folder of one's own).

    "hub" and "hub:REVISION" fetch it, unless it is in the hub's cache on this machine; nothing else fetches anything.
    """
    if data == HUB or data.startswith(f"{HUB}:"):
        if benchmark.hub is None:
            raise OptionInvalid(f"{benchmark.name} is not on the hub: --data FOLDER, from {benchmark.source}")
        snapshot = Hub().fetch(benchmark.hub, data.removeprefix(HUB).removeprefix(":"))
        return snapshot.folder, snapshot.origin
    if not data and not benchmark.generated:
        fetched = f", or --data {HUB} to fetch it" if benchmark.hub else ""
        raise OptionInvalid(f"{benchmark.name} needs --data FOLDER, with the release of {benchmark.source}{fetched}")
    return Path(data), ""
