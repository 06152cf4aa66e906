"""Why what an endpoint sent is no reply."""

from __future__ import annotations

from agents.models.endpoint_error import EndpointError


class ReplyMalformed(Exception):
    """The bytes are not a reply in OpenAI's shape. `reason` quotes nothing of them."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class ReplyIsError(Exception):
    """The endpoint reports an error in place of a reply, with an error's `status` or inside a reply."""

    def __init__(self, error: EndpointError, status: int | None = None, retry_after: float | None = None) -> None:
        super().__init__("the endpoint reports an error")
        self.error = error
        self.status = status
        self.retry_after = retry_after
