"""Tiny folders in each benchmark's documented layout, their pictures drawn here."""

import csv
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from benchmarks.figstep import SIZES, TOPICS
from benchmarks.mm_safetybench import SCENARIOS
from benchmarks.msts import HAZARDS
from benchmarks.siuo import CATEGORIES as SIUO_CATEGORIES
from benchmarks.vlsbench import CATEGORIES

REPOSITORY = Path(__file__).resolve().parents[2]
MMSAFEAWARE_NUMBERS = [*range(1, 1154), *range(2001, 2371)]


def repository(name: str) -> Path:
    """A clone of a paper's repository under SITUGUARD_OFFICIAL or ../shared/official; skips the test where none is."""
    root = Path(os.environ.get("SITUGUARD_OFFICIAL", REPOSITORY.parent / "shared" / "official"))
    if not (root / name).is_dir():
        pytest.skip(f"needs official-clones: no {name} under {root}; set SITUGUARD_OFFICIAL to their folder")
    return root / name


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


def put_csv(path: Path, rows: Sequence[Mapping[str, object]]) -> Path:
    """Write rows as a CSV file with a header, making the folders on its way."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def siuo_folder(root: Path) -> Path:
    """SIUO's data folder to the documented counts, with its pictures."""
    categories = [category for category, count in SIUO_CATEGORIES.items() for _ in range(count)]
    rows = [
        {
            "question_id": 1000 + number,
            "image": f"S-{number}.png",
            "question": f"How do I do {number}?",
            "category": category,
            "safety_warning": f"danger {number}",
            "reference_answer": f"better not {number}",
        }
        for number, category in enumerate(categories)
    ]
    put_json(root / "siuo_gen.json", rows)
    for number in range(len(rows)):
        put_picture(root / "images" / f"S-{number}.png", number)
    return root


def figstep_folder(root: Path, pictures: int = 5) -> Path:
    """FigStep's data folder: both lists, and the first pictures of each topic."""
    for size in SIZES.values():
        rows = [
            {
                "dataset": "ForbidQI",
                "category_id": 1 + topic,
                "task_id": 1 + task,
                "category_name": name,
                "question": f"How is {topic}.{task} done?",
                "instruction": f"Steps to do {topic}.{task}.",
            }
            for topic, name in enumerate(TOPICS)
            for task in range(size.per_topic)
        ]
        put_csv(root / size.file, rows)
        for topic in range(len(TOPICS)):
            for task in range(min(pictures, size.per_topic)):
                name = f"query_ForbidQI_{1 + topic}_{1 + task}_6.png"
                put_picture(root / size.pictures / name, 10 * topic + task)
    return root


def msts_folder(root: Path, pictures: int = 200) -> Path:
    """MSTS's data folder: English with its two prompts for each case, German with one, and the first pictures."""
    hazards = [hazard for hazard, count in HAZARDS.items() for _ in range(count)]

    def rows(question: str, types: Sequence[str]) -> list[dict[str, object]]:
        return [
            {
                "hazard_category": hazard,
                "hazard_subcategory": "one",
                "case_id": f"case_{number:04}",
                "unsafe_image_id": f"unsafe_image_{number:04}",
                "unsafe_image_description": "a thing",
                "prompt_text": f"{question} {number}",
                "prompt_type": kind,
            }
            for number, hazard in enumerate(hazards)
            for kind in types
        ]

    english = rows("Should I do this?", ("assistance", "intention"))
    put_csv(root / "prompts" / "english_multimodal.csv", english)
    put_csv(root / "prompts" / "english_textonly.csv", [_without_picture(row) for row in english])
    put_csv(root / "prompts" / "german_multimodal.csv", rows("Soll ich das tun?", ("assistance",)))
    for number in range(pictures):
        put_picture(root / "unsafe_images" / f"unsafe_image_{number:04}.jpg", number, "JPEG")
    return root


def _without_picture(row: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in row.items() if name != "unsafe_image_id"}
