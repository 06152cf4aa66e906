"""A safety model in the manner of Llama Guard, behind an OpenAI-compatible endpoint: it is sent the conversation, its
template adds the policy, and it replies "safe", or "unsafe" and the categories on the next line.

The score is the probability of "unsafe" against "safe" where the verdict stands, as the model card says, from the
reply's log probabilities; an endpoint without them gives a verdict alone (`extra: {logprobs: false}` where it refuses
the field).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from math import exp
from typing import Any

from openai import AsyncOpenAI
from openai.types.chat.chat_completion_token_logprob import ChatCompletionTokenLogprob

from benchmarks.harness.endpoint import Messages, Tokens
from benchmarks.harness.guards.base import GuardSays, GuardSpec

VERDICT = re.compile(r"\W*(unsafe|safe)\b", re.IGNORECASE)
CATEGORY = re.compile(r"\bS\d+\b")
MOST_TOKENS = 64  # a verdict and a line of categories
DEFAULTS: Mapping[str, Any] = {"logprobs": True, "top_logprobs": 5}


async def check(client: AsyncOpenAI, spec: GuardSpec, messages: Messages, options: Mapping[str, Any]) -> GuardSays:
    """Ask for a verdict on the request. A reply that is none is unclear, which is not let through."""
    fields = {**DEFAULTS, **spec.extra}
    if not fields["logprobs"]:
        del fields["top_logprobs"]
    reply = await client.chat.completions.create(
        model=spec.model, messages=list(messages), temperature=0, max_tokens=MOST_TOKENS, extra_body=fields
    )
    choice, usage = reply.choices[0], reply.usage
    text = choice.message.content or ""
    found = VERDICT.match(text)
    said = found.group(1).lower() if found else "unclear"
    return GuardSays(
        verdict="unsafe" if said == "unsafe" else "safe" if said == "safe" else "unclear",
        score=unsafe_probability(choice.logprobs.content or []) if choice.logprobs else None,
        categories=tuple(dict.fromkeys(CATEGORY.findall(text))) if said == "unsafe" else (),
        tokens=Tokens(usage.prompt_tokens, usage.completion_tokens) if usage else Tokens(),
        model=reply.model,
    )


def unsafe_probability(tokens: Sequence[ChatCompletionTokenLogprob]) -> float | None:
    """The probability of "unsafe" among the two verdicts, at the first token that says one; "un" begins "unsafe"."""
    for token in tokens:
        chances = {"unsafe": 0.0, "safe": 0.0}
        told = {top.token: top.logprob for top in token.top_logprobs} | {token.token: token.logprob}
        for text, logprob in told.items():
            word = {"un": "unsafe"}.get(text.strip().lower(), text.strip().lower())
            if word in chances:
                chances[word] += exp(logprob)
        if sum(chances.values()):
            return chances["unsafe"] / sum(chances.values())
        if token.token.strip():
            return None
    return None
