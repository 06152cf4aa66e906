"""The token that a process may be started with."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr

from service.admin.access import MIN_LENGTH, TokenRejected, admin_digest
from service.keys.authenticator import ENVIRONMENT, Authenticator
from service.keys.errors import KeyRefused
from service.keys.key import KeyLimits
from service.keys.token import digest
from tests.service.storage import key_store


@pytest.mark.parametrize("length", [31, 32])
async def test_the_process_has_a_credential_of_its_own_where_it_is_long_enough(tmp_path: Path, length: int) -> None:
    file = tmp_path / "token"
    file.write_text("t" * length)
    if length < MIN_LENGTH:
        with pytest.raises(TokenRejected):
            admin_digest(None, file)
        return
    with key_store(tmp_path) as store:
        authenticator = Authenticator(store, admin=admin_digest(None, file))
        assert await authenticator.identify_admin("Bearer " + "t" * length) == ENVIRONMENT
        for wrong in ("t" * (length - 1), "t" * (length + 1), store.create("a", "live", KeyLimits())[1].text):
            with pytest.raises(KeyRefused):
                await authenticator.identify_admin(f"Bearer {wrong}")


def test_a_credential_comes_from_a_file_or_a_variable_and_is_never_shown(tmp_path: Path) -> None:
    assert admin_digest(None, None) is None
    assert admin_digest(SecretStr("v" * 40), None) == digest("v" * 40)
    for token, file in ((SecretStr("short secret"), None), (None, tmp_path / "missing")):
        with pytest.raises(TokenRejected) as caught:
            admin_digest(token, file)
        assert "short secret" not in str(caught.value)
