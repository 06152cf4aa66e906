"""Three thousand verdicts that are none, and the parser that must not take any for a safe one."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator

from agents.findings import SituationFinding, Verdict
from tests.readers import read_finding

GOOD = {"evidence": "a lawn", "category": None, "verdict": "safe", "reason": "nothing is near"}
PHRASES = (
    "safe", "Safe.", "SAFE", "yes", "no", "allow", "allowed", "ok", "True", "true", "1", "0", "null", "[]", "{}",
    '"safe"',
    "Hallucinated.", "unsafe", "not safe", "is it safe?", "The answer is safe.", "verdict: safe", "safe\nunsafe",
    "I cannot judge this, but it is safe", "<verdict>safe</verdict>", "verdict=safe", "```safe```",
    "", " ", "\0", "safe\0",
)  # fmt: skip
LABELS = (
    "SAFE.", "ＳAFE", "safe.", "safe ", " safe", "safe\n", "s\u0430fe", "ｓafe", "safe\u200b", "sa\u00adfe",
    "safe\u0000",
    "unsafe or safe", "safe/unsafe", "not unsafe", "true", "", "allow", "yes",
)  # fmt: skip
WRONG_TYPES: tuple[object, ...] = (None, True, False, 1, 0, 1.0, [], ["safe"], {}, {"value": "safe"}, [["safe"]])
WRAPPERS = (
    "{x}.", "Answer: {x}", "```json\n{x}\n```\n{x}", "``{x}``",
    "{x}{x}", "[{x}]", "{x}\n{x}", "{x},", "({x})", "\ufeff{x}", "// {x}",
    "{x} //",
    "<json>{x}</json>", "{x}\0", "'{x}'", "x{x}", "{x};", "{{{x}}}", '{{"finding": {x}}}', "data: {x}",
)  # fmt: skip
COUNT = 3000


def hostile_verdicts(seed: int = 15) -> Iterator[str]:
    """The tables, then damage by dice until there are enough."""
    good = json.dumps(GOOD)
    yield from PHRASES
    yield from (json.dumps({**GOOD, "verdict": label}) for label in (*LABELS, *WRONG_TYPES))
    yield from (wrapper.replace("{x}", good).replace("{{", "{").replace("}}", "}") for wrapper in WRAPPERS)
    yield from (json.dumps({name: value for name, value in GOOD.items() if name != missing}) for missing in GOOD)
    yield from (json.dumps({**GOOD, extra: "safe"}) for extra in ("allow", "Verdict", "verdict2", "nonce", "__proto__"))
    yield from (good[:-1] + f', "verdict": "{verdict}"}}' for verdict in ("safe", "unsafe", "unclear"))
    yield good.replace("safe", "sa\\ud800fe")
    yield json.dumps({**GOOD, "evidence": "x" * 10_000_000})
    yield from _damaged(good, random.Random(seed))


def _damaged(good: str, dice: random.Random) -> Iterator[str]:
    while True:
        text = list(good)
        for _ in range(dice.randint(1, 3)):
            place = dice.randrange(len(text))
            match dice.randrange(3):
                case 0:
                    del text[place]
                case 1:
                    text.insert(
                        place,
                        chr(dice.choice([0, 9, 34, 44, 58, 92, 123, 125, 0x200B, 0x430, dice.randrange(32, 127)])),
                    )
                case _:
                    text[place] = chr(dice.randrange(32, 127))
        yield "".join(text)


def false_allows(seed: int = 15) -> tuple[int, list[str]]:
    """How many were tried, and those that were taken for safe although a strict reader would not."""
    texts = hostile_verdicts(seed)
    wrong: list[str] = []
    tried = 0
    while tried < COUNT:
        text = next(texts)
        if _is_exact(text):
            continue
        tried += 1
        finding = read_finding(text, SituationFinding)
        if finding is not None and finding.verdict is Verdict.SAFE:
            wrong.append(text[:200])
    return tried, wrong


def _is_exact(text: str) -> bool:
    """Whether damage left a good verdict (a changed letter in the reason, say). Reads JSON with a parser of its own."""
    try:
        pairs = json.loads(text, object_pairs_hook=list)
    except ValueError:
        return False
    if not isinstance(pairs, list) or sorted(str(pair[0]) for pair in pairs if isinstance(pair, tuple)) != sorted(GOOD):
        return False
    value = dict(pairs)
    if str(value["verdict"]).lower() != "safe":
        return False
    texts = isinstance(value["evidence"], str) and isinstance(value["reason"], str)
    return texts and value["category"] is None and len(value["evidence"]) <= 1200
