"""How one reply is sampled: a request's options under OpenAI's names, as a local checkpoint understands them.

Free of torch, so that a local model can be configured without it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from agents.errors import ModelFailed
from agents.models.base import Json, JsonObject

DEFAULT_MAX_TOKENS = 1024  # where a request names no limit
MAX_TOP_LOGPROBS = 20  # as in OpenAI's API
ANY_OBJECT: JsonObject = {"type": "object"}
BAD_REQUEST = 400  # the HTTP status with which an endpoint refuses the same request


@dataclass(frozen=True)
class SamplingParams:
    """One reply's own settings. Temperature 0 is greedy; with a `schema`, the reply is JSON that follows it.

    `top_logprobs` is how many tokens are named with their log-probabilities in each place beside the one that was
    chosen; None where no log-probabilities are wanted.
    """

    max_tokens: int = DEFAULT_MAX_TOKENS
    temperature: float = 0.0
    top_p: float = 1.0
    seed: int | None = None
    stop: tuple[str, ...] = ()
    schema: JsonObject | None = None
    top_logprobs: int | None = None

    @staticmethod
    def from_options(model: str, options: Mapping[str, Json], *, temperature: float = 0.0) -> SamplingParams:
        """Read a request's options; `temperature` is used where the request names none.

        Penalties and biases are ignored, since they only shift probabilities. Several replies, tools, and more than
        20 `top_logprobs` or those without `logprobs` raise `ModelFailed` with status 400.
        """
        top = options.get("top_logprobs") or 0
        if not 0 <= top <= (MAX_TOP_LOGPROBS if options.get("logprobs") else 0):
            detail = f"`top_logprobs` is at most {MAX_TOP_LOGPROBS}, beside `logprobs: true`"
            raise ModelFailed(model, "refused", status=BAD_REQUEST, refusal="invalid_request_error", detail=detail)
        if options.get("n") not in (None, 1) or options.get("tools"):
            raise ModelFailed(model, "refused", status=BAD_REQUEST, refusal="unsupported")
        stop = options.get("stop") or []
        return SamplingParams(
            max_tokens=options.get("max_completion_tokens") or options.get("max_tokens") or DEFAULT_MAX_TOKENS,
            temperature=_number(options, "temperature", temperature),
            top_p=_number(options, "top_p", 1.0),
            seed=options.get("seed"),
            stop=tuple(text for text in ([stop] if isinstance(stop, str) else stop) if text),
            schema=_schema(options.get("response_format")),
            top_logprobs=top if options.get("logprobs") else None,
        )


def _schema(response_format: JsonObject | None) -> JsonObject | None:
    """The JSON schema that a `response_format` asks for; None for plain text."""
    match response_format:
        case {"type": "json_schema", "json_schema": {"schema": dict(schema)}}:
            return schema
        case {"type": "json_object" | "json_schema"}:
            return ANY_OBJECT
    return None


def _number(options: Mapping[str, Json], name: str, default: float) -> float:
    value = options.get(name)
    return default if value is None else float(value)
