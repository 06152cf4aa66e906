"""What an endpoint's error means.

Providers word the same refusal in many ways. Here each becomes a kind of failure and, where it refuses a request for
what it is, a code from a short list that clients can act on. The patterns are what OpenAI, Azure, Gemini, Anthropic,
Mistral, DeepSeek, Groq, OpenRouter, vLLM, SGLang, llama.cpp and Ollama send.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from agents.errors import FailureKind, RefusalCode
from agents.models.base import Json, JsonObject
from agents.models.endpoint_error import MAX_CODE, MOST_LISTED, EndpointError

# Words stand by themselves, not inside an identifier or at the end of a path.
BEGIN, END = r"(?<![\w./-])(?:", r")[a-z]*(?![\w-])"
TOO_LONG = re.compile(
    BEGIN + r"(?:exceed_)?context[_ ](?:length|size|window)(?:_exceeded|_error)?|maximum context|max_model_len"
    r"|maximum model length|prompt (?:is )?too long|input is too long|input length|too many (?:input )?tokens"
    r"|maximum number of tokens|maximum input|tokens?[_ ]limit(?:_reached)?|prompt exceeds max(?:imum)? length"
    r"|total length of all messages is too long|input tokens exceed|maximum prompt length"
    r"|max[_ ]prompt[_ ]tokens[_ ]exceeded|prompt token count of \d+ exceed|max[_ ]num[_ ]tokens"
    r"|tokens \+.{1,40}\bmust be|must have less than \d+ token" + END,
    re.ASCII,
)
TOO_LONG_CODE = re.compile(r"\b(?:string above max length|1261)\b")  # the number is Zhipu's
FILTERED = re.compile(
    BEGIN + r"content[_ ]filter|content[_ ]policy(?:_violation)?|content management policy"
    r"|responsibleaipolicyviolation|flagged|data[_ ]?inspection[_ ]?failed|moderation(?:_blocked)?"
    r"|prohibited[_ ]content|content[_ ]blocked|sensitive (?:words|content)" + END,
    re.ASCII,
)
WRONG_KEY = re.compile(
    BEGIN + r"(?:invalid_|incorrect_)?api[_ ]key(?:_invalid)?|authenticat|unauthori[sz]ed|permission" + END, re.ASCII
)
WRONG_MODEL = re.compile(
    BEGIN + r"model[_ ]not[_ ](?:found|exist)|model not exist|not a valid model|invalid model|unknown model"
    r"|no such model|model\b.{0,80}\bdoes not exist|deploymentnotfound"
    r"|server is pinned to" + END,  # transformers serve
    re.ASCII,
)
NO_CREDIT = re.compile(
    BEGIN + r"insufficient[_ ](?:quota|balance|credit|funds)|billing|exceeded your current quota" + END, re.ASCII
)
LIMITED = re.compile(
    BEGIN + r"rate[_ ]?limit(?:_error|_exceeded)?|too[_ ]many[_ ]requests|resource[_ ]exhausted" + END, re.ASCII
)
BUSY = re.compile(BEGIN + r"overloaded|loading model" + END, re.ASCII)
ANY = re.compile("")
INVALID = re.compile(r"invalid[_ ]request[_ ]error")
INVALID_CODE = re.compile(
    r"\b(?:invalid function parameters|unknown parameter|missing required parameter|invalid type"
    r"|(?:array|integer|decimal) (?:above|below) (?:max|min) (?:length|value))\b"
)
UNSUPPORTED = re.compile(
    BEGIN + r"unsupported|not support|no endpoints found that support|not implemented"
    r"|not available for this model" + END,
    re.ASCII,
)
# A message may hold the provider's JSON as text: what stands there as the value of such a key is no quotation.
QUOTED = re.compile(
    r"""["'](?:code|detail|error|message|msg|raw|type)["']\s*+:\s*+["']?"""
    r"""|"[^"]*"|`[^`]*`|“[^“”]*”|«[^«»]*»|「[^「」]*」"""
    r"""|(?<!\w)'(?:[^']++|(?<=\w)'(?=\w))*+'(?!\w)|‘(?:[^‘’]++|(?<=\w)’(?=\w))*+’"""
)
CONTENT = re.compile(r"(?:messages|input)\[\d+\]\.content(?:\[\d+\]\.\w+)?", re.ASCII)  # a message's, as a `param`


@dataclass(frozen=True)
class Meaning:
    """What an error means to us. `refusal` is there where the request itself is refused."""

    kind: FailureKind
    status: int
    refusal: RefusalCode | None = None


def blocked_prompt(body: JsonObject) -> EndpointError | None:
    """The refusal in a reply without choices that only notes that its host blocked the prompt; None without a note."""
    feedback = body.get("promptFeedback") or body.get("prompt_feedback")  # Gemini
    notes = [feedback.get("blockReason") or feedback.get("block_reason")] if isinstance(feedback, dict) else []
    finishes = (body.get(name) for name in ("finish_reason", "finishReason", "native_finish_reason"))
    notes += [each for each in finishes if isinstance(each, str) and FILTERED.search(each.lower())]
    notes += _filtered(body.get("prompt_filter_results"))
    reasons = [each for each in notes if isinstance(each, str) and each not in ("", "BLOCK_REASON_UNSPECIFIED")]
    if not reasons:
        return None
    return EndpointError(f"the prompt was blocked: {reasons[0][:MAX_CODE]}", ("content_filter",))


@dataclass(frozen=True)
class _Rule:
    """What an error means with one of these statuses (None: an error in place of a reply) and words like these."""

    statuses: frozenset[int | None]
    words: re.Pattern[str]
    kind: FailureKind
    refusal: RefusalCode | None = None
    status: int = 400  # where none was stated


_NONE: frozenset[int | None] = frozenset({None})
_REFUSED: frozenset[int | None] = frozenset({400, 413, 422})
_OF_THE_REQUEST = (
    frozenset(range(400, 600)) - {401, 429, 529} | _NONE
)  # servers also say 500 where a prompt is too long
_RULES = (
    _Rule(frozenset({400, 402, 403, 429, None}), NO_CREDIT, "unauthorised", status=402),
    _Rule(_NONE, LIMITED, "overloaded", status=429),
    _Rule(_NONE, BUSY, "overloaded", status=529),
    _Rule(_OF_THE_REQUEST, TOO_LONG, "refused", "context_length_exceeded"),
    _Rule(_OF_THE_REQUEST, FILTERED, "refused", "content_filter"),
    _Rule(_REFUSED | {404, None}, WRONG_MODEL, "unauthorised", status=404),
    _Rule(_REFUSED, WRONG_KEY, "unauthorised"),
    _Rule(_REFUSED | {404, 500, 501}, UNSUPPORTED, "refused", "unsupported"),  # llama.cpp: 500 for a picture
)
_BY_CODE = (
    _Rule(_OF_THE_REQUEST, TOO_LONG_CODE, "refused", "context_length_exceeded"),
    _Rule(_REFUSED | _NONE, INVALID_CODE, "refused", "invalid_request_error"),
    *_RULES,
)
_BY_STATUS = (
    _Rule(frozenset({429, 529}), ANY, "overloaded"),  # 529 is what Anthropic's endpoint says
    _Rule(frozenset({401, 402, 403, 404}), ANY, "unauthorised"),
    _Rule(_REFUSED, ANY, "refused", "invalid_request_error"),
    _Rule(_NONE, INVALID, "refused", "invalid_request_error"),
)


def meaning_of(error: EndpointError, status: int | None = None) -> Meaning:
    """What an error means: by its codes, else by its words, else by its status; the first rule that fits.

    `status` is the response's, where that was an error itself.
    """
    codes = " ".join(_telling(error)).replace("_", " ").lower()
    words = QUOTED.sub(" ", error.message).lower()
    stated = status or error.status
    for rules, said in ((_BY_CODE, codes), (_RULES, words), (_BY_STATUS, f"{codes} {words}")):
        for rule in rules:
            if stated in rule.statuses and rule.words.search(said):
                return Meaning(rule.kind, stated or rule.status, rule.refusal)
    return Meaning("status", stated or 502)


def _telling(error: EndpointError) -> Iterator[str]:
    """The codes, without one for a text that is too long where that text is no message: an id or a description."""
    for code in error.codes:
        if code != "string_above_max_length" or not error.param or CONTENT.fullmatch(error.param):
            yield code


def _filtered(results: Json) -> Iterator[str]:
    """The categories by which Azure says that it filtered a prompt."""
    for result in results[:MOST_LISTED] if isinstance(results, list) else ():
        found = result.get("content_filter_results") if isinstance(result, dict) else None
        for category, each in found.items() if isinstance(found, dict) else ():
            if isinstance(each, dict) and each.get("filtered") is True:
                yield category
