"""The providers, each as its documentation describes it. Titles of the documents stand in `documents`.

Where a document shows no example, the shape is that of replies in public reports. Nothing here was asked of a provider.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from tests.service.providers.played import THOUGHT, Body, Error, Provider, Said, pictures, words

SIGNED = {"google": {"thought_signature": "EjQKMg=="}}
UNFILTERED = {"hate": {"filtered": False, "severity": "safe"}, "violence": {"filtered": False, "severity": "safe"}}


def refused(status: int, message: str, **fields: object) -> Error:
    """An error in OpenAI's form."""
    return status, {
        "error": {"message": message, "type": "invalid_request_error", "param": None, "code": None} | fields
    }


class OpenAI(Provider):
    """Each chunk has an `obfuscation` of random characters."""

    starter = "gpt-4o"
    model = "gpt-4o"

    def chunk(self, delta: Body, finish: str | None = None) -> Body:
        return {**super().chunk(delta, finish), "obfuscation": "dF3kW9"}


class OpenAIReasoning(OpenAI):
    """A model that thinks refuses `max_tokens` and a `temperature`, and calls tools only where it does not think."""

    name = "OpenAI, a model that thinks"
    documents = "Reasoning models; Deprecations; GPT-6 Luna"
    starter = "gpt-6-luna"
    model = "gpt-6-luna"
    usage: ClassVar[Body] = {"completion_tokens_details": {"reasoning_tokens": 64}}

    def refused_option(self, body: Body) -> Error | None:
        for name, instead in (("max_tokens", "Use 'max_completion_tokens' instead."), ("temperature", "")):
            if name in body:
                said = f"Unsupported parameter: '{name}' is not supported with this model. {instead}"
                return refused(400, said, code="unsupported_parameter", param=name)
        if "tools" in body and body.get("reasoning_effort") != "none":
            return refused(400, "Function tools with reasoning_effort are not supported in chat completions.")
        return super().refused_option(body)


class Azure(OpenAI):
    """Filters annotate the prompt in a chunk without choices, and each piece of the answer. The key has its own header.

    A prompt that its filter blocks is a 400; an answer that it blocks ends with `content_filter` and has no content.
    """

    name = "Azure OpenAI"
    documents = "Azure OpenAI API version lifecycle; Content filtering; Content streaming"
    starter = "azure"
    model = "gpt-4o"
    key = ("api-key", "correct-horse")
    path = "/openai/v1/chat/completions"
    body: ClassVar[Body] = {
        "system_fingerprint": "fp_b705f0c291",
        "prompt_filter_results": [{"prompt_index": 0, "content_filter_results": UNFILTERED}],
    }
    choice: ClassVar[Body] = {"logprobs": None, "content_filter_results": UNFILTERED}
    errors: ClassVar[dict[str, Error]] = {
        **Provider.errors,
        "key": (401, {"error": {"code": "401", "message": "Access denied due to invalid subscription key."}}),
        "name": (404, {"error": {"code": "DeploymentNotFound", "message": "The deployment does not exist."}}),
    }

    def refused_option(self, body: Body) -> Error | None:
        if "FORBIDDEN PROMPT" in words(body["messages"][-1]):
            result = {"violence": {"filtered": True, "severity": "high"}}
            inner = {"code": "ResponsibleAIPolicyViolation", "content_filter_result": result}
            said = "The response was filtered due to the prompt triggering Azure OpenAI's content management policy."
            return 400, {"error": {"message": said, "code": "content_filter", "status": 400, "innererror": inner}}
        return super().refused_option(body)

    def reply(self, what: Said) -> Body:
        reply = super().reply(what)
        if self.is_forbidden:
            reply["choices"][0]["message"]["content"] = None
            reply["choices"][0]["finish_reason"] = "content_filter"
        return reply

    def chunks(self, what: Said, *, usage: bool) -> Iterator[Body]:
        yield {**self.chunk({}), "choices": []}  # the prompt's annotations
        if self.is_forbidden:
            yield self.chunk(self.first)
            yield self.chunk({}, "content_filter")
            return
        for chunk in super().chunks(what, usage=usage):
            yield chunk
            if chunk["choices"] and chunk["choices"][0]["delta"].get("content"):
                yield self.annotation()

    def annotation(self) -> Body:
        """What the asynchronous filter says of pieces that have gone out."""
        offsets = {"check_offset": 44, "start_offset": 44, "end_offset": 198}
        choice = {"index": 0, "finish_reason": None, "content_filter_results": UNFILTERED}
        return {
            "id": "",
            "object": "",
            "created": 0,
            "model": "",
            "choices": [{**choice, "content_filter_offsets": offsets}],
        }

    @property
    def is_forbidden(self) -> bool:
        return "FORBIDDEN ANSWER" in words(self.received[-1]["messages"][-1])


class Gemini(Provider):
    """Signs the first call of a turn and wants the signature back. Errors stand in a list; usage is in every chunk."""

    name = "Gemini"
    documents = "OpenAI compatibility; Thought signatures; Gemini deprecations"
    starter = "gemini"
    model = "gemini-3.8-flash"
    path = "/v1beta/openai/chat/completions"
    body: ClassVar[Body] = {}
    choice: ClassVar[Body] = {}
    message: ClassVar[Body] = {}
    usage: ClassVar[Body] = {}
    errors: ClassVar[dict[str, Error]] = {
        "key": (400, [{"error": {"code": 400, "message": "API key not valid.", "status": "INVALID_ARGUMENT"}}]),
        "name": (404, [{"error": {"code": 404, "message": "models/nobody is not found", "status": "NOT_FOUND"}}]),
        "long": (400, [{"error": {"code": 400, "message": "The input exceeds the maximum number of tokens allowed."}}]),
    }

    def refused_option(self, body: Body) -> Error | None:
        if body.get("reasoning_effort") == "none":  # "Reasoning cannot be turned off for Gemini 2.5 Pro or 3 models"
            return 400, [{"error": {"code": 400, "message": "Invalid reasoning_effort", "status": "INVALID_ARGUMENT"}}]
        firsts = [turn["tool_calls"][0] for turn in body["messages"] if turn.get("tool_calls")]
        if any(call.get("extra_content") != SIGNED for call in firsts):
            said = "Function call is missing a thought_signature in functionCall parts."
            return 400, [{"error": {"code": 400, "message": said, "status": "INVALID_ARGUMENT"}}]
        return super().refused_option(body)

    def calls(self, what: Said) -> list[Body]:
        return [{**call, **({} if at else {"extra_content": SIGNED})} for at, call in enumerate(super().calls(what))]

    def call_chunks(self, what: Said) -> Iterator[Body]:
        """Whole calls, all with the index 0."""
        for call in self.calls(what):
            yield self.chunk({"role": "assistant", "tool_calls": [{"index": 0, **call}]})

    def chunk(self, delta: Body, finish: str | None = None) -> Body:
        return {
            **super().chunk(delta, finish),
            "usage": {"prompt_tokens": 19, "completion_tokens": 1, "total_tokens": 20},
        }


class Anthropic(Provider):
    """Ignores `response_format`, so findings come in a code fence. Refuses `n`, a temperature and a forced call."""

    name = "Anthropic, its compatible API"
    documents = "OpenAI SDK compatibility; Claude Sonnet 5.5 migration guide; Model deprecations"
    starter = "claude"
    model = "claude-sonnet-5-5"
    body: ClassVar[Body] = {"system_fingerprint": "", "service_tier": ""}
    choice: ClassVar[Body] = {"logprobs": None}
    message: ClassVar[Body] = {"refusal": ""}
    usage: ClassVar[Body] = {"prompt_tokens_details": None, "completion_tokens_details": None}
    errors: ClassVar[dict[str, Error]] = {
        "key": refused(401, "invalid x-api-key", type="authentication_error"),
        "name": refused(404, "model: nobody", type="not_found_error"),
        "long": refused(400, "prompt is too long: 216000 tokens > 200000 maximum"),
    }

    def refused_option(self, body: Body) -> Error | None:
        if body.get("n", 1) != 1:
            return refused(400, "n: must be 1")
        if any(name in body for name in ("temperature", "top_p")):
            return refused(400, "`temperature` is deprecated for this model.")
        if body.get("tool_choice", "auto") not in ("auto", "none"):
            return refused(400, "tool_choice: forcing a tool is not supported with this model.")
        return None

    def reply(self, what: Said) -> Body:
        return super().reply(fenced(what))

    def chunks(self, what: Said, *, usage: bool) -> Iterator[Body]:
        return super().chunks(fenced(what), usage=usage)


def fenced(what: Said) -> Said:
    """An object, in a code fence."""
    return Said(f"```json\n{what.text}\n```") if (what.text or "").startswith("{") else what


class VLLM(Provider):
    """Thinking stands in `reasoning`. Replies have an empty list of calls and fields of the engine's own."""

    name = "vLLM"
    documents = "OpenAI-compatible server; Reasoning outputs; Tool calling; Structured outputs"
    starter = "qwen-vllm"
    model = "Qwen/Qwen3-VL-8B-Instruct"
    key = None
    thought = "reasoning"
    body: ClassVar[Body] = {"prompt_logprobs": None, "prompt_token_ids": None, "kv_transfer_params": None}
    choice: ClassVar[Body] = {"logprobs": None, "stop_reason": None, "token_ids": None}
    message: ClassVar[Body] = {
        "refusal": None,
        "annotations": None,
        "audio": None,
        "function_call": None,
        "tool_calls": [],
    }
    usage: ClassVar[Body] = {"prompt_tokens_details": None}
    errors: ClassVar[dict[str, Error]] = {
        "name": (
            404,
            {"error": {"message": "The model `nobody` does not exist.", "type": "NotFoundError", "code": 404}},
        ),
        "long": (400, {"error": {"message": "This model's maximum context length is 4096 tokens.", "code": 400}}),
    }


class SGLang(Provider):
    """Thinking stands in `reasoning_content`. Any model's name is taken. Errors are objects of the kind `error`."""

    name = "SGLang"
    documents = "OpenAI-Compatible APIs; Reasoning parser; Tool parser; Structured outputs"
    section: ClassVar[Body] = {"base_url": "http://127.0.0.1:30000/v1"}
    model = "Qwen/Qwen3-VL-8B-Instruct"
    key = None
    thought = "reasoning_content"
    body: ClassVar[Body] = {"metadata": {"weight_version": "default"}}
    choice: ClassVar[Body] = {"logprobs": None, "matched_stop": 151645}
    message: ClassVar[Body] = {"tool_calls": None}
    delta: ClassVar[Body] = {"hidden_states": None}
    usage: ClassVar[Body] = {"prompt_tokens_details": None, "reasoning_tokens": 0}
    errors: ClassVar[dict[str, Error]] = {
        "long": (
            400,
            {"object": "error", "message": "The input is longer than the model's context length.", "code": 400},
        ),
    }


class Ollama(Provider):
    """Takes any key. Cuts off a prompt that is too long and says nothing. A call comes whole, in one chunk."""

    name = "Ollama"
    documents = "OpenAI compatibility; Context length; Thinking"
    starter = "ollama"
    model = "qwen3-vl:8b-instruct"
    key = None
    thought = "reasoning"
    body: ClassVar[Body] = {"system_fingerprint": "fp_ollama"}
    choice: ClassVar[Body] = {}
    message: ClassVar[Body] = {}
    usage: ClassVar[Body] = {}
    errors: ClassVar[dict[str, Error]] = {
        "name": refused(404, 'model "nobody" not found, try pulling it first', type="not_found_error"),
    }

    def call_chunks(self, what: Said) -> Iterator[Body]:
        for call in self.calls(what):
            yield self.chunk({"role": "assistant", "content": "", "tool_calls": [{"index": 0, **call}]})


class LlamaCpp(Provider):
    """Adds `timings`. Takes any model's name, and a call that is forced by name as `auto`."""

    name = "llama.cpp"
    documents = "llama.cpp HTTP server (tools/server/README.md)"
    section: ClassVar[Body] = {"base_url": "http://127.0.0.1:8080/v1", "api_key_env": "LLAMA_API_KEY"}
    thought = "reasoning_content"
    first: ClassVar[Body] = {"role": "assistant", "content": None}
    body: ClassVar[Body] = {"system_fingerprint": "b11549-unknown", "timings": {"cache_n": 0, "prompt_ms": 2934.118}}
    choice: ClassVar[Body] = {}
    message: ClassVar[Body] = {}
    usage: ClassVar[Body] = {"prompt_tokens_details": {"cached_tokens": 0}}
    errors: ClassVar[dict[str, Error]] = {
        "key": (401, {"error": {"message": "Invalid API Key", "type": "authentication_error", "code": 401}}),
        "long": (
            400,
            {
                "error": {
                    "code": 400,
                    "message": "request (9031 tokens) exceeds the available context size (2048 tokens)",
                    "type": "exceed_context_size_error",
                    "n_prompt_tokens": 9031,
                    "n_ctx": 2048,
                }
            },
        ),
    }


class DeepSeek(Provider):
    """Sends empty lines and comments while one waits. Knows `json_object` alone, and takes no pictures.

    In a turn with calls its thinking, `reasoning_content`, must come back.
    """

    name = "DeepSeek"
    documents = "Thinking mode; JSON output; Rate limit; Error codes"
    section: ClassVar[Body] = {
        "base_url": "https://api.deepseek.com",
        "api_key_env": "DEEPSEEK_API_KEY",
        "structured": "json_object",
    }
    model = "deepseek-flash"
    path = "/chat/completions"
    thought = "reasoning_content"
    before = b"\n\n\n"
    comment = b": keep-alive\n\n"
    body: ClassVar[Body] = {"system_fingerprint": "fp_8802369eaa_prod0623_fp8_kvcache"}
    message: ClassVar[Body] = {}
    usage: ClassVar[Body] = {"prompt_cache_hit_tokens": 0, "prompt_cache_miss_tokens": 19}
    errors: ClassVar[dict[str, Error]] = {
        "key": refused(401, "Authentication Fails", type="authentication_error"),
        "name": refused(400, "Model Not Exist"),
        "long": refused(400, "This model's maximum context length is 131072 tokens. However, you requested more."),
    }

    def refused_option(self, body: Body) -> Error | None:
        kind = body.get("response_format", {}).get("type")
        asked = "".join(map(words, body["messages"]))
        if kind == "json_schema":
            return refused(400, "This response_format type is unavailable now")
        if kind == "json_object" and "json" not in asked.lower():
            return refused(400, "Prompt must contain the word 'json' to use 'response_format' of type 'json_object'.")
        if any(map(pictures, body["messages"])):
            return refused(400, "unknown variant `image_url`, expected `text`")
        if any(turn.get("tool_calls") and not turn.get("reasoning_content") for turn in body["messages"]):
            return refused(400, "Missing `reasoning_content` field in the assistant message")
        return None

    def chunks(self, what: Said, *, usage: bool) -> Iterator[Body]:
        for chunk in super().chunks(what, usage=usage):
            if is_broken(self.received[-1]) and chunk["choices"] and chunk["choices"][0]["finish_reason"]:
                chunk["choices"][0]["finish_reason"] = "insufficient_system_resource"
            yield chunk


class OpenRouter(Provider):
    """Sends comments while one waits. Thinking stands in `reasoning`, and again in `reasoning_details`.

    A provider's failure is an error inside a reply with status 200, and in a stream a last chunk that bears it.
    """

    name = "OpenRouter"
    documents = "Streaming; Errors and debugging; Reasoning tokens"
    section: ClassVar[Body] = {
        "base_url": "https://openrouter.ai/api/v1",
        "api_key_env": "OPENROUTER_API_KEY",
    }
    model = "qwen/qwen3-vl-8b-instruct"
    path = "/api/v1/chat/completions"
    thought = "reasoning"
    comment = b": OPENROUTER PROCESSING\n\n"
    body: ClassVar[Body] = {"provider": "Alibaba"}
    choice: ClassVar[Body] = {"logprobs": None, "native_finish_reason": "stop"}
    message: ClassVar[Body] = {"refusal": None}
    usage: ClassVar[Body] = {"cost": 0.0000014, "is_byok": False}
    errors: ClassVar[dict[str, Error]] = {
        "key": (401, {"error": {"message": "No auth credentials found", "code": 401}}),
        "name": (400, {"error": {"message": "nobody is not a valid model ID", "code": 400}}),
        "long": (
            400,
            {
                "error": {
                    "message": "Provider returned error",
                    "code": 400,
                    "metadata": {"raw": "maximum context length is 4096 tokens", "provider_name": "Alibaba"},
                }
            },
        ),
    }

    def thinking(self) -> Body:
        details = [{"type": "reasoning.text", "text": THOUGHT, "signature": None, "format": "unknown", "index": 0}]
        return {"reasoning": THOUGHT, "reasoning_details": details}

    def reply(self, what: Said) -> Body:
        if is_broken(self.received[-1]):
            return {"error": {"code": 502, "message": "Provider returned error"}}
        return super().reply(what)

    def chunks(self, what: Said, *, usage: bool) -> Iterator[Body]:
        for chunk in super().chunks(what, usage=usage):
            if is_broken(self.received[-1]) and chunk["choices"] and chunk["choices"][0]["finish_reason"]:
                yield {**chunk, "error": {"code": "server_error", "message": "Provider disconnected unexpectedly"}}
                return
            if not chunk["choices"]:  # its usage stands beside a choice that says nothing
                chunk["choices"] = [{"index": 0, "delta": {"role": "assistant", "content": ""}, "finish_reason": None}]
            yield chunk


def is_broken(body: Body) -> bool:
    """Whether a request asks for a reply that breaks off; agents are answered all the same."""
    return words(body["messages"][-1]).startswith("Break off.")


PROVIDERS: tuple[type[Provider], ...] = (
    OpenAI,
    OpenAIReasoning,
    Azure,
    Gemini,
    Anthropic,
    VLLM,
    SGLang,
    Ollama,
    LlamaCpp,
    DeepSeek,
    OpenRouter,
)
