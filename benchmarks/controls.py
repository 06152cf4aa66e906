"""Controls that show whether the picture was used at all: blank, swapped, or left out.

A model that refuses MSSBench's safe questions as often over a blank picture as over the real one reacts to the presence
of a picture, not to its content (MIS, arXiv 2501.18533v3, found 42-49 % against 33-43 %). A case keeps its id, so that
control and original are compared question by question.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from io import BytesIO
from random import Random

from PIL import Image

from benchmarks.case import Case, Side, Turn
from benchmarks.clusters import cluster, joint_keys
from benchmarks.errors import BenchmarkError
from benchmarks.metrics import split
from benchmarks.pictures import Picture

MID_GREY = (128, 128, 128)
CONTROLS = ("blank picture", "swapped picture", "text only")


class NothingToSwapWith(BenchmarkError):
    """A case's picture cannot be swapped: no unrelated case of its side has as many pictures."""

    def __init__(self, case_id: str) -> None:
        super().__init__(f"{case_id}: no unrelated case of the same side and subset has as many pictures")
        self.case_id = case_id


def text_only(cases: Sequence[Case]) -> tuple[Case, ...]:
    """The same questions without their pictures."""
    return tuple(_with_pictures(case, "text only", []) for case in cases)


def blank_pictures(cases: Sequence[Case]) -> tuple[Case, ...]:
    """The same questions over grey pictures of the original sizes."""
    return tuple(_with_pictures(case, "blank picture", [grey(p) for p in case.pictures]) for case in cases)


def grey(picture: Picture) -> Picture:
    """A grey picture of the same size."""
    with Image.open(BytesIO(picture.read())) as image:
        blank = Image.new("RGB", image.size, MID_GREY)
    buffer = BytesIO()
    blank.save(buffer, "PNG")
    return Picture.of(buffer.getvalue())


def swapped_pictures(cases: Sequence[Case], seed: int) -> tuple[Case, ...]:
    """The same questions over the pictures of other, unrelated cases of the same side and subset.

    Unrelated means that neither a record nor a picture joins the two: the other side's picture of the same question
    would be a different question, not a control.
    """
    numbers = cluster([[case] for case in cases], joint_keys)
    numbered = split(list(zip(cases, numbers, strict=True)), lambda item: item[1])
    groups = [[case for case, _ in group] for group in numbered.values()]
    Random(seed).shuffle(groups)
    donors = {
        case.id: _donor(case, position, [*groups[place + 1 :], *groups[:place]])
        for place, group in enumerate(groups)
        for position, case in enumerate(group)
    }
    return tuple(_with_pictures(case, "swapped picture", donors[case.id].pictures) for case in cases)


def _donor(case: Case, position: int, unrelated: Iterable[Sequence[Case]]) -> Case:
    """The case of the first unrelated group that fits: same side, same subset, as many pictures."""

    def shape(case: Case) -> tuple[Side, str, int]:
        return case.side, case.subset, len(case.pictures)

    for others in unrelated:
        fitting = [other for other in others if shape(other) == shape(case)]
        if fitting:
            return fitting[position % len(fitting)]
    raise NothingToSwapWith(case.id)


def controlled(cases: Sequence[Case], control: str, seed: int) -> tuple[Case, ...]:
    """The cases under a control by its name, one of `CONTROLS`."""
    makers: dict[str, Callable[[], tuple[Case, ...]]] = {
        "blank picture": lambda: blank_pictures(cases),
        "swapped picture": lambda: swapped_pictures(cases, seed),
        "text only": lambda: text_only(cases),
    }
    return makers[control]()


def _with_pictures(case: Case, control: str, pictures: Sequence[Picture]) -> Case:
    """Put `pictures` in the places of the case's own, in order; places left over are removed."""
    waiting = iter(pictures)

    def place(part: str | Picture) -> list[str | Picture]:
        return [part] if isinstance(part, str) else [picture for picture in [next(waiting, None)] if picture]

    turns = tuple(Turn(turn.role, tuple(kept for part in turn.parts for kept in place(part))) for turn in case.turns)
    return replace(case, turns=turns, metadata={**case.metadata, "control": control})
