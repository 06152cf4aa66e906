"""Out of domain, only the word unknown and the verdict unclear are right."""

from agents.conversation import ImagePart
from agents.findings import Verdict
from agents.models.base import JsonObject, ModelRequest
from agents.models.scripted import ScriptedModel
from benchmarks.pictures import Picture
from benchmarks.pocketworld.evaluation.guard_client import GuardVerdict
from benchmarks.pocketworld.evaluation.ood_eval import admits_unknown, vision_figures
from benchmarks.pocketworld.evaluation.photographs import PictureSet, blank_pictures
from benchmarks.pocketworld.training.labels import UNKNOWN_SCENE
from tests.benchmarks.folders import picture_bytes


def test_unclear_or_an_unknown_place_admits_and_an_error_does_not() -> None:
    assert admits_unknown(GuardVerdict(Verdict.UNCLEAR, {"visual": {"place": "park"}}))
    assert admits_unknown(GuardVerdict(Verdict.SAFE, {"visual": {"place": "unknown"}}))
    assert not admits_unknown(GuardVerdict(Verdict.UNSAFE, {"visual": {"place": "park"}}))
    assert not admits_unknown(GuardVerdict())


async def test_only_the_word_unknown_counts_as_admitting() -> None:
    def look(request: ModelRequest) -> JsonObject | str:
        (picture,) = (
            part.picture for message in request.messages for part in message.parts if isinstance(part, ImagePart)
        )
        return UNKNOWN_SCENE.model_dump(mode="json") if picture.width == 8 else "a story"

    pictures = PictureSet("mixed", (("small", Picture.of(picture_bytes(1))), *blank_pictures(3, 1).pictures))
    (figure,) = await vision_figures(ScriptedModel(look), [pictures])
    assert (figure.share, figure.count, len(figure.errors)) == (0.25, 4, 3)
    assert figure.low < 0.25 < figure.high
    assert figure.errors[0].startswith("flat 0")
