"""A chain: lines that each name the hash of the line before. Source: ``docs/protocol.md`` §1."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Sequence

from .message import GENESIS, VERSION, Message, encode_line, line_hash, parse_line


@dataclass(frozen=True)
class Head:
    """The last line of a chain: its ``seq`` (0 for an empty chain) and its hash."""

    seq: int = 0
    hash: str = GENESIS


class ChainBroken(ValueError):
    """The lines do not follow one another; ``seq`` names the first that does not."""

    def __init__(self, seq: int, what: str) -> None:
        super().__init__(f"line {seq}: {what}")
        self.seq = seq
        self.what = what


class Chain:
    """The writing end of one device's chain. It holds only the head; lines are handed to the caller."""

    def __init__(self, device: str, head: Head = Head()) -> None:
        self.device = device
        self.head = head

    def write(
        self, kind: str, body: dict[str, Any], *, at: str, session: str, mono: int, nonce: str = "",
        visit: str | None = None, actor: str | None = None,
    ) -> str:
        """The next line; the head moves only when the line could be made.

        :raises LineTooLong: the head has not moved.
        """
        message: Message = {
            "v": VERSION, "device": self.device, "seq": self.head.seq + 1, "prev": self.head.hash,
            "at": at, "session": session, "mono": mono, "nonce": nonce, "kind": kind, "visit": visit, "body": body,
        }
        if actor is not None:
            message["actor"] = actor
        line = encode_line(message)
        self.head = Head(self.head.seq + 1, line_hash(line))
        return line


def follow(lines: Sequence[str], device: str, start: Head) -> list[str]:
    """The hashes of lines that follow ``start`` without a gap and belong to ``device``.

    Only what chains is looked at (``device``, ``seq``, ``prev``): the rest of a line is for the fold to judge.

    :raises ChainBroken: names the first line that does not follow.
    """
    hashes: list[str] = []
    previous = start.hash
    for seq, line in enumerate(lines, start.seq + 1):
        message = parse_line(line)
        if message is None or "\n" in line or "\r" in line:
            raise ChainBroken(seq, "not one JSON object on one line")
        if message.get("device") != device:
            raise ChainBroken(seq, "another device's line")
        if message.get("seq") != seq or isinstance(message.get("seq"), bool):
            raise ChainBroken(seq, "seq does not count on")
        if message.get("prev") != previous:
            raise ChainBroken(seq, "prev is not the hash of the line before")
        previous = line_hash(line)
        hashes.append(previous)
    return hashes
