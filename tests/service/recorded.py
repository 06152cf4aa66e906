"""Replies in the shapes that OpenAI-compatible servers send: plain, tools, thinking, log-probabilities, choices."""

from __future__ import annotations

import copy
from typing import Any

HEAD = {"id": "chatcmpl-upstream", "created": 1763800000, "model": "recorded-model-2026"}
USAGE = {
    "prompt_tokens": 19,
    "completion_tokens": 7,
    "total_tokens": 26,
    "prompt_tokens_details": {"cached_tokens": 3, "audio_tokens": 0},
    "completion_tokens_details": {"reasoning_tokens": 2, "audio_tokens": 0},
}
LOGPROBS = {
    "content": [
        {
            "token": "Keep",
            "logprob": -0.1,
            "bytes": [75, 101, 101, 112],
            "top_logprobs": [{"token": "Hold", "logprob": -2.5, "bytes": None}],
        }
    ],
    "refusal": None,
}


def whole(*choices: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {
        **HEAD,
        "object": "chat.completion",
        "choices": list(choices),
        "usage": USAGE,
        "system_fingerprint": "fp_7",
        **fields,
    }


def choice(message: dict[str, Any], finish: str = "stop", index: int = 0, **fields: Any) -> dict[str, Any]:
    return {"index": index, "message": {"role": "assistant", **message}, "finish_reason": finish, **fields}


def chunk(delta: dict[str, Any], finish: str | None = None, index: int = 0, **fields: Any) -> dict[str, Any]:
    piece = {"index": index, "delta": delta, "finish_reason": finish, **fields}
    return {**HEAD, "object": "chat.completion.chunk", "system_fingerprint": "fp_7", "choices": [piece], "usage": None}


def usage_chunk() -> dict[str, Any]:
    return {**HEAD, "object": "chat.completion.chunk", "system_fingerprint": "fp_7", "choices": [], "usage": USAGE}


def call(index: int, name: str, arguments: str) -> dict[str, Any]:
    return {
        "index": index,
        "id": f"call_{index}",
        "type": "function",
        "function": {"name": name, "arguments": arguments},
    }


PLAIN = (
    whole(choice({"content": "Keep your head – still.\n", "refusal": None, "annotations": []}, logprobs=None)),
    [
        chunk({"role": "assistant", "content": "", "refusal": None}),
        chunk({"content": "Keep your "}),
        chunk({"content": "head – "}),
        chunk({"content": "still.\n"}),
        chunk({}, "stop"),
        usage_chunk(),
    ],
)
THINKING = (
    whole(
        choice({"content": "Swing.", "reasoning_content": "It is a lawn."}, "length", logprobs=LOGPROBS),
        service_tier="default",
    ),
    [
        chunk({"role": "assistant", "reasoning_content": "It is "}),
        chunk({"reasoning_content": "a lawn."}),
        chunk({"content": "Swing."}, logprobs=LOGPROBS),
        chunk({}, "length"),
        usage_chunk(),
    ],
)
CHOICES = (
    whole(choice({"content": "One."}), choice({"content": "Two."}, index=1)),
    [
        chunk({"role": "assistant", "content": "One."}),
        chunk({"role": "assistant", "content": "Two."}, index=1),
        chunk({}, "stop"),
        chunk({}, "stop", 1),
        usage_chunk(),
    ],
)
TOOLS = (
    whole(
        choice(
            {
                "content": "I will do it.",
                "tool_calls": [
                    {
                        "id": "call_0",
                        "type": "function",
                        "function": {"name": "swing", "arguments": '{"club":"driver"}'},
                    },
                    {"id": "call_1", "type": "function", "function": {"name": "walk", "arguments": '{"to":"shelf"}'}},
                ],
            },
            "tool_calls",
        )
    ),
    [
        chunk({"role": "assistant", "content": "I will "}),
        chunk({"content": "do it."}),
        chunk({"tool_calls": [call(0, "swing", "")]}),
        chunk({"tool_calls": [{"index": 0, "function": {"arguments": '{"club":'}}]}),
        chunk({"tool_calls": [{"index": 0, "function": {"arguments": '"driver"}'}}]}),
        chunk({"tool_calls": [call(1, "walk", '{"to":"shelf"}')]}),
        chunk({}, "tool_calls"),
        usage_chunk(),
    ],
)

REASONING: list[dict[str, Any]] = [
    {"type": "reasoning.text", "text": "It is ", "format": "anthropic-claude-v1", "index": 0},
    {"type": "reasoning.text", "text": "a lawn.", "signature": "ErUBCkYIBxgC+/==", "index": 0},
    {"type": "reasoning.encrypted", "data": "gAAAAABo" + "x-_" * 200, "id": "rs_1", "index": 1},
]
# As OpenRouter sends it: the same thought in two fields, then the calls that it led to.
REASONED = (
    whole(
        choice(
            {
                "content": None,
                "reasoning": "It is a lawn.",
                "reasoning_details": [{**REASONING[0], **REASONING[1], "text": "It is a lawn."}, REASONING[2]],
                "tool_calls": TOOLS[0]["choices"][0]["message"]["tool_calls"],
            },
            "tool_calls",
        )
    ),
    [
        chunk({"role": "assistant", "content": "", "reasoning": "It is ", "reasoning_details": REASONING[:1]}),
        chunk({"content": "", "reasoning": "a lawn.", "reasoning_details": REASONING[1:2]}),
        chunk({"content": "", "reasoning_details": REASONING[2:]}),
        *TOOLS[1][2:],
    ],
)

WRITTEN_CALL = (
    whole(choice({"content": 'I will. <tool_call>{"name": "swing", "arguments": {"at": "grandpa"}}</tool_call>'})),
    [
        chunk({"role": "assistant", "content": "I will. "}),
        chunk({"content": "<tool"}),
        chunk({"content": '_call>{"name": "swing", "arguments": {"at": '}),
        chunk({"content": '"grandpa"}}</tool_call>'}),
        chunk({}, "stop"),
        usage_chunk(),
    ],
)

RECORDED = {
    "plain": PLAIN,
    "thinking": THINKING,
    "choices": CHOICES,
    "tools": TOOLS,
    "reasoned": REASONED,
    "written": WRITTEN_CALL,
}

SIGNED = {"google": {"thought_signature": "EjQKMg=="}}


def signed_tools() -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A reply as Gemini gives it: of calls beside each other, the first is signed."""
    whole, chunks = copy.deepcopy(TOOLS)
    whole["choices"][0]["message"]["tool_calls"][0]["extra_content"] = SIGNED
    first = next(chunk for chunk in chunks if chunk["choices"][0]["delta"].get("tool_calls"))
    first["choices"][0]["delta"]["tool_calls"][0]["extra_content"] = SIGNED
    return whole, chunks
