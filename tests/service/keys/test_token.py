"""Tokens: their form, and that only the whole right one counts."""

from __future__ import annotations

import hashlib
import re

import pytest

from service.keys.token import ADMIN, CLIENT, admin_id, admin_token, bearer, client_id, client_token, digest, matches


def test_a_token_tells_what_it_is_and_hides_its_secret() -> None:
    token = client_token("live")
    assert re.fullmatch(r"sg_live_[0-9A-Za-z]{8}_[0-9A-Za-z]{43}", token.text)
    assert client_id(token.text) == token.id
    assert token.text not in repr(token)
    assert token.digest == hashlib.sha256(token.text.encode()).digest()


def test_an_administrators_token_is_of_another_type() -> None:
    admin, client = admin_token(), client_token("admin")
    assert admin_id(admin.text) == admin.id
    assert client_id(admin.text) is None
    assert admin_id(client.text) is None


def test_no_two_tokens_are_alike() -> None:
    tokens = [client_token("live") for _ in range(200)]
    assert len({token.id for token in tokens}) == len({token.text for token in tokens}) == 200


def test_one_sign_makes_the_difference_wherever_it_stands() -> None:
    token = client_token("live")
    kept = token.digest
    assert matches(token.text, kept)
    for place in range(len(token.text)):
        other = "x" if token.text[place] != "x" else "y"
        assert not matches(token.text[:place] + other + token.text[place + 1 :], kept)
    assert digest(token.text[:-1]) != kept


@pytest.mark.parametrize(
    "header",
    [None, "", "Bearer", "Bearer ", "Basic abc", "Bearer a b", "Bearer  a", " Bearer a", "Bearer a\n", "BEARER a",
     "Bearer ä", "Bearer " + "a" * 201, "a", "Bearer a, Bearer b"],
)  # fmt: skip
def test_what_is_no_bearer_token(header: str | None) -> None:
    assert bearer(header) is None


def test_a_bearer_token_is_taken_out() -> None:
    assert bearer("Bearer abc") == bearer("bearer abc") == "abc"


@pytest.mark.parametrize(
    "text",
    ["", "sg", "sg_live_short_" + "a" * 43, "sg_live_abcdefgh_" + "a" * 42, "sg_live_abcdefgh_" + "a" * 44,
     "SG_live_abcdefgh_" + "a" * 43, "sg_LIVE_abcdefgh_" + "a" * 43, "sg_live_abcdefgh_" + "a" * 42 + "'",
     "' OR 1=1 --", "sg_live_abcdefgh_" + "a" * 43 + "\n", "sg_live_äbcdefgh_" + "a" * 43],
)  # fmt: skip
def test_what_is_no_token_has_no_id(text: str) -> None:
    assert client_id(text) is None
    assert admin_id(text) is None


def test_the_two_forms_never_overlap() -> None:
    assert CLIENT.fullmatch("sgadmin_abcdefgh_" + "a" * 43) is None
    assert ADMIN.fullmatch("sg_admin_abcdefgh_" + "a" * 43) is None
