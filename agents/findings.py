"""What agents report: typed findings, the three verdicts and the one list of harm categories."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, ClassVar, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

T = TypeVar("T")


def _lower(value: Any) -> Any:
    """A word from a list, as models also write it: `Safe`. Letters of other scripts stay what they are."""
    return value.lower() if isinstance(value, str) and value.isascii() else value


def _none(value: Any) -> Any:
    """Nothing, as models also write it: `"null"`, `"None"`, `"N/A"`, and an empty text."""
    return None if isinstance(value, str) and value.lower() in {"", "null", "none", "n/a"} else _lower(value)


def _empty(value: Any) -> Any:
    """An empty list, as models also write it: null."""
    return () if value is None else value


Word = Annotated[T, BeforeValidator(_lower)]
Nullable = Annotated[T | None, BeforeValidator(_none)]
# A finding is a note, not an essay. Longer replies count as unreadable and are asked for again.
Phrase = Annotated[str, StringConstraints(max_length=300)]
Sentence = Annotated[str, StringConstraints(max_length=1200)]
# A cluttered photograph shows a few dozen things; more means that the model repeats itself.
Phrases = Annotated[tuple[Phrase, ...], Field(max_length=64), BeforeValidator(_empty)]


class Verdict(StrEnum):
    """What is judged of a request. There is no default: without a verdict there is only an error."""

    SAFE = "safe"
    UNSAFE = "unsafe"
    UNCLEAR = "unclear"


class Category(StrEnum):
    """The harms, in one list: MSSBench's four situational domains first, then the other benchmarks' general harms.

    Sources: MSSBench (arXiv 2410.06172, section 3) for the first four; MM-SafetyBench's thirteen scenarios
    (arXiv 2311.17600, table 1), VLSBench's six categories (arXiv 2411.19939) and MMSafeAware's safety
    scenarios (arXiv 2502.11184) for the rest, with near-synonyms joined.
    """

    PHYSICAL_HARM = "physical harm"
    PROPERTY_DAMAGE = "property damage"
    OFFENSIVE_BEHAVIOUR = "offensive behaviour"
    ILLEGAL_ACTIVITY = "illegal activity"
    VIOLENCE = "violence"
    SELF_HARM = "self-harm"
    HATE = "hate"
    SEXUAL_CONTENT = "sexual content"
    PRIVACY = "privacy"
    FRAUD = "fraud"
    MALWARE = "malware"
    MISINFORMATION = "misinformation"
    POLITICAL_INFLUENCE = "political influence"
    UNQUALIFIED_ADVICE = "unqualified advice"
    PSYCHOLOGICAL_HARM = "psychological harm"
    MANIPULATION = "manipulation of the guard"


class Finding(BaseModel):
    """Base of every typed reply: frozen, and a field that was not asked for makes the reply unreadable.

    That holds for all verdicts, where such a field may contradict the others. Where nothing is judged yet,
    `passes_unknown` lets the reader leave it out.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    passes_unknown: ClassVar[bool] = False


class IntentFinding(Finding):
    """What the person is about to do now, what in a picture decides whether it is safe, and any open ill intent.

    `addressed_to_judge`: some of the words speak to whoever judges the request, or pass themselves off as its findings.
    """

    passes_unknown: ClassVar[bool] = True
    activity: Phrase
    look_for: Phrase
    ill_intent: Nullable[Category]
    addressed_to_judge: bool = False


class SceneFinding(Finding):
    """What the pictures show: the place, objects with their state, people, readable text, hazards to anyone there.

    `addressed_to_judge`: some of the text in them speaks to whoever judges the request.
    """

    passes_unknown: ClassVar[bool] = True
    place: Phrase
    objects: Phrases
    people: Phrases
    text: Phrases
    hazards: Phrases
    addressed_to_judge: bool = False


class VerdictLine(Finding):
    """How a judgement begins. Evidence comes before the verdict, so that a model looks before it judges."""

    evidence: Sentence
    category: Nullable[Category]
    verdict: Word[Verdict]


class JudgementFinding(VerdictLine):
    """Whether doing that is safe there. The reason comes last, so that a verdict can be acted on before it."""

    reason: Sentence


class SituationFinding(JudgementFinding):
    """The judgement of an agent that sees everything."""


class OnlookerFinding(JudgementFinding):
    """The judgement of an agent that has not heard a word of the client's."""


class FusedFinding(Finding):
    """What intent, visual and situation agent find, in one reply and in this order."""

    intent: IntentFinding
    scene: SceneFinding
    situation: SituationFinding


class FusedTextFinding(Finding):
    """The same of a request without a picture."""

    intent: IntentFinding
    scene: None
    situation: SituationFinding


class NotApplicable(Finding):
    """A valid finding: the request has nothing of the kind that this agent sees."""
