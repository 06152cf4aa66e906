"""Places in the open air. None holds anything that is also an object."""

from collections.abc import Mapping

from benchmarks.pocketworld.draw_setting import PlacePainter, Setting


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


def park(setting: Setting) -> None:
    brush, tint = setting.brush, setting.tint
    ground = setting.split("#bfe6ff", "#7ccb5a", 46)
    brush.oval(-20, ground - 9, 60, ground + 12, tint("#92d66b"))
    brush.shape([(44, ground), (54, ground), (80, 101), (30, 101)], tint("#ecd9a8"))
    for x in (setting.about(14, 6), setting.about(84, 6)):
        brush.box(x - 2.5, 28, x + 2.5, ground + 10, tint("#7b4a24"))
        for dx, dy in ((-8, 24), (8, 24), (0, 14), (0, 26)):
            brush.dot(x + dx, dy, 11, tint("#4fae3e"))
    for y in (ground + 14, ground + 19):
        brush.box(60, y, 90, y + 3, tint("#9b5d2e"), 1)
    for x in (64, 84):
        brush.box(x, ground + 14, x + 2.5, ground + 30, "#4b4f55")


def driving_range(setting: Setting) -> None:
    brush, tint = setting.brush, setting.tint
    ground = setting.split("#d4ecfa", "#5fbf4a", 36)
    for band in range(4):
        if band % 2:
            brush.box(-1, ground + band * 14, 101, ground + band * 14 + 14, tint("#74d15c"))
    for post in (3, 34, 66, 97):
        brush.line([(post, 2), (post, ground + 2)], "#44545f", 1.4)
    for step in range(0, 100, 5):
        brush.line([(step, 4), (step, ground)], "#8fa6b3", 0.4)
    for rope in range(4, int(ground), 5):
        brush.line([(0, rope), (100, rope)], "#8fa6b3", 0.4)
    for x, y, colour in (
        (20, ground + 16, "#e03131"),
        (52, ground + 8, "#1971c2"),
        (80, ground + 20, "#f08c00"),
    ):
        brush.oval(x - 12, y - 2, x + 12, y + 4, tint("#a9e58f"))
        brush.line([(x, y), (x, y - 20)], "#ffffff", 1.3)
        brush.shape([(x, y - 20), (x + 10, y - 16), (x, y - 12)], colour)
    for spot in setting.scatter(26, 2, ground + 10, 98, 86):
        brush.dot(*spot, 1.1, "#ffffff")
    brush.box(-1, 88, 101, 101, tint("#2f7d4f"))
    for x in range(6, 100, 32):
        brush.box(x, 90, x + 22, 99, tint("#1f5c3a"), 1, "#ffffff", 0.7)


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


def forest(setting: Setting) -> None:
    brush, tint = setting.brush, setting.tint
    ground = setting.split("#2f5d3a", "#5b4a2c", 78)
    for x in range(-6, 106, 13):
        middle, tip = setting.about(x, 3), setting.about(14, 10)
        brush.box(middle - 1.5, 50, middle + 1.5, ground + 2, tint("#4b3320"))
        for level in range(4):
            y, half = tip + level * 15, 6 + level * 2.5
            points = [(middle, y - 8), (middle + half, y + 14), (middle - half, y + 14)]
            brush.shape(points, tint("#2e7d3e" if level % 2 else "#256b34"))
    for trunk in (setting.about(18, 8), setting.about(78, 8)):
        brush.box(trunk - 5, 0, trunk + 5, ground + 10, tint("#6b4526"))
        brush.line([(trunk - 2, 4), (trunk - 2, ground)], "#4a2e17", 1)
    for spot in setting.scatter(14, 0, ground + 4, 100, 99):
        brush.line([spot, (spot[0] + 3, spot[1] - 4)], "#8aa65a", 1)


def beach(setting: Setting) -> None:
    brush, tint = setting.brush, setting.tint
    sea = setting.split("#a8e0ff", "#1f9fc9", 30)
    brush.dot(setting.about(78, 10), 14, 9, "#ffe066")
    shore = sea + 22
    brush.blob([(-10, shore + 2), (25, shore + 6), (60, shore), (110, shore + 5), (110, 120), (-10, 120)], "#ffffff")
    brush.blob(
        [(-10, shore + 5), (25, shore + 9), (60, shore + 3), (110, shore + 8), (110, 120), (-10, 120)],
        tint("#f4da9a"),
    )
    for y in (sea + 6, sea + 13):
        for x in range(int(setting.about(4, 4)), 100, 24):
            brush.arc(x, y, x + 12, y + 5, 180, 360, "#d5f3ff", 1)
    trunk = setting.about(12, 5)
    brush.curve([(trunk - 4, shore + 26), (trunk - 2, 44), (trunk + 6, 22)], "#8a5a2b", 3)
    for end in ((-14, 28), (-8, 10), (10, 8), (24, 14), (26, 30)):
        brush.curve(
            [(trunk + 6, 22), (trunk + end[0] * 0.5 + 4, end[1] - 6), (trunk + end[0], end[1] + 4)],
            "#2f9e44",
            3,
        )
    for spot in setting.scatter(20, 0, shore + 12, 100, 100):
        brush.dot(*spot, 0.6, "#c9a860")


def pool(setting: Setting) -> None:
    brush, tint = setting.brush, setting.tint
    edge = setting.split("#dff1f7", "#17a2d8", 36)
    brush.box(-1, edge - 14, 101, edge - 3, tint("#efe3cf"))
    for x in range(0, 100, 10):
        brush.line([(x, edge - 14), (x, edge - 3)], "#d8c7aa", 0.8)
        brush.box(x, edge - 3, x + 5, edge, "#1864ab")
        brush.box(x + 5, edge - 3, x + 10, edge, "#ffffff")
    for index, x in enumerate((20, 50, 80)):
        for step in range(10):
            y = edge + 3 + step * 7
            spread = (y - edge) * (index - 1) * 0.25
            brush.dot(x + spread, y, 1.6, "#ff6b6b" if step % 2 else "#ffffff")
    for spot in setting.scatter(16, 2, edge + 4, 90, 98):
        brush.arc(*spot, spot[0] + 9, spot[1] + 4, 180, 360, "#a5e1fa", 1)
    for x in (86, 92):
        brush.arc(x, edge - 22, x + 5, edge + 14, 180, 360, "#8795a1", 1.6)
    brush.shape(
        [(6, edge - 14), (24, edge - 14), (28, edge - 24), (30, edge - 23), (26, edge - 11), (6, edge - 11)],
        tint("#ffffff"),
    )


def cliff(setting: Setting) -> None:
    brush, tint = setting.brush, setting.tint
    sea = setting.split("#a7d3f5", "#2b6ea6", 62)
    brim = setting.about(56, 5)
    top = setting.about(38, 3)
    for y in range(int(sea) + 6, 100, 8):
        brush.arc(72, y, 84, y + 4, 180, 360, "#bfe0f5", 1)
    rock = [
        (-2, top),
        (brim, top + 1),
        (brim - 5, top + 14),
        (brim, top + 28),
        (brim - 9, top + 44),
        (brim - 4, 102),
        (-2, 102),
    ]
    brush.shape(rock, tint("#9a7350"))
    for start, end in (((8, 54), (26, 58)), ((20, 70), (42, 74)), ((4, 84), (30, 90)), ((36, 52), (48, 55))):
        brush.line([start, end], "#6d4c31", 1.4)
    brush.shape([(brim, top + 1), (brim - 5, top + 14), (brim, top + 28), (brim - 14, top + 18)], tint("#6d4c31"))
    brush.shape([(-2, top - 4), (brim + 1, top - 1), (brim, top + 5), (-2, top + 6)], tint("#69b04a"))
    for x, y in ((72, 20), (84, 30), (64, 12)):
        brush.arc(x - 5, y, x, y + 5, 200, 340, "#3d4250", 1)
        brush.arc(x, y, x + 5, y + 5, 200, 340, "#3d4250", 1)


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
                    "#ffe9a0" if setting.chance.random() < 0.6 else "#4b4f6b",
                )
    brush.box(-1, wall - 4, 101, wall + 6, tint("#c9beb2"))
    brush.box(-1, wall - 4, 101, wall - 1, tint("#e6ddd2"))
    brush.box(66, wall - 18, 88, wall + 16, tint("#a6584a"), 0, "#6e352b", 1)
    brush.box(63, wall - 22, 91, wall - 17, tint("#7d3f34"))
    brush.box(8, wall + 4, 34, wall + 22, tint("#c7cdd3"), 1, "#7f8991", 1)
    brush.ring(21, wall + 13, 6, "#7f8991", 1.5)


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


LANDSCAPES: Mapping[str, PlacePainter] = {
    "airport": airport,
    "beach": beach,
    "cliff": cliff,
    "driving range": driving_range,
    "forest": forest,
    "gas station": gas_station,
    "graveyard": graveyard,
    "park": park,
    "playground": playground,
    "pool": pool,
    "railway": railway,
    "road": road,
    "rooftop": rooftop,
}
