"""Forms: strict and bounded."""

from __future__ import annotations

import pytest
from starlette.requests import Request

from service.console.forms import FORM_TYPE, MAX_FIELDS, read_form
from service.openai.errors import WireFault


def request(body: bytes, media_type: str = FORM_TYPE) -> Request:
    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": body, "more_body": False}

    return Request({"type": "http", "headers": [(b"content-type", media_type.encode())]}, receive)


async def test_a_form_is_read_with_empty_fields_too() -> None:
    assert await read_form(request(b"a=1+2&b=&c=%C3%A9", f"{FORM_TYPE}; charset=utf-8")) == {
        "a": "1 2",
        "b": "",
        "c": "é",
    }


@pytest.mark.parametrize(
    "body",
    [b"a=1&a=2", b"a=%ff", "a=é".encode(), b"&".join(b"f%d=1" % number for number in range(MAX_FIELDS + 1))],
)
async def test_what_can_be_read_in_two_ways_is_refused(body: bytes) -> None:
    with pytest.raises(WireFault):
        await read_form(request(body))


async def test_only_a_form_is_a_form() -> None:
    with pytest.raises(WireFault):
        await read_form(request(b'{"a": 1}', "application/json"))
