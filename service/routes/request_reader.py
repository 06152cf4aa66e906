"""Reads a request's body into its context. What takes long (large bodies, pictures) is read beside the event loop."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from starlette.requests import Request

from agents.beside import beside
from agents.models.base import JsonObject
from guard.guard import GuardedDeployment
from service.gate.lot import draw_lot
from service.gate.request_context import RequestContext
from service.keys.key import AccessRequest
from service.middleware.request_limits import check_media_type
from service.middleware.shares import Share
from service.openai.api_format import ApiFormat, CanonicalRequest, PictureAddress
from service.openai.body import Body, read_body, read_whole
from service.openai.chat import deployment_name
from service.routes.dependencies import caller_of, service_of, share_of, whole_body
from service.telemetry.logs import add_to_log_context

INLINE_BYTES = 32 * 1024  # up to here reading takes well under a millisecond
DECODER_SHARE = 0.5  # one decoder of two always remains for others
T = TypeVar("T")


async def read_request(
    request: Request,
    api: ApiFormat,
    *,
    verdict_only: bool = False,
    named: Callable[[JsonObject], str] = deployment_name,
) -> RequestContext:
    """The request in its API's format, for the deployment that it names; raises errors of the catalogue."""
    check_media_type(request.scope["headers"])
    raw, service, caller = await whole_body(request), service_of(request), caller_of(request)

    async def off_loop(read: Callable[[], T], more: int = 0) -> T:
        return read() if len(raw) + more <= INLINE_BYTES else await beside(read)

    def parse() -> tuple[Body, list[PictureAddress], GuardedDeployment]:
        bounds = service.settings.text_bounds
        body = read_body(raw, bounds)
        addresses = list(api.picture_addresses(body.document))
        if body.holds_text(url for url, _ in addresses):
            body = read_whole(raw, bounds)
            addresses = list(api.picture_addresses(body.document))
        return body, addresses, service.deployment(named(body.document), caller.key)

    def read() -> CanonicalRequest:
        return api.read(body.document, deployment.config, pictures).apart(caller.key.id if caller.key else None)

    body, addresses, deployment = await off_loop(parse)
    earlier = api.earlier(body.document)
    if caller.key is not None:
        looked_at = len(addresses) + earlier.pictures
        service.authenticator.admit(caller.key, AccessRequest(deployment.name, deployment.config.unguarded, looked_at))
    pictures = await service.pictures.of(
        addresses, deployment.config, body.payload, _decoding_share(request, caller.request_id)
    )
    canonical = await off_loop(read, earlier.bytes)
    canonical = canonical.vouched(await service.gate.let_out.known(deployment.name, canonical.opaque))
    await off_loop(canonical.conversation.settle, earlier.bytes)
    lot = 0.0
    if deployment.config.enforce:  # of no other deployment does it decide anything
        lot = draw_lot(service.records.key, deployment.name, caller.key_id or "", canonical.conversation)
    context = RequestContext(canonical, deployment, caller, api, verdict_only, service.guard.prices, lot)
    add_to_log_context(decision=context.decision)
    return context


def _decoding_share(request: Request, request_id: str) -> Share:
    """Half of the decoders: for a client that shares them with others, or else for each request."""
    share = share_of(request)
    return Share(share.client if share.part < 1 else request_id, DECODER_SHARE)
