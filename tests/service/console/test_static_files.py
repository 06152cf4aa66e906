"""The files beside pages: there, whole, and with their licence."""

from __future__ import annotations

from importlib.resources import files

from service.console.static_files import MEDIA_TYPES, static_file, versioned


def test_each_file_has_an_address_of_its_content() -> None:
    assert len({versioned(name) for name in MEDIA_TYPES}) == len(MEDIA_TYPES)
    assert all(static_file(name).data for name in MEDIA_TYPES)


def test_htmx_lies_there_as_it_was_published() -> None:
    folder = files("service.console") / "static"
    assert (folder / "htmx.LICENSE").read_text(encoding="utf-8").startswith("Zero-Clause BSD")
    assert b'version:"2.0' in static_file("htmx.min.js").data
