"""Pictures for tests, made from noise: the same bytes each time, of a size that cameras make."""

from __future__ import annotations

import base64
import hashlib
import io
import random
import struct
import zlib
from dataclasses import dataclass

from PIL import Image

from fieldcheck import sealed_photo


def noise(width: int, height: int, mode: str = "RGB", seed: int = 1) -> Image.Image:
    """An image that does not compress to nothing."""
    small = random.Random(seed).randbytes(max(1, width // 8) * max(1, height // 8) * len(mode))
    return Image.frombytes(mode, (max(1, width // 8), max(1, height // 8)), small).resize((width, height))


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    """The image as a file of ``kind``."""
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def jpeg(width: int = 800, height: int = 600, seed: int = 1, **options: object) -> bytes:
    """A JPEG."""
    return encoded(noise(width, height, seed=seed), "JPEG", **options)


def chunk(kind: bytes, body: bytes) -> bytes:
    """One PNG chunk."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def bomb_png(width: int, height: int) -> bytes:
    """A PNG of a few bytes that unpacks to ``width`` × ``height`` pixels."""
    rows = zlib.compress(b"\0" * 1000)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
            + chunk(b"IDAT", rows) + chunk(b"IEND", b""))


def jpeg_saying(content: bytes, width: int, height: int) -> bytes:
    """The JPEG with other dimensions written into its frame header."""
    frame = content.index(b"\xff\xc0")
    return content[:frame + 5] + struct.pack(">HH", height, width) + content[frame + 9:]


@dataclass(frozen=True)
class Sealed:
    """A picture with the key it is sealed under."""

    content: bytes
    key: bytes
    iv: bytes = b"\x07" * sealed_photo.IV_BYTES

    @property
    def sealed(self) -> bytes:
        return sealed_photo.seal(self.content, self.key, self.iv)

    @property
    def content_sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    @property
    def key_text(self) -> str:
        return base64.urlsafe_b64encode(self.key).decode().rstrip("=")

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.sealed).hexdigest()


def sealed_sample(seed: int = 1, content: bytes | None = None) -> Sealed:
    """A sealed JPEG, another one for every seed."""
    return Sealed(jpeg(seed=seed) if content is None else content, random.Random(seed).randbytes(32))
