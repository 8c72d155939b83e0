"""What a phone keeps and does next. Pure; the browser's ``static/js/model/outbox.js`` replays the same transcripts.

A segment stays in the outbox after its receipt: a server restored from a backup may ask for it again
(``docs/protocol.md`` §4.3).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Mapping, Sequence

from .chain import Head

FORKED = "chain_forked"


@dataclass(frozen=True)
class Kept:
    """One sealed segment on the phone. ``stuck`` is the code of a refusal, shown with its reason."""

    first: int
    last: int
    head: str
    jwe: str
    receipt: str | None = None
    stuck: str | None = None


@dataclass(frozen=True)
class Outbox:
    """All segments of one chain, in order, and whether the chain was closed after a conflict or refusal."""

    kept: tuple[Kept, ...] = ()
    closed: bool = False

    def add(self, segment: Kept) -> Outbox:
        """With a newly sealed segment at the end."""
        return replace(self, kept=(*self.kept, segment))

    def to_send(self, server: Head) -> list[Kept]:
        """What must travel, in chain order: what has no receipt, and what the server's head does not reach.

        A head below a receipt that is held means a restored server: those segments travel again. A fork began within what
        the server held, so a head before its place means the same, and its quarantine may be gone with the rest: it
        travels again too. What follows a conflict is still sent, so that the server quarantines the fork whole.
        """
        forks = [k.first for k in self.kept if k.stuck == FORKED]
        restored = bool(forks) and server.seq < min(forks)
        # Restored twice, the server may hold another line than the one it last gave a receipt for at this very place.
        other = any(k.receipt and k.stuck is None and k.last == server.seq and k.head != server.hash for k in self.kept)
        return [k for k in self.kept if (k.stuck is None or (restored and k.stuck == FORKED))
                and (k.receipt is None or k.last > server.seq or other)]

    def heard(self, sent: Sequence[Kept], answers: Sequence[Mapping[str, str]]) -> Outbox:
        """After the server's answers, one for each segment sent, in order."""
        box = self
        for segment, answer in zip(sent, answers, strict=True):
            box = box._apply(segment, answer)
        return box

    def _apply(self, segment: Kept, answer: Mapping[str, str]) -> Outbox:
        if answer["status"] in ("accepted", "duplicate"):
            return self._swap(segment, replace(segment, receipt=answer["receipt"], stuck=None))
        box = self
        if answer["status"] in ("refused", "conflict"):
            box = self._swap(segment, replace(segment, stuck=answer["code"]))
        return replace(box, closed=box.closed or answer["next"] == "start_new_chain")

    def _swap(self, old: Kept, new: Kept) -> Outbox:
        return replace(self, kept=tuple(new if k.first == old.first and k.jwe == old.jwe else k for k in self.kept))
