"""Animals."""

from collections.abc import Mapping

from benchmarks.pocketworld.drawing.brush import INK, Brush, Painter


def bear(brush: Brush, state: str | None) -> None:
    fur, dark = brush.pick("#5a3420", "#3c2a20", "#6b4022"), "#26160c"
    brush.line([(28, 52), (8, 26)], fur, 16)
    brush.line([(72, 52), (92, 26)], fur, 16)
    for x, y in ((8, 22), (92, 22)):
        for claw in (-6, 0, 6):
            brush.line([(x + claw, y - 4), (x + claw, y - 14)], "#f5f0dc", 3)
    for x in (36, 64):
        brush.oval(x - 14, 78, x + 14, 99, fur, dark, 1.5)
    brush.oval(22, 36, 78, 96, fur, dark, 1.5)
    for x in (31, 69):
        brush.dot(x, 10, 9, fur)
        brush.dot(x, 10, 4, dark)
    brush.oval(26, 4, 74, 50, fur, dark, 1.5)
    for x in (39, 61):
        brush.dot(x, 20, 3.5, "#ffdd59")
        brush.dot(x, 20, 1.6, INK)
    brush.oval(36, 24, 64, 50, "#a4754f")
    brush.oval(44, 24, 56, 32, INK)
    brush.oval(40, 34, 60, 49, "#b3001e")
    for x in (43, 52):
        brush.shape([(x, 34), (x + 5, 34), (x + 2.5, 42)], "#ffffff")


def cat(brush: Brush, state: str | None) -> None:
    fur, dark = brush.pick("#f39c34", "#9aa0a8", "#4a4a55"), brush.pick("#b8620f", "#5e646c", "#222228")
    brush.curve([(70, 88), (94, 84), (92, 56), (82, 44)], fur, 8)
    brush.blob([(28, 96), (26, 66), (50, 44), (74, 66), (72, 96), (50, 98)], fur, dark, 1.5)
    for x in (40, 60):
        brush.oval(x - 9, 84, x + 9, 99, fur, dark, 1.5)
    brush.shape([(22, 34), (22, 2), (46, 16)], fur, dark, 1.5)
    brush.shape([(78, 34), (78, 2), (54, 16)], fur, dark, 1.5)
    brush.shape([(27, 24), (26, 10), (37, 17)], "#ffb3c1")
    brush.shape([(73, 24), (74, 10), (63, 17)], "#ffb3c1")
    brush.oval(19, 12, 81, 60, fur, dark, 1.5)
    for x in (37, 63):
        brush.oval(x - 7, 28, x + 7, 40, "#c8f560", INK, 1.2)
        brush.oval(x - 2, 28, x + 2, 40, INK)
    brush.shape([(46, 43), (54, 43), (50, 48)], "#ff6b81")
    for y in (44, 50):
        brush.line([(42, 48), (14, y - 2)], "#ffffff", 1.4)
        brush.line([(58, 48), (86, y - 2)], "#ffffff", 1.4)
    for x in (44, 50, 56):
        brush.line([(x, 13), (x, 23)], dark, 2.5)


def dog(brush: Brush, state: str | None) -> None:
    fur, dark = brush.pick("#d9a066", "#e8d3b0", "#b0744a"), brush.pick("#8a5a2b", "#8a5a2b", "#5d3a1e")
    brush.curve([(20, 50), (6, 36), (8, 22)], fur, 7)
    for x in (22, 34, 60, 70):
        brush.box(x - 4, 66, x + 5, 96, fur, 3, dark, 1.2)
    brush.box(14, 44, 76, 76, fur, 15, dark, 1.5)
    brush.oval(22, 46, 46, 66, dark)
    brush.oval(56, 14, 90, 54, fur, dark, 1.5)
    brush.box(74, 32, 99, 50, fur, 8, dark, 1.5)
    brush.oval(91, 30, 100, 39, INK)
    brush.oval(52, 14, 68, 52, dark)
    brush.dot(77, 28, 3.2, INK)
    brush.box(84, 48, 91, 60, "#ff6b81", 3)
    brush.line([(60, 55), (78, 57)], "#e01f3d", 5)


def shark(brush: Brush, state: str | None) -> None:
    grey = brush.pick("#5b7f9c", "#6d7f8c", "#4a6fa5")
    brush.shape([(80, 50), (99, 24), (94, 52), (99, 80)], grey, INK, 1.5)
    brush.shape([(40, 34), (56, 8), (64, 36)], grey, INK, 1.5)
    brush.blob([(2, 48), (26, 30), (58, 30), (88, 50), (58, 70), (22, 70)], grey, INK, 1.5)
    brush.blob([(8, 58), (30, 58), (60, 58), (76, 60), (56, 69), (24, 69)], "#f1f6fa")
    brush.shape([(42, 64), (58, 64), (54, 88)], grey, INK, 1.5)
    brush.shape([(8, 54), (30, 52), (26, 64), (14, 64)], "#b3001e")
    for x in (10, 15, 20, 25):
        brush.shape([(x - 2, 53), (x + 3, 53), (x + 0.5, 60)], "#ffffff")
    brush.dot(24, 42, 3.2, INK)
    for x in (42, 47, 52):
        brush.line([(x, 46), (x - 2, 56)], INK, 1.5)


def snake(brush: Brush, state: str | None) -> None:
    skin, dark = brush.pick("#2eb84f", "#7fbf1f", "#139e6b"), "#0c5c2a"
    path = [
        (10, 88),
        (30, 91),
        (66, 89),
        (86, 80),
        (70, 68),
        (36, 66),
        (18, 54),
        (34, 42),
        (62, 40),
        (70, 26),
    ]
    brush.curve(path, dark, 17)
    brush.curve(path, skin, 14)
    for x, y in ((22, 90), (48, 91), (72, 88), (78, 72), (50, 67), (24, 60), (30, 44), (54, 41)):
        brush.dot(x, y, 4, "#f9e04c")
    brush.line([(62, 14), (46, 8)], "#e01f3d", 2.5)
    brush.line([(46, 8), (38, 10)], "#e01f3d", 2.2)
    brush.line([(46, 8), (40, 2)], "#e01f3d", 2.2)
    brush.oval(56, 4, 90, 32, skin, dark, 1.5)
    brush.dot(68, 13, 4, "#ffffff")
    brush.dot(67, 13, 2.2, INK)


def wasp(brush: Brush, state: str | None) -> None:
    wing = brush.pick("#cfe8ff", "#e3f2ff", "#d7e9f7")
    brush.blob([(50, 48), (28, 8), (44, 2), (58, 30)], wing, "#7d93a8", 1.5)
    brush.blob([(54, 48), (64, 4), (80, 6), (66, 40)], wing, "#7d93a8", 1.5)
    brush.shape([(86, 66), (99, 76), (84, 76)], INK)
    brush.oval(28, 44, 92, 86, "#ffcc00", INK, 2)
    for left, right in ((46, 54), (62, 70), (77, 83)):
        brush.box(left, 47, right, 83, INK, 3)
    brush.oval(6, 44, 42, 80, "#ffcc00", INK, 2)
    brush.dot(18, 58, 5, INK)
    brush.dot(17, 57, 1.6, "#ffffff")
    for x in (14, 26):
        brush.curve([(x, 47), (x - 6, 32), (x - 12, 30)], INK, 2.5)
    for x in (42, 54, 66):
        brush.line([(x, 84), (x - 4, 98)], INK, 2.5)


ANIMALS: Mapping[str, Painter] = {
    "bear": bear,
    "cat": cat,
    "dog": dog,
    "shark": shark,
    "snake": snake,
    "wasp": wasp,
}
