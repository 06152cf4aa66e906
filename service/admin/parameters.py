"""Parameters in the address of an administrator's request: one that is misspelt must not be passed over."""

from __future__ import annotations

from starlette.requests import Request

from service.openai.values import invalid, unknown


async def known_parameters(request: Request) -> None:
    """Raise a fault that names a parameter which the route does not have, or which is given more than once."""
    known = [field.alias for field in request.scope["route"].dependant.query_params]
    given = [name for name, _ in request.query_params.multi_items()]
    for name in given:
        if name not in known:
            raise unknown(name, f"; there are {', '.join(known)}" if known else "; there are none")
        if given.count(name) > 1:
            raise invalid(name, "given more than once")
