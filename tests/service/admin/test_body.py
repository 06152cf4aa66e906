"""Bodies of administrators' requests: what is wrong is named."""

from __future__ import annotations

import pytest
from pydantic import BaseModel, ConfigDict
from starlette.requests import Request

from service.admin.body import read_fields, read_object
from service.openai.errors import WireFault


class Wanted(BaseModel):
    """Two fields."""

    model_config = ConfigDict(extra="forbid", strict=True)

    version: int
    force: bool = False


def request(body: bytes, media_type: bytes = b"application/json") -> Request:
    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": body, "more_body": False}

    return Request({"type": "http", "headers": [(b"content-type", media_type)]}, receive)


async def test_a_body_is_read() -> None:
    assert await read_object(request(b'{"a": 1}')) == {"a": 1}
    assert (await read_fields(request(b'{"version": 3}'), Wanted)).version == 3


@pytest.mark.parametrize(
    ("body", "code", "says"),
    [
        (b'{"version": 3, "colour": 1}', "unknown_parameter", "colour: this field is not known; there are version, fo"),
        (b'{"version": "3"}', "invalid_value", "version: not a value that this field takes"),
        (b"{}", "missing_required_parameter", "version: "),
    ],
)
async def test_a_wrong_field_is_named(body: bytes, code: str, says: str) -> None:
    with pytest.raises(WireFault) as caught:
        await read_fields(request(body), Wanted)
    assert caught.value.fault.code == code
    assert caught.value.message.startswith(says)


async def test_what_is_no_json_is_refused() -> None:
    with pytest.raises(WireFault):
        await read_object(request(b"{}", b"text/plain"))
