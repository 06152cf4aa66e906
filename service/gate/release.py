"""What goes out once the gate is open: the model's own answer, or a text in its place; whole or streamed."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator

from agents.errors import ModelFailed
from agents.models.base import JsonObject, Usage
from guard.verdict import Action, Released, Ruling
from service.gate.audit_body import client_account, told
from service.gate.draft import Asked, StreamedDraft, WholeDraft
from service.gate.exchange import D, Passage
from service.gate.reply_review import judges_all, replacement
from service.openai.replies import OwnText, dressed, dressed_chunk, may_be_last, with_guard
from service.openai.said import proposes_calls, said, speaking


class WholePassage(Passage[WholeDraft]):
    """For a reply in one piece."""

    def begin(self, call: Asked) -> WholeDraft:
        return WholeDraft(call)

    async def reply(self) -> JsonObject:
        """The reply; raises where none may go out, or the model gave none."""
        ruling = await self.decide()
        body = await self._own_answer(ruling) if self.releases_draft else await self._own_text(ruling)
        return with_guard(self.noted(body), guard_word(self, ruling))

    async def _own_answer(self, ruling: Ruling) -> JsonObject:
        draft = self.released_draft()
        self.tally.draft = draft.clock
        completion = await draft.completion()
        self.tally.see(completion.body)
        body = dressed(completion.body, self.visit.envelope)
        instead = await replacement(self, ruling, said([body]))
        return body if instead is None else instead.body(body)

    async def _own_text(self, ruling: Ruling) -> JsonObject:
        own = await own_text(self, ruling)
        return own.completion(self.visit.envelope)


class Inquiry(WholePassage):
    """For those who call their model themselves: the verdict and the findings, and no answer."""

    @property
    def ungated(self) -> Released | None:
        """What is asked for is the verdict: shadow mode has one to tell."""
        return None if self.visit.ungated is Released.SHADOW else self.visit.ungated

    def begin_beside(self) -> None:
        """No model is asked for an answer."""

    async def reply(self) -> JsonObject:
        ruling = await self.decide()
        account = client_account(self.visit, ruling, "full") or {}
        return {"id": self.visit.decision, "object": "guard.verdict", "model": self.visit.deployment.name, **account}


class StreamedPassage(Passage[StreamedDraft]):
    """For a reply in chunks."""

    def begin(self, call: Asked) -> StreamedDraft:
        return StreamedDraft(call)

    async def chunks(self) -> AsyncGenerator[JsonObject, None]:
        """The chunks, none before the decision is on disk; the guard's word is in the last."""
        ruling = await self.decide()
        held: JsonObject | None = None
        async for body in self._own_answer(ruling) if self.releases_draft else self._own_text(ruling):
            if held is not None:
                yield self.noted(held)
            held = body if may_be_last(body) else None
            if held is None:
                yield self.noted(body)
        if held is None:
            raise ModelFailed(self.visit.deployment.model.name, "malformed")
        yield with_guard(self.noted(held), guard_word(self, ruling))

    async def _own_answer(self, ruling: Ruling) -> AsyncIterator[JsonObject]:
        """The model's chunks as they come; from the first piece of a call on they are held until all is judged."""
        held: list[JsonObject] = []
        spoken: set[int] = set()
        async for body in self._read():
            spoken.update(speaking(body))
            if held or judges_all(self) or (self.ungated is None and proposes_calls(body)):
                held.append(body)
            else:
                yield body
        for body in await self._let_through(ruling, held, spoken):
            yield body

    async def _read(self) -> AsyncIterator[JsonObject]:
        draft, envelope = self.released_draft(), self.visit.envelope
        self.tally.draft = draft.clock
        async for chunk in draft.chunks():
            self.tally.see(chunk.body)
            body = dressed_chunk(chunk.body, envelope, include_usage=self.visit.request.include_usage)
            if body is not None:
                yield body

    async def _let_through(self, ruling: Ruling, held: list[JsonObject], spoken: set[int]) -> list[JsonObject]:
        if not held:
            return []
        instead = await replacement(self, ruling, said(held))
        if instead is None:
            return held
        return list(instead.chunks(held, self.visit.envelope, spoken))

    async def _own_text(self, ruling: Ruling) -> AsyncIterator[JsonObject]:
        own = await own_text(self, ruling)
        for body in own.chunks(self.visit.envelope, include_usage=self.visit.request.include_usage):
            yield body


async def own_text(passage: Passage[D], ruling: Ruling) -> OwnText:
    """What goes out in place of the model's answer: the method's reply, or a warning, guidance or the fixed text."""
    request = passage.visit.request
    refusal = request.structured and ruling.judgement.action is not Action.RELEASE
    passage.tally.finish = "stop"
    if ruling.written is not None:
        passage.tally.usage = ruling.written.usage
        return OwnText(ruling.written.text, ruling.written.usage, refusal, request.choices)
    composed = await passage.visit.deployment.compose(request.conversation, ruling, passage.meters)
    passage.tally.composed = composed
    usage = composed.written.usage if composed.written else Usage()
    return OwnText(composed.text, usage, refusal, request.choices)


def guard_word(passage: Passage[D], ruling: Ruling) -> JsonObject | None:
    """The guard's word on a reply, as deep as the deployment lets it be."""
    depth = passage.visit.deployment.config.explain
    account = client_account(passage.visit, passage.tally.final(ruling), depth)
    if account is None or depth != "full":
        return account
    tally = passage.tally
    reviews = [
        *(report for late in tally.late for report in late.reports),
        *(tally.composed.reports if tally.composed else ()),
    ]
    return {**account, **tally.steps(), "agents": told(ruling.reports), "reviews": told(reviews)}
