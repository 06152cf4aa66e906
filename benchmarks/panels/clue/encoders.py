"""What helps CLUE to look: a likeness of picture and words, and a detector. Both are optional, and checkpoints on this
machine: nothing is ever downloaded. Without the extra `local` only the protocols are of use."""

import asyncio
from dataclasses import dataclass
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import Any, Protocol

from PIL import Image, ImageDraw

from benchmarks.errors import FileMissing, OptionInvalid
from benchmarks.pictures import Picture

GREY = (128, 128, 128)
CONFIDENCE = 0.05
ROOM = 1.0  # around a small box, in its own widths and heights, so that it can be recognised


@dataclass(frozen=True)
class Box:
    """A place in a picture, each side as a share of its width or height."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def area(self) -> float:
        """The share of the picture that it covers."""
        return (self.right - self.left) * (self.bottom - self.top)

    def wider(self, room: float) -> "Box":
        """With that much more on each side, within the picture."""
        across, down = room * (self.right - self.left), room * (self.bottom - self.top)
        sides = (self.left - across, self.top - down, self.right + across, self.bottom + down)
        return Box(*(min(max(side, 0.0), 1.0) for side in sides))

    def pixels(self, image: Image.Image) -> tuple[int, int, int, int]:
        """In an image's own pixels, at least one wide and high."""
        left, top = int(self.left * image.width), int(self.top * image.height)
        right, bottom = round(self.right * image.width), round(self.bottom * image.height)
        return left, top, max(right, left + 1), max(bottom, top + 1)


class Relevance(Protocol):
    """How much a picture is like a sentence."""

    async def likeness(self, picture: Picture, text: str) -> float:
        """The cosine of both."""
        ...


class Detector(Protocol):
    """Where a thing is."""

    async def box(self, picture: Picture, word: str) -> Box | None:
        """The surest place, None where there is none."""
        ...


class ClipRelevance:
    """CLIP, or a model like it, from a folder."""

    def __init__(self, folder: Path) -> None:
        check_checkpoint(folder)
        from transformers import AutoModel, AutoProcessor  # noqa: PLC0415  takes seconds, and only this judge needs it

        self._model: Any = AutoModel.from_pretrained(folder, local_files_only=True).eval()
        self._processor: Any = AutoProcessor.from_pretrained(folder, local_files_only=True)

    async def likeness(self, picture: Picture, text: str) -> float:
        """The cosine of both embeddings."""
        return await asyncio.to_thread(self._likeness, picture, text)

    def _likeness(self, picture: Picture, text: str) -> float:
        import torch  # noqa: PLC0415

        inputs = self._processor(text=[text], images=opened(picture), return_tensors="pt", truncation=True)
        with torch.inference_mode():
            out = self._model(**inputs)
            return float(torch.nn.functional.cosine_similarity(out.image_embeds, out.text_embeds)[0])


class Owlv2Detector:
    """OWLv2 from a folder."""

    def __init__(self, folder: Path, confidence: float = CONFIDENCE) -> None:
        check_checkpoint(folder)
        from transformers import Owlv2ForObjectDetection, Owlv2Processor  # noqa: PLC0415

        self._model: Any = Owlv2ForObjectDetection.from_pretrained(folder, local_files_only=True).eval()
        self._processor: Any = Owlv2Processor.from_pretrained(folder, local_files_only=True)
        self._confidence = confidence

    async def box(self, picture: Picture, word: str) -> Box | None:
        """The box with the highest score above the confidence."""
        return await asyncio.to_thread(self._box, picture, word)

    def _box(self, picture: Picture, word: str) -> Box | None:
        import torch  # noqa: PLC0415

        image = opened(picture)
        inputs = self._processor(text=[[f"a photo of {word}"]], images=image, return_tensors="pt")
        with torch.inference_mode():
            out = self._model(**inputs)
        size = [(image.height, image.width)]
        (found,) = self._processor.post_process_grounded_object_detection(
            outputs=out, target_sizes=size, threshold=self._confidence
        )
        if not len(found["scores"]):
            return None
        left, top, right, bottom = found["boxes"][int(found["scores"].argmax())].tolist()
        box = Box(left / image.width, top / image.height, right / image.width, bottom / image.height).wider(0.0)
        return box if box.area else None  # OWLv2 pads pictures to squares, and may point at the padding


def check_checkpoint(folder: Path) -> None:
    """Raises `OptionInvalid` without the packages, and `FileMissing` without the checkpoint."""
    if find_spec("torch") is None or find_spec("transformers") is None:
        raise OptionInvalid(f"{folder}: encoders of a constitution's judge need situguard[local]")
    if not (folder / "config.json").is_file():
        raise FileMissing(folder, "a checkpoint's folder on this machine, with its config.json; nothing is downloaded")


def opened(picture: Picture) -> Image.Image:
    """The picture in colours."""
    with Image.open(BytesIO(picture.read())) as image:
        return image.convert("RGB")


def without(picture: Picture, box: Box) -> Picture:
    """The picture with a grey place in it."""
    image = opened(picture)
    ImageDraw.Draw(image).rectangle(box.pixels(image), fill=GREY)
    return _stored(image)


def cropped(picture: Picture, box: Box) -> Picture:
    """What is in the box, with some room around it."""
    image = opened(picture)
    return _stored(image.crop(box.wider(ROOM).pixels(image)))


def _stored(image: Image.Image) -> Picture:
    buffer = BytesIO()
    image.save(buffer, "PNG")
    return Picture.of(buffer.getvalue())
