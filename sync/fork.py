"""Adopting a fork: a quarantined segment enters the log as a branch of its chain. ``docs/protocol.md`` §4.2."""

from __future__ import annotations

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
    # Each hash commits to every line before it: whoever holds a line holds all that led to it.
    before = (verified.prev, *verified.hashes)
    same = len(verified.hashes)
    while (holder := log.chain_holding(verified.device, verified.first + same - 1, before[same])) is None and same:
        same -= 1
    if same == len(verified.hashes):
        raise ValueError("every line of this segment is already in the log")
    if holder is not None and log.head(holder).seq == verified.first + same - 1:
        return holder, same
    branch = branch_name(verified.device, verified.hashes[same])
    if log.head(branch).seq:
        raise ValueError("another fork has this name: its first line was made to look alike")
    return branch, same
