"""`situguard ask`: one question, raw and guarded side by side, with all that the agents found."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from service.cli.answers import Comparison, NoSuchDeployment
from service.cli.comparison import show
from service.cli.problems import fail

if TYPE_CHECKING:
    import openai

URL = "http://127.0.0.1:8080/v1"


def ask(
    question: Annotated[str, typer.Argument(help="What a person would ask.")],
    image: Annotated[Path | None, typer.Option("--image", help="The picture beside it.")] = None,
    deployment: Annotated[str, typer.Option("--deployment", help="Whom to ask.")] = "demo",
    url: Annotated[str, typer.Option("--url", help="Where the proxy's API is.")] = URL,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print all of it as JSON.")] = False,
) -> None:
    """Ask a running proxy a question, and see what the guard made of it."""
    comparison = _compared(url, question, image, deployment)
    if as_json:
        print(json.dumps(asdict(comparison), indent=2, ensure_ascii=False))  # noqa: T201 plain text, to be piped
    else:
        show(Console(), comparison)


def _compared(url: str, question: str, image: Path | None, deployment: str) -> Comparison:
    # Loading the client takes a quarter of the time in which `serve` starts, which does not need it.
    import openai  # noqa: PLC0415

    from service.cli.conversing import compare  # noqa: PLC0415

    try:
        return asyncio.run(compare(url, question, image, deployment))
    except OSError as error:
        fail(f"{error.filename or image}: {error.strerror}")
    except NoSuchDeployment as error:
        fail(str(error))
    except openai.APIConnectionError:
        fail(f"No proxy answers at {url}.", "Start one in another terminal: situguard serve --demo")
    except openai.APIStatusError as error:
        fail(f"The proxy says {error.status_code}: {_message(error)}")


def _message(error: openai.APIStatusError) -> str:
    body = error.body if isinstance(error.body, dict) else {}
    return str(body.get("message") or error.message)
