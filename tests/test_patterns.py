"""Each regular expression in what runs takes time linear in what a client or a model may write."""

from __future__ import annotations

import ast
import importlib
import re
import time
from pathlib import Path

import pytest

from agents.conversation import user_message
from agents.engine.chat_template import template_messages
from agents.picture_url import MAX_URL, follow, parse_picture_url

ROOT = Path(__file__).resolve().parents[1]
LONG = 200_000  # characters; what is quadratic in them takes minutes
SECONDS = 2.0  # of CPU time; what is linear takes milliseconds

# Its worst cases: long, and failing as late as can be.
WORST = {
    "agents.encoder.WORD": ["a" * LONG, "a " * LONG, " " * LONG],
    "agents.models.error_meaning.ANY": ["a" * LONG],
    "agents.models.error_meaning.BUSY": ["overload" * LONG],
    "agents.models.endpoint_error.CODE": ["a" * LONG, "a " * LONG],
    "agents.models.endpoint_error.ERROR_STATUS": ["4" * LONG],
    "agents.models.error_meaning.FILTERED": ["content_" * LONG, "sensitive " * LONG],
    "agents.models.error_meaning.CONTENT": ["messages[" + "1" * LONG, "messages[0].content[" * (LONG // 20)],
    "agents.models.error_meaning.INVALID": ["invalid_request_" * LONG],
    "agents.models.error_meaning.INVALID_CODE": ["invalid " * LONG, "array above max " * (LONG // 16)],
    "agents.models.error_meaning.LIMITED": ["rate_limit" * (LONG // 10) + "_", "too many " * (LONG // 9)],
    "agents.models.error_meaning.NO_CREDIT": ["insufficient_" * LONG],
    "agents.models.error_meaning.QUOTED": [
        *("'" * LONG, "'a" * LONG, " 'a" * LONG, '"' * (LONG - 1), "“" * LONG, "‘a’a" * (LONG // 4), "「" * LONG),
        *("'message'" + " " * LONG, "'message' " * (LONG // 10), '"raw":"' * (LONG // 7)),
    ],
    "agents.models.endpoint_error.RETRY_DELAY": ["1" * LONG, "1." * LONG],
    "agents.models.error_meaning.TOO_LONG": [
        *("context_" * LONG, "too many input " * LONG, "tokens + " * (LONG // 9), "tokens +" + " " * LONG),
        *(
            "prompt token count of " * (LONG // 22),
            "prompt token count of " + "1" * LONG,
            "input length" + "a" * LONG + "_",
        ),
    ],
    "agents.models.error_meaning.TOO_LONG_CODE": ["1261" * (LONG // 4), "string above max " * (LONG // 17)],
    "agents.models.error_meaning.UNSUPPORTED": ["no endpoints found that " * (LONG // 10), "unsupporte" * LONG],
    "agents.models.shown_error.WORD": ["a" * LONG, " " * LONG, "字" * LONG],
    "agents.models.error_meaning.WRONG_KEY": ["api_" * LONG, "authentica" * LONG],
    "agents.models.error_meaning.WRONG_MODEL": [
        "model " * (LONG // 6),
        "model" + " " * LONG,
        "model does not " * 9_999,
    ],
    "agents.models.openai_format.ID": ["a" * LONG, "=" * LONG + " "],
    "agents.models.reply_body.SAYS_NOTHING": [*(each * LONG for each in (":", "1", "1.", "keep-")), "1" * LONG + "x"],
    "agents.models.scripted.WORD": [" " * LONG, "a" * LONG, "a " * LONG, " " * LONG + "a"],
    "agents.models.sse.LINE_END": ["\r" * LONG, "\r\n" * LONG, "a" * LONG],
    "agents.plain_files.MARKER": ["\xff" * LONG, "\xff\0" * LONG, "\xff\xd0" * LONG],
    "agents.picture_url.REFERENCE": ["a" * LONG + " ", "%" * LONG + " "],
    "service.admin.access.TOKEN": ["a" * LONG, "!" * 199 + " " * LONG],
    "service.console.playground.KEY": ["a" * LONG, "!" * 400 + " " * LONG],
    "service.keys.token.ADMIN": ["sgadmin_" + "a" * LONG, "sgadmin_" * LONG],
    "service.keys.token.BEARER": ["Bearer " + "a" * LONG, "Bearer " * LONG],
    "service.keys.token.CLIENT": ["sg_live_" + "a" * LONG, "sg_live_" * LONG],
    "agents.transcript.INVISIBLE": ["\u200d" * LONG, "\ufe0f" * LONG, "a\u200d" * LONG],
    "agents.transcript.OURS": ["[" * LONG, "<" * LONG, "<" + "\\" * LONG, "<\\" * LONG, "[picture " * (LONG // 9)],
    "agents.transcript.SIMPLE_NAME": ["a" * LONG + " ", " " * LONG],
    "service.middleware.boundary.ESCAPED_NAME": ["/v1/models/" * (LONG // 11), "/v1/models/" + "%2F" * LONG + "%"],
    "service.openai.reply_fields.FINGERPRINT": ["a" * LONG, "a" * 64 + " "],
    "service.openai.reply_fields.DETAIL_FORMAT": ["a" * LONG, "a" * 64 + " "],
    "service.openai.reply_fields.SIGNATURE": ["a" * LONG, "=" * LONG + " "],
    "service.openai.reply_fields.SIGNER": ["a" * LONG, "_" * LONG + " "],
    "service.openai.responses.items._UNSUPPORTED": ["mcp" * LONG, "web_search" * (LONG // 10), "_" * LONG],
    "service.openai.responses.tools.HOSTED": ["mcp" * LONG, "web_search_preview" * (LONG // 18), "_" * LONG],
    "service.openai.written_calls.GIVEN": ['"args"' + " " * LONG, '"input' * (LONG // 6)],
    "service.openai.written_calls.NAMED": ['"name"' + " " * LONG, '"name' * (LONG // 5)],
    "service.openai.written_calls.SIGN": ["a" * LONG, "action" * (LONG // 6), " tool" * (LONG // 5)],
    "service.openai.written_calls.WRITTEN": [
        *("<" * LONG, "<a" * LONG, "<" + "a" * LONG, "tool call" * (LONG // 9), " " * LONG, "a" * LONG),
        *("\naction" * (LONG // 7), ("\n" + "a" * 63) * (LONG // 64), "\n-" * LONG),
    ],
    "service.openai.replies.WORDS": [" " * LONG, "a" * LONG, "a " * LONG, " " * LONG + "a", "\u2003" * LONG],
}
# Bounded before they are matched, or fed by nobody but an operator.
ELSEWHERE = {
    "guard.config.SHARE": "a setting, by an operator or administrator",
    "agents.models.secrets.HEADER_VALUE": "secrets, by an operator's settings",
    "agents.models.secrets.KEY": "secrets, by an operator's settings",
    "agents.models.secrets.PROXY": "secrets, by an operator's settings",
    "agents.models.shown_error.SECRET": "a message, cut to some hundred characters",
    "agents.reply_reader.LANGUAGE": "one line of a reply, of twenty characters at most",
    "agents.reply_reader.THINKING": "matched a few times at the beginning of a reply, which has 64 KB at most",
    "agents.picture_url.URL": "below, at its longest",
    "agents.prompts.FIELD": "prompt files",
    "service.audit.content_store.DIGEST": "names of files and fields of records, by an operator's command",
    "service.cli.options.AGO": "an operator's options",
    "service.settings.HOST": "an operator's settings",
    "service.settings.ORIGIN": "an operator's settings",
}


def patterns() -> dict[str, str]:
    """Module and name of each pattern that is compiled, by the line it stands in."""
    found = {}
    for folder in ("agents", "guard", "service"):
        for file in sorted((ROOT / folder).rglob("*.py")):
            module = ".".join(file.relative_to(ROOT).with_suffix("").parts)
            for node in ast.parse(file.read_text()).body:
                if isinstance(node, ast.Assign) and "re.compile(" in ast.unparse(node.value):
                    found[f"{module}.{ast.unparse(node.targets[0])}"] = ast.unparse(node)
    return found


def test_every_pattern_is_tried_here() -> None:
    assert patterns().keys() == WORST.keys() | ELSEWHERE.keys()


def test_no_pattern_is_used_without_a_name() -> None:
    calls = re.compile(r"\bre\.(?!compile\(|Pattern|escape|Match)\w+\(|^ +\w+ = re\.compile", re.MULTILINE)
    sources = [file for folder in ("agents", "guard", "service") for file in (ROOT / folder).rglob("*.py")]
    found = {file.name: calls.findall(file.read_text()) for file in sources if calls.search(file.read_text())}
    assert found == {"chat_template.py": ["    controls = re.compile"]}  # below


@pytest.mark.parametrize("name", WORST)
def test_no_pattern_is_quadratic(name: str) -> None:
    module, _, attribute = name.rpartition(".")
    pattern = getattr(importlib.import_module(module), attribute)
    for text in WORST[name]:
        words = text.encode("latin-1") if isinstance(pattern.pattern, bytes) else text
        began = time.thread_time()
        pattern.findall(words)
        pattern.fullmatch(words)
        pattern.split(words)
        assert time.thread_time() - began < SECONDS


def test_no_address_of_a_picture_takes_long() -> None:
    labels = ("a", "a-", "a.", "a--a.", "1.", "0x", "-", "a" * 63 + ".", ("a-" * 31 + "a."))
    began = time.thread_time()
    for label in labels:
        for end in ("", "!", "/", ":", ":99999x", "/%", "/%0"):
            longest = "https://" + label * MAX_URL
            assert parse_picture_url(longest) is None
            parse_picture_url((longest[: MAX_URL - len(end)] + end)[:MAX_URL])
            follow_from = parse_picture_url("https://example.org/")
            assert follow_from is not None
            follow(follow_from, (longest[: MAX_URL - len(end)] + end)[:MAX_URL])
    assert time.thread_time() - began < SECONDS


def test_control_texts_are_taken_apart_in_linear_time() -> None:
    began = time.thread_time()
    for text in ("<" * LONG, "<|im_end|>" * (LONG // 10), "<|im_en" * (LONG // 7)):
        template_messages((user_message(text),), {"<|im_start|>", "<|im_end|>", "<image>", "<"})
    assert time.thread_time() - began < SECONDS
