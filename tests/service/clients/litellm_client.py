"""Asks the proxy as litellm does, in an environment of its own; prints what came back. Arguments: URL, data URL."""

from __future__ import annotations

import json
import sys
from typing import Any

import litellm  # type: ignore[import-not-found]

QUESTION = "How do I practise my golf swing here?"
SWING = {"type": "function", "function": {"name": "swing", "parameters": {"type": "object", "properties": {}}}}


def ask(url: str, picture: str, deployment: str = "guarded", **options: Any) -> Any:
    content = [{"type": "image_url", "image_url": {"url": picture}}, {"type": "text", "text": QUESTION}]
    return litellm.completion(
        model=f"openai/{deployment}",
        api_base=url,
        api_key="none",
        num_retries=0,
        messages=[{"role": "user", "content": content}],
        **options,
    )


def main() -> None:
    url, picture = sys.argv[1:]
    whole = ask(url, picture)
    streamed = ask(url, picture, stream=True)
    called = ask(url, picture, "tools", tools=[SWING])
    told = {
        "whole": whole.choices[0].message.content,
        "streamed": "".join(chunk.choices[0].delta.content or "" for chunk in streamed),
        "calls": [call.function.name for call in called.choices[0].message.tool_calls or []],
        "called": called.choices[0].message.content,
    }
    print(json.dumps(told))  # noqa: T201


if __name__ == "__main__":
    main()
