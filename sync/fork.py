"""Adopting a fork: a quarantined segment enters the log as a branch of its chain. ``docs/protocol.md`` §4.2."""

from __future__ import annotations

from itertools import takewhile

from .chain import Head
from .intake import make_entry, open_segment
from .ports import Crypto, Device, Entry, Log
from .segment import VerifiedSegment


def branch_name(device: str, first_other_line: str) -> str:
    """The chain under which a fork is kept: the device and the first eight digits of its first differing line."""
    return f"{device}~{first_other_line[:8]}"


def device_of(chain: str) -> str:
    """The device whose chain or branch this is."""
    return chain.split("~", 1)[0]


def adopt(log: Log, crypto: Crypto, device: Device, jwe: str, at: str) -> Entry:
    """Append a quarantined segment as (part of) a branch; lines that the main chain holds are not taken twice.

    :raises sync.intake.Refusal: the kept bytes do not verify.
    :raises ValueError: every line is already held, so there is nothing to adopt.
    """
    verified = open_segment(crypto, device, jwe)
    chain, same = _place_of(log, verified)
    entry = make_entry(crypto, verified, chain, Head(verified.first + same - 1), log.next_index(), at)
    log.append(entry)
    return entry


def _place_of(log: Log, verified: VerifiedSegment) -> tuple[str, int]:
    """The chain that a fork goes on, or the new branch that it begins, and how many of its lines are held already."""
    chain, same = verified.device, _held(log, verified.device, verified, 0)
    before = log.chain_ending(verified.device, verified.prev) if same == 0 else None
    if before is not None and log.head(before).seq == verified.first - 1:
        return before, 0
    while same < len(verified.hashes):
        if same and log.head(chain).seq == verified.first + same - 1:
            return chain, same
        chain = branch_name(verified.device, verified.hashes[same])
        more = _held(log, chain, verified, same)
        if more == 0 and log.head(chain).seq == 0:
            return chain, same
        if more == 0:
            raise ValueError("another fork has this name: its first line was made to look alike")
        same += more
    raise ValueError("every line of this segment is already in the log")


def _held(log: Log, chain: str, verified: VerifiedSegment, skipped: int) -> int:
    """How many lines after the ``skipped`` first ones the chain holds as they are."""
    held = log.hashes(chain, verified.first + skipped, verified.last)
    pairs = zip(held, verified.hashes[skipped:])
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
