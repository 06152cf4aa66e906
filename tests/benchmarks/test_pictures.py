"""Pictures are known by their content."""

from pathlib import Path

import pytest

from benchmarks.errors import FileInvalid, PicturesMissing
from benchmarks.pictures import Picture, PictureFolder, demand
from tests.benchmarks.folders import picture_bytes, put_picture


@pytest.mark.parametrize(
    ("kind", "media_type"), [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("WEBP", "image/webp"), ("GIF", "image/gif")]
)
def test_the_first_bytes_say_the_type_and_not_the_name(tmp_path: Path, kind: str, media_type: str) -> None:
    assert Picture.of(put_picture(tmp_path / "x.png", 1, kind)).media_type == media_type


def test_a_file_and_its_bytes_are_the_same_picture(tmp_path: Path) -> None:
    path = put_picture(tmp_path / "x.png", 1)
    from_file, from_bytes = Picture.of(path), Picture.of(picture_bytes(1))
    assert from_file.sha256 == from_bytes.sha256
    assert from_file.read() == from_bytes.read() == path.read_bytes()
    assert Picture.of(picture_bytes(2)).sha256 != from_file.sha256


def test_something_else_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "x.png").write_bytes(b"<html>")
    with pytest.raises(FileInvalid, match=r"x.png: not a PNG"):
        Picture.of(tmp_path / "x.png")


def test_a_folder_finds_by_name_and_by_number_whatever_the_extension(tmp_path: Path) -> None:
    put_picture(tmp_path / "12.webp", 1, "WEBP")
    folder = PictureFolder(tmp_path)
    assert folder.numbered("12") is folder.named("12.webp")
    assert folder.numbered("1") is None
    assert folder.named("12.png") is None
    assert PictureFolder(tmp_path / "absent").numbered("12") is None


def test_missing_pictures_are_an_error_unless_a_partial_folder_will_do(tmp_path: Path) -> None:
    assert demand(tmp_path, [], 3, partial=False) == ()
    names = ["b", "a", "b"]
    assert demand(tmp_path, names, 3, partial=True) == ("b", "a")
    with pytest.raises(PicturesMissing, match="2 of 3 pictures missing: b, a") as raised:
        demand(tmp_path, names, 3, partial=False)
    assert raised.value.missing == ("b", "a")


@pytest.mark.parametrize("name", ["../secret.png", "chat/../../secret.png", "/etc/secret.png"])
def test_a_release_cannot_name_files_outside_its_folder(tmp_path: Path, name: str) -> None:
    put_picture(tmp_path / "secret.png", 1)
    with pytest.raises(FileInvalid, match="leads out of the folder"):
        PictureFolder(tmp_path / "release").named(name)
