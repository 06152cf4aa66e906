"""What an endpoint's error means, and what of its words an operator may read.

Providers word the same refusal in many ways. Here each becomes a kind of failure and, where it refuses a request for
what it is, a code from a short list that clients can act on. The patterns are what OpenAI, Azure, Gemini, Anthropic,
Mistral, DeepSeek, Groq, OpenRouter, Zhipu, Perplexity, xAI, Bedrock, MiniMax, vLLM, SGLang, TGI, TensorRT-LLM,
llama.cpp and Ollama send. A message also quotes names of the client's own: quotations are no words of the provider's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from agents.errors import FailureKind, RefusalCode
from agents.models.base import Json, JsonObject
from agents.strict_json import JsonRejected, parse_json

MAX_DETAIL = 240  # characters of an endpoint's message in a log line or a record
MAX_CODE = 64
LEAST_QUOTED = 2  # a single letter or digit tells nothing
MAX_SEARCHED = 100_000  # characters of a request that a message is compared with; of a longer one, nothing is shown
LEAST_SHARED = 12  # characters in a row that a message may not share with the request
LEAST_WORD = 6  # letters of a single word that it may not share, unless it is one of these
COMMON = frozenset({
    "available", "characters", "completion", "completions", "content", "context", "exceeded", "exceeds",
    "expected", "failed", "format", "function", "image", "images", "instead", "invalid", "length", "limit",
    "maximum", "message", "messages", "missing", "model", "models", "number", "object", "parameter",
    "parameters", "please", "prompt", "provided", "received", "request", "requested", "required", "response",
    "schema", "string", "support", "supported", "system", "tokens", "unsupported", "values",
})  # fmt: skip
CODE = re.compile(rf"[\w.:/-]{{1,{MAX_CODE}}}", re.ASCII)
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
ERROR_STATUS = re.compile(r"[45]\d\d")
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
RETRY_DELAY = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)s", re.ASCII)
DEEPEST = 5  # levels below which no message is looked for
MOST_LISTED = 8  # errors of one list
SAYS = (
    *("message", "detail", "msg", "error_description", "status_msg", "Message"),
    *("error", "errors", "fault", "faultstring", "title"),
)  # fmt: skip
"""The names that a message has, or what holds it."""

SECRET = re.compile(
    r"(?i)\bbearer\s+\S+"
    r"|\b(?:sk|pk|rk|gsk|xai|key|org|proj|hf|sg|aiza)[-_]?[\w*.-]{8,}"
    r"|\S*\*{2,}\S*"  # keys that an endpoint has masked still show their ends
    r"|(?<=\?)\S+"  # a query may hold a key
    r"|[\w.+-]+@[\w-]+\.\S+"
    r"|\b(?=\w*\d)(?=\w*[A-Za-z])[\w-]{24,}"
)
CUT = "…"
# In scripts without spaces, each character counts as a word.
WORD = re.compile(r"[\u2e80-\ud7ff\uf900-\ufaff]|[^\s\u2e80-\ud7ff\uf900-\ufaff]+")
QUOTES = "\"'`“‘«"
EDGES = "\"'`“”‘’«»()[]{}<>.,:;!?"


@dataclass(frozen=True)
class EndpointError:
    """An error as an endpoint states it. `codes` are its codes and types, the most telling first.

    `param` is the field that it blames, and `retry_after` the seconds that its body says to wait.
    """

    message: str = ""
    codes: tuple[str, ...] = ()
    status: int | None = None
    param: str = ""
    retry_after: str | None = None

    @property
    def code(self) -> str:
        """The endpoint's own code; empty where it has none in the form of one."""
        return next((code for code in self.codes if CODE.fullmatch(code)), "")


@dataclass(frozen=True)
class Meaning:
    """What an error means to us. `refusal` is there where the request itself is refused."""

    kind: FailureKind
    status: int
    refusal: RefusalCode | None = None


def stated_error(document: Json) -> EndpointError | None:
    """The error that a JSON document reports, in any form in use; None where it reports none."""
    if isinstance(document, list) and len(document) == 1:  # Gemini
        document = document[0]
    if not isinstance(document, dict):
        return None
    error = document.get("error")
    if not error and "error" in (document.get("object"), document.get("type")):  # older vLLM; Anthropic's events
        error = document
    if not error and not document.get("choices"):
        error = _unnamed_error(document)
    return _endpoint_error(error, document) if error else None


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


def error_of_response(raw: bytes) -> EndpointError:
    """What the body of a response with an error's status says."""
    try:
        document = parse_json(raw.removeprefix(b"\xef\xbb\xbf"), any_number=True)
    except JsonRejected:
        text = raw.decode("utf-8", "replace").strip()
        return EndpointError("" if text.startswith("<") else text)
    stated = stated_error(document)
    if stated is not None:
        return stated
    return _endpoint_error(document, document) if isinstance(document, dict) else EndpointError()


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


def shown(message: str, *, secrets: Sequence[str], request: Sequence[str]) -> str:
    """A message for operators: one short line, without secrets, and without anything that also stands in the request.

    `request` are the texts of the request. What a message may share with them is common words, and no number.
    """
    text = " ".join("".join(each if each.isprintable() else " " for each in message[: 4 * MAX_DETAIL]).split())
    for secret in secrets:
        text = text.replace(secret, CUT) if secret else text
    text = SECRET.sub(CUT, text)
    if sum(map(len, request)) > MAX_SEARCHED:
        return ""
    text = _without(text, " ".join(" ".join(request).split()).casefold())
    return text if len(text) <= MAX_DETAIL else f"{text[: MAX_DETAIL - 1]}{CUT}"


def _without(text: str, request: str) -> str:
    """The text with every run of words cut out that stands in the request and would tell something of it."""
    words, kept, place = [match.span() for match in WORD.finditer(text)], list[str](), 0
    after = 0  # the end of what was taken over or cut
    while place < len(words):
        start, end = words[place][0], place
        while end < len(words) and text[start : words[end][1]].strip(EDGES).casefold() in request:
            end += 1
        if end > place and _tells(text[start : words[end - 1][1]]):
            kept.append(f"{text[after:start]}{CUT}")
            after, place = words[end - 1][1], end
        else:
            place += 1
    return "".join(kept) + text[after:]


def _tells(run: str) -> bool:
    """Whether a run of words says something of the request: many words, a number, a quotation, or another script."""
    bare = run.strip(EDGES)
    if len(bare) < LEAST_QUOTED or bare.casefold() in COMMON:
        return False
    is_long = len(bare) >= (LEAST_SHARED if " " in bare else LEAST_WORD)
    return is_long or any(map(str.isdigit, bare)) or run[0] in QUOTES or not bare.isascii()


def _unnamed_error(document: JsonObject) -> JsonObject | None:
    """What reports an error in a document without `error` and without choices; None where it reports none."""
    base = document.get("base_resp")
    if isinstance(base, dict) and base.get("status_code") not in (0, "0", None):  # MiniMax
        return base
    failed = document.get("success") is False or (_status(document) is not None and _said(document))
    return document if failed else None


def _endpoint_error(error: Json, document: JsonObject) -> EndpointError:
    first = error[0] if isinstance(error, list) and error else error
    about = first if isinstance(first, dict) else document
    metadata, param = about.get("metadata"), about.get("param")
    raw = metadata.get("raw") if isinstance(metadata, dict) else None  # what OpenRouter's provider said
    return EndpointError(
        " ".join(filter(None, (_said(error), _said(raw)))),
        tuple(_codes(about)),
        _status(about),
        param if isinstance(param, str) else "",
        _retry_after(about.get("details")),
    )


def _said(value: Json, deepest: int = DEEPEST) -> str:
    """The message that a value is, or holds under one of the names in use."""
    if isinstance(value, dict) and deepest:
        fields = value.get("errors")
        # ASP.NET's have one list for each field.
        held = {**value, "errors": list(fields.values())} if isinstance(fields, dict) else value
        return next(filter(None, (_said(held.get(name), deepest - 1) for name in SAYS)), "")
    if isinstance(value, list) and deepest:
        value = "; ".join(filter(None, (_said(each, deepest - 1) for each in value[:MOST_LISTED])))
    return value[:MAX_SEARCHED] if isinstance(value, str) else ""


def _filtered(results: Json) -> Iterator[str]:
    """The categories by which Azure says that it filtered a prompt."""
    for result in results[:MOST_LISTED] if isinstance(results, list) else ():
        found = result.get("content_filter_results") if isinstance(result, dict) else None
        for category, each in found.items() if isinstance(found, dict) else ():
            if isinstance(each, dict) and each.get("filtered") is True:
                yield category


def _retry_after(details: Json) -> str | None:
    """The seconds to wait that Gemini states among an error's details."""
    for each in details[:MOST_LISTED] if isinstance(details, list) else ():
        delay = each.get("retryDelay") if isinstance(each, dict) else None
        if isinstance(delay, str) and (stated := RETRY_DELAY.fullmatch(delay)):
            return stated[1]
    return None


def _codes(error: JsonObject) -> Iterator[str]:
    for holder in (error, error.get("innererror"), error.get("error")):
        if isinstance(holder, dict):
            codes = (holder.get(name) for name in ("code", "type", "status"))
            yield from (code[:MAX_SEARCHED] for code in codes if isinstance(code, str) and code)


def _status(error: JsonObject) -> int | None:
    """The HTTP status that an error's body names."""
    for name in ("status", "status_code", "code"):
        value = error.get(name)
        number = int(value) if isinstance(value, str) and ERROR_STATUS.fullmatch(value) else value
        if isinstance(number, int) and not isinstance(number, bool) and 400 <= number <= 599:
            return number
    return None
