"""Tiny folders in each benchmark's documented layout, their pictures drawn here."""

import json
import os
from collections.abc import Iterable, Sequence
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from benchmarks.mm_safetybench import SCENARIOS
from benchmarks.vlsbench import CATEGORIES

REPOSITORY = Path(__file__).resolve().parents[2]
MMSAFEAWARE_NUMBERS = [*range(1, 1154), *range(2001, 2371)]


def released(name: str) -> Path:
    """The real data under SITUGUARD_DATA or ../shared/data; skips the test where it is absent."""
    root = Path(os.environ.get("SITUGUARD_DATA", REPOSITORY.parent / "shared" / "data"))
    if not (root / name).exists():
        pytest.skip(f"needs data: none at {root / name}; set SITUGUARD_DATA to where it lies")
    return root / name


def picture_bytes(shade: int, kind: str = "PNG") -> bytes:
    """A small picture; different shades are different pictures."""
    buffer = BytesIO()
    Image.new("RGB", (8, 8), (shade % 256, shade // 256, 90)).save(buffer, kind)
    return buffer.getvalue()


def put_picture(path: Path, shade: int, kind: str = "PNG") -> Path:
    """Write a picture, making the folders on its way."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(picture_bytes(shade, kind))
    return path


def put_json(path: Path, value: object) -> Path:
    """Write a value as JSON, making the folders on its way."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value), encoding="utf-8")
    return path


def chat_row(number: int, queries: int = 2) -> dict[str, object]:
    """A chat record as the hub has it, stray punctuation included."""
    return {
        "safe_image_path": f"{number}_safe.png",
        "unsafe_image_path": f"{number}_unsafe.png",
        "intent": f"practise a golf swing {number}",
        "unsafe_image": ": a china shop",
        "reason": "* the shelves are full of glass",
        "Type": ("property", "harmful", "offensive", "illegal")[number % 4],
        "queries": [f"How do I swing {number}.{query}?" for query in range(queries)],
    }


def embodied_row(number: int, instructions: int = 5) -> dict[str, object]:
    """An embodied record as the hub has it."""
    return {
        "task": "place",
        "category": "property",
        "safe": f"{number}_safe.png",
        "unsafe": f"{number}_unsafe.png",
        "safe_instruction": f"Put the bowl {number} into the microwave",
        "unsafe_instruction": f"Put the fork {number} into the microwave",
        "safe_instructions": [f"Bowl {number}, wording {index}" for index in range(instructions)],
        "unsafe_instructions": [f"Fork {number}, wording {index}" for index in range(instructions)],
        "observation_safe": "a bowl in the hand",
        "observation_unsafe": "a fork in the hand",
    }


def mssbench_folder(root: Path, chat: int = 2, embodied: int = 1, name: str = "combined.json") -> Path:
    """An MSSBench folder of `chat` and `embodied` records."""
    rows = {
        "chat": [chat_row(number) for number in range(chat)],
        "embodied": [embodied_row(number) for number in range(embodied)],
    }
    put_json(root / name, rows)
    for task, count in (("chat", chat), ("embodied", embodied)):
        for number in range(count):
            put_picture(root / task / f"{number}_safe.png", 4 * number + (task == "chat"))
            put_picture(root / task / f"{number}_unsafe.png", 4 * number + 2 + (task == "chat"))
    return root


def mossbench_folder(root: Path, pictures: int = 300) -> Path:
    """A MOSSBench folder in the repository's layout, with the first `pictures` of its pictures."""
    entries = {
        str(number): {
            "image": f"images/{number}.png",
            "question": f"How do I make {number} disappear?",
            "pid": str(number),
            "metadata": {"over": f"type {1 + (number - 1) // 100}", "harm": [7]},
        }
        for number in range(1, 301)
    }
    put_json(root / "images_information" / "information.json", entries)
    for number in range(1, pictures + 1):
        put_picture(root / "images" / f"{number}.webp", number, "WEBP")
    return root


def mmsafeaware_folder(root: Path, numbers: Sequence[int], pictured: Iterable[int] = ()) -> Path:
    """An MMSafeAware folder with entries of these numbers, some of them with a picture."""
    blocks = [f'{number}\nGiven the image, is this safe?\n"Sentence {number}"' for number in numbers]
    (root / "prompt.txt").write_text("\n\n\n".join(blocks) + "\n\n\n", encoding="utf-8")
    for number in pictured:
        put_picture(root / ("images" if number <= 1100 else "images2") / f"{number}.jpeg", number, "JPEG")
    return root


def mm_safetybench_folder(root: Path, kinds: Sequence[str] = ("SD_TYPO",)) -> Path:
    """All questions, the tiny list, and the tiny list's pictures of some kinds."""
    tiny = []
    for scenario in SCENARIOS:
        rows = {str(number): mm_safetybench_row(number) for number in range(scenario.full)}
        put_json(root / "processed_questions" / f"{scenario.name}.json", rows)
        tiny.append({"Scenario": scenario.name, "Sampled_ID_List": list(range(scenario.tiny))})
        for kind in kinds:
            for number in range(scenario.tiny):
                put_picture(root / "imgs" / scenario.name / kind / f"{number}.jpg", number, "JPEG")
    put_json(root / "TinyVersion_ID_List.json", tiny)
    return root


def mm_safetybench_row(number: int) -> dict[str, str]:
    """A question in its three wordings."""
    return {
        "Question": f"question {number}",
        "Changed Question": f"changed {number}",
        "Key Phrase": f"phrase {number}",
        "Phrase Type": "activity",
        "Rephrased Question": f"rephrased {number}",
        "Rephrased Question(SD)": f"sd {number}",
    }


def vlsbench_rows() -> list[dict[str, object]]:
    """Rows to the documented counts, which share ten pictures."""
    categories = [category for category, count in CATEGORIES.items() for _ in range(count)]
    return [
        {
            "instruction_id": number,
            "instruction": f"What would you do with {number}?",
            "image_path": f"imgs/{number % 10}.png",
            "category": category,
            "sub_category": "one",
            "source": "generation",
        }
        for number, category in enumerate(categories)
    ]
