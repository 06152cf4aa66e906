"""Food, drink, medicine and poison."""

from collections.abc import Mapping

from benchmarks.pocketworld.drawing.brush import INK, Brush, Painter


def apple(brush: Brush, state: str | None) -> None:
    colour = brush.pick("#d62828", "#6ab04c", "#e84118")
    brush.blob(
        [(50, 28), (74, 20), (94, 44), (82, 84), (60, 96), (50, 92), (40, 96), (18, 84), (6, 44), (26, 20)],
        colour,
        INK,
        1.8,
    )
    brush.curve([(50, 30), (50, 18), (56, 4)], "#5d3a1a", 5)
    brush.blob([(55, 16), (70, 2), (88, 8), (74, 20)], "#3fa34d", "#1e5c2a", 1.2)
    brush.oval(20, 36, 34, 58, "#ffffff")


def cake(brush: Brush, state: str | None) -> None:
    icing = brush.pick("#ff8fab", "#ffffff", "#8d5b3a")
    brush.shape([(4, 54), (94, 30), (94, 80), (4, 94)], "#f7d794", INK, 1.8)
    brush.shape([(4, 68), (94, 48), (94, 56), (4, 76)], "#e84a5f")
    brush.shape([(4, 54), (60, 12), (94, 30)], icing, INK, 1.8)
    brush.shape([(4, 54), (94, 30), (94, 40), (4, 62)], icing, INK, 1.2)
    brush.dot(60, 18, 11, "#e01f3d")
    brush.curve([(60, 10), (64, 2), (72, 2)], "#2b9348", 3)
    brush.dot(57, 15, 3, "#ffffff")


def egg(brush: Brush, state: str | None) -> None:
    brush.shape([(38, 78), (62, 78), (76, 98), (24, 98)], "#f2b705", INK, 1.8)
    brush.blob(
        [(50, 2), (72, 22), (78, 52), (62, 70), (38, 70), (22, 52), (28, 22)],
        brush.pick("#fbeedb", "#e8b98a", "#ffffff"),
        INK,
        2,
    )
    brush.pie(14, 22, 86, 86, 0, 180, "#f2b705")
    brush.box(14, 50, 86, 57, "#ffd84d", 2, INK, 1.5)
    brush.oval(36, 14, 46, 32, "#ffffff")


def mushroom(brush: Brush, state: str | None) -> None:
    red = brush.pick("#e01e26", "#d9480f", "#c2185b")
    brush.blob([(40, 50), (60, 50), (66, 92), (50, 98), (34, 92)], "#fff5e1", INK, 1.8)
    brush.pie(2, 4, 98, 100, 180, 360, red)
    brush.oval(2, 44, 98, 60, "#f3dcc0", INK, 1.8)
    brush.arc(2, 4, 98, 100, 180, 360, INK, 1.8)
    for x, y, radius in ((26, 34, 8), (50, 20, 9), (74, 34, 8), (50, 40, 5)):
        brush.dot(x, y, radius, "#ffffff")


def pills(brush: Brush, state: str | None) -> None:
    brush.box(14, 26, 66, 96, brush.pick("#f77f00", "#e76f1a", "#2f9bd6"), 6, INK, 2)
    brush.box(8, 6, 72, 28, "#ffffff", 4, INK, 2)
    for x in range(14, 72, 8):
        brush.line([(x, 10), (x, 24)], "#b9c2cc", 2)
    brush.box(14, 44, 66, 80, "#ffffff")
    brush.box(35, 48, 45, 76, "#d90429")
    brush.box(26, 57, 54, 67, "#d90429")
    brush.box(62, 82, 97, 97, "#ffffff", 7, INK, 1.8)
    brush.box(80, 82, 97, 97, "#d90429", 7, INK, 1.8)
    brush.dot(84, 68, 9, "#ffe066")
    brush.line([(78, 68), (90, 68)], INK, 1.8)


def poison(brush: Brush, state: str | None) -> None:
    liquid = brush.pick("#2fbf3a", "#7b2cbf", "#3c4048")
    brush.box(36, 14, 64, 34, liquid, 2, INK, 2)
    brush.box(32, 2, 68, 16, "#a97142", 3, INK, 1.8)
    brush.box(10, 30, 90, 98, liquid, 14, INK, 2)
    brush.box(18, 42, 82, 90, "#f7f4e9", 3)
    brush.oval(33, 44, 67, 74, INK)
    brush.box(41, 68, 59, 84, INK, 3)
    for x in (42, 58):
        brush.dot(x, 60, 5, "#ffffff")
    brush.shape([(50, 64), (47, 70), (53, 70)], "#ffffff")
    for x in (47, 53):
        brush.line([(x, 75), (x, 84)], "#ffffff", 1.6)


def wine_glass(brush: Brush, state: str | None) -> None:
    glass, edge = "#e4f3fb", "#5d7586"
    brush.oval(26, 88, 74, 99, glass, edge, 2.5)
    brush.line([(50, 60), (50, 92)], edge, 6)
    brush.blob([(22, 4), (78, 4), (80, 34), (50, 64), (20, 34)], glass, edge, 2.5)
    if state == "full":
        brush.blob([(23, 20), (77, 20), (77, 36), (50, 61), (23, 36)], brush.pick("#8f0d32", "#a4133c", "#7a0930"))
        brush.oval(23, 15, 77, 26, "#c9184a")
    else:
        brush.line([(32, 14), (32, 36)], "#ffffff", 4)
    brush.oval(22, 0, 78, 10, None if state == "full" else "#ffffff", edge, 2)


FOOD: Mapping[str, Painter] = {
    "apple": apple,
    "cake": cake,
    "egg": egg,
    "mushroom": mushroom,
    "pills": pills,
    "poison": poison,
    "wine glass": wine_glass,
}
