"""Hand-sized things: cutlery, gadgets and toys."""

import math
from collections.abc import Mapping

from benchmarks.pocketworld.drawing.brush import INK, SKIN, Brush, Painter

STEEL = "#c7d0d9"


def ball(brush: Brush, state: str | None) -> None:
    brush.dot(50, 50, 48, INK)
    brush.dot(50, 50, 46, brush.pick("#ffffff", "#fff3c4", "#e8f4ff"))
    for centre, radius in (
        ((50, 50), 16),
        *(((50 + 40 * math.sin(a), 50 - 40 * math.cos(a)), 13) for a in _fifths()),
    ):
        corners = [(centre[0] + radius * math.sin(a), centre[1] - radius * math.cos(a)) for a in _fifths()]
        brush.shape(corners, INK)
    for angle in _fifths():
        x, y = math.sin(angle), -math.cos(angle)
        brush.line([(50 + 15 * x, 50 + 15 * y), (50 + 34 * x, 50 + 34 * y)], INK, 2)
    brush.ring(50, 50, 48, INK, 2.5)


def fork(brush: Brush, state: str | None) -> None:
    steel = brush.pick(STEEL, "#d8c58a", "#b4bdc6")
    for x in (32, 44, 56, 68):
        brush.line([(x, 5), (x, 34)], INK, 8)
    brush.line([(50, 50), (50, 92)], INK, 13)
    brush.pie(27, 14, 73, 58, 0, 180, INK)
    for x in (32, 44, 56, 68):
        brush.line([(x, 5), (x, 36)], steel, 5)
    brush.pie(30, 16, 70, 55, 0, 180, steel)
    brush.line([(50, 48), (50, 92)], steel, 9)


def guitar(brush: Brush, state: str | None) -> None:
    wood, dark = brush.pick("#d98e32", "#b5532a", "#e3b04b"), "#6b3d12"
    brush.line([(44, 58), (84, 16)], dark, 9)
    brush.line([(82, 18), (95, 5)], INK, 14)
    brush.blob(
        [(50, 42), (64, 48), (60, 62), (58, 86), (32, 98), (6, 84), (4, 58), (24, 42), (38, 46)],
        wood,
        dark,
        2.5,
    )
    brush.dot(42, 60, 10, INK)
    brush.line([(16, 76), (30, 90)], dark, 5)
    for shift in (-2, 2):
        brush.line([(24 + shift, 82 + shift), (86 + shift, 14 + shift)], "#f4f4f4", 1)


def knife(brush: Brush, state: str | None) -> None:
    handle = brush.pick("#22252b", "#7a3b12", "#8f1d1d")
    if state == "in hand":
        brush.shape([(46, 52), (40, 8), (50, 0), (62, 14), (60, 52)], "#eef3f7", INK, 2)
        brush.line([(46, 14), (51, 50)], "#9aa5b1", 2)
        _fist(brush, handle)
        return
    brush.shape([(40, 52), (92, 2), (97, 14), (56, 66)], "#eef3f7", INK, 2)
    brush.line([(50, 56), (92, 14)], "#9aa5b1", 2)
    brush.line([(44, 60), (10, 92)], handle, 15)
    for x, y in ((34, 69), (20, 83)):
        brush.dot(x, y, 2.6, "#e8e3d6")


def laptop(brush: Brush, state: str | None) -> None:
    case = brush.pick("#b8c0c8", "#4a5058", "#d9cbb6")
    brush.box(16, 8, 84, 64, case, 4, INK, 2)
    brush.box(21, 13, 79, 59, brush.pick("#2366d1", "#1ba39c", "#6c3fc9"), 1)
    brush.box(28, 20, 56, 25, "#ffffff", 1)
    brush.box(28, 30, 70, 34, "#cfe3ff", 1)
    brush.box(28, 39, 64, 43, "#cfe3ff", 1)
    brush.shape([(16, 64), (84, 64), (99, 90), (1, 90)], case, INK, 2)
    brush.shape([(21, 68), (79, 68), (86, 79), (14, 79)], "#2b2f36")
    brush.shape([(40, 82), (60, 82), (62, 88), (38, 88)], "#8e969f")


def phone(brush: Brush, state: str | None) -> None:
    if state == "in hand":
        skin, sleeve = brush.pick(*SKIN), brush.pick("#2a6fdb", "#2b9348", "#8e44ad")
        brush.line([(62, 66), (80, 96)], sleeve, 30)
        brush.blob([(26, 52), (60, 40), (86, 56), (78, 84), (44, 88)], skin, INK, 1.8)
        _handset(brush, 30, 2, 66, 70)
        for top in (34, 45, 56, 67):
            brush.box(20, top, 40, top + 10, skin, 5, INK, 1.8)
        brush.line([(74, 66), (68, 40)], INK, 13)
        brush.line([(74, 66), (68, 40)], skin, 10)
    else:
        _handset(brush, 24, 2, 76, 98)


def socket(brush: Brush, state: str | None) -> None:
    plate = brush.pick("#ffffff", "#f4ecd8", "#e3e8ee")
    brush.box(6, 6, 94, 94, plate, 12, "#6b7280", 4)
    brush.dot(50, 50, 32, "#b8c0ca")
    brush.dot(50, 50, 28, "#e8ecf1")
    for x in (38, 62):
        brush.dot(x, 50, 6.5, INK)
    for y in (22, 72):
        brush.box(46, y, 54, y + 6, "#8d99a6", 1)


def spoon(brush: Brush, state: str | None) -> None:
    steel = brush.pick(STEEL, "#d8c58a", "#b4bdc6")
    brush.line([(50, 40), (50, 94)], INK, 12)
    brush.oval(28, 1, 72, 50, steel, INK, 2)
    brush.line([(50, 46), (50, 94)], steel, 8)
    brush.oval(37, 9, 63, 42, "#8f9aa6")
    brush.oval(40, 12, 52, 30, "#eef3f7")


def teddy_bear(brush: Brush, state: str | None) -> None:
    fur, light = brush.pick("#d9a25f", "#e8b7c4", "#c58a4a"), "#fbe7c6"
    for x in (24, 76):
        brush.oval(x - 16, 74, x + 16, 98, fur, "#8a5a2b", 1.5)
        brush.oval(x - 9, 79, x + 9, 94, light)
        brush.oval(x - 13, 50, x + 9, 74, fur, "#8a5a2b", 1.5)
        brush.dot(50 + (x - 50) * 0.95, 12, 11, fur)
        brush.dot(50 + (x - 50) * 0.95, 12, 6, light)
    brush.oval(26, 46, 74, 94, fur, "#8a5a2b", 1.5)
    brush.oval(36, 56, 64, 88, light)
    brush.oval(20, 4, 80, 54, fur, "#8a5a2b", 1.5)
    brush.oval(38, 28, 62, 48, light)
    for x in (37, 63):
        brush.dot(x, 23, 4, INK)
    brush.oval(45, 28, 55, 36, INK)
    brush.shape([(50, 55), (34, 48), (34, 64)], "#e01f3d")
    brush.shape([(50, 55), (66, 48), (66, 64)], "#e01f3d")
    brush.dot(50, 55, 4, "#9d0208")


def toaster(brush: Brush, state: str | None) -> None:
    for x in (22, 52):
        brush.box(x, 4, x + 28, 50, "#8f5a2a", 9)
        brush.box(x + 4, 8, x + 24, 50, "#f3cf94", 7)
    brush.box(6, 36, 94, 92, brush.pick("#d6dce2", "#e2383f", "#63c7b2"), 14, INK, 2)
    brush.box(16, 35, 84, 41, INK, 3)
    brush.box(88, 48, 99, 56, INK, 3)
    brush.dot(74, 70, 7, INK)
    brush.line([(74, 70), (74, 65)], "#ffffff", 2)
    brush.oval(18, 50, 34, 80, "#ffffff")
    for x in (16, 74):
        brush.box(x, 90, x + 12, 98, INK, 2)


def _fist(brush: Brush, handle: str) -> None:
    skin, sleeve = brush.pick(*SKIN), brush.pick("#2a6fdb", "#2b9348", "#8e44ad")
    brush.box(45, 46, 62, 96, handle, 3)
    brush.box(66, 60, 99, 92, sleeve, 4, INK, 1.5)
    brush.box(30, 54, 74, 92, skin, 12, INK, 1.8)
    for index in range(4):
        top = 54 + index * 9.5
        brush.box(28, top, 58, top + 10, skin, 5, INK, 1.8)
    brush.box(42, 48, 66, 59, skin, 5, INK, 1.8)


def _handset(brush: Brush, left: float, top: float, right: float, bottom: float) -> None:
    wide, tall = right - left, bottom - top
    brush.box(left, top, right, bottom, "#15171c", wide * 0.14)
    inner = left + wide * 0.08
    brush.box(inner, top + tall * 0.1, right - wide * 0.08, bottom - tall * 0.12, "#dff1ff")
    colours = (
        "#ff3b30",
        "#34c759",
        "#007aff",
        "#ffcc00",
        "#af52de",
        "#ff9500",
        "#5ac8fa",
        "#ff2d92",
        "#30b0c7",
    )
    for index, colour in enumerate(colours):
        x, y = inner + wide * (0.06 + 0.27 * (index % 3)), top + tall * (0.15 + 0.23 * (index // 3))
        brush.box(x, y, x + wide * 0.2, y + tall * 0.15, colour, wide * 0.05)
    brush.dot((left + right) / 2, bottom - tall * 0.06, wide * 0.07, "#6b7280")


def _fifths() -> list[float]:
    return [2 * math.pi * step / 5 for step in range(5)]


SMALL_THINGS: Mapping[str, Painter] = {
    "ball": ball,
    "fork": fork,
    "guitar": guitar,
    "knife": knife,
    "laptop": laptop,
    "phone": phone,
    "socket": socket,
    "spoon": spoon,
    "teddy bear": teddy_bear,
    "toaster": toaster,
}
