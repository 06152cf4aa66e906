"""OpenAI's moderation: what it is asked, and a ruling as it spells one: flagged or not, and by which categories.

OpenAI's category keys are all there, ours beside them. Ours are listed in `agents.findings.Category`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from agents.conversation import Conversation, ImagePart, Kind, Message, Part, TextPart
from agents.findings import Category
from agents.images import Picture
from agents.models.base import Json, JsonObject
from guard.config import Deployment
from guard.verdict import Action, Judgement
from service.openai.api_format import CanonicalRequest, Earlier, PictureAddress
from service.openai.values import (
    EXTRA_HINT,
    SETTING_HINT,
    FieldRules,
    a_list,
    a_text,
    invalid,
    items,
    list_or_empty,
    missing,
    shape,
    unknown,
)

MAX_TEXTS = 32  # of one request; each of them is judged by itself
MAX_PARTS = 256
OWN_MODELS = ("omni-moderation", "text-moderation")  # how the names of OpenAI's own models begin

_TEXT = shape("type", "text")
_IMAGE = shape("type", "image_url")
_IMAGE_URL = shape("url")

OPENAI_CATEGORIES = (
    *("harassment", "harassment/threatening", "hate", "hate/threatening", "illicit", "illicit/violent"),
    *("self-harm", "self-harm/instructions", "self-harm/intent", "sexual", "sexual/minors"),
    *("violence", "violence/graphic"),
)
# OpenAI's type allows no picture to count for these.
TEXT_ONLY = frozenset(
    {
        *("harassment", "harassment/threatening", "hate", "hate/threatening"),
        *("illicit", "illicit/violent", "sexual/minors"),
    }
)
# Under which of OpenAI's keys a harm of ours falls; the other harms have no place there, and only their own key.
NEAREST: Mapping[Category, str] = {
    Category.OFFENSIVE_BEHAVIOUR: "harassment",
    Category.ILLEGAL_ACTIVITY: "illicit",
    Category.FRAUD: "illicit",
    Category.MALWARE: "illicit",
    Category.SEXUAL_CONTENT: "sexual",
}
CATEGORIES = tuple(dict.fromkeys((*OPENAI_CATEGORIES, *(category.value for category in Category))))


def moderation_result(judgement: Judgement, kinds: Iterable[Kind], *, explain: bool) -> JsonObject:
    """What one judgement found. `kinds` are those of the parts it is about; without `explain`, no category is told.

    Whatever would not be released is flagged, so what is unclear too. Scores are 0 or 1: a verdict is no probability.
    """
    category = judgement.category if explain else None
    seen = [kind for kind in ("text", "image") if kind in set(kinds)]
    found = set() if category is None else {category.value, NEAREST.get(category, category.value)}
    return {
        "flagged": judgement.action is not Action.RELEASE,
        "categories": {name: name in found for name in CATEGORIES},
        "category_scores": {name: float(name in found) for name in CATEGORIES},
        "category_applied_input_types": {name: ["text"] if name in TEXT_ONLY else seen for name in CATEGORIES},
    }


class Moderations:
    """The moderations API, as an `ApiFormat`. Each turn of its conversation is to be judged by itself."""

    def picture_addresses(self, document: JsonObject) -> Iterator[PictureAddress]:
        """Wherever a part has a picture."""
        for where, part in items(list_or_empty(document.get("input")), "input"):
            image = part.get("image_url") if isinstance(part, dict) else None
            if isinstance(image, dict) and isinstance(image.get("url"), str):
                yield image["url"], f"{where}.image_url.url"

    def earlier(self, _: JsonObject) -> Earlier:
        """Nothing is held of a question."""
        return Earlier()

    def read(self, document: JsonObject, setting: Deployment, pictures: Mapping[str, Picture]) -> CanonicalRequest:
        """The request: a text, texts that are judged one by one, or parts that are judged together."""
        rules = FieldRules(setting.unknown_fields, frozenset(), pictures)
        for name in document.keys() - {"input", "model"}:
            if rules.unknown == "refuse" and document[name] is not None:
                raise unknown(name, SETTING_HINT + EXTRA_HINT)
        if sum(1 for _ in self.picture_addresses(document)) > setting.limits.pictures:
            raise invalid("input", f"at most {setting.limits.pictures} pictures are allowed in one request")
        return CanonicalRequest(Conversation(tuple(_turns(document.get("input"), rules))), {})

    def reply_id(self, decision: str) -> str:
        return f"modr-{decision}"


def _turns(value: Json, rules: FieldRules) -> Iterator[Message]:
    if value is None:
        raise missing("input")
    listed = [value] if isinstance(value, str) else a_list(value, "input", least=1, most=MAX_PARTS)
    if all(isinstance(item, str) for item in listed):
        if len(listed) > MAX_TEXTS:
            raise invalid("input", f"at most {MAX_TEXTS} texts are allowed in one request")
        yield from (Message("user", (TextPart(item),)) for item in listed)
    else:
        yield Message("user", tuple(_part(item, where, rules) for where, item in items(listed, "input")))


def _part(value: Json, param: str, rules: FieldRules) -> Part:
    kind = value.get("type") if isinstance(value, dict) else None
    if kind == "text":
        return TextPart(a_text(_TEXT.of(value, param, rules).get("text"), f"{param}.text"))
    if kind == "image_url":
        image = _IMAGE_URL.of(_IMAGE.of(value, param, rules).get("image_url"), f"{param}.image_url", rules)
        where = f"{param}.image_url.url"
        return ImagePart(rules.picture(a_text(image.get("url"), where), where))
    raise invalid(f"{param}.type", "one of text, image_url is expected")
