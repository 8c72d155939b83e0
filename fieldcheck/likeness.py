"""What a picture looks like (感知哈希), in 256 bits that a smaller, re-encoded or paler copy shares nearly all of.

Made of the small copy that the decoder's own process wrote (``picture_process.py``): no stranger's bytes are decoded here.
"""

from __future__ import annotations

import io

import imagehash
from PIL import Image, ImageStat

HASH_SIZE = 16
EDGE_MOST = 320
EMPTY_DEVIATION = 6.0
"""Of 255, as on the phone (``docs/inspection-rules.md`` §4.12): what varies less shows nothing."""


def likeness(preview: bytes) -> str | None:
    """The hash as 64 hex digits; ``None`` for a picture that shows nothing, which looks like every other such.

    :raises ValueError: not a small copy.
    """
    image = Image.open(io.BytesIO(preview), formats=["JPEG"])
    if max(image.size) > EDGE_MOST:
        raise ValueError(image.size)
    grey = image.convert("L")
    return None if ImageStat.Stat(grey).stddev[0] < EMPTY_DEVIATION else str(imagehash.phash(grey, hash_size=HASH_SIZE))
