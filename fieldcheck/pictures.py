"""Pictures by their content: what they are, whether they are whole, and small copies of them. Bytes in, bytes out.

``inspect`` walks the file's own structure from its first byte to its last, so a cut file, a file that is something
else and a file that carries something behind its end are told apart before anything is decoded. A JPEG, which is what
phones send, is not decoded then: reading the 2 MP of one takes as long as receiving three of them. ``preview`` decodes;
the other types, which are rare, are decoded once by ``inspect`` as well.
"""

from __future__ import annotations

import importlib.util
import io
import mmap
import re
import struct
import threading
import zlib
from dataclasses import dataclass
from math import ceil
from typing import Callable, Iterator

from PIL import Image, ImageOps

Content = bytes | mmap.mmap
JPEG, PNG, WEBP, HEIC = "image/jpeg", "image/png", "image/webp", "image/heic"
MAX_PIXELS = {JPEG: 50_000_000, PNG: 24_000_000, WEBP: 24_000_000, HEIC: 24_000_000}
MAX_JPEG_SCANS = 100
PREVIEW_EDGES = (320, 1280)
PREVIEW_QUALITY = 80

_PILLOW_FORMAT = {JPEG: "JPEG", PNG: "PNG", WEBP: "WEBP", HEIC: "HEIF"}
_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
# In entropy-coded data 0xFF is followed by 0x00 (stuffing) or a restart marker (ITU-T T.81 §B.1.1.5).
_NEXT_JPEG_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_JPEG_FRAMES = {0xC0, 0xC1, 0xC2}
_JPEG_OTHER_FRAMES = {*range(0xC3, 0xD0)} - {0xC4, 0xC8, 0xCC}
# A 50 MP progressive JPEG holds 150 MB while it is decoded: no more than two at a time.
_decoding = threading.BoundedSemaphore(2)


class PictureRefused(ValueError):
    """Not a picture that is taken. ``code`` is one of ``problems.PROBLEMS``, ``details`` fill its sentences."""

    def __init__(self, code: str, **details: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.details = details


@dataclass(frozen=True)
class Picture:
    """What a file is by its content; ``width`` and ``height`` in pixels as stored, before it is turned upright."""

    mime: str
    width: int
    height: int


def sniff(content: Content) -> str | None:
    """The type by the first bytes, never by a name; ``None`` for anything that is not a picture taken here."""
    head = content[:12]
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head.startswith(b"RIFF") and head[8:] == b"WEBP":
        return WEBP
    if head[4:8] == b"ftyp" and head[8:] in _HEIC_BRANDS:
        return HEIC
    return None


def inspect(content: Content, promised: str) -> Picture:
    """What the picture is, once it is sure to be whole and of a bearable size.

    :param promised: the type that its message names.
    :raises PictureRefused: ``photo_type_unsupported``, ``photo_disguised``, ``photo_too_many_pixels``,
        ``photo_truncated``, ``photo_carries_more``, ``photo_undecodable``.
    """
    mime = sniff(content)
    if mime is None or (mime == HEIC and not heic_readable()):
        raise PictureRefused("photo_type_unsupported", type=mime or "?")
    if mime != promised:
        raise PictureRefused("photo_disguised", type=mime, promised=promised)
    picture = Picture(mime, *_MEASURE[mime](content))
    if picture.width * picture.height > MAX_PIXELS[mime]:
        raise PictureRefused("photo_too_many_pixels", width=picture.width, height=picture.height,
                             limit=MAX_PIXELS[mime] // 1_000_000)
    if picture.width < 1 or picture.height < 1:
        raise PictureRefused("photo_undecodable")
    if mime != JPEG:
        _decoded(content, mime, None)
    return picture


def preview(content: Content, edge: int) -> bytes:
    """A JPEG of at most ``edge`` × ``edge`` pixels, upright, without any metadata.

    ``content`` has passed ``inspect``.

    :raises PictureRefused: ``photo_undecodable``.
    """
    image = _decoded(content, sniff(content) or JPEG, edge)
    if image.mode in ("1", "P", "PA"):
        image = image.convert("RGBA")  # palettes cannot be averaged
    image.thumbnail((edge, edge), Image.Resampling.HAMMING)
    if image.has_transparency_data:
        under = Image.new("RGBA", image.size, "white")
        under.alpha_composite(image.convert("RGBA"))
        image = under
    clean = image.convert("RGB")
    clean.info = {}  # Pillow would write a comment of the original into the copy
    out = io.BytesIO()
    clean.save(out, "JPEG", quality=PREVIEW_QUALITY)
    return out.getvalue()


def heic_readable() -> bool:
    """Whether a Pillow reader of HEIC (``pillow-heif``) is installed."""
    if importlib.util.find_spec("pillow_heif") is None:
        return False
    from pillow_heif import register_heif_opener

    register_heif_opener()
    return True


def _decoded(content: Content, mime: str, edge: int | None) -> Image.Image:
    """The picture decoded and upright; with ``edge`` a JPEG only as large as that needs (libjpeg's scaling)."""
    with _decoding:
        try:
            image = Image.open(_file(content), formats=[_PILLOW_FORMAT[mime]])
            if edge is not None:
                scale = edge / max(image.size)
                image.draft("RGB", (ceil(image.width * scale), ceil(image.height * scale)))
            image.load()
        except Exception as fault:  # decoders raise whatever their format makes them stumble over
            raise PictureRefused("photo_undecodable", reason=type(fault).__name__) from None
        try:
            return ImageOps.exif_transpose(image)
        except Exception:  # a broken EXIF block says nothing against the picture: it is shown as it lies
            return image


def _file(content: Content) -> io.BytesIO | mmap.mmap:
    if isinstance(content, bytes):
        return io.BytesIO(content)
    content.seek(0)
    return content


def _measure_jpeg(content: Content) -> tuple[int, int]:
    """Walk the segments (ITU-T T.81 §B.1) from SOI to EOI."""
    sizes, scans = [], 0
    for marker, start in _jpeg_markers(content):
        if marker in _JPEG_FRAMES:
            height, width = struct.unpack_from(">HH", content, start + 3)
            sizes.append((width, height))
        elif marker in _JPEG_OTHER_FRAMES:
            raise PictureRefused("photo_type_unsupported", type=f"{JPEG} SOF{marker - 0xC0}")
        elif marker == 0xDA:
            scans += 1
    # A second frame could name a small picture where the decoder believes the first.
    if len(sizes) != 1 or not scans:
        raise PictureRefused("photo_undecodable", reason="frame")
    if scans > MAX_JPEG_SCANS:
        raise PictureRefused("photo_undecodable", reason="scans")
    return sizes[0]


def _jpeg_markers(content: Content) -> Iterator[tuple[int, int]]:
    """(marker, offset of its length field) of every segment before EOI."""
    at, end = 2, len(content)
    while True:
        if at < end and content[at] != 0xFF:
            raise PictureRefused("photo_undecodable", reason="marker")
        while at < end and content[at] == 0xFF:
            at += 1
        if at >= end:
            raise PictureRefused("photo_truncated")
        marker, at = content[at], at + 1
        if marker == 0xD9:
            return _nothing_behind(content, at)
        length = int.from_bytes(content[at:at + 2], "big")
        if at + max(length, 2) > end:
            raise PictureRefused("photo_truncated")
        if length < 2 or (marker in _JPEG_FRAMES and length < 11):
            raise PictureRefused("photo_undecodable", reason="length")
        yield marker, at
        at += length
        if marker == 0xDA:
            found = _NEXT_JPEG_MARKER.search(content, at)
            if found is None:
                raise PictureRefused("photo_truncated")
            at = found.start()


def _measure_png(content: Content) -> tuple[int, int]:
    """Walk the chunks (PNG, third edition, §5.3) from IHDR to IEND, their checksums too."""
    at, view = 8, memoryview(content)
    size = struct.unpack_from(">II", content[:24].ljust(24, b"\0"), 16)
    while True:
        if at + 12 > len(content):
            raise PictureRefused("photo_truncated")
        length, kind = struct.unpack_from(">I4s", content, at)
        if at == 8 and (kind != b"IHDR" or length != 13):
            raise PictureRefused("photo_undecodable", reason="IHDR")
        if at + 12 + length > len(content):
            raise PictureRefused("photo_truncated")
        checksum = int.from_bytes(content[at + 8 + length:at + 12 + length], "big")
        if zlib.crc32(view[at + 4:at + 8 + length]) != checksum:
            raise PictureRefused("photo_undecodable", reason="CRC")
        at += 12 + length
        if kind == b"IEND":
            _nothing_behind(content, at)
            return size


def _measure_webp(content: Content) -> tuple[int, int]:
    """The canvas of a WebP (RFC 9649 §2) whose length is what its RIFF header says."""
    if len(content) < 30:
        raise PictureRefused("photo_truncated")
    length = 8 + int.from_bytes(content[4:8], "little")
    if len(content) < length:
        raise PictureRefused("photo_truncated")
    _nothing_behind(content, length)
    kind = content[12:16]
    if kind == b"VP8X":
        return 1 + int.from_bytes(content[24:27], "little"), 1 + int.from_bytes(content[27:30], "little")
    if kind == b"VP8L":
        bits = int.from_bytes(content[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if kind == b"VP8 ":
        width, height = struct.unpack_from("<HH", content, 26)
        return width & 0x3FFF, height & 0x3FFF
    raise PictureRefused("photo_undecodable", reason="VP8")


def _measure_heic(content: Content) -> tuple[int, int]:
    """What the installed reader says, which has not decoded anything yet."""
    try:
        return Image.open(_file(content), formats=["HEIF"]).size
    except Exception as fault:
        raise PictureRefused("photo_undecodable", reason=type(fault).__name__) from None


def _nothing_behind(content: Content, end: int) -> None:
    # What stands behind a picture's end is shown to nobody, yet would travel and be kept as its evidence.
    if content[end:].strip(b"\0"):
        raise PictureRefused("photo_carries_more")


_MEASURE: dict[str, Callable[[Content], tuple[int, int]]] = {
    JPEG: _measure_jpeg, PNG: _measure_png, WEBP: _measure_webp, HEIC: _measure_heic}
