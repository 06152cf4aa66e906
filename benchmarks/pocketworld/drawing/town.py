"""Built-up places outdoors. No place shows anything that is also an object."""

from collections.abc import Mapping

from benchmarks.pocketworld.drawing.setting import PlacePainter, Setting


def airport(setting: Setting) -> None:
    brush, tint = setting.brush, setting.tint
    ground = setting.split("#c5e4fb", "#8fbf6a", 46)
    brush.box(-1, ground - 14, 62, ground, tint("#dfe5ea"))
    brush.box(-1, ground - 10, 62, ground - 4, tint("#5f8fb0"))
    tower = setting.about(80, 4)
    brush.shape([(tower - 4, ground), (tower + 4, ground), (tower + 3, 20), (tower - 3, 20)], tint("#c3cad1"))
    brush.shape([(tower - 12, 8), (tower + 12, 8), (tower + 8, 22), (tower - 8, 22)], tint("#3f7ea6"), "#38424c", 1)
    brush.box(tower - 13, 4, tower + 13, 9, tint("#38424c"), 1)
    brush.shape([(40, ground + 3), (60, ground + 3), (104, 101), (-4, 101)], tint("#4a4d52"))
    for index in range(4):
        y = ground + 10 + index * index * 3.6 + index * 4
        half = 0.8 + index * 0.7
        brush.shape(
            [
                (50 - half, y),
                (50 + half, y),
                (50 + half * 1.4, y + 4 + index * 2),
                (50 - half * 1.4, y + 4 + index * 2),
            ],
            "#ffffff",
        )
    for x in range(14, 90, 11):
        brush.shape(
            [(x, 101), (x + 5, 101), (52 + (x - 50) * 0.82 + 1.4, 92), (50 + (x - 50) * 0.82 - 1.2, 92)],
            "#ffffff",
        )


def gas_station(setting: Setting) -> None:
    brush, tint = setting.brush, setting.tint
    ground = setting.split("#bcd9ee", "#9aa0a6", 74)
    brush.box(14, 34, 86, ground, tint("#f3efe6"))
    brush.box(24, 44, 76, ground, tint("#86a9c0"))
    brush.box(2, 6, 98, 26, tint("#d7263d"), 2)
    brush.box(2, 12, 98, 17, "#ffffff")
    for x in (8, 88):
        brush.box(x, 26, x + 4, ground + 4, tint("#eceff2"))
    for pump in (setting.about(30, 4), setting.about(68, 4)):
        brush.box(pump - 8, ground - 30, pump + 8, ground + 6, tint("#e8eaed"), 2, "#7b8794", 1)
        brush.box(pump - 8, ground - 30, pump + 8, ground - 24, tint("#d7263d"), 2)
        brush.box(pump - 5, ground - 20, pump + 5, ground - 12, "#2b3440")
        brush.curve(
            [(pump + 8, ground - 20), (pump + 15, ground - 14), (pump + 13, ground), (pump + 8, ground - 4)],
            "#1c1f24",
            1.8,
        )
    brush.box(0, ground + 8, 100, ground + 11, tint("#f2c94c"))


def graveyard(setting: Setting) -> None:
    brush, tint = setting.brush, setting.tint
    ground = setting.split("#a9a7bd", "#56684e", 44)
    brush.line([(86, ground + 6), (84, 14)], "#3b2f2a", 3.5)
    for end in ((72, 6), (97, 10), (70, 24), (98, 28)):
        brush.line([(85, 30), end], "#3b2f2a", 1.6)
    for x in range(0, 100, 7):
        brush.line([(x, ground + 2), (x, ground - 13)], "#2b2b33", 1)
    brush.line([(0, ground - 8), (100, ground - 8)], "#2b2b33", 1)
    for x, y, size in ((12, 62, 13), (38, 58, 11), (64, 64, 13), (22, 92, 18), (58, 96, 17), (88, 88, 15)):
        left, right = x - size * 0.45, x + size * 0.45
        stone = tint("#b4b8bf")
        brush.box(left, y - size * 1.25, right, y, stone, size * 0.4, "#6d727a", 0.8)
        brush.box(left, y - size * 0.6, right, y, stone)
        brush.line([(x, y - size), (x, y - size * 0.35)], "#5c6168", 1.2)
        brush.line([(x - size * 0.2, y - size * 0.8), (x + size * 0.2, y - size * 0.8)], "#5c6168", 1.2)
        brush.oval(x - size * 0.8, y - 1, x + size * 0.8, y + 4, tint("#445640"))


def playground(setting: Setting) -> None:
    brush, tint = setting.brush, setting.tint
    ground = setting.split("#aee1f9", "#f0b868", 62)
    for index, x in enumerate(range(1, 100, 9)):
        colour = ("#ff6b6b", "#ffd93d", "#6bcB77", "#4d96ff")[index % 4]
        brush.shape(
            [(x, ground), (x, ground - 12), (x + 3, ground - 16), (x + 6, ground - 12), (x + 6, ground)],
            colour,
        )
    slide = setting.about(62, 4)
    brush.shape([(slide, 20), (slide + 8, 20), (slide + 34, ground + 16), (slide + 24, ground + 16)], tint("#e63946"))
    brush.line([(slide, 20), (slide - 4, ground + 8)], "#3a5ba0", 2)
    brush.line([(slide + 5, 22), (slide + 3, ground + 8)], "#3a5ba0", 2)
    for foot, top in ((2, 10), (18, 10), (42, 50), (58, 50)):
        brush.line([(foot, ground + 10), (top, 16)], tint("#5f3dc4"), 2)
    brush.line([(10, 16), (50, 16)], tint("#5f3dc4"), 2.4)
    for x in (22, 36):
        brush.line([(x, 16), (x - 2, ground - 4)], "#495057", 0.9)
        brush.line([(x + 7, 16), (x + 5, ground - 4)], "#495057", 0.9)
        brush.box(x - 3, ground - 5, x + 6, ground - 2, "#2f9e44", 1)


def railway(setting: Setting) -> None:
    brush, tint = setting.brush, setting.tint
    edge = setting.split("#c8d6e0", "#8f8577", 36)
    brush.box(-1, edge - 5, 101, edge, tint("#6f8f5a"))
    for index in range(9):
        depth = (index / 8) ** 1.8
        y, half = edge + 3 + depth * (94 - edge), 8 + depth * 44
        brush.box(50 - half, y, 50 + half, y + 1.5 + depth * 4.5, tint("#5b3a21"))
    for side in (-1, 1):
        brush.line([(50 + side * 5, edge), (50 + side * 36, 101)], "#3d434b", 3)
        brush.line([(50 + side * 5, edge), (50 + side * 35, 101)], "#aab2bb", 1)
    for x in (12, 88):
        brush.line([(x, edge + 8), (x, 4)], "#4d5866", 1.8)
        brush.line([(x, 8), (50 + (x - 50) * 0.5, 8)], "#4d5866", 1.2)
    for spot in setting.scatter(40, 0, edge, 100, 100):
        brush.dot(*spot, 0.8, "#6e665b")


def road(setting: Setting) -> None:
    brush, tint = setting.brush, setting.tint
    edge = setting.split("#b9dcf4", "#7cb35c", 34) + 10
    for x in range(0, 100, 18):
        height = setting.about(16, 6)
        brush.box(x, edge - 10 - height, x + 14, edge - 8, tint("#b0a393"))
    brush.box(-1, edge, 101, 101, tint("#54575c"))
    brush.box(-1, edge, 101, edge + 4, tint("#c9c4ba"))
    for x in range(int(setting.about(-10, 8)), 100, 26):
        brush.box(x, 72, x + 15, 75, "#f7f7f2")
    brush.line([(-1, edge + 8), (101, edge + 8)], "#ffd43b", 1.6)
    brush.line([(-1, 97), (101, 97)], "#ffd43b", 1.6)


def rooftop(setting: Setting) -> None:
    brush, tint = setting.brush, setting.tint
    wall = setting.split("#ffcfa3", "#8f8b88", 66)
    for x in range(-2, 100, 13):
        top = setting.about(30, 12)
        brush.box(x, top, x + 12, wall, tint("#6f7390"))
        for y in range(int(top) + 4, int(wall) - 4, 7):
            for pane in (2, 7):
                brush.box(
                    x + pane,
                    y,
                    x + pane + 3,
                    y + 3,
                    "#ffe9a0" if setting.rng.random() < 0.6 else "#4b4f6b",
                )
    brush.box(-1, wall - 4, 101, wall + 6, tint("#c9beb2"))
    brush.box(-1, wall - 4, 101, wall - 1, tint("#e6ddd2"))
    brush.box(66, wall - 18, 88, wall + 16, tint("#a6584a"), 0, "#6e352b", 1)
    brush.box(63, wall - 22, 91, wall - 17, tint("#7d3f34"))
    brush.box(8, wall + 4, 34, wall + 22, tint("#c7cdd3"), 1, "#7f8991", 1)
    brush.ring(21, wall + 13, 6, "#7f8991", 1.5)


TOWN: Mapping[str, PlacePainter] = {
    "airport": airport,
    "gas station": gas_station,
    "graveyard": graveyard,
    "playground": playground,
    "railway": railway,
    "road": road,
    "rooftop": rooftop,
}
