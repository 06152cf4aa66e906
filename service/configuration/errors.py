"""What can go wrong when the configuration is changed. The version before stays in every case but the last.

ConfigurationError
  ChangeUnderWay    another change is being applied
  BaseOutdated      somebody changed it since (`newest` is the version now)
  VersionUnknown    there is no such version
  LiveChangesLost   the file would undo changes that were made since (`changes` names them)
  ChangeRefused     a process cannot serve it (`process`, `reason`)
  NotPrepared       a process did not answer in time, so nothing was changed (`processes`)
  NotEverywhere     the version is the newest, and some processes do not serve it yet (`version`, `processes`)
"""

from __future__ import annotations

from collections.abc import Sequence


class ConfigurationError(Exception):
    """Base of these errors. Their messages are meant for operators."""


class ChangeUnderWay(ConfigurationError):
    """Changes are applied one after another."""

    def __init__(self) -> None:
        super().__init__("another change is being applied; try again in a moment")


class BaseOutdated(ConfigurationError):
    """The change was made against a version that is no longer the newest."""

    def __init__(self, base: int, newest: int) -> None:
        super().__init__(f"the configuration was changed since version {base}: version {newest} is the newest")
        self.base = base
        self.newest = newest


class VersionUnknown(ConfigurationError):
    """There is no such version to look at or to go back to."""

    def __init__(self, number: int) -> None:
        super().__init__(f"there is no version {number}")
        self.number = number


class LiveChangesLost(ConfigurationError):
    """The file was asked for, and it lacks what was changed since it was last applied."""

    def __init__(self, file: str, changes: Sequence[str]) -> None:
        super().__init__("\n".join((f"{file} would undo changes that were made since it was applied:", *changes)))
        self.file = file
        self.changes = tuple(changes)


class ChangeRefused(ConfigurationError):
    """A process tried to start the version, and could not."""

    def __init__(self, process: str, reason: str) -> None:
        super().__init__(f"{process} cannot serve it: {reason}")
        self.process = process
        self.reason = reason


class NotPrepared(ConfigurationError):
    """Not every process got ready in time. Nothing was changed."""

    def __init__(self, processes: Sequence[str]) -> None:
        super().__init__(f"nothing was changed: {', '.join(processes)} did not get ready in time")
        self.processes = tuple(processes)


class NotEverywhere(ConfigurationError):
    """The change holds, but these processes do not serve it yet. They will, once they go on."""

    def __init__(self, version: int, processes: Sequence[str]) -> None:
        super().__init__(f"version {version} is the newest, but {', '.join(processes)} does not serve it yet")
        self.version = version
        self.processes = tuple(processes)
