"""Reading a clone: its values, their hashes, and what a run keeps of them."""

import subprocess
from pathlib import Path

import pytest

from benchmarks.errors import FileInvalid, FileMissing
from benchmarks.official.mssbench import MSSBENCH_OFFICIAL
from benchmarks.official.protocols import PROTOCOLS
from benchmarks.official.source import Code
from benchmarks.official.words import OfficialWords, commit_of, known_hashes, value_sha256
from tests.benchmarks.official.clones import clone_of


def test_every_value_has_a_known_hash_and_none_of_its_text_is_here() -> None:
    hashes = known_hashes()
    for protocol in PROTOCOLS.values():
        assert hashes[protocol.repository].keys() == protocol.places.keys()
        assert all(len(digits) == 64 for digits in hashes[protocol.repository].values())


def test_another_text_than_the_known_one_is_named(tmp_path: Path) -> None:
    words = MSSBENCH_OFFICIAL.read(clone_of(tmp_path, "MSSBench"))
    assert words.values["if/embodied"] == "Robot, if. Task: "
    assert "utils/prompts.py: PROMPT_CHAT_IF" in words.source.differing
    assert "not as known: utils/prompts.py: PROMPT_CHAT_IF" in str(words.source)
    assert words.source.hashes["caption"] == value_sha256("\nSeen: ")
    # no temperature is passed in the known version either
    assert "models/load_GPT4o.py: call_model: create(temperature=…)" not in words.source.differing


def test_code_is_hashed_and_not_kept(tmp_path: Path) -> None:
    words = MSSBENCH_OFFICIAL.read(clone_of(tmp_path, "MSSBench"))
    code = {key for key, found in MSSBENCH_OFFICIAL.places.items() if isinstance(found.place, Code)}
    assert code
    assert not code & words.values.keys()
    assert code <= words.source.hashes.keys()


def test_a_run_keeps_the_words(tmp_path: Path) -> None:
    words = MSSBENCH_OFFICIAL.read(clone_of(tmp_path, "MSSBench"))
    words.write(tmp_path)
    assert OfficialWords.read(tmp_path) == words
    (tmp_path / "official.json").write_text("{}", encoding="utf-8")
    with pytest.raises(FileInvalid, match="source"):
        OfficialWords.read(tmp_path)


def test_another_repository_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(FileMissing, match=r"a clone of https://github\.com/eric-ai-lab/MSSBench"):
        MSSBENCH_OFFICIAL.read(tmp_path)
    clone = clone_of(tmp_path, "MSSBench")
    (clone / "utils" / "prompts.py").write_text("PROMPT_CHAT_IF = made()", encoding="utf-8")
    with pytest.raises(FileInvalid, match="a constant in line 1"):
        MSSBENCH_OFFICIAL.read(clone)
    (clone / "utils" / "prompts.py").write_text("PROMPT_CHAT_IF = (", encoding="utf-8")
    with pytest.raises(FileInvalid, match="is not Python"):
        MSSBENCH_OFFICIAL.read(clone)


def test_the_commit_is_the_clones(tmp_path: Path) -> None:
    assert commit_of(tmp_path / "nowhere") == ""
    clone = clone_of(tmp_path, "MSSBench")
    identity = ["-c", "user.name=one", "-c", "user.email=one@example.org"]
    for command in (["init", "-q"], ["add", "-A"], [*identity, "commit", "-q", "-m", "one"]):
        subprocess.run(["git", "-C", str(clone), *command], check=True)
    assert len(commit_of(clone)) == 40
    assert commit_of(clone / "utils") == ""
