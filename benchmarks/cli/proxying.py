"""The proxy that a run speaks to: one that runs already, or one of its own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import as_file, files
from pathlib import Path

from benchmarks.harness.endpoint import Address
from benchmarks.harness.planning import OptionInvalid
from benchmarks.proxy import running_proxy
from guard.config import LocalModel
from guard.config_file import read_config
from guard.models import checkpoint_of

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

    def models_version(self) -> str:
        """A hash over the models and checkpoints that are served here; of a proxy elsewhere nothing is known."""
        if self.url is not None:
            return ""
        with self._served() as path:
            models = read_config(path).models
        told = sha256("".join(f"{name}{model.model_dump_json()}" for name, model in sorted(models.items())).encode())
        for model in models.values():
            folder = Path(checkpoint_of(model)) if isinstance(model, LocalModel) else None
            for weights in sorted(folder.glob("*.safetensors")) if folder and folder.is_dir() else []:
                told.update(weights.read_bytes())
        return told.hexdigest()

    @contextmanager
    def _served(self) -> Iterator[Path]:
        if self.config is not None:
            yield self.config
        else:
            with as_file(files("benchmarks").joinpath(DEMO_ARMS)) as path:
                yield path
