"""A change reaches every process or none; whoever made it is told which."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from service.configuration.change import Patience, apply
from service.configuration.errors import ChangeRefused, NotEverywhere, NotPrepared
from service.configuration.store import ConfigurationStore
from service.configuration.version import State
from tests.service.configuration.settings import QUICK, draft, store


@contextmanager
def process(folder: Path, step: Callable[[ConfigurationStore, str], bool]) -> Iterator[None]:
    """A process that takes steps in a thread until one says that it was the last."""
    joined, ended = threading.Event(), threading.Event()

    def run() -> None:
        with store(folder) as versions, versions.registered(0) as name:
            joined.set()
            while not ended.is_set() and step(versions, name):
                time.sleep(0.005)
            ended.wait(10)

    thread = threading.Thread(target=run)
    thread.start()
    assert joined.wait(10)
    try:
        yield
    finally:
        ended.set()
        thread.join()


def follows(versions: ConfigurationStore, name: str) -> bool:
    committed, proposed = versions.marks()
    versions.report(name, serving=committed, prepared=max(committed, proposed))
    return True


def only_prepares(versions: ConfigurationStore, name: str) -> bool:
    versions.report(name, serving=0, prepared=max(versions.marks()))
    return True


def fails(versions: ConfigurationStore, name: str) -> bool:
    proposed = versions.marks()[1]
    versions.report(name, serving=0, prepared=proposed, problem="no memory" if proposed else None)
    return True


def hangs(_: ConfigurationStore, __: str) -> bool:
    return False


def test_without_a_process_the_change_waits_for_the_next_start(tmp_path: Path) -> None:
    with store(tmp_path) as versions:
        assert apply(versions, draft()).state is State.COMMITTED


def test_when_it_returns_every_process_serves_the_version(tmp_path: Path) -> None:
    with store(tmp_path) as versions, process(tmp_path, follows), process(tmp_path, follows):
        for number in range(1, 6):
            assert apply(versions, draft(policy=str(number)), QUICK).number == number
            assert [each.serving for each in versions.processes()] == [number, number]


def test_what_one_process_cannot_start_serves_nobody(tmp_path: Path) -> None:
    with store(tmp_path) as versions, process(tmp_path, follows), process(tmp_path, fails):
        with pytest.raises(ChangeRefused) as caught:
            apply(versions, draft(), QUICK)
        assert "no memory" in str(caught.value)
        assert versions.newest() is None
        assert versions.version(1).state is State.REFUSED
        assert versions.version(1).reason == str(caught.value)


def test_a_process_that_does_not_get_ready_is_named_and_nothing_changes(tmp_path: Path) -> None:
    with store(tmp_path) as versions, process(tmp_path, hangs):
        with pytest.raises(NotPrepared, match="serving-0"):
            apply(versions, draft(), Patience(prepare_seconds=0.2))
        assert versions.newest() is None


def test_one_process_that_serves_it_is_not_enough(tmp_path: Path) -> None:
    with store(tmp_path) as versions, process(tmp_path, follows), process(tmp_path, only_prepares):
        with pytest.raises(NotEverywhere) as caught:
            apply(versions, draft(), Patience(serve_seconds=0.2))
        assert [each.split()[0] for each in caught.value.processes] == ["serving-1"]


def test_a_process_that_does_not_serve_it_in_time_is_named(tmp_path: Path) -> None:
    with store(tmp_path) as versions, process(tmp_path, only_prepares):
        with pytest.raises(NotEverywhere) as caught:
            apply(versions, draft(), Patience(serve_seconds=0.2))
        assert caught.value.version == 1
        assert caught.value.processes[0].startswith("serving-0 (pid ")
        newest = versions.newest()
        assert newest is not None
        assert newest.number == 1  # the change holds all the same
