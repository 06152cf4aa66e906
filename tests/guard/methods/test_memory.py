"""The memory: what it recalls for which request, what it leaves out, and what it keeps over a restart."""

from __future__ import annotations

from pathlib import Path

import pytest

from agents.conversation import Conversation, user_message
from agents.encoder import PlainEncoder, cosine
from guard.errors import MethodUnusable
from guard.methods.memory import LONGEST, MemoryStore
from guard.methods.settings import Scope
from tests.scripts import golf, picture


def store(*, k: int = 3, capacity: int = 8, scope: Scope = "all", file: Path | None = None) -> MemoryStore:
    return MemoryStore(PlainEncoder(), k=k, capacity=capacity, scope=scope, file=file)


def asked(text: str, colour: str = "white") -> Conversation:
    return Conversation((user_message(text, picture(colour)),))


def remember(memory: MemoryStore, *texts: str) -> None:
    for text in texts:
        memory.add(memory.key_of(asked(text)), f"about {text}")


def test_the_identical_request_is_found_first_with_cosine_1() -> None:
    memory = store(k=2)
    remember(memory, "bake a cake", "swing a club", "fly a kite")
    key = memory.key_of(asked("swing a club"))
    assert cosine(key.vector, memory.key_of(asked("swing a club")).vector) == pytest.approx(1)
    assert memory.recall(key)[0] == "about swing a club"
    assert len(memory.recall(key)) == 2


def test_with_no_places_nothing_is_recalled() -> None:
    memory = store(k=0)
    remember(memory, "swing a club")
    assert memory.recall(memory.key_of(asked("swing a club"))) == ()


def test_the_sides_of_a_pair_do_not_teach_each_other_where_the_scope_is_others() -> None:
    memory = store(scope="others")
    memory.add(memory.key_of(asked("swing a club", "green")), "same words")
    memory.add(memory.key_of(asked("bake a cake", "red")), "same picture")
    memory.add(memory.key_of(asked("fly a kite", "blue")), "another")
    assert memory.recall(memory.key_of(asked("Swing a club", "red"))) == ("another",)
    assert len(store(scope="all").recall(memory.key_of(golf()))) == 0


def test_the_oldest_insights_go_first_and_the_same_one_is_kept_once() -> None:
    memory = store(capacity=2)
    remember(memory, "one", "two", "two", "three")
    assert len(memory) == 2
    assert set(memory.recall(memory.key_of(asked("one")))) == {"about two", "about three"}


def test_an_insight_is_cut() -> None:
    memory = store()
    memory.add(memory.key_of(golf()), "x" * (LONGEST + 1))
    assert memory.recall(memory.key_of(golf())) == ("x" * LONGEST,)


def test_a_restart_reloads_the_same_insights_in_the_same_order(tmp_path: Path) -> None:
    before = store(file=tmp_path / "memory.jsonl")
    empty = before.digest
    remember(before, "one", "two", "three\u2028four")
    after = store(file=tmp_path / "memory.jsonl")
    assert after.digest == before.digest != empty
    key = after.key_of(asked("two"))
    assert after.recall(key) == before.recall(key)
    assert len(store(capacity=2, file=tmp_path / "memory.jsonl")) == 2


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no memory"),
        ("no JSON", "no memory"),
        ('{"encoder": "plain 1"}\n{"insight": "cut o', "no memory"),
        ('{"encoder": "clip ours"}\n', "made by encoder 'clip ours'"),
    ],
)
def test_a_file_that_is_no_memory_of_this_encoder_is_refused(tmp_path: Path, text: str, reason: str) -> None:
    path = tmp_path / "memory.jsonl"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(MethodUnusable, match=reason) as caught:
        store(file=path)
    assert caught.value.setting == "echosafe.file"


def test_a_file_in_a_folder_that_is_not_there_is_refused_and_a_new_one_is_its_owners_alone(tmp_path: Path) -> None:
    with pytest.raises(MethodUnusable, match="no folder"):
        store(file=tmp_path / "nowhere" / "memory.jsonl")
    remember(store(file=tmp_path / "memory.jsonl"), "one")
    assert (tmp_path / "memory.jsonl").stat().st_mode & 0o077 == 0
