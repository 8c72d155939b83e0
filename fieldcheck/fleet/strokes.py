"""The two characters 演示 (demonstration) as strokes of our own: no font that comes with the program holds them."""

from __future__ import annotations

from PIL import ImageDraw

#: Each character in a square of 100 × 100, y downwards: lines from point to point.
YAN = (
    ((8, 10), (24, 22)), ((4, 36), (19, 47)), ((5, 92), (25, 60)),
    ((63, 2), (68, 13)), ((35, 33), (36, 19), (95, 19), (90, 32)), ((46, 36), (85, 36)),
    ((42, 49), (42, 76), (88, 76), (88, 49), (42, 49)), ((65, 36), (65, 76)), ((42, 62), (88, 62)),
    ((56, 81), (36, 97)), ((75, 81), (97, 97)),
)
SHI = (
    ((24, 14), (77, 14)), ((7, 39), (94, 39)), ((51, 39), (51, 92), (38, 84)),
    ((29, 56), (9, 83)), ((71, 56), (93, 81)),
)
SQUARE = 100
GAP = 0.12


def draw_mark(draw: ImageDraw.ImageDraw, left: float, top: float, size: float, colour: tuple[int, int, int]) -> float:
    """Draw 演示, each character ``size`` pixels high; returns where it ends on the right."""
    width = max(1, round(size / 11))
    for number, character in enumerate((YAN, SHI)):
        begin = left + number * size * (1 + GAP)
        for stroke in character:
            draw.line([(begin + x * size / SQUARE, top + y * size / SQUARE) for x, y in stroke], fill=colour, width=width,
                      joint="curve")
    return left + size * (2 + GAP)
