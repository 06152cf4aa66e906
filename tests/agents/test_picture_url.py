"""The one grammar of pictures' addresses."""

from __future__ import annotations

import pytest

from agents.picture_url import MAX_URL, PictureUrl, follow, parse_picture_url

HERE = PictureUrl("a.example.com", 443, "/x/y.png?z=1")


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("https://a.example.com", PictureUrl("a.example.com", 443, "/")),
        ("https://A.Example.COM/Cat.PNG", PictureUrl("a.example.com", 443, "/Cat.PNG")),
        ("HTTPS://a.example.com/", PictureUrl("a.example.com", 443, "/")),
        ("https://a.example.com?x=1", PictureUrl("a.example.com", 443, "/?x=1")),
        ("https://a.example.com:8443/%20", PictureUrl("a.example.com", 8443, "/%20")),
        ("https://xn--bcher-kva.example/", PictureUrl("xn--bcher-kva.example", 443, "/")),
    ],
)
def test_plain_addresses_are_read_and_written_back(text: str, read: PictureUrl) -> None:
    assert parse_picture_url(text) == read
    assert parse_picture_url(str(read)) == read


@pytest.mark.parametrize(
    ("location", "leads"),
    [
        ("/z.png", "https://a.example.com/z.png"),
        ("z.png", "https://a.example.com/x/z.png"),
        ("?q", "https://a.example.com/x/y.png?q"),
        ("//b.example.com/z", "https://b.example.com/z"),
        ("https://b.example.com/z", "https://b.example.com/z"),
        ("../../../z", "https://a.example.com/z"),
    ],
)
def test_a_redirect_leads_where_the_standard_says(location: str, leads: str) -> None:
    assert str(follow(HERE, location)) == leads


@pytest.mark.parametrize(
    "location",
    ["", "http://b.example.com/", "//127.0.0.1/", "//localhost", "\\\\b.example.com", "/\\b.example.com", "file:///x",
     "https://u@b.example.com/", "/a b", "/\r\nx", "javascript:x", "//[::1]/", "/" + "a" * MAX_URL, "/é", "/#x"],
)  # fmt: skip
def test_a_redirect_elsewhere_is_not_followed(location: str) -> None:
    assert follow(HERE, location) is None
