"""Where the configuration file and live changes meet: one rule, and nothing is overwritten in silence.

The newest version serves. The file becomes a version when it is applied: at the first start, at a start after it
changed, on SIGHUP, and by `situguard config apply`. Where live changes were made since the file was last applied, and
the file has changed too, a start keeps the live version and says so; applying the file is refused, unless whoever asks
says that those changes may go.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from guard.config import Config
from guard.config_file import demo_config, read_config
from service.canary_pictures import with_canary_pictures
from service.configuration.change import Patience, apply
from service.configuration.document import checked, differences, digest, stated
from service.configuration.errors import LiveChangesLost
from service.configuration.store import ConfigurationStore
from service.configuration.version import Draft, Origin, Version

DEMO = "demo"  # the source of the configuration that comes with the package


class Standing(StrEnum):
    """How a file stands to the newest version."""

    NEW = "new"  # there is no version yet
    SAME = "same"  # it was applied as it is; live changes may stand on it
    CHANGED = "changed"  # it was changed since, and nothing else was
    PARTED = "parted"  # it was changed since, and so was the newest version


@dataclass(frozen=True)
class ConfigurationFile:
    """The configuration's source: a file, or None for the demo's."""

    path: Path | None

    @property
    def source(self) -> str:
        """The name that its versions go by."""
        return DEMO if self.path is None else str(self.path.resolve())

    def read(self) -> Config:
        """What it says now, its canaries' pictures looked at; raises `ConfigRejected`."""
        return demo_config() if self.path is None else with_canary_pictures(read_config(self.path), str(self.path))


def standing(newest: Version | None, file: Config) -> Standing:
    """How a file stands to the newest version. Pure."""
    if newest is None:
        return Standing.NEW
    content = digest(stated(file))
    if content in {newest.file, digest(newest.document)}:
        return Standing.SAME
    return Standing.CHANGED if newest.file == digest(newest.document) else Standing.PARTED


def start_version(
    store: ConfigurationStore, file: Config, *, author: str, patience: Patience | None = None
) -> tuple[Version, Standing]:
    """The version that a process starts with, and how the file stood to it. Raises `ConfigurationError`."""
    newest = store.newest()
    found = standing(newest, file)
    if newest is None or found in {Standing.NEW, Standing.CHANGED}:
        return apply(store, _of_file(store, file, author), patience), found
    return newest, found


def apply_file(
    store: ConfigurationStore,
    file: Config,
    *,
    author: str,
    replace_live: bool = False,
    patience: Patience | None = None,
) -> Version:
    """Make the file the newest version; where it is already, return that. Raises `LiveChangesLost`, or as `apply`."""
    newest = store.newest()
    if newest is not None and digest(newest.document) == digest(stated(file)):
        return newest
    if newest is not None and newest.file != digest(newest.document) and not replace_live:
        lost = differences(checked(newest.document), file)
        raise LiveChangesLost(store.source, [str(each) for each in lost])
    return apply(store, _of_file(store, file, author), patience)


def _of_file(store: ConfigurationStore, file: Config, author: str) -> Draft:
    document = stated(file)
    return Draft(store.source, author, Origin.FILE, document, digest(document))
