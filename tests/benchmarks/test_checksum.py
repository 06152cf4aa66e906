"""One hash for a release."""

import subprocess
from pathlib import Path

import pytest

from benchmarks.checksum import check_release, release_sha256
from benchmarks.errors import ChecksumDiffers
from benchmarks.mssbench import MSSBENCH
from tests.benchmarks.folders import mssbench_folder

COREUTILS = ("sh", "-c", "sha256sum $(find combined.json chat embodied -type f | LC_ALL=C sort) | sha256sum")


def test_the_checksum_is_that_of_coreutils(tmp_path: Path) -> None:
    mssbench_folder(tmp_path)
    (tmp_path / "README.md").write_text("not part of it", encoding="utf-8")
    printed = subprocess.run(COREUTILS, cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    assert release_sha256(tmp_path, MSSBENCH.files) == printed.split()[0]


def test_one_byte_of_one_picture_changes_it(tmp_path: Path) -> None:
    before = release_sha256(mssbench_folder(tmp_path), MSSBENCH.files)
    picture = tmp_path / "chat" / "0_safe.png"
    picture.write_bytes(picture.read_bytes() + b"\0")
    after = release_sha256(tmp_path, MSSBENCH.files)
    assert after != before
    check_release(tmp_path, after, after[:8].upper())
    check_release(tmp_path, after, "")
    with pytest.raises(ChecksumDiffers, match=f"its checksum is {after}, asked for was {before}"):
        check_release(tmp_path, after, before)
    with pytest.raises(ChecksumDiffers):
        check_release(tmp_path, after, after[:7])  # too short to name a release


def test_no_files_have_no_checksum(tmp_path: Path) -> None:
    assert release_sha256(tmp_path, MSSBENCH.files) == ""
    with pytest.raises(ChecksumDiffers, match="that of no file"):
        check_release(tmp_path, "", "12345678")
