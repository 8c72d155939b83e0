"""What the server answers to a segment. Source: ``docs/protocol.md`` §4.

Whatever verifies and chains is logged, whatever its body. ``refused`` is only for what cannot be verified; it never
moves the head, so nothing can block a chain.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from .chain import ChainBroken, Head
from .ports import Crypto, Device, Entry, Forged, Log, Unreadable
from .segment import SEGMENT_TYPE, SegmentMalformed, VerifiedSegment, parse_segment, verify_segment

RECEIPT_TYPE = "fc-receipt"

Status = Literal["accepted", "duplicate", "gap", "conflict", "refused"]
Next = Literal["none", "resend_from_head", "start_new_chain", "stop"]

NEXT: dict[str, tuple[Status, Next]] = {
    "ok": ("accepted", "none"),
    "duplicate": ("duplicate", "none"),
    "chain_gap": ("gap", "resend_from_head"),
    "chain_forked": ("conflict", "start_new_chain"),
    "device_revoked": ("conflict", "stop"),
    "segment_unreadable": ("refused", "start_new_chain"),
    "segment_malformed": ("refused", "start_new_chain"),
    "segment_forged": ("refused", "start_new_chain"),
    "segment_foreign": ("refused", "stop"),
    "chain_broken": ("refused", "start_new_chain"),
}
"""Every answer code, the status it travels under and the machine word for what to do next."""


@dataclass(frozen=True)
class Answer:
    """The answer to one segment. ``first``/``last`` are 0 where the segment could not be read."""

    code: str
    first: int = 0
    last: int = 0
    receipt: str | None = None
    entry: Entry | None = None

    @property
    def status(self) -> Status:
        """accepted | duplicate | gap | conflict | refused."""
        return NEXT[self.code][0]

    @property
    def next(self) -> Next:
        """What the phone does now."""
        return NEXT[self.code][1]


class Refusal(Exception):
    """A segment that cannot be verified; carries the answer's code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def take(log: Log, crypto: Crypto, device: Device, jwe: str, at: str) -> Answer:
    """Take one segment from ``device``: log it, recognise it, quarantine it or refuse it.

    ``at`` is the server's clock. The caller runs this inside one durable transaction and sends the answer only
    after it has committed: a receipt promises that the bytes are kept.
    """
    try:
        verified = open_segment(crypto, device, jwe)
    except Refusal as refusal:
        return Answer(refusal.code)
    if device.revoked:
        log.quarantine(device.device, jwe, verified, "device_revoked", at)
        return Answer("device_revoked", verified.first, verified.last)
    answer = place(log, verified)
    if answer.code == "chain_forked":
        log.quarantine(device.device, jwe, verified, answer.code, at)
    if answer.code != "ok":
        return answer
    entry = make_entry(crypto, verified, verified.device, log.head(verified.device), log.next_index(), at)
    log.append(entry)
    return Answer("ok", verified.first, verified.last, entry.receipt, entry)


def open_segment(crypto: Crypto, device: Device, jwe: str) -> VerifiedSegment:
    """Decrypt, check the signature, check the chain within.

    :raises Refusal: with the code of what does not hold.
    """
    try:
        segment = parse_segment(crypto.open(jwe))
        claims = crypto.verify(segment.signature, device.signing_key, SEGMENT_TYPE)
        verified = verify_segment(segment, claims)
    except Unreadable:
        raise Refusal("segment_unreadable") from None
    except SegmentMalformed:
        raise Refusal("segment_malformed") from None
    except Forged:
        raise Refusal("segment_forged") from None
    except ChainBroken:
        raise Refusal("chain_broken") from None
    if verified.device != device.device:
        raise Refusal("segment_foreign")
    return verified


def place(log: Log, verified: VerifiedSegment) -> Answer:
    """Where a verified segment stands against what is held: next, known, too far ahead, or other lines."""
    head = log.head(verified.device)
    span = (verified.first, verified.last)
    if verified.first > head.seq + 1:
        # What follows a quarantined fork goes to quarantine with it, or the fork could never be adopted whole.
        return Answer("chain_forked" if log.in_quarantine(verified.device, verified.prev) else "chain_gap", *span)
    known_until = min(verified.last, head.seq)
    if known_until >= verified.first:
        known = tuple(log.hashes(verified.device, verified.first, known_until))
        if known != verified.hashes[: len(known)]:
            return Answer("chain_forked", *span)
    elif verified.prev != head.hash:
        return Answer("chain_forked", *span)
    if verified.last <= head.seq:
        return Answer("duplicate", *span, log.receipt_covering(verified.device, verified.last))
    return Answer("ok", *span)


def make_entry(crypto: Crypto, verified: VerifiedSegment, chain: str, head: Head, log_index: int, at: str) -> Entry:
    """The entry for the lines of a segment that are not held yet, with its receipt."""
    fresh = max(verified.first, head.seq + 1)
    skip = fresh - verified.first
    receipt = crypto.sign(receipt_claims(verified, log_index, at), RECEIPT_TYPE)
    return Entry(
        chain, verified.device, fresh, verified.last, verified.first, verified.prev, verified.head,
        verified.segment.lines[skip:], verified.hashes[skip:], verified.segment.private,
        verified.segment.signature, receipt, log_index, at,
    )


def receipt_claims(verified: VerifiedSegment, log_index: int, at: str) -> dict[str, Any]:
    """What a receipt says: these lines, ending in this head, stand durably at this place of the log."""
    return {"device": verified.device, "from": verified.first, "to": verified.last,
            "head": verified.head, "log_index": log_index, "at": at}
