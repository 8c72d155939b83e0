"""What a drawn photo shows, by its kind: each motif is told from the others at the size of a thumbnail.

Coordinates are shares of the picture's width and height, so that a motif does not depend on the photo's size.
"""

from __future__ import annotations

from random import Random
from typing import Callable

from PIL import ImageDraw

from .strokes import draw_mark

Colour = tuple[int, int, int]
WOOD, PAPER, INK, RED, STEEL, WATER = (112, 78, 52), (238, 232, 214), (70, 72, 78), (168, 44, 40), (142, 150, 158), (96, 164, 204)


class Canvas:
    """A picture to draw on in shares of its width and height."""

    def __init__(self, draw: ImageDraw.ImageDraw, size: tuple[int, int], random: Random) -> None:
        self.draw, self.size, self.random = draw, size, random

    def box(self, left: float, top: float, right: float, bottom: float, fill: Colour, edge: Colour | None = None) -> None:
        """A filled rectangle."""
        self.draw.rectangle([*self.at(left, top), *self.at(right, bottom)], fill=fill, outline=edge, width=2)

    def shape(self, *corners: tuple[float, float], fill: Colour) -> None:
        """A filled polygon."""
        self.draw.polygon([self.at(*corner) for corner in corners], fill=fill)

    def disc(self, x: float, y: float, radius: float, fill: Colour) -> None:
        """A filled circle; ``radius`` as a share of the width."""
        (across, down), pixels = self.at(x, y), radius * self.size[0]
        self.draw.ellipse([across - pixels, down - pixels, across + pixels, down + pixels], fill=fill)

    def path(self, *points: tuple[float, float], fill: Colour, width: float = 0.008) -> None:
        """A line; ``width`` as a share of the picture's width."""
        self.draw.line([self.at(*point) for point in points], fill=fill, width=max(1, round(width * self.size[0])))

    def rows(self, left: float, top: float, right: float, bottom: float, n: int, fill: Colour = INK) -> None:
        """Rows of what could be writing, none of it legible."""
        for row in range(n):
            y = top + (bottom - top) * (row + 0.5) / n
            self.path((left, y), (left + (right - left) * self.random.uniform(0.55, 1), y), fill=fill, width=0.006)

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Shares as pixels."""
        return x * self.size[0], y * self.size[1]

    def near(self, colour: Colour, by: int = 16) -> Colour:
        """A colour like this one."""
        red, green, blue = (min(255, max(0, part + self.random.randint(-by, by))) for part in colour)
        return red, green, blue


def outdoors(c: Canvas) -> None:
    """Sky, hills and a field: behind everything that stands outside."""
    c.box(0, 0, 1, 1, c.near((186, 212, 232)))
    ridge = c.random.uniform(0.36, 0.46)
    c.shape((0, 1), (0, ridge + 0.06), (c.random.uniform(0.2, 0.4), ridge - 0.06), (c.random.uniform(0.6, 0.8), ridge + 0.02),
            (1, ridge - 0.03), (1, 1), fill=c.near((128, 158, 132)))
    c.box(0, 0.62, 1, 1, c.near((150, 160, 96)))
    for _ in range(40):
        x, y = c.random.uniform(0, 1), c.random.uniform(0.66, 1)
        c.path((x, y), (x + 0.012, y - 0.03), fill=c.near((96, 130, 66)), width=0.005)


def indoors(c: Canvas) -> None:
    """A wall and a table top."""
    c.box(0, 0, 1, 1, c.near((206, 198, 184)))
    c.box(0, 0.72, 1, 1, c.near((134, 100, 72)))


def place(c: Canvas) -> None:
    """A village's stone (村牌) at the road; the only name on it is 演示."""
    outdoors(c)
    c.shape((0.36, 1), (0.5, 0.62), (0.56, 0.62), (1, 1), fill=c.near((172, 168, 160)))
    stone = c.near((176, 166, 150))
    c.shape((0.12, 0.84), (0.14, 0.42), (0.22, 0.37), (0.56, 0.39), (0.62, 0.46), (0.6, 0.84), fill=stone)
    c.box(0.1, 0.82, 0.64, 0.88, c.near((126, 120, 112)))
    left, top = c.at(0.2, 0.5)
    draw_mark(c.draw, left, top, 0.15 * c.size[0], RED)


def house(c: Canvas) -> None:
    """A house of one or two floors with its door."""
    outdoors(c)
    left, wide = c.random.uniform(0.14, 0.3), c.random.uniform(0.42, 0.52)
    top = c.random.choice((0.36, 0.5))
    c.box(left, top, left + wide, 0.86, c.near((214, 196, 168), 26))
    c.shape((left - 0.05, top), (left + wide / 2, top - 0.14), (left + wide + 0.05, top), fill=c.near((132, 70, 56)))
    c.box(left + wide * 0.42, 0.64, left + wide * 0.6, 0.86, c.near(WOOD))
    for share in (0.1, 0.72):
        for floor in ((0.62,) if top > 0.4 else (0.44, 0.64)):
            c.box(left + wide * share, floor, left + wide * (share + 0.18), floor + 0.1, (108, 128, 140), PAPER)


def water(c: Canvas) -> None:
    """A tap that runs into a basin."""
    indoors(c)
    c.path((0.16, 0.0), (0.16, 0.34), (0.5, 0.34), fill=STEEL, width=0.035)
    c.path((0.5, 0.33), (0.5, 0.44), fill=STEEL, width=0.05)
    c.box(0.3, 0.26, 0.38, 0.34, STEEL)
    c.path((0.26, 0.25), (0.42, 0.25), fill=RED, width=0.02)
    c.path((0.5, 0.44), (0.5, 0.76), fill=WATER, width=c.random.uniform(0.014, 0.03))
    c.shape((0.24, 0.74), (0.8, 0.74), (0.72, 0.95), (0.32, 0.95), fill=c.near((210, 214, 218)))
    c.shape((0.27, 0.77), (0.77, 0.77), (0.76, 0.8), (0.28, 0.8), fill=WATER)


def handbook(c: Canvas) -> None:
    """A helper's booklet (帮扶手册), open on a table."""
    indoors(c)
    c.shape((0.14, 0.3), (0.49, 0.36), (0.49, 0.88), (0.1, 0.82), fill=PAPER)
    c.shape((0.51, 0.36), (0.86, 0.3), (0.9, 0.82), (0.51, 0.88), fill=c.near(PAPER, 6))
    c.path((0.5, 0.35), (0.5, 0.89), fill=RED, width=0.014)
    c.rows(0.18, 0.42, 0.44, 0.8, 7)
    c.rows(0.56, 0.42, 0.82, 0.66, 5)
    c.disc(0.72, 0.75, 0.05, (206, 92, 84))


def notice(c: Canvas) -> None:
    """A notice board (公示栏) with sheets behind glass."""
    outdoors(c)
    for leg in (0.2, 0.78):
        c.box(leg, 0.3, leg + 0.03, 0.96, STEEL)
    c.box(0.12, 0.28, 0.88, 0.78, c.near((60, 96, 132)), STEEL)
    c.box(0.12, 0.26, 0.88, 0.33, RED)
    for n in range(4):
        left = 0.16 + n * 0.18
        c.box(left, 0.38, left + 0.15, 0.73, c.near(PAPER, 10))
        c.rows(left + 0.015, 0.42, left + 0.13, 0.7, c.random.randint(5, 8))


def project(c: Canvas) -> None:
    """A project's plate (项目公示牌) before what was built."""
    outdoors(c)
    c.shape((0.3, 1), (0.56, 0.58), (0.64, 0.58), (1, 1), fill=c.near((186, 184, 178)))
    for post in (0.16, 0.46):
        c.box(post, 0.36, post + 0.02, 0.95, WOOD)
    c.box(0.1, 0.34, 0.54, 0.7, c.near((52, 110, 92)), PAPER)
    c.rows(0.14, 0.4, 0.5, 0.67, 6, PAPER)


def industry(c: Canvas) -> None:
    """Greenhouses in a row."""
    outdoors(c)
    for n in range(3):
        left = 0.06 + n * 0.31
        c.box(left, 0.6, left + 0.27, 0.88, c.near((220, 230, 228), 8))
        c.draw.pieslice([*c.at(left, 0.46), *c.at(left + 0.27, 0.74)], 180, 360, fill=c.near((232, 240, 240), 6))
        c.box(left + 0.11, 0.7, left + 0.16, 0.88, c.near(WOOD))


def sheet(c: Canvas) -> None:
    """A sheet of paper on a table: attendance and whatever else was written down."""
    indoors(c)
    c.shape((0.24, 0.28), (0.74, 0.3), (0.78, 0.93), (0.2, 0.91), fill=PAPER)
    for row in range(8):
        y = 0.37 + row * 0.065
        c.path((0.27, y), (0.72, y + 0.01), fill=STEEL, width=0.004)
        c.path((0.3, y + 0.03), (0.3 + c.random.uniform(0.1, 0.3), y + 0.03), fill=INK, width=0.008)


MOTIFS: dict[str, Callable[[Canvas], None]] = {
    "place": place, "house": house, "water": water, "handbook": handbook, "notice": notice, "project": project,
    "industry": industry, "attendance": sheet, "other": sheet,
}
