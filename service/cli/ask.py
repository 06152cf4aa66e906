"""`situguard ask`: one question, raw and guarded side by side, with all that the agents found.

It is a client like any other, through the official openai package. Loading that takes a quarter of the time in which
`serve` starts, which does not need it: so it is imported where it is used.
"""

from __future__ import annotations

import asyncio
import base64
import json
import mimetypes
import os
import time
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast
from urllib.parse import urlsplit

import typer
from rich.console import Console

from agents.errors import SecretUnusable
from agents.models.secrets import SecretFile, checked
from service.cli.comparison import Answer, AnswerPair, show
from service.cli.problems import fail
from service.settings import is_loopback

if TYPE_CHECKING:
    from openai import AsyncOpenAI
    from openai.types.chat import ChatCompletionMessageParam
    from openai.types.model import Model

URL = "http://127.0.0.1:8080/v1"
TIMEOUT_SECONDS = 300.0
KEY_VARIABLE = "SITUGUARD_API_KEY"
NO_KEY = "none"  # what the client sends where the proxy needs no key


class NoSuchDeployment(Exception):
    """The proxy has no deployment of that name; `names` are those that it has."""

    def __init__(self, name: str, names: list[str]) -> None:
        super().__init__(f"There is no deployment {name!r}; there are {', '.join(names) or 'none'}.")
        self.name = name
        self.names = names


def ask(
    question: Annotated[str, typer.Argument(help="What a person would ask.")],
    image: Annotated[Path | None, typer.Option("--image", help="A picture to send with the question.")] = None,
    deployment: Annotated[str, typer.Option("--deployment", help="The deployment to ask.")] = "demo",
    url: Annotated[str, typer.Option("--url", help="Address of the proxy's API.")] = URL,
    key_file: Annotated[
        Path | None, typer.Option("--key-file", help=f"File that holds a client key. Without it, {KEY_VARIABLE}.")
    ] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False,
) -> None:
    """Ask a running proxy a question, and see what the guard made of it."""
    import openai  # noqa: PLC0415

    url = url if urlsplit(url).path.strip("/") else f"{url.rstrip('/')}/v1"
    try:
        comparison = asyncio.run(compare(url, question, image, deployment, api_key(key_file)))
    except OSError as error:
        fail(f"{error.filename or image}: {error.strerror}")
    except (NoSuchDeployment, SecretUnusable) as error:
        fail(str(error))
    except openai.APIConnectionError:
        fail(f"No proxy answers at {url}.", "Start one in another terminal: situguard serve --demo")
    except openai.AuthenticationError:
        fail(f"The proxy does not take this key: {_key_source(key_file)}.", "Create one: situguard keys create NAME")
    except openai.APIStatusError as error:
        body = error.body if isinstance(error.body, dict) else {}
        fail(f"The proxy says {error.status_code}: {body.get('message') or error.message}")
    if as_json:
        print(json.dumps(asdict(comparison), indent=2, ensure_ascii=False))  # noqa: T201 plain text, to be piped
    else:
        show(Console(), comparison)


def api_key(file: Path | None) -> str:
    """The client key to use, from a file or the environment; raises `SecretUnusable`."""
    if file is not None:
        return SecretFile(file).get_secret_value()
    text = os.environ.get(KEY_VARIABLE)
    return checked(text, f"the environment variable {KEY_VARIABLE}") if text else NO_KEY


def _key_source(file: Path | None) -> str:
    if file is not None:
        return f"the one in {file}"
    return f"the one in {KEY_VARIABLE}" if os.environ.get(KEY_VARIABLE) else f"none is set in {KEY_VARIABLE}"


async def compare(url: str, question: str, image: Path | None, deployment: str, key: str = NO_KEY) -> AnswerPair:
    """Ask the deployment and its raw sibling.

    Raises the openai client's errors, `NoSuchDeployment`, and `OSError` where the picture cannot be read.
    """
    from openai import AsyncOpenAI, DefaultAsyncHttpxClient  # noqa: PLC0415

    messages = question_messages(question, image)
    # A proxy of the environment cannot reach this machine's own addresses.
    http = DefaultAsyncHttpxClient(trust_env=not is_loopback(urlsplit(url).hostname or ""))
    async with AsyncOpenAI(
        base_url=url, api_key=key, max_retries=0, timeout=TIMEOUT_SECONDS, http_client=http
    ) as client:
        raw = raw_sibling([model async for model in client.models.list()], deployment)
        asked = [deployment] if raw is None else [deployment, raw]
        guarded, *others = await asyncio.gather(*(_answer(client, name, messages) for name in asked))
        if "agents" not in guarded.guard and guarded.headers.get("x-guard-verdict") != "none":
            # Where replies do not explain themselves, the guard alone does.
            body = {"model": guarded.deployment, "messages": messages}
            explained = await client.post("/guard", body=body, cast_to=cast(type[dict[str, Any]], dict))
            guarded = replace(guarded, guard=explained)
    return AnswerPair(question, image.name if image else None, others[0] if others else None, guarded)


def raw_sibling(models: list[Model], deployment: str) -> str | None:
    """The unguarded deployment of the same model: by name (`demo-raw` for `demo`), else the first there is."""
    settings = {model.id: cast(dict[str, Any], (model.model_extra or {}).get("guard", {})) for model in models}
    if deployment not in settings:
        raise NoSuchDeployment(deployment, list(settings))
    raws = [
        name
        for name, setting in settings.items()
        if setting.get("method") == "raw"
        and setting.get("answers") == settings[deployment].get("answers")
        and name != deployment
    ]
    return f"{deployment}-raw" if f"{deployment}-raw" in raws else next(iter(raws), None)


def question_messages(question: str, image: Path | None) -> list[ChatCompletionMessageParam]:
    """One user turn, the picture as a data URL. Raises `OSError` where the picture cannot be read."""
    parts: list[dict[str, Any]] = [{"type": "text", "text": question}]
    if image is not None:
        kind = mimetypes.guess_type(image.name)[0] or "image/png"
        payload = base64.b64encode(image.read_bytes()).decode("ascii")
        parts.insert(0, {"type": "image_url", "image_url": {"url": f"data:{kind};base64,{payload}"}})
    return [cast("ChatCompletionMessageParam", {"role": "user", "content": parts})]


async def _answer(client: AsyncOpenAI, deployment: str, messages: list[ChatCompletionMessageParam]) -> Answer:
    started = time.monotonic()
    raw = await client.chat.completions.with_raw_response.create(model=deployment, messages=messages)
    milliseconds = (time.monotonic() - started) * 1000
    reply = raw.parse()
    message = reply.choices[0].message
    guard = cast(dict[str, Any], (reply.model_extra or {}).get("guard") or {})
    return Answer(deployment, message.content or message.refusal or "", milliseconds, dict(raw.headers), guard)
