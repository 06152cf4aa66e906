"""Secrets of endpoints: read when they are needed, never shown."""

from __future__ import annotations

import logging
import os
from pathlib import Path

import pytest

from agents.errors import SecretUnusable
from agents.models.secrets import HEADER_VALUE, PROXY, SecretFile, checked


def test_a_file_is_read_again_when_it_changes(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("sk-first\n")
    secret = SecretFile(file)
    assert secret.get_secret_value() == "sk-first"
    file.write_text("sk-second")
    assert secret.get_secret_value() == "sk-second"


def test_a_link_to_another_file_is_a_change(tmp_path: Path) -> None:
    """Kubernetes exchanges a mounted secret by a link."""
    for name in ("one", "two"):
        (tmp_path / name).write_text(f"sk-{name}")
        os.utime(tmp_path / name, ns=(1, 1))
    link, next_link = tmp_path / "key", tmp_path / "next"
    link.symlink_to(tmp_path / "one")
    secret = SecretFile(link)
    next_link.symlink_to(tmp_path / "two")
    next_link.rename(link)
    assert secret.get_secret_value() == "sk-two"


def test_a_change_that_cannot_be_read_is_logged_once_and_the_last_key_stays(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "key"
    file.write_text("sk-good")
    secret = SecretFile(file)
    file.write_text("sk bad")
    with caplog.at_level(logging.WARNING):
        assert [secret.get_secret_value() for _ in range(3)] == ["sk-good"] * 3
    (line,) = caplog.messages
    assert str(file) in line
    assert "sk" not in line.replace(str(file), "")
    file.unlink()
    assert secret.get_secret_value() == "sk-good"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (" sk-1", "start or end"),
        ("sk-1\n", "start or end"),
        ("sk-1\t", "start or end"),
        ("sk 1", "white space in it"),
        ("sk\u00a01", "white space in it"),
        ("sk-\x00", "printable ASCII"),
        ("sk-ü", "printable ASCII"),
        ("", "empty"),
    ],
)
def test_what_no_header_may_hold_is_refused_by_the_name_of_its_place(text: str, reason: str) -> None:
    with pytest.raises(SecretUnusable, match=reason) as caught:
        checked(text, "THE_KEY")
    assert str(caught.value).startswith("THE_KEY ")
    assert "sk" not in str(caught.value)


def test_a_header_may_have_spaces_within(tmp_path: Path) -> None:
    assert checked("Basic dXNlcjpw", "X", HEADER_VALUE) == "Basic dXNlcjpw"
    with pytest.raises(SecretUnusable):
        checked("Basic x\r\nHost: evil", "X", HEADER_VALUE)
    with pytest.raises(SecretUnusable, match="proxy"):
        checked("proxy:3128", "X", PROXY)


def test_a_file_that_is_no_secret_says_so_at_once(tmp_path: Path) -> None:
    with pytest.raises(SecretUnusable, match="cannot be read: No such file"):
        SecretFile(tmp_path / "none")
    (tmp_path / "large").write_bytes(b"x" * 100_000)
    with pytest.raises(SecretUnusable, match="larger"):
        SecretFile(tmp_path / "large")
    assert "sk" not in repr(_secret(tmp_path))


def _secret(folder: Path) -> SecretFile:
    (folder / "k").write_text("sk-hush")
    return SecretFile(folder / "k")
