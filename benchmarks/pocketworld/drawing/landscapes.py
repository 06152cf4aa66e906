"""Nature, and places with grass or water. No place shows anything that is also an object."""

from collections.abc import Mapping

from benchmarks.pocketworld.drawing.setting import PlacePainter, Setting


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


LANDSCAPES: Mapping[str, PlacePainter] = {
    "beach": beach,
    "cliff": cliff,
    "driving range": driving_range,
    "forest": forest,
    "park": park,
    "pool": pool,
}
