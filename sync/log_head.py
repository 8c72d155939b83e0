"""The head of the log as one line on paper: date, size, head. Source: ``docs/coverage-certificate.md`` §2.

Whoever keeps the line can later see whether anything that was logged before it has been changed, even by the owner of
the server's keys, since the line is no longer in his hands.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any, Iterable, Mapping, NamedTuple

from .merkle import Tree, leaf_hash

LOG_HEAD_TYPE = "fc-log-head"
_GROUP = 8
_LINE = re.compile(r"(\d{4}-\d\d-\d\d)\s+(\d{1,15})\s+((?:[0-9a-f]\s*){64})", re.IGNORECASE)


class LogHead(NamedTuple):
    """``date``: the day in Beijing, ``YYYY-MM-DD``; ``size``: entries of the log; ``head``: 64 hex digits over them."""

    date: str
    size: int
    head: str

    def line(self) -> str:
        """As it is printed: the digits in groups of eight, for whoever types them again."""
        groups = (self.head[start:start + _GROUP] for start in range(0, len(self.head), _GROUP))
        return f"{self.date} {self.size} {' '.join(groups)}"


class NotALine(ValueError):
    """What was given is no date, size and head."""


def read_line(text: str) -> LogHead:
    """A line as it was printed or typed: small or capital letters, any spaces between the digits.

    :raises NotALine:
    """
    found = _LINE.fullmatch(text.strip())
    try:
        if found is None:
            raise ValueError
        date.fromisoformat(found[1])
    except ValueError:
        raise NotALine(text) from None
    return LogHead(found[1], int(found[2]), "".join(found[3].lower().split()))


def entry_leaf(receipt: str) -> bytes:
    """The leaf of one entry of the log: its receipt, to the letter. A receipt names chain, lines, their head, the place in
    the log and the time, so nothing of an entry can change without it; and each phone holds its own.
    """
    return leaf_hash(receipt.encode())


def head_claims(head: LogHead, at: str) -> dict[str, Any]:
    """What the server signs (``typ: fc-log-head``)."""
    return {**head._asdict(), "at": at}


def signed_head(claims: Mapping[str, Any]) -> LogHead | None:
    """The head that verified claims are about, ``None`` where they have another shape."""
    found = tuple(claims.get(name) for name in LogHead._fields)
    day, size, head = found
    return LogHead(day, size, head) if isinstance(day, str) and type(size) is int and isinstance(head, str) else None


def heads_at(receipts: Iterable[str], sizes: Iterable[int]) -> dict[int, str]:
    """The heads, in hex, that the log had at these sizes; a size that it never reached is left out."""
    wanted, tree, found = set(sizes), Tree(), {}
    if 0 in wanted:
        found[0] = tree.head().hex()
    for receipt in receipts:
        tree.append(entry_leaf(receipt))
        if tree.size in wanted:
            found[tree.size] = tree.head().hex()
    return found
