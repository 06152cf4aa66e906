"""/admin/keys and /admin/admin-keys: keys are created, listed, limited and revoked. For administrators alone."""

from __future__ import annotations

import asyncio

import orjson
from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from agents.models.base import JsonObject
from guard.errors import UnknownDeployment
from service.admin.access import Administrator, AdminServices, admin_of
from service.admin.body import read_fields
from service.admin.description import BODY, answers, body
from service.admin.parameters import known_parameters
from service.admin.shapes import AdminKeys, Key, Keys, MadeKey, Revoked
from service.keys.key import key_object
from service.keys.key_settings import ChangedLimits, NewKey
from service.keys.store import this_month
from service.openai.errors import INVALID_VALUE, KEY_NOT_FOUND, UNKNOWN_PATH, WireFault

NO_KEY = (KEY_NOT_FOUND, UNKNOWN_PATH)  # a name with what no address may hold is another address

router = APIRouter(prefix="/admin", dependencies=[Depends(admin_of), Depends(known_parameters)])


@router.post("/keys", status_code=201, responses=answers(MadeKey, *BODY, status=201), openapi_extra=body(NewKey))
async def create_key(request: Request, admin: Administrator) -> Response:
    """Create a key. Its token is in this reply and nowhere else."""
    wanted = await read_fields(request, NewKey)
    _check_deployments(admin, wanted)
    key, token = await asyncio.to_thread(admin.store.create, wanted.name, wanted.environment, wanted.limits)
    return _json({**key_object(key), "token": token.text}, 201)


@router.get("/keys", responses=answers(Keys))
async def list_keys(admin: Administrator) -> Response:
    """All keys, revoked ones too, with what they have spent this month."""
    known = await asyncio.to_thread(admin.store.read, this_month())
    data = [{**key_object(key), "spent": known.spent.get(key.id, 0.0)} for key in known.clients.values()]
    return _json({"object": "list", "data": data})


@router.patch("/keys/{id}", responses=answers(Key, *BODY, *NO_KEY), openapi_extra=body(ChangedLimits))
async def limit_key(request: Request, admin: Administrator, id: str) -> Response:  # noqa: A002 the field's own name
    """Change what a key may do: fields that are not named stay, null removes a limit."""
    wanted = await read_fields(request, ChangedLimits)
    _check_deployments(admin, wanted)
    return _json(key_object(await asyncio.to_thread(admin.store.limit, id, wanted.applied_to)))


@router.delete("/keys/{id}", responses=answers(Revoked, *NO_KEY))
async def revoke_key(admin: Administrator, id: str) -> Response:  # noqa: A002 the field's own name
    """End a key; it is out within a second."""
    await asyncio.to_thread(admin.store.revoke, id)
    return _json({"id": id, "object": "key", "revoked": True})


@router.get("/admin-keys", responses=answers(AdminKeys))
async def list_admin_keys(admin: Administrator) -> Response:
    """All administrators' keys, revoked ones too. The token that the process was started with is none of them."""
    administrators = await asyncio.to_thread(admin.store.administrators)
    return _json({"object": "list", "data": [key.shown for key in administrators]})


@router.delete("/admin-keys/{id}", responses=answers(Revoked, *NO_KEY))
async def revoke_admin_key(admin: Administrator, id: str) -> Response:  # noqa: A002 the field's own name
    """End an administrator's key, the caller's own too; it is out within a second."""
    await asyncio.to_thread(admin.store.revoke_admin, id)
    return _json({"id": id, "object": "admin_key", "revoked": True})


def _check_deployments(admin: AdminServices, wanted: NewKey | ChangedLimits) -> None:
    """A misspelt name would make a key that opens nothing."""
    try:
        admin.check_deployments(wanted.deployments or ())
    except UnknownDeployment as error:
        raise WireFault(INVALID_VALUE, message=f"deployments: {error}.", param="deployments") from None


def _json(body: JsonObject, status: int = 200) -> Response:
    return Response(orjson.dumps(body), status, media_type="application/json")
