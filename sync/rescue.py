"""The rescue file (救援文件, ``.fcx``): what a phone has not sent yet, sealed as it is. Source: ``docs/protocol.md`` §4.5.

Read in pieces and never whole. A file that was cut still yields every record that stands in it whole.
"""

from __future__ import annotations

import hashlib
import json
import struct
from dataclasses import dataclass
from typing import Any, Callable, Iterator, Mapping

from .message import parse_object

MAGIC = b"FCX1"
HEADER, CERTIFICATE, SEGMENT, PHOTO = "H", "C", "S", "P"
HEADER_MAX_BYTES = 4096
CERTIFICATE_MAX_BYTES = 4096
PIECE_BYTES = 16 * 1024
# One letter of kind, the device's uuid, the length of the content, the SHA-256 of the content.
_FRAME = struct.Struct(">1s36sI32s")


class NotRescue(ValueError):
    """The first bytes are not those of a rescue file."""


@dataclass(frozen=True)
class Frame:
    """What stands before a record's content. ``length`` is claimed, not yet seen; ``sha256`` in hex."""

    kind: str
    device: str
    length: int
    sha256: str


def frame(kind: str, device: str, content: bytes) -> bytes:
    """One record as it stands in the file."""
    return _FRAME.pack(kind.encode(), device.encode(), len(content), hashlib.sha256(content).digest()) + content


def opening(device: str, header: Mapping[str, Any]) -> bytes:
    """The beginning of a file: its mark and the record that says what will follow."""
    return MAGIC + frame(HEADER, device, json.dumps(dict(header), separators=(",", ":")).encode())


class RescueReader:
    """Reads a file by ``read``, which gives at most as many bytes as asked and none at the end.

    ``cut`` is true once the file ended within a record, or what should be a record is none: nothing after that place can
    be told apart.
    """

    def __init__(self, read: Callable[[int], bytes]) -> None:
        self._read = read
        self._left = 0
        self.cut = False

    def header(self) -> tuple[str, dict[str, Any]]:
        """The device that made the file and what it said would follow.

        :raises NotRescue: another kind of file, or one that ends before it has said so.
        """
        if self._take(len(MAGIC)) != MAGIC:
            raise NotRescue("mark")
        found = self._frame()
        content = found and found.kind == HEADER and self.content(found, HEADER_MAX_BYTES)
        header = parse_object(content.decode("utf-8", "replace")) if content else None
        if found is None or header is None:
            raise NotRescue("header")
        return found.device, header

    def frames(self) -> Iterator[Frame]:
        """The records one after another; what is not read of one is passed over."""
        while (found := self._frame()) is not None:
            yield found
            while self._left and self.piece(PIECE_BYTES):
                pass

    def piece(self, size: int) -> bytes:
        """Up to ``size`` bytes more of the present record's content; none once it is whole or the file has ended."""
        got = self._read(min(size, self._left)) if self._left else b""
        self.cut = self.cut or bool(self._left and not got)
        self._left = self._left - len(got) if got else 0
        return got

    def content(self, found: Frame, limit: int) -> bytes | None:
        """A small record's whole content, or ``None`` where it is over ``limit`` bytes, cut, or not what its hash says."""
        if found.length > limit:
            return None
        content = b"".join(iter(lambda: self.piece(PIECE_BYTES), b""))
        return content if hashlib.sha256(content).hexdigest() == found.sha256 else None

    def _frame(self) -> Frame | None:
        head = self._take(_FRAME.size)
        if not head:
            return None
        kind, device, length, digest = _FRAME.unpack(head) if len(head) == _FRAME.size else (b"", b"", 0, b"")
        if not (kind.isalpha() and kind.isupper() and device.isascii()):
            self.cut = True
            return None
        self._left = length
        return Frame(kind.decode(), device.decode(), length, digest.hex())

    def _take(self, size: int) -> bytes:
        parts, missing = [], size
        while missing and (part := self._read(missing)):
            parts.append(part)
            missing -= len(part)
        return b"".join(parts)
