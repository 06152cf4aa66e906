"""A browser's decoders, which are not Pillow's, see in each picture that goes on what Pillow sees in it."""

from __future__ import annotations

import base64
import io
import json
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from agents.images import MEDIA_TYPES, Picture, read_picture
from tests.agents.test_plain_files import JPEG_TRICKS, PLAIN, PNG_TRICKS, WEBP_TRICKS, exif, saved

CHROMIUM = shutil.which("chromium")
ROUNDING = 4  # levels by which two decoders of JPEG may differ
SCRIPT = """
<script>
window.onload = () => {
  const seen = [...document.images].map((image) => {
    if (!image.naturalWidth) return null;
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
    const context = canvas.getContext("2d");
    context.drawImage(image, 0, 0);
    const data = context.getImageData(0, 0, canvas.width, canvas.height).data;
    return [canvas.width, canvas.height, btoa(String.fromCharCode(...data))];
  });
  document.body.textContent = JSON.stringify(seen);
};
</script>
"""

needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="needs chromium")
TRICKS = {
    **{f"PNG {name}": ("PNG", data) for name, data in PNG_TRICKS.items()},
    **{f"JPEG {name}": ("JPEG", data) for name, data in JPEG_TRICKS.items()},
    **{f"WebP {name}": ("WEBP", data) for name, data in WEBP_TRICKS.items()},
}


def seen_by_chromium(files: Mapping[str, Picture], folder: Path) -> dict[str, Image.Image | None]:
    """What a page shows of each; None where it shows nothing."""
    page = folder / "page.html"
    page.write_text("".join(f'<img src="{each.data_url}">' for each in files.values()) + SCRIPT)
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--dump-dom"]
    ended = subprocess.run(
        [str(CHROMIUM), *options, f"--user-data-dir={folder / 'profile'}", page.as_uri()],
        capture_output=True,
        check=True,
        text=True,
        timeout=120,
    )
    found = re.search(r"<body>(\[.*\])", ended.stdout)
    assert found is not None
    return {name: each and _image(*each) for name, each in zip(files, json.loads(found[1]), strict=True)}


def _image(width: int, height: int, pixels: str) -> Image.Image:
    shown = Image.frombytes("RGBA", (width, height), base64.b64decode(pixels))
    page = Image.new("RGB", shown.size, "white")
    page.paste(shown, mask=shown.getchannel("A"))
    return page


def apart(one: Image.Image | None, other: Image.Image) -> int:
    """The most that a level of one differs from the other's; 256 where their sizes differ, or one shows nothing."""
    if one is None or one.size != other.size:
        return 256
    return max(ImageChops.difference(one, other).tobytes())


def pillow(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data)).convert("RGB")


@needs_chromium
def test_each_trick_and_each_plain_file_is_one_picture_for_pillow_and_for_a_browser(tmp_path: Path) -> None:
    pictures = {name: read_picture(data, "here") for name, (_, data) in TRICKS.items()}
    pictures |= {f"plain {place}": read_picture(data, "here") for place, data in enumerate(PLAIN)}
    seen = seen_by_chromium(pictures, tmp_path)
    assert seen.keys() == pictures.keys()
    differ = {name: apart(seen[name], pillow(each.data)) for name, each in pictures.items()}
    assert {name: much for name, much in differ.items() if much > ROUNDING} == {}


@needs_chromium
def test_as_they_came_some_were_two(tmp_path: Path) -> None:
    """The test above could fail: with gamma, a turn or missing rows, a browser sees other pixels."""
    turned = saved(Image.linear_gradient("L").resize((64, 48)).convert("RGB"), "JPEG", exif=b"Exif\0\0" + exif(6))
    chosen = {
        name: TRICKS[name]
        for name in ("PNG gamma", "PNG rows that are missing", "JPEG EXIF with a density, as cameras write it")
    } | {"turn": ("JPEG", turned)}
    as_they_came = {name: Picture(data, MEDIA_TYPES[form], 64, 48) for name, (form, data) in chosen.items()}
    seen = seen_by_chromium(as_they_came, tmp_path)
    assert min(apart(seen[name], pillow(data)) for name, (_, data) in chosen.items()) > 50
