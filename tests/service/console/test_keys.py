"""Keys: created, limited and revoked by form; the token is shown once."""

from __future__ import annotations

import re

import pytest

from service.console.keys import FieldRejected, checked_form
from service.keys.key import key_object
from service.keys.key_settings import ChangedLimits, NewKey
from service.keys.store import this_month
from tests.service.console.office import Office

TOKEN = re.compile(r"sg_live_\w+")


def known(desk: Office) -> list[dict[str, object]]:
    return [key_object(key) for key in desk.console.services.store.read(this_month()).clients.values()]


async def test_a_key_is_created_and_its_token_shown_once(desk: Office) -> None:
    page = await desk.send(
        "/console/keys", 200, name="<b>app</b>", deployments="guarded, raw", requests_per_minute="60", days="30"
    )
    token = TOKEN.search(page.text)
    assert token is not None
    assert "<b>app</b>" not in page.text
    assert not TOKEN.search(await desk.page("/console/keys"))
    (key,) = known(desk)
    assert (key["deployments"], key["requests_per_minute"]) == (["guarded", "raw"], 60)
    header = {"authorization": f"Bearer {token[0]}"}
    assert (await desk.proxy.get("/v1/models", headers=header)).status_code == 200


async def test_it_is_limited_and_revoked(desk: Office) -> None:
    await desk.send("/console/keys", 200, name="app", requests_per_minute="60", spend_per_month="5", days="")
    key = str(known(desk)[0]["id"])
    await desk.send(
        "/console/keys/limit", id=key, requests_per_minute="", pictures_per_minute="7", spend_per_month="2.5", days=""
    )
    changed = known(desk)[0]
    assert (changed["requests_per_minute"], changed["pictures_per_minute"], changed["spend_per_month"]) == (
        None,
        7,
        2.5,
    )
    await desk.send("/console/keys/revoke", id=key)
    assert known(desk)[0]["revoked_at"] is not None
    assert "the key was revoked" in await desk.page("/console/keys")
    await desk.send("/console/keys/revoke", 404, id="nobody")


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", ""), ("days", "soon"), ("days", "0"), ("deployments", "a b"), ("colour", "red")],
)  # fmt: skip
async def test_a_wrong_field_is_named_and_no_key_made(desk: Office, field: str, value: str) -> None:
    page = await desk.send("/console/keys", 400, **{"name": "app", field: value})
    assert f'role="alert">{field}' in page.text
    assert known(desk) == []


async def test_a_misspelt_deployment_is_named_and_no_key_made(desk: Office) -> None:
    page = await desk.send("/console/keys", 400, name="app", deployments="guarded, gaurded")
    assert "there is no deployment &#39;gaurded&#39;; there are " in page.text
    assert known(desk) == []


def test_an_empty_field_is_a_default_or_no_limit() -> None:
    assert checked_form(NewKey, {"name": "a", "requests_per_minute": " "}).requests_per_minute is None
    changed = checked_form(ChangedLimits, {"requests_per_minute": "", "days": ""}, empty_means_none=True)
    assert changed.model_fields_set == {"requests_per_minute"}
    with pytest.raises(FieldRejected, match="days"):
        checked_form(ChangedLimits, {"days": "x"})
