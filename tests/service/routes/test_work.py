"""A request's place in the queue is held until its answer has gone out, and given back however that ends."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from fastapi import APIRouter, Depends, FastAPI
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from service.keys.errors import KeyRefused, Refusal
from service.middleware.admission import WorkQueue
from service.routes.dependencies import whole_body
from service.routes.work import WorkMiddleware, WorkRoute


class Caller:
    """Lets in whoever names a key."""

    several = False

    async def identify(self, authorization: str | None, _: str) -> None:
        if authorization is None:
            raise KeyRefused(Refusal.NO_KEY)


class Counting(PlainTextResponse):
    """Notes how many requests are in work while it is sent."""

    def __init__(self, queue: WorkQueue, seen: list[int]) -> None:
        super().__init__("done")
        self._queue, self._seen = queue, seen

    async def __call__(self, *message: Any) -> None:
        self._seen.append(self._queue.in_work)
        await super().__call__(*message)


async def never(*_: Any) -> Any:
    raise AssertionError


@pytest.fixture
def queue() -> WorkQueue:
    return WorkQueue()


@pytest.fixture
def seen() -> list[int]:
    return []


@pytest.fixture
def client(queue: WorkQueue, seen: list[int]) -> TestClient:
    router, service = APIRouter(route_class=WorkRoute), SimpleNamespace(queue=queue, authenticator=Caller())

    @router.post("/work")
    async def work(request: Request) -> Response:
        if await whole_body(request) == b"bad":
            raise ValueError("bad")
        return Counting(queue, seen)

    app = FastAPI()
    app.include_router(router)

    @app.middleware("http")
    async def with_service(request: Request, call: Any) -> Response:
        request.state.service = service
        answer: Response = await call(request)
        return answer

    return TestClient(app, raise_server_exceptions=False, headers={"authorization": "Bearer x"})


def test_the_place_is_held_until_the_answer_is_sent(client: TestClient, queue: WorkQueue, seen: list[int]) -> None:
    assert client.post("/work").text == "done"
    assert (seen, queue.in_work) == ([1], 0)


def test_a_request_that_fails_gives_its_place_back(client: TestClient, queue: WorkQueue) -> None:
    assert client.post("/work", content=b"bad").status_code == 500
    assert queue.in_work == 0


def test_nobody_unknown_gets_a_place(client: TestClient, seen: list[int]) -> None:
    del client.headers["authorization"]
    assert client.post("/work").status_code == 500  # this application knows no catalogue of errors
    assert seen == []


def test_another_method_is_refused_before_it_is_asked_who_calls(client: TestClient, seen: list[int]) -> None:
    del client.headers["authorization"]
    assert client.get("/work").status_code == 405
    assert seen == []


def test_a_dependency_that_would_not_be_called_is_refused() -> None:
    async def work(_: Request) -> Response:
        raise AssertionError

    router = APIRouter(route_class=WorkRoute, dependencies=[Depends(work)])
    with pytest.raises(TypeError, match="/work"):
        router.add_api_route("/work", work)


async def test_work_is_found_by_path_and_method_and_everything_else_goes_on() -> None:
    reached: list[str] = []

    async def application(scope: Scope, _: Receive, __: Send) -> None:
        reached.append(f"{scope['type']} {scope.get('method')} {scope.get('path')}")

    class Noted(WorkRoute):
        async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
            reached.append("work")

    async def work(_: Request) -> Response:
        raise AssertionError

    router = APIRouter(route_class=Noted)
    router.add_api_route("/asked", work, methods=["POST"])
    router.mount("/other", FastAPI())
    found = WorkMiddleware(application, router.routes)
    for scope in (
        {"type": "http", "method": "POST", "path": "/asked"},
        {"type": "http", "method": "GET", "path": "/asked"},
        {"type": "http", "method": "POST", "path": "/asked/"},
        {"type": "lifespan"},
    ):
        await found(scope, never, never)
    assert reached == ["work", "http GET /asked", "http POST /asked/", "lifespan None None"]
