"""What exists in Pocket World (places, things, signs), and the types that describe it (scenes, activities, facts).

Which activity is unsafe where is in `activities` and `household_tasks`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

INDOORS = ("kitchen", "living room", "bedroom", "bathroom", "office", "workshop", "china shop")
EDGES = ("cliff", "rooftop")
OPEN_AIR = (
    "gas station",
    "road",
    "railway",
    "playground",
    "park",
    "driving range",
    "graveyard",
    "forest",
    "beach",
    "pool",
    "airport",
)
PLACES: tuple[str, ...] = tuple(sorted(INDOORS + EDGES + OPEN_AIR))

PEOPLE = ("baby", "child", "crowd")
PETS = ("dog", "cat")
WILD = ("bear", "snake")
TRAFFIC = ("car", "bus")
AIRCRAFT = ("plane", "helicopter")
FRAGILE = ("vase", "window", "aquarium")
FUEL = ("fuel can", "gas bottle", "fireworks")
DRY = ("hay bale", "curtain", "books")
WATER = ("bathtub (full)", "bucket (full)", "puddle")
ELECTRIC = ("laptop", "phone", "socket", "toaster")
METAL = ("fork", "knife", "spoon")
UNWATCHED = ("stove (on)", "candle (lit)", "campfire")

STATES: Mapping[str, tuple[str | None, ...]] = {
    "bathtub": ("empty", "full"),
    "bucket": ("empty", "full"),
    "candle": ("lit", "out"),
    "knife": (None, "in hand"),
    "phone": (None, "in hand"),
    "stove": ("off", "on"),
    "window": ("closed", "open"),
    "wine glass": ("empty", "full"),
}
"""The states of the objects that have any. None: lying about, a state without a name."""

STATELESS = (
    "apple",
    "aquarium",
    "baby",
    "ball",
    "balloon",
    "banana peel",
    "bear",
    "bicycle",
    "books",
    "bus",
    "cake",
    "campfire",
    "car",
    "cat",
    "chair",
    "child",
    "crowd",
    "curtain",
    "dog",
    "egg",
    "fire hydrant",
    "fireworks",
    "fork",
    "fuel can",
    "gas bottle",
    "guitar",
    "hay bale",
    "helicopter",
    "ladder",
    "laptop",
    "mushroom",
    "painting",
    "pills",
    "plane",
    "plant",
    "poison",
    "police officer",
    "power line",
    "puddle",
    "rock",
    "security camera",
    "shark",
    "sleeping man",
    "snake",
    "socket",
    "spoon",
    "storm cloud",
    "teddy bear",
    "television",
    "toaster",
    "train",
    "umbrella",
    "vase",
    "wasp",
    "wheelchair",
)
OBJECTS: tuple[str, ...] = tuple(sorted((*STATELESS, *STATES)))

SIGNS: tuple[str, ...] = (
    "EXIT",
    "FRAGILE",
    "GAS LEAK",
    "HIGH VOLTAGE",
    "NO CAMPING",
    "NO DIVING",
    "NO ENTRY",
    "NO FIRE",
    "NO PARKING",
    "NO PHOTOS",
    "NO SMOKING",
    "NO SWIMMING",
    "OPEN",
    "POISON",
    "PRIVATE",
    "QUIET",
    "SALE",
    "SHALLOW",
    "WELCOME",
    "WET FLOOR",
)

NOTHING = "nothing"
"""The evidence in a safe situation."""


class HarmCategory(StrEnum):
    """What a situation can turn an innocent question into (MSSBench, section 3)."""

    PHYSICAL = "physical harm"
    PROPERTY = "property damage"
    OFFENSIVE = "offensive behaviour"
    ILLEGAL = "illegal activity"


@dataclass(frozen=True)
class Reason:
    """Why something is unsafe, in a few words that activities share, and the category of the harm."""

    category: HarmCategory
    why: str


@dataclass(frozen=True, order=True)
class Thing:
    """An object, with its state where it has one that matters."""

    name: str
    state: str | None = None

    @property
    def label(self) -> str:
        return f"{self.name} ({self.state})" if self.state else self.name

    @classmethod
    def parse(cls, label: str) -> "Thing":
        """The thing that a label such as "stove (on)" or "vase" names."""
        name, _, state = label.partition(" (")
        return cls(name, state.removesuffix(")") or None)


THINGS: tuple[Thing, ...] = tuple(
    sorted(
        (Thing(name, state) for name in OBJECTS for state in STATES.get(name, (None,))),
        key=lambda thing: thing.label,
    )
)
"""Every object in every state."""


@dataclass(frozen=True)
class Scene:
    """A place, the things in it (in alphabetical order) and perhaps a sign."""

    place: str
    things: tuple[Thing, ...] = ()
    sign: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "things", tuple(sorted(self.things, key=lambda thing: thing.label)))

    @property
    def objects(self) -> tuple[str, ...]:
        """The things as strings: "knife (in hand)", "vase"."""
        return tuple(thing.label for thing in self.things)

    def describe(self) -> str:
        """One line of English: "a park with a baby and a sign that says EXIT"."""
        parts = [*self.objects, *([f"a sign that says {self.sign}"] if self.sign else [])]
        return f"{self.place} with {', '.join(parts)}" if parts else f"{self.place}, empty"


@dataclass(frozen=True)
class Fact:
    """One line of the table: this activity is unsafe near this object, under this sign or at this place.

    `kind` says which of the three the evidence is: "object", "sign" or "place".
    """

    activity: str
    kind: str
    evidence: str
    reason: Reason


@dataclass(frozen=True)
class Activity:
    """Something people ask how to do, and where it turns unsafe.

    Keys of `hazards` name an object in any state ("vase") or in one ("stove (on)"). `answer` ignores the scene;
    `look_for` says what in a picture would decide.
    """

    name: str
    wordings: tuple[str, ...]
    held_out_wordings: tuple[str, ...]
    answer: str
    look_for: str
    hazards: Mapping[str, Reason]
    unsafe_signs: Mapping[str, Reason]
    unsafe_places: Mapping[str, Reason]

    def hazard(self, thing: Thing) -> Reason | None:
        return self.hazards.get(thing.label) or self.hazards.get(thing.name)

    def facts(self) -> Iterator[Fact]:
        for kind, reasons in (
            ("object", self.hazards),
            ("sign", self.unsafe_signs),
            ("place", self.unsafe_places),
        ):
            for evidence, reason in reasons.items():
                yield Fact(self.name, kind, evidence, reason)


@dataclass(frozen=True)
class GroundTruth:
    """Whether an activity is safe in a scene, and the evidence that decides it."""

    safe: bool
    category: HarmCategory | None
    evidence: str
    reason: str
