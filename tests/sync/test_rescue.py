"""The rescue file: what stands in it whole comes out of it, wherever it was cut and whatever was done to it."""

from __future__ import annotations

import io
import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync import rescue
from sync.rescue import PHOTO, SEGMENT, NotRescue, RescueReader, frame, opening

PHONE = "0190b1e4-0000-7000-8000-00000000000a"
RECORDS = [(SEGMENT, b"a.b.c.d.e"), (SEGMENT, b"f" * 40), (PHOTO, b"FCP1" + bytes(range(200))), ("X", b"of a newer app"), (PHOTO, b"p")]
OPENING = opening(PHONE, {"at": "2026-11-23T01:02:03.456Z", "segments": 2, "photos": 2})
FILE = OPENING + b"".join(frame(kind, PHONE, content) for kind, content in RECORDS)
LIMIT = 1000


def read(file: bytes, pieces: int = 7) -> tuple[dict[str, Any], list[tuple[str, bytes | None]], bool]:
    """What comes out of a file that is given in small pieces."""
    source = io.BytesIO(file)
    reader = RescueReader(lambda size: source.read(min(size, pieces)))
    device, header = reader.header()
    assert device == PHONE
    return header, [(found.kind, reader.content(found, LIMIT)) for found in reader.frames()], reader.cut


def test_a_whole_file_gives_back_every_record() -> None:
    header, records, cut = read(FILE)
    assert header["segments"] == 2 and records == RECORDS and not cut


@given(st.integers(0, len(FILE) - 1), st.integers(1, 300))
def test_a_file_cut_anywhere_yields_every_record_before_the_cut_and_says_so(at: int, pieces: int) -> None:
    if at < len(OPENING):
        with pytest.raises(NotRescue):
            read(FILE[:at], pieces)
        return
    _header, records, cut = read(FILE[:at], pieces)
    ends = [len(OPENING) + sum(len(frame(kind, PHONE, content)) for kind, content in RECORDS[:n]) for n in range(len(RECORDS) + 1)]
    whole = [record for record in records if record[1] is not None]
    assert whole == RECORDS[:max(n for n, end in enumerate(ends) if end <= at)]
    assert cut == (at not in ends)


@given(st.integers(len(OPENING), len(FILE) - 1), st.integers(1, 255))
def test_no_changed_byte_goes_for_what_was_written(at: int, change: int) -> None:
    changed = FILE[:at] + bytes([FILE[at] ^ change]) + FILE[at + 1:]
    _header, records, _cut = read(changed)
    contents = [content for _, content in RECORDS]
    assert all(content is None or content in contents for _, content in records)


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(junk: bytes) -> None:
    for file in (junk, rescue.MAGIC + junk, OPENING + junk):
        try:
            read(file)
        except NotRescue:
            pass


def test_a_huge_length_is_not_believed() -> None:
    lying = bytearray(OPENING + frame(SEGMENT, PHONE, b"x" * 10) + frame(SEGMENT, PHONE, b"y"))
    struct.pack_into(">I", lying, len(OPENING) + 37, 0xFFFFFFFF)
    assert read(bytes(lying))[1:] == ([(SEGMENT, None)], True)


def test_what_is_not_read_of_a_record_is_passed_over() -> None:
    source = io.BytesIO(FILE)
    reader = RescueReader(source.read)
    reader.header()
    assert [found.kind for found in reader.frames()] == [kind for kind, _ in RECORDS] and not reader.cut
