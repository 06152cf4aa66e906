"""The authenticator, over a real store on disk."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from service.database.engine import DATABASE
from service.keys.authenticator import ENVIRONMENT, Authenticator
from service.keys.errors import KeyRefused, KeysUnavailable, Refusal
from service.keys.key import AccessRequest, KeyLimits
from service.keys.store import KeyStore, this_month
from service.keys.token import client_token
from tests.service.storage import key_store

ANY = KeyLimits()


async def refusal(authenticator: Authenticator, header: str | None) -> Refusal:
    with pytest.raises(KeyRefused) as caught:
        await authenticator.identify(header)
    return caught.value.refusal


async def test_without_any_key_none_is_needed_and_with_the_first_it_is(store: KeyStore) -> None:
    assert await Authenticator(store).identify(None) is None
    key, token = store.create("app", "live", ANY)
    authenticator = Authenticator(store)
    assert await authenticator.identify(f"Bearer {token.text}") == key
    assert await refusal(authenticator, None) is Refusal.NO_KEY


async def test_keys_stay_needed_when_the_last_is_revoked(store: KeyStore) -> None:
    key, token = store.create("app", "live", ANY)
    store.revoke(key.id)
    authenticator = Authenticator(store)
    assert await refusal(authenticator, f"Bearer {token.text}") is Refusal.REVOKED
    assert await refusal(authenticator, None) is Refusal.NO_KEY


async def test_wrong_tokens_are_all_unknown(store: KeyStore) -> None:
    key, token = store.create("app", "live", ANY)
    authenticator = Authenticator(store)
    twin = f"sg_live_{key.id}_{client_token('live').text[-43:]}"
    elsewhere = token.text.replace("sg_live", "sg_test")
    wrong = [twin, elsewhere, client_token("live").text, store.create_admin().text, token.text[:-1], "' OR 1=1 --"]
    for text in wrong:
        assert await refusal(authenticator, f"Bearer {text}") in {Refusal.UNKNOWN, Refusal.NO_KEY}


async def test_an_expired_key_is_out(store: KeyStore) -> None:
    _, token = store.create("app", "live", KeyLimits(expires_at=datetime.now(UTC) - timedelta(seconds=1)))
    assert await refusal(Authenticator(store), f"Bearer {token.text}") is Refusal.EXPIRED


async def test_a_key_revoked_elsewhere_is_out_after_the_fresh_time(store: KeyStore, tmp_path: Path) -> None:
    key, token = store.create("app", "live", ANY)
    authenticator = Authenticator(store, fresh_seconds=0.05)
    assert await authenticator.identify(f"Bearer {token.text}") == key
    streaming = asyncio.create_task(authenticator.until_lapsed(key))
    with key_store(tmp_path) as elsewhere:
        elsewhere.revoke(key.id)
    with pytest.raises(KeyRefused) as caught:
        await asyncio.wait_for(streaming, 5)
    assert caught.value.refusal is Refusal.REVOKED
    assert await refusal(authenticator, f"Bearer {token.text}") is Refusal.REVOKED


async def test_keys_share_what_there_is_as_soon_as_two_are_valid(store: KeyStore) -> None:
    authenticator = Authenticator(store, fresh_seconds=0)
    several = []
    for limits in (ANY, KeyLimits(expires_at=datetime.now(UTC) - timedelta(seconds=1)), ANY):
        key, token = store.create("app", "live", limits)
        with suppress(KeyRefused):
            await authenticator.identify(f"Bearer {token.text}")
        several.append(authenticator.several)
    store.revoke(key.id)
    await refusal(authenticator, None)
    assert [*several, authenticator.several] == [False, False, True, False]


async def test_spending_adds_up_across_processes_and_closes_the_door(store: KeyStore, tmp_path: Path) -> None:
    key, _ = store.create("app", "live", KeyLimits(spend_per_month=1.0))
    with key_store(tmp_path) as one, key_store(tmp_path) as other:
        first, second = Authenticator(one, fresh_seconds=0), Authenticator(other, fresh_seconds=0)
        for authenticator in (first, second):
            authenticator.admit(key, AccessRequest("demo"))
            authenticator.charge(key, 0.6)
        await first.close()
        await second.close()
    assert store.read(this_month()).spent == {key.id: pytest.approx(1.2)}
    assert store.read("1999-01").spent == {}


async def test_a_request_is_charged_before_the_next_is_let_in(store: KeyStore) -> None:
    key, token = store.create("app", "live", KeyLimits(spend_per_month=1.0))
    authenticator = Authenticator(store)
    await authenticator.identify(f"Bearer {token.text}")
    authenticator.charge(key, 1.0)
    with pytest.raises(KeyRefused) as caught:
        authenticator.admit(key, AccessRequest("demo"))
    assert caught.value.refusal is Refusal.SPEND


async def test_who_is_inside_stays_while_keys_cannot_be_read(store: KeyStore, tmp_path: Path) -> None:
    key, _ = store.create("app", "live", ANY)
    streaming = asyncio.create_task(Authenticator(store, fresh_seconds=0.01).until_lapsed(key))
    with sqlite3.connect(tmp_path / DATABASE) as database:
        database.execute("ALTER TABLE client_keys RENAME TO hidden")
    await asyncio.sleep(0.2)
    assert not streaming.done()
    with sqlite3.connect(tmp_path / DATABASE) as database:
        database.execute("DELETE FROM hidden")
        database.execute("ALTER TABLE hidden RENAME TO client_keys")
    database.close()
    with pytest.raises(KeyRefused) as caught:
        await asyncio.wait_for(streaming, 5)
    assert caught.value.refusal is Refusal.UNKNOWN


async def test_where_others_can_reach_the_door_it_holds_without_any_key(store: KeyStore) -> None:
    assert await refusal(Authenticator(store, required=True), None) is Refusal.NO_KEY


async def test_where_keys_cannot_be_read_nobody_is_let_in(store: KeyStore, tmp_path: Path) -> None:
    key, token = store.create("app", "live", ANY)
    authenticator = Authenticator(store, fresh_seconds=0)
    await authenticator.identify(f"Bearer {token.text}")
    authenticator.charge(key, 0.5)
    with sqlite3.connect(tmp_path / DATABASE) as database:
        database.execute("ALTER TABLE client_keys RENAME TO hidden")
    with pytest.raises(KeysUnavailable):
        await authenticator.identify(f"Bearer {token.text}")
    with sqlite3.connect(tmp_path / DATABASE) as database:
        database.execute("ALTER TABLE hidden RENAME TO client_keys")
    database.close()
    assert await authenticator.identify(f"Bearer {token.text}") == key


async def test_an_administrator_is_known_by_a_key_of_another_type(store: KeyStore) -> None:
    admin = store.create_admin()
    _, client = store.create("app", "live", ANY)
    authenticator = Authenticator(store, fresh_seconds=0)
    assert await authenticator.identify_admin(f"Bearer {admin.text}") == admin.id
    for header in (None, f"Bearer {client.text}", f"Bearer {admin.text[:-1]}", "Bearer x"):
        with pytest.raises(KeyRefused):
            await authenticator.identify_admin(header)
    store.revoke_admin(admin.id)
    with pytest.raises(KeyRefused):
        await authenticator.identify_admin(f"Bearer {admin.text}")


async def test_tokens_that_share_their_beginning_are_not_taken_for_each_other(store: KeyStore) -> None:
    """The identity of one gateway was once cached by a token's first twenty characters."""
    key, token = store.create("app", "live", ANY)
    authenticator = Authenticator(store)
    assert await authenticator.identify(f"Bearer {token.text}") == key
    for keep in range(20, len(token.text)):
        forged = token.text[:keep] + client_token("live").text[keep - len(token.text) :]
        if forged != token.text:
            assert await refusal(authenticator, f"Bearer {forged}") in {Refusal.UNKNOWN, Refusal.NO_KEY}


async def test_an_administrator_stays_known_until_the_key_ends(store: KeyStore) -> None:
    authenticator, token = Authenticator(store, fresh_seconds=0), store.create_admin()
    assert await authenticator.knows_admin(token.id)
    assert await authenticator.knows_admin(ENVIRONMENT)
    assert not await authenticator.knows_admin("nobody")
    store.revoke_admin(token.id)
    assert not await authenticator.knows_admin(token.id)
