"""POST /v1/guard: the verdict on a request of either API, and no answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from agents.images import Picture
from agents.models.base import JsonObject
from guard.config import Deployment
from service.gate.exchange import Exchange
from service.gate.response import VerdictResponse
from service.openai.api_format import ApiFormat, CanonicalRequest, Earlier, PictureAddress
from service.openai.chat import ChatCompletions
from service.openai.responses.request import Responses
from service.routes.dependencies import responses_api, service_of
from service.routes.request_reader import read_request
from service.routes.work import WorkRoute

router = APIRouter(route_class=WorkRoute)


@router.post("/v1/guard")
async def guard(request: Request) -> Response:
    """What the guard says of this request, with each agent's finding."""
    context = await read_request(request, EitherFormat(responses_api(request)), verdict_only=True)
    return VerdictResponse(Exchange(context, service_of(request).gate))


class EitherFormat:
    """Reads a request of either API, by whether it has `input` or `messages`."""

    def __init__(self, responses: Responses) -> None:
        self._responses = responses

    def picture_addresses(self, document: JsonObject) -> Iterator[PictureAddress]:
        """As its API has them."""
        return self._of(document).picture_addresses(document)

    def earlier(self, document: JsonObject) -> Earlier:
        """As its API has it."""
        return self._of(document).earlier(document)

    def read(self, document: JsonObject, setting: Deployment, pictures: Mapping[str, Picture]) -> CanonicalRequest:
        """As its API reads it."""
        return self._of(document).read(document, setting, pictures)

    def reply_id(self, decision: str) -> str:
        return decision

    def _of(self, document: JsonObject) -> ApiFormat:
        return self._responses if "input" in document and "messages" not in document else ChatCompletions()
