"""Photos for demonstration and tests: drawn, never taken, and marked so in their pixels."""

from __future__ import annotations

import io
from random import Random

from PIL import Image, ImageDraw, ImageFont

SIZE = (1600, 1200)
MARK = "DEMO"


def demo_photo(random: Random, caption: str, size: tuple[int, int] = SIZE) -> bytes:
    """A JPEG of a hill, a house and a sky in the colours that ``random`` picks, marked as a demonstration (演示).

    ``caption`` is drawn in Latin letters only: the built-in font has no others.
    """
    width, height = size
    image = Image.new("RGB", size, (random.randint(150, 210), random.randint(190, 225), 240))
    draw = ImageDraw.Draw(image)
    hill = height * random.uniform(0.45, 0.6)
    draw.polygon([(0, height), (0, hill), (width * random.uniform(0.3, 0.7), hill * 0.8), (width, hill), (width, height)],
                 fill=(random.randint(70, 120), random.randint(120, 160), 80))
    left, top, wide = width * random.uniform(0.2, 0.5), height * 0.55, width * 0.3
    wall = (random.randint(180, 230), random.randint(160, 200), random.randint(130, 170))
    draw.rectangle([left, top, left + wide, height * 0.9], fill=wall)
    draw.polygon([(left - 30, top), (left + wide / 2, top - height * 0.15), (left + wide + 30, top)], fill=(120, 60, 50))
    for _ in range(400):
        x, y = random.uniform(0, width), random.uniform(hill, height)
        draw.line([x, y, x + 6, y - 14], fill=(60, random.randint(100, 150), 60), width=3)
    font = ImageFont.load_default(size=width // 16)
    draw.text((width * 0.04, height * 0.04), f"{MARK} {caption}", fill=(160, 30, 60), font=font)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=85)
    return out.getvalue()
