"""A proxy over deployments with a probe: what it is asked (pairs of Pocket World), and what its records tell."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import yaml

from agents.models.base import JsonObject
from benchmarks.case import Side, Turn, ask
from benchmarks.harness.endpoint import Address
from benchmarks.pocketworld.evaluation.benchmark import picture_of
from benchmarks.pocketworld.sampling.pairs import HeldOutPair
from benchmarks.pocketworld.sampling.quads import Situation
from benchmarks.proxy import running_proxy

EXPORT = (sys.executable, "-m", "service.cli", "records", "export", "--data")


class Request(NamedTuple):
    """One side of a pair, and what is sent."""

    side: Side
    situation: Situation
    turns: Sequence[Turn]


@contextmanager
def serving(configuration: JsonObject) -> Iterator[tuple[Address, Path]]:
    """Where the proxy is, and the folder of its records, which goes with it."""
    with TemporaryDirectory() as scratch:
        config, data = Path(scratch) / "guard.yaml", Path(scratch) / "data"
        config.write_text(yaml.safe_dump(configuration), encoding="utf-8")
        with running_proxy("--config", str(config), "--data", str(data)) as url:
            yield Address(url), data


def told_by_probe(data: Path, field: str) -> frozenset[str]:
    """The decisions whose records name the probe in a field."""
    exported = subprocess.run([*EXPORT, str(data)], check=True, capture_output=True, text=True)  # noqa: S603 our own
    records = [json.loads(line) for line in exported.stdout.splitlines()]
    return frozenset(each["id"] for each in records if each["body"].get(field) == "probe")


def requests(pairs: Sequence[HeldOutPair]) -> Iterator[Request]:
    """Both sides of every pair, the safe one first."""
    for pair in pairs:
        yield Request(Side.SAFE, pair.safe, ask(pair.query, picture_of(pair.safe.scene, pair.safe_seed)))
        yield Request(Side.UNSAFE, pair.unsafe, ask(pair.query, picture_of(pair.unsafe.scene, pair.unsafe_seed)))
