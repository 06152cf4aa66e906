"""Things that burn or may burn, and things that hold water."""

from collections.abc import Mapping

from benchmarks.pocketworld.drawing.brush import INK, Brush, Painter


def flame(brush: Brush, x: float, bottom: float, height: float) -> None:
    for share, colour in ((1.0, "#ff6a00"), (0.7, "#ffb300"), (0.4, "#fff3a0")):
        tall, wide = height * share, height * 0.38 * share
        outline = [
            (x, bottom - tall),
            (x + wide, bottom - tall * 0.4),
            (x, bottom),
            (x - wide, bottom - tall * 0.4),
        ]
        brush.blob(outline, colour)


def bathtub(brush: Brush, state: str | None) -> None:
    for x in (20, 80):
        brush.dot(x, 90, 7, "#b08d2e")
    brush.line([(88, 40), (88, 14), (74, 14), (74, 22)], "#8e99a5", 5)
    brush.blob([(4, 42), (96, 42), (88, 80), (70, 90), (30, 90), (12, 80)], "#ffffff", INK, 2)
    brush.oval(1, 28, 99, 56, brush.pick("#ffffff", "#ffe3ec", "#e3f6ff"), INK, 2)
    if state == "full":
        brush.oval(7, 32, 93, 54, "#1e90ff")
        for x, y, radius in ((22, 38, 9), (34, 32, 10), (46, 36, 8), (30, 42, 6)):
            brush.dot(x, y, radius, "#e8f7ff")
            brush.ring(x, y, radius, "#9fd3f5", 1)
        brush.oval(56, 30, 76, 44, "#ffd60a", INK, 1)
        brush.dot(72, 28, 6, "#ffd60a")
        brush.shape([(76, 27), (83, 29), (76, 32)], "#ff7b00")
    else:
        brush.oval(7, 32, 93, 54, "#b3bcc7")
        brush.oval(42, 43, 58, 51, "#3d4250")


def bucket(brush: Brush, state: str | None) -> None:
    tin = brush.pick("#8d99a6", "#e76f00", "#2a9d8f")
    brush.arc(12, 0, 88, 72, 180, 360, INK, 3)
    brush.shape([(8, 34), (92, 34), (78, 94), (22, 94)], tin, INK, 2)
    brush.oval(22, 88, 78, 99, tin)
    brush.line([(14, 58), (86, 58)], INK, 2)
    brush.oval(6, 24, 94, 48, "#dfe5ea", INK, 2)
    if state == "full":
        brush.oval(11, 27, 89, 46, "#1e90ff")
        brush.oval(24, 30, 56, 37, "#b9e2ff")
        for x, y in ((14, 50), (30, 56), (84, 52)):
            brush.line([(x, 40), (x, y)], "#1e90ff", 7)
    else:
        brush.oval(11, 27, 89, 46, "#3f454d")


def campfire(brush: Brush, state: str | None) -> None:
    for x, height in ((28, 46), (72, 50), (50, 80)):
        flame(brush, x, 86, height)
    for x, y in ((6, 94), (24, 97), (76, 97), (94, 94)):
        brush.dot(x, y, 7, "#7c828a")
    wood = brush.pick("#7a4419", "#8b5a2b", "#5e3412")
    brush.line([(14, 78), (86, 94)], wood, 10)
    brush.line([(86, 78), (14, 94)], wood, 10)
    for x in (14, 86):
        brush.dot(x, 78, 5, "#e0b070")


def candle(brush: Brush, state: str | None) -> None:
    wax = brush.pick("#fff1d6", "#ffd6e0", "#d8f3dc")
    brush.oval(14, 82, 86, 99, "#c9972b", INK, 1.5)
    brush.ring(86, 84, 8, "#c9972b", 4)
    brush.box(34, 42, 66, 92, wax, 4, INK, 1.8)
    brush.box(38, 44, 46, 66, "#ffffff", 4)
    brush.line([(50, 42), (50, 34)], INK, 3)
    if state == "lit":
        brush.dot(50, 20, 18, "#ffe98a")
        flame(brush, 50, 38, 36)
    else:
        brush.curve([(50, 31), (42, 24), (58, 14), (48, 2)], "#8e98a4", 5)


def fireworks(brush: Brush, state: str | None) -> None:
    colour = brush.pick("#ef233c", "#6a00f4", "#0077ff")
    brush.star(76, 22, 24, "#ffd000", 9)
    brush.star(76, 22, 13, "#ff5400", 9)
    for start, end in (((30, 62), (16, 98)), ((54, 74), (50, 99))):
        brush.line([start, end], "#a97142", 3.5)
    for x, tip, stripe in ((30, 14, colour), (54, 36, "#0aa84f")):
        brush.box(x - 10, tip + 16, x + 10, tip + 54, stripe, 2, INK, 1.5)
        for y in (tip + 24, tip + 38):
            brush.shape([(x - 10, y + 6), (x + 10, y - 2), (x + 10, y + 4), (x - 10, y + 12)], "#ffffff")
        brush.shape([(x - 14, tip + 18), (x, tip - 8), (x + 14, tip + 18)], "#ffd000", INK, 1.5)


def fuel_can(brush: Brush, state: str | None) -> None:
    red = brush.pick("#d90429", "#e5383b", "#ba181b")
    brush.line([(74, 24), (94, 6)], "#2f2f2f", 9)
    brush.line([(20, 24), (20, 10), (56, 10), (56, 24)], red, 8)
    brush.shape([(10, 24), (70, 24), (88, 40), (88, 97), (10, 97)], red, INK, 2)
    brush.line([(22, 36), (76, 88)], "#8a0c1c", 5)
    brush.line([(76, 44), (22, 88)], "#8a0c1c", 5)
    brush.dot(49, 64, 19, "#ffffff")
    flame(brush, 49, 79, 30)


def gas_bottle(brush: Brush, state: str | None) -> None:
    body = brush.pick("#1f78d1", "#7d8a97", "#2f9e5c")
    brush.box(20, 90, 80, 98, "#3d4250", 3)
    brush.box(16, 32, 84, 94, body, 22, INK, 2)
    brush.box(44, 18, 56, 36, "#b08d2e", 2)
    brush.box(32, 2, 68, 10, "#3d4250", 3)
    for x in (34, 66):
        brush.line([(x, 6), (x, 34)], "#3d4250", 5)
    brush.shape([(50, 40), (72, 62), (50, 84), (28, 62)], "#ff3b1f", "#ffffff", 2.5)
    flame(brush, 50, 75, 24)


def stove(brush: Brush, state: str | None) -> None:
    body = brush.pick("#eef1f4", "#d3d9df", "#f3ead7")
    brush.box(6, 34, 94, 98, body, 4, INK, 2)
    brush.box(16, 58, 84, 92, "#3a3f47", 4)
    brush.box(22, 64, 78, 86, "#ff9a3d" if state == "on" else "#15181c", 3)
    brush.box(24, 54, 76, 57, "#8a939c", 1)
    for x in (18, 34, 66, 82):
        brush.dot(x, 45, 5, "#ff2e00" if state == "on" else INK)
    brush.box(2, 28, 98, 37, "#3a3f47", 3)
    for x in (28, 72):
        brush.box(x - 17, 23, x + 17, 29, "#ff2e00" if state == "on" else "#707a85", 3)
        if state == "on":
            for shift in (-11, 0, 11):
                flame(brush, x + shift, 26, 25)


FIRE_AND_WATER: Mapping[str, Painter] = {
    "bathtub": bathtub,
    "bucket": bucket,
    "campfire": campfire,
    "candle": candle,
    "fireworks": fireworks,
    "fuel can": fuel_can,
    "gas bottle": gas_bottle,
    "stove": stove,
}
