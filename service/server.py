"""How uvicorn serves the application: the same in the command, in tests and under measurement."""

from __future__ import annotations

import uvicorn
from starlette.types import ASGIApp

from service.slow_clients import ImpatientProtocol

DRAIN_SECONDS = 10  # what is under way may end before the process does
KEEP_ALIVE_SECONDS = 15
BACKLOG = 512  # connections that may wait to be accepted


def server_config(app: ASGIApp) -> uvicorn.Config:
    """Without access logs: they would hold addresses, and records hold what is needed."""
    return uvicorn.Config(
        app,
        http=ImpatientProtocol,
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        lifespan="on",
        backlog=BACKLOG,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=DRAIN_SECONDS,
    )
