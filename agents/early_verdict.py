"""A verdict that is acted on before its reason has come: the first fields of a reply that is still being written.

Law 11 asks for a complete, validated first line. Here that is the beginning of one JSON object, with nothing before
it: the question's mark, the evidence, its category and the verdict, each with its value closed by the comma after it.
Whatever else a reply begins with is read at its end, as ever. A reply that then says another thing than its beginning
is an error.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from agents.agent import Question, Report, ask
from agents.errors import ReplyUnreadable
from agents.findings import SituationFinding, VerdictLine
from agents.models.base import ChatModel, Chunk, Completion, JsonObject, ModelRequest
from agents.models.joined_chunks import joined
from agents.models.resilience import Wrapped
from agents.reply_reader import JSON_SPACE, MARK
from agents.strict_json import JsonRejected, parse_object

LONGEST_LINE = 4000  # characters: the longest evidence, some of them escaped


class Overheard(Wrapped):
    """A model of whose whole replies somebody hears the text as far as it has come."""

    def __init__(self, model: ChatModel, hear: Callable[[str], object]) -> None:
        super().__init__(model)
        self._hear = hear

    def stream(self, request: ModelRequest) -> AsyncGenerator[Chunk, None]:
        return self._model.stream(request)

    async def complete(self, request: ModelRequest) -> Completion:
        options = {**request.options, "stream_options": {"include_usage": True}}
        bodies: list[JsonObject] = []
        text = ""
        async with aclosing(self._model.stream(replace(request, options=options))) as chunks:
            async for chunk in chunks:
                bodies.append(chunk.body)
                text += chunk.text
                self._hear(text)
        return Completion(joined(bodies))


def first_line(text: str, mark: str) -> VerdictLine | None:
    """The verdict with which the text of a reply begins, once it is complete; None where there is none (yet)."""
    wanted = [*([MARK] if mark else []), *VerdictLine.model_fields]
    end = _end_of_fields(text[:LONGEST_LINE], len(wanted))
    if end is None:
        return None
    try:
        begun = parse_object(text[:end] + "}")
        if list(begun) != wanted or begun.pop(MARK, mark) != mark:
            return None
        return VerdictLine.model_validate(begun)
    except (JsonRejected, ValidationError):
        return None


def _end_of_fields(text: str, count: int) -> int | None:
    """Where the comma after so many fields of an object stands; None where the text does not go so far."""
    decoder, at = json.JSONDecoder(), 1
    if not text.startswith("{"):
        return None
    try:
        for _ in range(count):
            _, at = decoder.raw_decode(text, _after_space(text, at))
            at = _after_space(text, at)
            if text[at] != ":":
                return None
            _, at = decoder.raw_decode(text, _after_space(text, at + 1))
            at = _after_space(text, at)
            if text[at] != ",":
                return None
            at += 1
    except (ValueError, IndexError, RecursionError):
        return None
    return at - 1


def _after_space(text: str, at: int) -> int:
    return at + len(text[at:]) - len(text[at:].lstrip(JSON_SPACE))


async def ask_early(model: ChatModel, question: Question, *, reask: str) -> Report[SituationFinding]:
    """Ask. The report comes back as soon as the verdict stands, without its reason, and with the whole as its `rest`.

    Raises as `ask` does; so does `rest`, also where the whole says another thing.
    """
    began = time.monotonic()
    line: asyncio.Future[VerdictLine] = asyncio.get_running_loop().create_future()

    def hear(text: str) -> None:
        if not line.done() and (found := first_line(text, question.mark)) is not None:
            line.set_result(found)

    whole: asyncio.Task[Report[SituationFinding]] = asyncio.create_task(
        _whole(Overheard(model, hear), question, line, reask)
    )
    whole.add_done_callback(lambda task: task.cancelled() or task.exception())  # also where nobody hears the rest
    try:
        either: tuple[asyncio.Future[Any], ...] = (line, whole)
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        if whole.done():
            return await whole
        return Report(
            question.agent,
            SituationFinding(**dict(line.result()), reason=""),
            question.seen,
            model.name,
            question.prompt_digest,
            milliseconds=(time.monotonic() - began) * 1000,
            asks=1,
            rest=whole,
        )
    except BaseException:
        whole.cancel()
        raise


async def _whole(
    model: ChatModel, question: Question, line: asyncio.Future[VerdictLine], reask: str
) -> Report[SituationFinding]:
    report = await ask(model, question, SituationFinding, reask=reask)
    found = report.finding
    if line.done() and (line.result().verdict, line.result().category) != (found.verdict, found.category):
        raise ReplyUnreadable(question.agent, model.name, "its end says another thing than its beginning")
    return report
