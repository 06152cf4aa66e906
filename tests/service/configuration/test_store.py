"""Versions and processes as they are stored."""

from __future__ import annotations

import multiprocessing
import os
import signal
from pathlib import Path

import pytest

from service.configuration import store as module
from service.configuration.errors import BaseOutdated, ChangeUnderWay, VersionUnknown
from service.configuration.store import ConfigurationStore, sources
from service.configuration.version import State
from service.database.engine import Database
from tests.service.configuration.settings import SOURCE, document, draft, store


def test_a_version_is_proposed_then_committed_or_refused(tmp_path: Path) -> None:
    with store(tmp_path) as versions:
        assert (versions.newest(), versions.proposed(), versions.marks()) == (None, None, (0, 0))
        first = versions.propose(draft())
        assert (first.number, first.state, first.document, first.author) == (1, State.PROPOSED, document(), "ada")
        assert versions.marks() == (0, 1)
        versions.commit(1)
        versions.propose(draft(mode="shadow"))
        versions.refuse(2, "no memory")
        versions.commit(2)  # what was refused stays refused
        newest = versions.newest()
        assert newest is not None
        assert newest.number == 1
        assert [(each.number, each.state, each.reason) for each in versions.history()] == [
            (2, State.REFUSED, "no memory"),
            (1, State.COMMITTED, None),
        ]
        assert versions.version(2).document == document(mode="shadow")
        with pytest.raises(VersionUnknown):
            versions.version(3)


def test_changes_are_made_one_after_another_and_against_the_newest(tmp_path: Path) -> None:
    with store(tmp_path) as versions:
        versions.propose(draft())
        with pytest.raises(ChangeUnderWay):
            versions.propose(draft(mode="shadow"))
        versions.commit(1)
        with pytest.raises(BaseOutdated) as caught:
            versions.propose(draft(base=7))
        assert (caught.value.base, caught.value.newest) == (7, 1)
        assert versions.propose(draft(base=1)).number == 2


def test_a_proposal_that_nobody_settles_does_not_hold_others_up_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with store(tmp_path) as versions:
        versions.propose(draft())
        monkeypatch.setattr(module, "PROPOSAL_SECONDS", 0)
        assert versions.propose(draft(mode="shadow")).number == 2
        assert versions.version(1).reason == "whoever proposed it is gone"


def test_sources_do_not_see_each_other(tmp_path: Path) -> None:
    with store(tmp_path) as first, store(tmp_path, "other.yaml") as second:
        first.propose(draft())
        first.commit(1)
        assert second.newest() is None
        second.propose(draft())
        assert first.proposed() is None
        with pytest.raises(VersionUnknown):
            second.version(1)
        assert sources(first._database) == ["other.yaml", SOURCE]


def test_a_process_is_listed_while_it_lives(tmp_path: Path) -> None:
    with store(tmp_path) as versions:
        with versions.registered(3) as first, versions.registered(4):
            versions.report(first, serving=3, prepared=5, problem="no memory")
            listed = {each.process: each for each in versions.processes()}
            assert [(each.serving, each.prepared) for each in listed.values()] == [(3, 5), (4, 4)]
            assert listed[first].problem == "no memory"
            assert listed[first].pid == os.getpid()
        assert versions.processes() == []


def _serve(folder: Path, ready: multiprocessing.synchronize.Event) -> None:
    versions = ConfigurationStore(Database(folder), SOURCE)
    with versions.registered(1):
        ready.set()
        signal.pause()


def test_a_process_that_was_killed_is_no_longer_listed(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    ready = context.Event()
    with store(tmp_path) as versions:
        process = context.Process(target=_serve, args=(tmp_path, ready))
        process.start()
        assert ready.wait(60)
        assert [each.pid for each in versions.processes()] == [process.pid]
        process.kill()
        process.join()
        assert versions.processes() == []
