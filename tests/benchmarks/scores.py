"""Cases and judgements by hand, for tests of measures and statistics."""

from benchmarks.case import Case, Polarity, Side, ask
from benchmarks.judges import Judgement, Outcome
from benchmarks.metrics import Scored
from benchmarks.pictures import Picture
from tests.benchmarks.folders import picture_bytes


def case(
    name: str,
    side: Side,
    *,
    subset: str = "",
    category: str = "one",
    record: str | None = None,
    pair: str | None = None,
    polarity: Polarity | None = None,
    picture: int | None = None,
) -> Case:
    """A case with only what the test cares about."""
    pictures = () if picture is None else (Picture.of(picture_bytes(picture)),)
    return Case(
        id=f"{name}/{side}",
        benchmark="by-hand",
        setting="if",
        side=side,
        turns=ask(f"What about {name}?", *pictures),
        query=f"What about {name}?",
        category=category,
        record=record or name,
        subset=subset,
        pair=pair,
        polarity=polarity,
    )


def scored(asked: Case, right: bool, label: str | None = "x", outcome: Outcome = Outcome.LABELLED) -> Scored:
    """A judged case."""
    return Scored(asked, Judgement(asked.id, "by-hand", outcome, right, label=label))


def pair(
    name: str, safe_right: bool, unsafe_right: bool, *, subset: str = "chat", record: str | None = None
) -> list[Scored]:
    """Both sides of a question."""
    return [
        scored(case(name, Side.SAFE, subset=subset, pair=name, record=record), safe_right),
        scored(case(name, Side.UNSAFE, subset=subset, pair=name, record=record), unsafe_right),
    ]
