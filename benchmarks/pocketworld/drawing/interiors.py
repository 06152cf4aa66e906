"""Rooms. No place shows anything that is also an object, so only the objects put into it count."""

from collections.abc import Mapping

from benchmarks.pocketworld.drawing.setting import PlacePainter, Setting


def kitchen(setting: Setting) -> None:
    brush, tint = setting.brush, setting.tint
    floor = setting.split("#f3e6c4", "#e9dcc3", 84)
    for x in range(0, 100, 10):
        brush.line([(x, 24), (x, 60)], "#dcc9a0", 0.8)
    for y in range(24, 60, 9):
        brush.line([(0, y), (100, y)], "#dcc9a0", 0.8)
    wood, edge = tint("#3f8f86"), "#235a54"
    fridge = setting.about(82, 4)
    for left in (0, 22, 44):
        brush.box(left, -2, left + 21, 22, wood, 1, edge, 0.8)
        brush.dot(left + 18, 17, 1.2, "#f0d58a")
        brush.box(left, floor - 22, left + 21, floor, wood, 1, edge, 0.8)
        brush.dot(left + 18, floor - 17, 1.2, "#f0d58a")
    brush.box(-2, floor - 27, 67, floor - 21, tint("#5b5f66"), 1)
    brush.arc(30, floor - 42, 42, floor - 18, 180, 300, "#9aa5b1", 2.5)
    brush.box(fridge - 14, 14, fridge + 15, floor, tint("#e4e9ee"), 2, "#8b96a1", 1)
    brush.line([(fridge - 14, 40), (fridge + 15, 40)], "#8b96a1", 1)
    for x in range(0, 100, 12):
        for row in (0, 1):
            brush.box(x + 6 * row, floor + 8 * row, x + 6 * row + 6, floor + 8 * row + 8, tint("#c28b5a"))


def living_room(setting: Setting) -> None:
    brush, tint = setting.brush, setting.tint
    floor = setting.split("#f0d9b5", "#9c6b3f", 72)
    for x in range(4, 100, 16):
        brush.line([(x, 0), (x, floor)], "#e2c698", 2)
    brush.oval(8, floor + 4, 92, 104, tint("#b23a48"))
    brush.oval(16, floor + 8, 84, 99, tint("#e8a598"))
    sofa, left = tint("#3d6a8a"), setting.about(8, 5)
    brush.box(left, floor - 34, left + 60, floor - 2, sofa, 5)
    brush.box(left - 5, floor - 22, left + 6, floor + 6, tint("#2f5571"), 4)
    brush.box(left + 54, floor - 22, left + 65, floor + 6, tint("#2f5571"), 4)
    for cushion in (6, 31):
        brush.box(left + cushion, floor - 16, left + cushion + 23, floor - 4, tint("#5b8fb4"), 3)
    brush.line([(88, floor), (88, 26)], "#5a4632", 1.6)
    brush.shape([(80, 30), (96, 30), (92, 12), (84, 12)], tint("#ffe9a8"))


def bedroom(setting: Setting) -> None:
    brush, tint = setting.brush, setting.tint
    floor = setting.split("#cdbfe8", "#a98467", 78)
    for row, y in enumerate(range(6, 46, 12)):
        for x in range(4 + 6 * (row % 2), 100, 14):
            brush.dot(x, y, 1.3, "#ecE4fa")
    left = setting.about(14, 5)
    right = left + 70
    brush.box(left - 3, floor - 46, right + 3, floor + 6, tint("#7a4a2b"), 5)
    brush.box(left, floor - 28, right, floor + 12, tint("#ffffff"), 3)
    for pillow in (left + 6, left + 38):
        brush.box(pillow, floor - 34, pillow + 26, floor - 18, tint("#fdf3ff"), 5, "#d6c7e6", 1)
    brush.box(left - 2, floor - 14, right + 2, floor + 16, tint("#6a5acd"), 3)
    brush.box(left - 2, floor - 14, right + 2, floor - 8, tint("#a79df0"), 2)
    brush.oval(4, floor + 12, 60, floor + 26, tint("#e7c8d8"))


def bathroom(setting: Setting) -> None:
    brush, tint = setting.brush, setting.tint
    floor = setting.split("#bfe8e6", "#7fa9b5", 80)
    for x in range(0, 100, 9):
        brush.line([(x, 0), (x, floor)], "#9fd0d0", 0.8)
    for y in range(0, int(floor), 9):
        brush.line([(0, y), (100, y)], "#9fd0d0", 0.8)
    for x in range(0, 100, 14):
        brush.box(x, floor, x + 7, 100, tint("#5e8c99"))
    basin = setting.about(28, 6)
    brush.oval(basin - 14, 6, basin + 14, 38, "#f2fbff", "#6f8f9a", 1.5)
    brush.line([(basin - 5, 28), (basin + 6, 14)], "#ffffff", 2)
    brush.pie(basin - 18, 34, basin + 18, 74, 0, 180, tint("#ffffff"))
    brush.box(basin - 4, 70, basin + 4, floor, tint("#f2f4f6"))
    brush.box(70, 38, 92, 58, tint("#ffffff"), 2, "#a9bcc4", 1)
    brush.oval(64, 54, 98, 70, tint("#ffffff"), "#a9bcc4", 1)
    brush.shape([(70, 66), (92, 66), (88, floor + 4), (74, floor + 4)], tint("#f2f4f6"))


def office(setting: Setting) -> None:
    brush, tint = setting.brush, setting.tint
    floor = setting.split("#dbe4ec", "#6d7783", 76)
    board = setting.about(8, 4)
    brush.box(board, 8, board + 46, 42, "#ffffff", 1, "#8d99a6", 1.5)
    for index, height in enumerate((8, 16, 12, 24)):
        colour = ("#4c8bf5", "#f55c4c", "#43b581", "#f5a742")[index]
        brush.box(board + 6 + index * 9, 38 - height, board + 12 + index * 9, 38, colour)
    brush.dot(74, 18, 9, "#ffffff")
    brush.ring(74, 18, 9, "#3d4250", 1.5)
    brush.line([(74, 18), (74, 12)], "#3d4250", 1.2)
    brush.line([(74, 18), (79, 20)], "#3d4250", 1.2)
    brush.box(80, 34, 98, floor + 4, tint("#8b97a3"), 1, "#5d6873", 1)
    for y in (40, 52, 64):
        brush.box(84, y, 94, y + 3, "#4a545e", 1)
    brush.box(4, floor - 12, 74, floor - 7, tint("#b98a5a"), 1)
    for x in (8, 66):
        brush.box(x, floor - 7, x + 4, floor + 14, tint("#8a6238"))
    for y in (14, 16, 18):
        brush.box(20, floor - y, 40, floor - y + 1.4, "#ffffff", 0, "#b9c2cc", 0.4)


def workshop(setting: Setting) -> None:
    brush, tint = setting.brush, setting.tint
    floor = setting.split("#6c5b4a", "#4d4a47", 82)
    brush.box(4, 6, 96, 50, tint("#a88458"))
    for x in range(8, 96, 6):
        for y in range(9, 50, 6):
            brush.dot(x, y, 0.6, "#6d5333")
    brush.line([(16, 14), (16, 38)], "#f0c987", 3)
    brush.box(9, 10, 25, 17, "#3d4250", 1)
    brush.shape([(38, 12), (44, 12), (62, 34), (36, 28)], "#d5dde6", "#7d8894", 0.8)
    brush.box(33, 10, 42, 30, "#c0392b", 3)
    brush.line([(78, 18), (78, 42)], "#aab4be", 4)
    brush.ring(78, 15, 5, "#aab4be", 3)
    bench = setting.about(62, 3)
    brush.box(-2, bench, 102, bench + 9, tint("#d9a860"), 1, "#8a6534", 1)
    for x in (6, 84):
        brush.box(x, bench + 9, x + 10, floor + 12, tint("#b5854a"))
    brush.box(70, bench - 10, 92, bench, tint("#2f6fb3"), 2)
    brush.line([(84, bench - 14), (84, bench - 4)], "#c7d0d9", 2)


def china_shop(setting: Setting) -> None:
    brush, tint = setting.brush, setting.tint
    setting.split("#f6efe4", "#c99f6f", 90)
    shelf = tint("#8c5a35")
    for row, y in enumerate((30, 60, 88)):
        brush.box(0, y, 100, y + 4, shelf)
        for column in range(7):
            x = 7 + column * 14.5 + setting.rng.uniform(-1, 1)
            (plate if (row + column) % 2 else cup)(setting, x, y)
    for x in (0, 97):
        brush.box(x, 0, x + 3, 92, shelf)


def plate(setting: Setting, x: float, y: float) -> None:
    glaze = setting.rng.choice(("#2b6cb0", "#b83280", "#2f855a"))
    setting.brush.oval(x - 7, y - 15, x + 7, y, "#ffffff", glaze, 1.4)
    setting.brush.ring(x, y - 7.5, 3.6, glaze, 0.9)


def cup(setting: Setting, x: float, y: float) -> None:
    glaze = setting.rng.choice(("#90cdf4", "#fbb6ce", "#9ae6b4", "#ffffff"))
    setting.brush.ring(x + 5, y - 6, 3, "#8795a1", 1.1)
    setting.brush.shape([(x - 6, y - 11), (x + 5, y - 11), (x + 3, y), (x - 4, y)], glaze, "#8795a1", 0.8)


INTERIORS: Mapping[str, PlacePainter] = {
    "bathroom": bathroom,
    "bedroom": bedroom,
    "china shop": china_shop,
    "kitchen": kitchen,
    "living room": living_room,
    "office": office,
    "workshop": workshop,
}
