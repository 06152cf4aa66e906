"""Forms as browsers send them: bounded, strict, each field once."""

from __future__ import annotations

from urllib.parse import parse_qsl

from starlette.requests import Request

from service.openai.errors import INVALID_VALUE, MEDIA_TYPE, WireFault

MAX_FIELDS = 300  # the longest form, a deployment's, has about seventy
FORM_TYPE = "application/x-www-form-urlencoded"

Form = dict[str, str]


async def read_form(request: Request) -> Form:
    """The fields of a form; raises a fault of the catalogue where it is none."""
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != FORM_TYPE:
        raise WireFault(MEDIA_TYPE, message=f"Send a form as {FORM_TYPE}.")
    try:
        text = (await request.body()).decode("ascii")
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=MAX_FIELDS, errors="strict")
    except ValueError:
        raise WireFault(INVALID_VALUE, message="The form cannot be read.") from None
    form = dict(pairs)
    if len(form) != len(pairs):
        raise WireFault(INVALID_VALUE, message="A field of the form appears twice.")
    return form
