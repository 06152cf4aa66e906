"""The store of keys: what it keeps and what it does not."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from service.keys.errors import KeyUnknown
from service.keys.key import KeyLimits
from service.keys.store import KeyStore, this_month
from tests.service.storage import key_store

ANY = KeyLimits()


def bytes_in(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.iterdir())


async def test_what_a_key_may_do_comes_back_from_disk(store: KeyStore) -> None:
    limits = KeyLimits(frozenset({"a", "b"}), 60, 30, 12.5, datetime(2027, 1, 1, tzinfo=UTC))
    key, _ = store.create("app", "test", limits)
    assert store.read(this_month()).clients[key.id].limits == limits


async def test_no_token_lies_on_the_disk(store: KeyStore, tmp_path: Path) -> None:
    tokens = [store.create("app", "live", ANY)[1], store.create_admin()]
    kept = bytes_in(tmp_path)
    for token in tokens:
        assert token.text.encode() not in kept
        assert token.text[-43:].encode() not in kept
        assert token.digest in kept


async def test_what_is_not_there_cannot_be_revoked(store: KeyStore) -> None:
    for nobody in ("abcdefgh", "' OR 1=1 --", ""):
        with pytest.raises(KeyUnknown):
            store.revoke(nobody)


async def test_revoking_twice_keeps_the_first_moment(store: KeyStore) -> None:
    key, _ = store.create("app", "live", ANY)
    store.revoke(key.id)
    first = store.read(this_month()).clients[key.id].revoked_at
    await asyncio.sleep(0.01)
    store.revoke(key.id)
    assert store.read(this_month()).clients[key.id].revoked_at == first


def test_what_is_known_is_read_again_only_where_something_has_changed(store: KeyStore, tmp_path: Path) -> None:
    key, _ = store.create("app", "live", KeyLimits())
    admin = store.create_admin()
    with key_store(tmp_path) as elsewhere:
        month = this_month()
        changes: list[Callable[[], object]] = [
            lambda: elsewhere.create("other", "live", KeyLimits()),
            lambda: elsewhere.limit(key.id, lambda limits: replace(limits, requests_per_minute=3)),
            lambda: elsewhere.revoke(key.id),
            lambda: elsewhere.revoke_admin(admin.id),
            lambda: elsewhere.read(month, adding={key.id: 0.5}),
        ]
        known = store.read(month)
        for change in changes:
            assert store.read(month, known=known) is known
            change()
            now = store.read(month, known=known)
            assert now == store.read(month) != known
            known = now
    assert store.read("1999-01", known=known).spent == {}
