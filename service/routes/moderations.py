"""POST /v1/moderations: OpenAI's question and answer, judged by a deployment; for those who ask first."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from agents.conversation import Conversation, Message
from agents.models.base import JsonObject
from service.audit.record import new_id
from service.gate.exchange import Exchange
from service.gate.request_context import RequestContext
from service.gate.response import ModerationResponse
from service.openai.chat import deployment_name
from service.openai.moderation import OWN_MODELS, Moderations
from service.openai.values import missing, unsupported
from service.routes.dependencies import key_of, service_of
from service.routes.request_reader import read_request
from service.routes.work import WorkRoute

router = APIRouter(route_class=WorkRoute)


@router.post("/v1/moderations")
async def moderations(request: Request) -> Response:
    """What was found of each text, or of a text and its pictures together."""
    service, key = service_of(request), key_of(request)

    def named(document: JsonObject) -> str:
        """The deployment that is meant, where a client names one of OpenAI's own models or none."""
        shown = service.shown_to(key)
        model = deployment_name(document) if document.get("model") is not None else None
        if model is not None and (model in shown or not model.startswith(OWN_MODELS)):
            return model
        if service.guard.moderating in shown:
            return str(service.guard.moderating)
        judging = [name for name, each in shown.items() if not (each.config.unguarded or each.config.mode == "off")]
        if len(judging) != 1:
            raise missing("model")
        return judging[0]

    context = await read_request(request, Moderations(), verdict_only=True, named=named)
    if context.ungated is not None:
        raise unsupported("model", "this deployment judges nothing")
    first, *others = [_alone(context, turn) for turn in context.request.conversation.messages]
    if key is not None:
        for _ in others:  # each text counts as a request, and the first did
            service.authenticator.count_request(key)
    return ModerationResponse(Exchange(first, service.gate), *(Exchange(each, service.gate) for each in others))


def _alone(context: RequestContext, turn: Message) -> RequestContext:
    """The context of one turn, to be judged by itself and recorded under an id of its own."""
    return replace(context, request=replace(context.request, conversation=Conversation((turn,))), decision=new_id())
