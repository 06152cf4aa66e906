"""The part of an endpoint's section that says how the endpoint is reached. Secrets are named, never written."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, HttpUrl, StringConstraints, model_validator

from guard.section import EnvironmentName, Seconds, Section

# Set by us for each request: another value would break its body or its reply.
FRAMING = frozenset(
    {
        "accept", "accept-encoding", "connection", "content-encoding", "content-length", "content-type", "expect",
        "keep-alive", "proxy-authorization", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade",
    }
)  # fmt: skip
SECRET_HEADERS = frozenset(
    {"api-key", "authorization", "cookie", "ocp-apim-subscription-key", "x-api-key", "x-goog-api-key"}
)
SECRET_QUERIES = frozenset(
    {"access_token", "api-key", "api_key", "apikey", "code", "key", "sig", "subscription-key", "token"}
)


class SecretSource(Section):
    """Where a secret is: in an environment variable, or in a file that is read again when it changes."""

    env: EnvironmentName | None = Field(default=None, description="name of the environment variable")
    file: Path | None = Field(default=None, description="path of a file that holds nothing else")

    @model_validator(mode="after")
    def _one_place(self) -> SecretSource:
        if (self.env is None) == (self.file is None):
            raise ValueError("name one place: `{env: NAME}` or `{file: PATH}`")
        return self

    @property
    def place(self) -> str | Path:
        """The variable's name, or the file's path."""
        return self.file or str(self.env)


class TimeoutsConfig(Section):
    """How long an endpoint may be silent, in seconds. A deployment's `limits` bound a call as a whole."""

    connect_seconds: Seconds = Field(default=10, description="until a connection is made")
    first_byte_seconds: Seconds = Field(default=60, description="until a streamed reply begins")
    idle_seconds: Seconds = Field(default=30, description="between two pieces of a streamed reply")


def _no_secret_in_address(url: HttpUrl) -> HttpUrl:
    if url.username or url.password:
        raise ValueError("no user name or password belongs here; name a secret header: `secret_headers`")
    if url.fragment is not None:
        raise ValueError("an address of an API has no `#` part")
    _no_secret_query(dict(url.query_params()))
    return url


def _no_secret_query(query: dict[str, str]) -> dict[str, str]:
    for name in query:
        if name.lower() in SECRET_QUERIES:
            raise ValueError(f"`{name}` looks like a secret, and addresses get logged; send it in `secret_headers`")
    return query


def _no_proxy_secret(url: HttpUrl) -> HttpUrl:
    if url.username or url.password:
        raise ValueError("no user name or password belongs here; put the address in a variable: `proxy_env: NAME`")
    return url


def _no_secret_header(headers: dict[str, str]) -> dict[str, str]:
    for name in headers:
        if name.lower() in SECRET_HEADERS:
            raise ValueError(f"`{name}` is a secret; write `secret_headers: {{{name}: {{env: NAME}}}}`")
    return headers


def _free(name: str) -> str:
    if name.lower() in FRAMING:
        raise ValueError(f"`{name}` is set for each request and cannot be chosen")
    return name


BaseUrl = Annotated[HttpUrl, AfterValidator(_no_secret_in_address)]
ProxyUrl = Annotated[HttpUrl, AfterValidator(_no_proxy_secret)]
HeaderName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$"), AfterValidator(_free)]
HeaderValue = Annotated[str, StringConstraints(pattern=r"^[!-~]([ -~]*[!-~])?$", max_length=4096)]
Headers = Annotated[dict[HeaderName, HeaderValue], AfterValidator(_no_secret_header)]
Query = Annotated[dict[str, str], AfterValidator(_no_secret_query)]
