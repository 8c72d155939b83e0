"""Photos for demonstration and tests: drawn, never taken, and marked so in their pixels."""

from __future__ import annotations

import io
from functools import lru_cache
from random import Random

from PIL import Image, ImageDraw, ImageFont

from .demo_motifs import MOTIFS, Canvas
from .strokes import draw_mark

SIZE = (1600, 1200)
MARK = "DEMO"
MARK_COLOUR = (166, 38, 79)
MARK_GROUND = (251, 250, 246)
QUALITY = 72


def demo_photo(random: Random, kind: str, size: tuple[int, int] = SIZE) -> bytes:
    """A JPEG of what a photo of this ``kind`` shows, in what ``random`` picks, with 演示 and DEMO burned in.

    ``size`` in pixels. The same state of ``random`` gives the same picture, byte for byte with the same Pillow.
    """
    width, height = size
    image = Image.new("RGB", size)
    draw = ImageDraw.Draw(image)
    MOTIFS.get(kind, MOTIFS["other"])(Canvas(draw, size, random))
    high = height / 10
    draw.rectangle([0, 0, width, high * 1.5], fill=MARK_GROUND)
    end = draw_mark(draw, high * 0.3, high * 0.25, high, MARK_COLOUR)
    draw.text((end + high * 0.4, high * 0.16), f"{MARK} {kind} {random.randint(100, 999)}", fill=MARK_COLOUR, font=_font(round(high * 0.9)))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()


@lru_cache(maxsize=8)
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size=size)
