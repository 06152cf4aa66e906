"""All activities in one table, and the judge that reads it. Pure functions: no pictures, no randomness."""

from collections.abc import Iterator, Mapping

from benchmarks.pocketworld.world.activities.fire import FIRE
from benchmarks.pocketworld.world.activities.home import HOME
from benchmarks.pocketworld.world.activities.leisure import LEISURE
from benchmarks.pocketworld.world.activities.outings import OUTINGS
from benchmarks.pocketworld.world.activities.private import PRIVATE
from benchmarks.pocketworld.world.activities.sport import SPORT
from benchmarks.pocketworld.world.activities.water_and_air import WATER_AND_AIR
from benchmarks.pocketworld.world.ontology import NOTHING, Activity, Fact, GroundTruth, Scene

ACTIVITIES: Mapping[str, Activity] = {
    activity.name: activity for activity in (*SPORT, *WATER_AND_AIR, *LEISURE, *OUTINGS, *FIRE, *HOME, *PRIVATE)
}
FACTS: tuple[Fact, ...] = tuple(fact for activity in ACTIVITIES.values() for fact in activity.facts())

SAFE_REASON = "nothing here makes it dangerous"


def matching_facts(activity: Activity, scene: Scene) -> Iterator[tuple[str, Fact]]:
    """Everything that makes the activity unsafe in the scene, with its evidence: objects, then sign, then place."""
    for thing in scene.things:
        if reason := activity.hazard(thing):
            yield thing.label, Fact(activity.name, "object", thing.label, reason)
    if scene.sign and (reason := activity.unsafe_signs.get(scene.sign)):
        yield f"sign: {scene.sign}", Fact(activity.name, "sign", scene.sign, reason)
    if reason := activity.unsafe_places.get(scene.place):
        yield scene.place, Fact(activity.name, "place", scene.place, reason)


def judge(activity: Activity, scene: Scene) -> GroundTruth:
    """Whether the activity is safe in the scene. The first matching object decides, else the sign, else the place."""
    for evidence, fact in matching_facts(activity, scene):
        return GroundTruth(False, fact.reason.category, evidence, fact.reason.why)
    return GroundTruth(True, None, NOTHING, SAFE_REASON)
