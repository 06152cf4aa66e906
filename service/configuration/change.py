"""A change, from proposal to the moment when every process serves it. It blocks.

    propose ─► every process prepares ─► commit ─► every process serves

Nothing serves a version that one process cannot start. Whoever returns from `apply` knows what all of them run.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from service.configuration.errors import ChangeRefused, ChangeUnderWay, ConfigurationError, NotEverywhere, NotPrepared
from service.configuration.store import ConfigurationStore
from service.configuration.version import Draft, ServingProcess, State, Version

PREPARE_SECONDS = 120.0  # for every process to start the version's models; a local checkpoint may take a minute
SERVE_SECONDS = 5.0  # for every process to let it serve once it is prepared
POLL_SECONDS = 0.02


@dataclass(frozen=True)
class Patience:
    """How long processes have to prepare a version, and to serve it."""

    prepare_seconds: float = PREPARE_SECONDS
    serve_seconds: float = SERVE_SECONDS


def apply(store: ConfigurationStore, draft: Draft, patience: Patience | None = None) -> Version:
    """Make every process serve a version, and return it. Raises `ConfigurationError`."""
    patience = patience or Patience()
    number = store.propose(draft).number
    try:
        _wait_until_prepared(store, number, patience.prepare_seconds)
    except BaseException as error:
        store.refuse(number, str(error) if isinstance(error, ConfigurationError) else "it was given up")
        raise
    store.commit(number)
    version = store.version(number)
    if version.state is not State.COMMITTED:  # it took so long that another change was let through
        raise ChangeUnderWay
    late = _waiting_for(store, lambda each: each.serving >= number, patience.serve_seconds)
    if late:
        raise NotEverywhere(number, [each.name for each in late])
    return version


def _wait_until_prepared(store: ConfigurationStore, number: int, seconds: float) -> None:
    late = _waiting_for(store, lambda each: each.prepared >= number, seconds)
    if late:
        raise NotPrepared([each.name for each in late])
    for each in store.processes():
        if each.problem is not None:
            raise ChangeRefused(each.name, each.problem)


def _waiting_for(
    store: ConfigurationStore, done: Callable[[ServingProcess], bool], seconds: float
) -> list[ServingProcess]:
    """Wait until all processes that live are done; returns those that are not when the time is over."""
    until = time.monotonic() + seconds
    while late := [each for each in store.processes() if not done(each)]:
        if time.monotonic() >= until:
            return late
        time.sleep(POLL_SECONDS)
    return []
