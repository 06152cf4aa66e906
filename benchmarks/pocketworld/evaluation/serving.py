"""The demo's proxy over any checkpoint of the embedded kind, for as long as it is measured."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.harness.endpoint import Address
from benchmarks.proxy import running_proxy
from guard.config import EMBEDDED
from guard.config_file import demo_text


@contextmanager
def serving(folder: Path) -> Iterator[Address]:
    """Start the demo with the checkpoint in `folder` in the embedded one's place."""
    with tempfile.TemporaryDirectory(prefix="situguard-pocket-") as passing:
        config = Path(passing) / "demo.yaml"
        config.write_text(demo_text().replace(EMBEDDED, str(folder.resolve())), encoding="utf-8")
        with running_proxy("--demo", "--config", str(config)) as url:
            yield Address(url)
