"""Sessions: found by their id alone, for a day's work, and a code that opens one."""

from __future__ import annotations

import time

import pytest

from service.console import sessions
from service.console.sessions import Sessions


def test_a_session_is_found_by_its_id_until_it_ends() -> None:
    kept = Sessions()
    session = kept.begin("abc")
    assert kept.find(session.id) == session
    assert kept.find(session.id + "x") is None
    assert kept.find("") is None
    kept.end(session)
    assert kept.find(session.id) is None


def test_a_session_ends_after_a_day_of_work(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Sessions()
    session, later = kept.begin("abc"), time.monotonic() + sessions.SESSION_SECONDS
    monkeypatch.setattr(time, "monotonic", lambda: later)
    assert kept.find(session.id) is None


def test_there_are_no_more_than_so_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "MAX_SESSIONS", 2)
    kept = Sessions()
    begun = [kept.begin(name) for name in "abc"]
    assert [kept.find(each.id) is not None for each in begun] == [False, True, True]


def test_a_form_is_known_by_its_token_and_nothing_of_it_is_shown() -> None:
    session = Sessions().begin("abc")
    assert session.wrote(session.csrf)
    assert not session.wrote("")
    assert not session.wrote("é" + session.csrf)
    assert session.id not in repr(session)
    assert session.csrf not in repr(session)


def test_a_code_opens_once() -> None:
    kept = Sessions()
    assert not kept.redeem("")
    code = kept.issue_code()
    assert not kept.redeem(code[:-1])
    assert kept.redeem(code)
    assert not kept.redeem(code)
