"""Pictures are told by their content, taken only whole and bearable, and shown small, upright and bare."""

from __future__ import annotations

import io
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from fieldcheck import pictures
from fieldcheck.pictures import HEIC, JPEG, PNG, WEBP, Picture, PictureRefused, inspect, preview, sniff
from fieldcheck.problems import PROBLEMS
from tests.photo_samples import bomb_png, chunk, encoded, jpeg, jpeg_saying, noise

BASELINE = jpeg()
WHOLE = [
    (JPEG, BASELINE),
    (JPEG, jpeg(progressive=True)),
    (JPEG, jpeg(restart_marker_blocks=4)),
    (JPEG, encoded(noise(90, 60, "L"), "JPEG")),
    (JPEG, encoded(noise(90, 60, "CMYK"), "JPEG")),
    (PNG, encoded(noise(90, 60), "PNG")),
    (PNG, encoded(noise(90, 60, "RGBA"), "PNG")),
    (PNG, encoded(noise(90, 60).quantize(16), "PNG")),
    (WEBP, encoded(noise(90, 60), "WEBP")),
    (WEBP, encoded(noise(90, 60), "WEBP", lossless=True)),
    (WEBP, encoded(noise(90, 60, "RGBA"), "WEBP")),
]


def refusal(content: bytes, promised: str = JPEG) -> str:
    with pytest.raises(PictureRefused) as caught:
        inspect(content, promised)
    assert caught.value.code in PROBLEMS
    return caught.value.code


@pytest.mark.parametrize(("mime", "content"), WHOLE)
def test_a_whole_picture_is_measured_as_pillow_measures_it(mime: str, content: bytes) -> None:
    with Image.open(io.BytesIO(content)) as image:
        assert inspect(content, mime) == Picture(mime, image.width, image.height)


@pytest.mark.parametrize(("mime", "content"), WHOLE)
def test_a_picture_cut_anywhere_is_refused(mime: str, content: bytes) -> None:
    cuts = {*range(12), *random.Random(3).sample(range(len(content)), 60), len(content) - 1}
    for cut in cuts:
        assert refusal(content[:cut], mime) in {"photo_truncated", "photo_type_unsupported"}, cut


@pytest.mark.parametrize(("mime", "content"), WHOLE)
def test_anything_behind_a_picture_is_refused_but_padding(mime: str, content: bytes) -> None:
    assert refusal(content + b"PK\x03\x04payload", mime) == "photo_carries_more"
    assert inspect(content + b"\0" * 16, mime).mime == mime


@pytest.mark.parametrize("content", [
    b"GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\xff\xff\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;",
    b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    b"<!doctype html><title>x</title>",
    b"PK\x03\x04" + b"\0" * 60,
    b"%PDF-1.7\n",
    b"BM" + b"\0" * 60,
    b"II*\0" + b"\0" * 60,
    b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf",
    b"RIFF\x24\0\0\0WAVEfmt ",
    b"",
    b"\xff\xd8",
])
def test_what_is_no_picture_taken_here_is_refused_by_its_type(content: bytes) -> None:
    assert sniff(content) is None
    assert refusal(content) == "photo_type_unsupported"


def test_heic_is_refused_clearly_where_no_reader_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures.importlib.util, "find_spec", lambda _name: None)
    content = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 100
    assert sniff(content) == HEIC
    assert refusal(content, HEIC) == "photo_type_unsupported"
    assert PROBLEMS["photo_type_unsupported"] == 415


def test_a_png_that_is_promised_as_a_jpeg_is_disguised() -> None:
    assert refusal(encoded(noise(90, 60), "PNG"), JPEG) == "photo_disguised"


@pytest.mark.parametrize("content", [
    b"\xff\xd8\xff#!/bin/sh\nrm -rf /\n",
    b"\xff\xd8\xff<script>alert(1)</script>",
    b"\xff\xd8\xff\xfe\x00\x10<?php echo 1?>" + b"\n" * 40,
    b"\xff\xd8\xff\xd9",
    b"\xff\xd8" + b"\xff" * 50,
    b"\xff\xd8\xff\xe0\x00\x00\xff\xd9",
])
def test_text_behind_the_first_bytes_of_a_jpeg_is_refused(content: bytes) -> None:
    assert refusal(content) in {"photo_undecodable", "photo_truncated"}


def test_a_bomb_is_refused_before_anything_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "_decoded", lambda *_: pytest.fail("decoded"))
    assert refusal(bomb_png(60_000, 60_000), PNG) == "photo_too_many_pixels"
    assert refusal(bomb_png(2**31 - 1, 2**31 - 1), PNG) == "photo_too_many_pixels"
    assert refusal(jpeg_saying(BASELINE, 65_000, 65_000)) == "photo_too_many_pixels"
    wide = bytearray(encoded(noise(90, 60, "RGBA"), "WEBP"))
    wide[24:30] = b"\xff" * 6
    assert refusal(bytes(wide), WEBP) == "photo_too_many_pixels"


def test_the_limits_are_50_megapixels_for_jpeg_and_24_for_others() -> None:
    assert inspect(jpeg_saying(BASELINE, 10_000, 5_000), JPEG).width == 10_000
    assert refusal(jpeg_saying(BASELINE, 10_000, 5_001)) == "photo_too_many_pixels"
    assert refusal(bomb_png(6_000, 4_001), PNG) == "photo_too_many_pixels"
    assert refusal(bomb_png(6_000, 4_000), PNG) == "photo_undecodable"  # bearable, but its rows are missing


def test_a_jpeg_with_two_frames_or_very_many_scans_is_refused() -> None:
    frame = BASELINE.index(b"\xff\xc0")
    length = int.from_bytes(BASELINE[frame + 2:frame + 4], "big") + 2
    small = jpeg_saying(BASELINE, 1, 1)[frame:frame + length]
    assert refusal(BASELINE[:frame] + small + BASELINE[frame:]) == "photo_undecodable"
    scan = BASELINE[BASELINE.index(b"\xff\xda"):-2]
    assert refusal(BASELINE[:-2] + scan[:40] * 200 + b"\xff\xd9") == "photo_undecodable"


def test_a_png_with_a_changed_byte_is_refused() -> None:
    content = bytearray(encoded(noise(90, 60), "PNG"))
    content[60] ^= 1
    assert refusal(bytes(content), PNG) == "photo_undecodable"


def test_a_png_whose_text_unpacks_to_very_much_is_refused() -> None:
    content = encoded(noise(90, 60), "PNG")
    import zlib

    text = chunk(b"zTXt", b"a\0\0" + zlib.compress(b"\0" * 80_000_000))
    assert refusal(content[:33] + text + content[33:], PNG) == "photo_undecodable"


@pytest.mark.parametrize(("mime", "content"), WHOLE)
@pytest.mark.parametrize("edge", pictures.PREVIEW_EDGES)
def test_a_preview_is_a_jpeg_that_fits_and_is_never_larger_than_the_picture(mime: str, content: bytes, edge: int) -> None:
    with Image.open(io.BytesIO(content)) as whole, Image.open(io.BytesIO(preview(content, edge))) as small:
        assert small.format == "JPEG"
        assert max(small.size) == min(edge, max(whole.size))


def test_a_preview_stands_upright_and_tells_nothing_but_the_picture() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its side
    exif[0x010F] = "MakerOfTheCamera"
    exif.get_ifd(0x8825)[1] = "N"
    content = jpeg(exif=exif, comment=b"a secret comment", xmp=b"<x:xmpmeta/>", icc_profile=b"profile" * 30)
    small = preview(content, 320)
    with Image.open(io.BytesIO(small)) as image:
        assert (image.width, image.height) == (240, 320)
        assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    for trace in (b"Exif", b"MakerOfTheCamera", b"a secret comment", b"xmpmeta", b"profile"):
        assert trace in content
        assert trace not in small


@pytest.mark.filterwarnings("ignore:Corrupt EXIF")
def test_a_broken_exif_block_does_not_hide_the_picture() -> None:
    content = jpeg(exif=b"Exif\0\0MM\0*\0\0\0\x08" + b"\xff" * 40)
    assert inspect(content, JPEG).width == 800
    assert preview(content, 320).startswith(b"\xff\xd8")


def test_transparent_parts_are_shown_on_white() -> None:
    clear = encoded(Image.new("RGBA", (40, 40), (0, 0, 0, 0)), "PNG")
    with Image.open(io.BytesIO(preview(clear, 320))) as image:
        assert min(image.getpixel((20, 20))) > 250


def test_a_jpeg_that_cannot_be_decoded_passes_the_walk_and_is_found_when_it_is_shown() -> None:
    tables, frame = BASELINE.index(b"\xff\xdb"), BASELINE.index(b"\xff\xc0")
    content = BASELINE[:tables] + BASELINE[frame:]  # without quantization tables nothing can be decoded
    assert inspect(content, JPEG).width == 800
    with pytest.raises(PictureRefused) as caught:
        preview(content, 320)
    assert caught.value.code == "photo_undecodable"


@pytest.mark.filterwarnings("ignore:Corrupt EXIF")
@settings(max_examples=300, deadline=None)
@given(st.sampled_from([content for _, content in WHOLE]), st.data())
def test_no_damage_makes_the_checks_fall_over(content: bytes, data: st.DataObject) -> None:
    damaged = bytearray(content)
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, min(len(damaged) - 1, 700)))
        damaged[at] = data.draw(st.integers(0, 255))
    try:
        mime = sniff(bytes(damaged))
        inspect(bytes(damaged), mime or JPEG)
        preview(bytes(damaged), 320)
    except PictureRefused as refused:
        assert refused.code in PROBLEMS
