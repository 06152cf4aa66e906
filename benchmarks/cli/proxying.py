"""The proxy that a run speaks to: one that runs already, or one of its own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path

from benchmarks.harness.endpoint import Address
from benchmarks.harness.planning import OptionInvalid
from benchmarks.proxy import running_proxy

DEMO_ARMS = "demo_arms.yaml"


@dataclass(frozen=True)
class ProxyChoice:
    """Exactly one of three: the address of a running one, a configuration to serve, or the demo's."""

    url: str | None
    config: Path | None
    demo: bool
    key_env: str

    def check(self) -> None:
        """Raises `OptionInvalid` unless one is chosen."""
        if sum((self.url is not None, self.config is not None, self.demo)) != 1:
            raise OptionInvalid("say where the arms are: --url of a running proxy, --config FILE, or --demo")

    @contextmanager
    def address(self) -> Iterator[Address]:
        """Where the proxy is while the run lasts."""
        key = os.environ.get(self.key_env, "none") if self.key_env else "none"
        if self.url is not None:
            yield Address(self.url.rstrip("/"), key)
            return
        with self._served() as config, running_proxy("--demo", "--config", str(config)) as url:
            yield Address(url, key)

    @contextmanager
    def _served(self) -> Iterator[Path]:
        if self.config is not None:
            yield self.config
        else:
            with as_file(files("benchmarks").joinpath(DEMO_ARMS)) as path:
                yield path
