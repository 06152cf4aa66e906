"""One-line sabotages, at least one for each law, and the tests that must notice each."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Sabotage:
    """`old` stands once in `file` and becomes `new`; `tests` are those that must then fail on an assertion."""

    name: str
    law: int
    file: str
    old: str
    new: str
    tests: tuple[str, ...]


SABOTAGES = (
    Sabotage(
        "markup that a model wrote becomes part of a page", 11, "service/console/pages.py",
        "autoescape=True", "autoescape=False", ("tests/service/console/test_pages.py",),
    ),
    Sabotage(
        "a page may run what was written into it", 11, "service/console/headers.py",
        "\"script-src 'self'\"", "\"script-src 'self' 'unsafe-inline'\"", ("tests/service/console/test_headers.py",),
    ),
    Sabotage(
        "a change is acknowledged before it is applied", 8, "service/configuration/change.py",
        "    if late:\n        raise NotEverywhere(", "    if late and patience is None:\n        raise NotEverywhere(",
        ("tests/service/configuration/test_change.py", "tests/service/admin/test_configuration.py"),
    ),
    Sabotage(
        "a change that one process applied counts as applied", 8, "service/configuration/change.py",
        "[each for each in store.processes() if not done(each)]",
        "[each for each in store.processes()[:1] if not done(each)]", ("tests/service/configuration/test_change.py",),
    ),
    Sabotage(
        "a version serves that one process could not start", 8, "service/configuration/change.py",
        "store.refuse(number, str(error) if isinstance(error, ConfigurationError) else \"it was given up\")",
        "store.commit(number)", ("tests/service/configuration/test_change.py",),
    ),
    Sabotage(
        "a misspelt parameter is passed over, and with it what it guards against", 1, "service/admin/parameters.py",
        "if name not in known:", "if name in known and False:",
        ("tests/service/admin/test_description.py::test_a_wrong_parameter_is_named_and_nothing_is_changed",),
    ),
    Sabotage(
        "a form of another page changes a deployment", 7, "service/console/access.py",
        "if not session.wrote(form.pop(CSRF_FIELD, \"\")):", "if form.pop(CSRF_FIELD, None) is None:",
        ("tests/service/console/test_access.py",),
    ),
    Sabotage(
        "duplicate keys are let through", 1, "agents/strict_json.py",
        "object_pairs_hook=_object", "object_pairs_hook=dict", ("tests/agents/test_strict_json.py",),
    ),
    Sabotage(
        "ambiguous pictures go on as they are", 2, "agents/images.py",
        "target == size and not is_ambiguous(image) else", "target == size else",
        ("tests/agents/test_images.py",),
    ),
    Sabotage(
        "a file goes on as it came, whatever it holds beside its pixels", 2, "agents/plain_files.py",
        "return data if plain == data else plain", "return data", ("tests/agents/test_plain_files.py",),
    ),
    Sabotage(
        "private pieces of a PNG are let through", 2, "agents/plain_files.py",
        "if kind in PNG_PIXELS or _is_harmless(", "if kind[0] & 0x20 or kind in PNG_PIXELS or _is_harmless(",
        ("tests/agents/test_plain_files.py",),
    ),
    Sabotage(
        "rows of a PNG may be missing", 2, "agents/plain_files.py",
        "return length - len(inflater.flush()) == 0 and", "return length - len(inflater.flush()) >= 0 and",
        ("tests/agents/test_plain_files.py",),
    ),
    Sabotage(
        "a JPEG keeps its EXIF, whatever that says", 2, "agents/plain_files.py",
        "marker == APP1 and body in UPRIGHT_EXIF", "marker == APP1", ("tests/agents/test_plain_files.py",),
    ),
    Sabotage(
        "each model makes large pictures smaller in its own way", 2, "agents/images.py",
        "target = fitted(size, max_pixels)", "target, max_pixels = size, MAX_PIXELS",
        ("tests/agents/test_images.py", "tests/service/routes/test_pictures.py"),
    ),
    Sabotage(
        "a silent name's place is given away while its thread still waits", 9, "agents/name_lookup.py",
        "        return await found\n", "        domain.release()\n        return await found\n",
        ("tests/agents/test_name_lookup.py",),
    ),
    Sabotage(
        "one public address among private ones is enough", 2, "agents/fetch.py",
        "if not all(address in", "if not any(address in", ("tests/agents/test_fetch.py",),
    ),
    Sabotage(
        "coverage is not asserted", 3, "guard/pipeline.py",
        "    assert_covered(conversation, reports, agents.kinds)", "    _ = assert_covered",
        ("tests/guard/test_coverage.py", "tests/guard/test_pipeline.py"),
    ),
    Sabotage(
        "a failure releases by default", 4, "guard/guard.py",
        'if self.config.on_failure == "closed":', 'if self.config.on_failure == "nothing":',
        ("tests/guard/test_guard.py",),
    ),
    Sabotage(
        "an explicit unsafe is lost in open mode", 5, "guard/guard.py",
        "unsafe = explicit_unsafe(Findings.of(reports))", "unsafe = None and explicit_unsafe(Findings.of(reports))",
        ("tests/guard/test_guard.py",),
    ),
    Sabotage(
        "an open deployment opens for what a client can cause", 5, "guard/guard.py",
        "if not failure.opens:", "if failure.cause == INTERNAL:", ("tests/guard/test_guard.py",),
    ),
    Sabotage(
        "an outage is believed without a question of our own", 5, "agents/models/outage.py",
        "failure.outage = failure.suggests_outage and await self.is_down()", "failure.outage = failure.suggests_outage",
        ("tests/agents/models/test_outage.py",),
    ),
    Sabotage(
        "a loop that stood still confirms an outage", 5, "agents/models/outage.py",
        "failed == ASKS and not self._lag.held_since(began - LAG_SECONDS)", "failed == ASKS",
        ("tests/agents/models/test_outage.py",),
    ),
    Sabotage(
        "a client can trip the breaker", 9, "agents/models/breaker.py",
        "if failure.outage and self._opened_at is None:", "if self._opened_at is None:",
        ("tests/agents/models/test_breaker.py",),
    ),
    Sabotage(
        "the draft is released whatever the verdict", 6, "guard/verdict.py",
        "self.written is None and self.judgement.action is Action.RELEASE", "self.written is None",
        ("tests/service/routes/test_chat.py",),
    ),
    Sabotage(
        "proposed calls are not judged", 6, "service/gate/exchange.py",
        "        if calls := \"\\n\".join(filter(None, (content.calls, written))):", "        if calls := written:",
        ("tests/chaos/test_small.py::test_calls_that_are_unsafe_do_not_go_out",),
    ),
    Sabotage(
        "unknown fields are let through", 7, "service/openai/parameters.py",
        'elif rules.unknown == "refuse":', 'elif rules.unknown == "nobody":', ("tests/service/test_bad_requests.py",),
    ),
    Sabotage(
        "the record is written after the release", 8, "service/gate/exchange.py",
        "await audit.commit(self._decision(ruling, released))",
        "audit.post(self._decision(ruling, released))", ("tests/service/gate/test_exchange.py",),
    ),
    Sabotage(
        "records are not synced", 8, "service/database/engine.py",
        '"synchronous=FULL"', '"synchronous=OFF"', ("tests/service/database/test_engine.py",),
    ),
    Sabotage(
        "a database that was moved is written all the same", 8, "service/database/engine.py",
        "if self._opened is None or file_id(self.file) != self._opened:", "if self._opened is None:",
        ("tests/service/database/test_engine.py",),
    ),
    Sabotage(
        "a log that was replaced is written all the same", 8, "service/database/engine.py",
        "if here is None or info.setdefault(LOG, here) != here:",
        "if here is None or info.update({LOG: here}):", ("tests/service/database/test_engine.py",),
    ),
    Sabotage(
        "an older copy of the database is written on", 8, "service/audit/chain_heads.py",
        "if MOVE_HEAD.run(connection, [values]) != 1:", "if MOVE_HEAD.run(connection, [values]) > 1:",
        ("tests/service/audit/test_writer.py",),
    ),
    Sabotage(
        "the database can be read by others", 10, "service/database/engine.py",
        "self.file.chmod(0o600)", "self.file.chmod(0o644)", ("tests/service/database/test_engine.py",),
    ),
    Sabotage(
        "content is written through a symbolic link", 10, "service/audit/content_store.py",
        "            if each.is_symlink():", "            if False and each.is_symlink():",
        ("tests/service/audit/test_content_store.py",),
    ),
    Sabotage(
        "judging has no deadline", 9, "guard/guard.py",
        "async with asyncio.timeout(self.config.limits.judge_seconds):",
        "async with asyncio.timeout(self.config.limits.judge_seconds * 1000):", ("tests/guard/test_guard.py",),
    ),
    Sabotage(
        "one key may take all places", 9, "service/middleware/shares.py",
        "asyncio.Semaphore(share.of(self._places))", "asyncio.Semaphore(self._places)",
        ("tests/service/middleware/test_shares.py",),
    ),
    Sabotage(
        "unfinished bodies keep others out", 9, "service/middleware/request_limits.py",
        "if largest is None or not _yields(largest, body, more, held):", "if largest is not body:",
        ("tests/service/middleware/test_request_limits.py",),
    ),
    Sabotage(
        "bad requests are free", 9, "service/routes/dependencies.py",
        "service.authenticator.count_request(key)", "_ = service.authenticator.count_request",
        ("tests/service/test_fairness.py",),
    ),
    Sabotage(
        "one request takes all decoders", 9, "service/routes/pictures.py",
        "async with self.places.place(share):", "async with self.places.place(ALL):",
        ("tests/service/test_fairness.py",),
    ),
    Sabotage(
        "half-sent headers are waited for", 9, "service/middleware/connection_deadlines.py",
        "        self._deadline = self.loop.call_later(seconds, self._refuse, b\"408 Request Timeout\")",
        "        self._deadline = self.loop.call_later(seconds * 1000, self._refuse, b\"408 Request Timeout\")",
        ("tests/service/middleware/test_connection_deadlines.py",),
    ),
    Sabotage(
        "any secret of a known id opens the door", 10, "service/keys/token.py",
        "return hmac.compare_digest(digest(text), kept)", "return hmac.compare_digest(digest(text)[:0], kept[:0])",
        ("tests/service/keys",),
    ),
    Sabotage(
        "a verdict with something beside it counts", 11, "agents/findings.py",
        'ConfigDict(frozen=True, extra="forbid")', 'ConfigDict(frozen=True, extra="ignore")',
        ("tests/chaos/test_verdicts.py",),
    ),
    Sabotage(
        "fields without a row go out unjudged", 6, "service/openai/reply_fields.py",
        "            if keep_unknown and value is not None:", "            if value is not None:",
        ("tests/service/openai/test_reply_fields.py::test_words_in_fields_without_a_row_are_dropped_or_judged",),
    ),
    Sabotage(
        "a message beside a delta hides it", 6, "service/openai/reply_fields.py",
        'part = "delta" if stream else "message"', 'part = "message"', ("tests/service/openai/test_reply_fields.py",),
    ),
    Sabotage(
        "a call carries what else it came with", 6, "service/openai/reply_fields.py",
        "calls = [build(call, CALL) for call", "calls = [dict(call) for call",
        ("tests/service/openai/test_reply_fields.py",),
    ),
    Sabotage(
        "an id may be words", 3, "service/openai/messages.py",
        "if not isinstance(value, str) or not ID.fullmatch(value):", "if not isinstance(value, str):",
        ("tests/service/openai/test_lenient_requests.py",),
    ),
    Sabotage(
        "a tool may be chosen that nobody judged", 3, "service/openai/chat.py",
        'if not named.issuperset(chosen_names(values.get("tool_choice"))):', "if not named.issuperset(()):",
        ("tests/service/openai/test_lenient_requests.py",),
    ),
    Sabotage(
        "all questions of a request share a mark", 11, "agents/agent.py",
        "nonce = brief.nonce or secrets.token_hex(NONCE_BYTES)", 'nonce = brief.nonce or "c0ffee00"',
        ("tests/agents/test_agent.py",),
    ),
    Sabotage(
        "a text can begin a turn", 11, "agents/transcript.py",
        'shown = shown.replace("\\n", f"\\n{INDENT}")', "shown = shown", ("tests/agents/test_transcript.py",),
    ),
    Sabotage(
        "any name reaches a proxy on loopback", 7, "service/middleware/origins.py",
        "return not self.loopback or is_loopback_name(name)", "return True",
        ("tests/service/middleware/test_origins.py",),
    ),
    Sabotage(
        "any page may call", 7, "service/middleware/origins.py",
        "if origin is not None and origin not in self.pages and not _is_same(origin, host):", "if origin == host:",
        ("tests/service/middleware/test_origins.py",),
    ),
    Sabotage(
        "a request line may have any version, or none", 9, "service/middleware/connection_deadlines.py",
        "if self.parser.get_http_version() not in VERSIONS or not self.url", "if not self.url",
        ("tests/service/test_raw_corpus.py",),
    ),
    Sabotage(
        "a body that is packed twice is read as it is", 1, "service/middleware/request_limits.py",
        'b"chunked").lower() != b"chunked":', 'b"chunked").lower() == b"identity":',
        ("tests/service/test_raw_corpus.py",),
    ),
    Sabotage(
        "what stands around a host's name is overlooked", 7, "service/middleware/origins.py",
        'return (name, port) if parts.netloc == host and "@" not in host else ("", None)', "return name, port",
        ("tests/service/test_raw_corpus.py",),
    ),
    Sabotage(
        "a peer that has all connections keeps them", 9, "service/middleware/connection_deadlines.py",
        "return largest if of_peer[largest.peer] > of_peer[self.peer] else self", "return self",
        ("tests/service/middleware/test_connection_deadlines.py",),
    ),
    Sabotage(
        "nobody counts refused keys", 9, "service/keys/authenticator.py",
        "self._rates.refuse(peer, time.monotonic())", "pass", ("tests/service/test_fairness.py",),
    ),
    Sabotage(
        "a call written as text streams before it is judged", 6, "service/gate/exchange.py",
        "(signs is not None and signs.see(body))", "(signs is not None and False)",
        ("tests/service/openai/test_written_calls.py",),
    ),
    Sabotage(
        "a warning that was begun early goes out on any verdict", 6, "service/gate/early_warning.py",
        "return (judgement.verdict, judgement.action) == (PRESUMED.verdict, PRESUMED.action)",
        "return judgement.verdict is not None", ("tests/service/gate/test_early_warning.py",),
    ),
    Sabotage(
        "a client steers the words by tokens that nobody reads", 7, "service/openai/chat.py",
        "if not setting.lets_words_be_steered:", "if not setting.model:", ("tests/service/openai/test_chat.py",),
    ),
    Sabotage(
        "turns that come back are joined anew", 1, "service/openai/responses/items.py",
        "any(message.tool_calls or message.reasoning for message in group):", "group[0].tool_calls:",
        ("tests/service/openai/responses/test_items.py",),
    ),
    Sabotage(
        "what could not be judged has no outcome", 8, "service/gate/exchange.py",
        "if self.ruling is None and not self._decided:", "if self.ruling is None:",
        ("tests/service/gate/test_exchange.py",),
    ),
)  # fmt: skip
# Changes nothing: with it, every named test must pass.
NO_OP = Sabotage("nothing", 0, "agents/__init__.py", '"""\n', '"""\n', ())
# The leaking build that the load run itself must catch, or it proves nothing.
LEAK = next(each for each in SABOTAGES if each.name == "the draft is released whatever the verdict")
