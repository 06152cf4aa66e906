"""People."""

from collections.abc import Mapping

from benchmarks.pocketworld.drawing.brush import INK, SKIN, Brush, Painter


def baby(brush: Brush, state: str | None) -> None:
    skin, suit = brush.pick(*SKIN), brush.pick("#8ed0f5", "#ffe27a", "#b8e994")
    for x in (24, 76):
        brush.oval(x - 13, 78, x + 13, 98, skin, INK, 1.5)
    for x in (20, 80):
        brush.oval(x - 8, 58, x + 8, 78, skin, INK, 1.5)
    brush.oval(26, 48, 74, 92, suit, INK, 1.5)
    brush.shape([(28, 74), (72, 74), (62, 96), (38, 96)], "#ffffff", INK, 1.5)
    brush.oval(20, 2, 80, 58, skin, INK, 1.5)
    for x in (20, 80):
        brush.dot(x, 32, 6, skin)
    brush.curve([(50, 4), (58, 8), (50, 14), (46, 9)], "#7a4a20", 3)
    for x in (38, 62):
        brush.dot(x, 30, 4, INK)
        brush.dot(x + 1, 29, 1.4, "#ffffff")
        brush.dot(x + (-8 if x < 50 else 8), 40, 4.5, "#f59a9a")
    brush.dot(50, 45, 8, "#ff5fa2")
    brush.ring(50, 45, 4, "#ffffff", 2)


def child(brush: Brush, state: str | None) -> None:
    skin, shirt = brush.pick(*SKIN), brush.pick("#ff4d4d", "#ff9f1c", "#e84393")
    brush.line([(30, 52), (12, 34)], skin, 8)
    brush.line([(70, 52), (88, 34)], skin, 8)
    for x in (42, 58):
        brush.line([(x, 74), (x, 92)], skin, 8)
        brush.oval(x - 9, 90, x + 7, 99, "#ffffff", INK, 1.5)
    brush.box(33, 68, 67, 82, "#2f6fde", 3)
    brush.box(30, 44, 70, 72, shirt, 8)
    for y in (52, 61):
        brush.box(30, y, 70, y + 4, "#ffffff")
    brush.oval(30, 8, 70, 48, skin, INK, 1.5)
    brush.pie(28, 2, 72, 44, 180, 360, shirt)
    brush.box(24, 20, 52, 26, shirt, 3)
    for x in (42, 58):
        brush.dot(x, 31, 2.6, INK)
    brush.arc(41, 28, 59, 43, 20, 160, INK, 2)


def crowd(brush: Brush, state: str | None) -> None:
    people = [
        (30, 22, 0, "#f6b93b", "#5b3716"),
        (70, 22, 1, "#9b59b6", "#1e1e1e"),
        (16, 44, 2, "#2ecc71", "#1e1e1e"),
        (84, 44, 0, "#e74c3c", "#c98b2b"),
        (50, 46, 1, "#3498db", "#7a2f12"),
    ]
    for x, y, tone, shirt, hair in people:
        brush.box(x - 16, y + 12, x + 16, 96, shirt, 11, INK, 1.2)
        brush.oval(x - 11, y - 14, x + 11, y + 14, SKIN[(tone + brush.variant) % 3], INK, 1.2)
        brush.pie(x - 12, y - 16, x + 12, y + 10, 180, 360, hair)
        for eye in (-4, 4):
            brush.dot(x + eye, y + 2, 1.7, INK)
        brush.arc(x - 5, y, x + 5, y + 9, 20, 160, INK, 1.4)


def police_officer(brush: Brush, state: str | None) -> None:
    skin, navy, gold = brush.pick(*SKIN), "#1d2f6f", "#ffd23f"
    brush.box(18, 56, 82, 99, navy, 14, INK, 1.5)
    brush.box(43, 50, 57, 62, skin)
    brush.shape([(38, 57), (62, 57), (50, 72)], "#ffffff")
    brush.shape([(47, 59), (53, 59), (55, 78), (50, 84), (45, 78)], "#0d1538")
    brush.oval(29, 16, 71, 58, skin, INK, 1.5)
    brush.shape([(22, 16), (50, 2), (78, 16), (70, 27), (30, 27)], navy, INK, 1.5)
    brush.pie(24, 20, 76, 42, 180, 360, "#0d1538")
    brush.star(50, 16, 8, gold, 5)
    for x in (41, 59):
        brush.dot(x, 37, 2.6, INK)
    brush.box(37, 45, 63, 48, "#4a2a12", 1.5)
    brush.star(30, 76, 9, gold, 6, 0.55)
    for x in (24, 76):
        brush.box(x - 7, 57, x + 7, 62, gold, 2)


def sleeping_man(brush: Brush, state: str | None) -> None:
    skin, blanket = brush.pick(*SKIN), brush.pick("#4a69bd", "#b33939", "#218c74")
    brush.box(2, 40, 8, 96, "#8d5524", 2)
    brush.box(92, 60, 98, 96, "#8d5524", 2)
    brush.box(4, 76, 96, 88, "#a9713f", 2)
    brush.box(8, 58, 40, 78, "#ffffff", 8, "#b9c2cc", 1.5)
    brush.blob([(36, 78), (38, 60), (56, 52), (80, 58), (92, 70), (93, 79)], blanket, INK, 1.5)
    brush.oval(14, 42, 44, 72, skin, INK, 1.5)
    brush.pie(12, 40, 46, 72, 150, 280, "#5b3716")
    for x in (25, 36):
        brush.arc(x - 4, 54, x + 4, 61, 10, 170, INK, 2)
    brush.dot(32, 66, 2.5, INK)
    for x, y, size in ((48, 30, 10), (64, 15, 14), (84, 1, 16)):
        corners = [(x, y), (x + size * 0.85, y), (x, y + size), (x + size * 0.85, y + size)]
        brush.line(corners, "#3b3bd6", 3.5)


def wheelchair(brush: Brush, state: str | None) -> None:
    skin, shirt = brush.pick(*SKIN), brush.pick("#16a085", "#e67e22", "#8e44ad")
    brush.line([(20, 34), (28, 38), (32, 66), (62, 66), (76, 90), (88, 90)], "#3d4250", 5)
    brush.line([(38, 64), (66, 64), (74, 86), (86, 86)], "#34495e", 9)
    brush.box(30, 32, 52, 68, shirt, 8)
    brush.line([(44, 40), (56, 54), (68, 52)], skin, 7)
    brush.oval(30, 4, 56, 32, skin, INK, 1.5)
    brush.pie(28, 2, 56, 32, 140, 320, "#3a2413")
    brush.dot(49, 18, 2, INK)
    brush.ring(42, 72, 25, INK, 4.5)
    brush.ring(42, 72, 20, "#9aa3ad", 1.5)
    for end in ((42, 50), (42, 94), (20, 72), (64, 72)):
        brush.line([(42, 72), end], "#9aa3ad", 1.5)
    brush.dot(42, 72, 4, INK)
    brush.ring(76, 93, 6, INK, 3)


HUMANS: Mapping[str, Painter] = {
    "baby": baby,
    "child": child,
    "crowd": crowd,
    "police officer": police_officer,
    "sleeping man": sleeping_man,
    "wheelchair": wheelchair,
}
