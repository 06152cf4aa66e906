"""A configuration for these tests, and stores over a folder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from guard.config import Config
from service.configuration.change import Patience
from service.configuration.document import digest
from service.configuration.file import ConfigurationFile
from service.configuration.live import LiveConfiguration
from service.configuration.store import ConfigurationStore
from service.configuration.version import Draft, Origin
from tests.service.storage import opened

SOURCE = "guard.yaml"
QUICK = Patience(prepare_seconds=5, serve_seconds=5)
MODELS = {"small": {"kind": "endpoint", "base_url": "http://127.0.0.1:9/v1", "model": "x"}}


def document(**kitchen: Any) -> dict[str, Any]:
    return {"models": MODELS, "deployments": {"kitchen": {"model": "small", **kitchen}}}


def config(**kitchen: Any) -> Config:
    return Config.model_validate(document(**kitchen))


def draft(base: int | None = None, **kitchen: Any) -> Draft:
    stated = document(**kitchen)
    return Draft(SOURCE, "ada", Origin.CHANGE, stated, digest(document()), base)


@contextmanager
def store(folder: Path, source: str = SOURCE) -> Iterator[ConfigurationStore]:
    with opened(folder) as database:
        yield ConfigurationStore(database, source)


def write(path: Path, **kitchen: Any) -> ConfigurationFile:
    path.write_text(yaml.safe_dump(document(**kitchen)))
    return ConfigurationFile(path)


def live(
    found: ConfigurationStore, file: ConfigurationFile | None = None, patience: Patience = QUICK
) -> LiveConfiguration:
    return LiveConfiguration(found, file or ConfigurationFile(Path(SOURCE)), patience)
