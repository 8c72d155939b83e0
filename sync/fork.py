"""Adopting a fork: a quarantined segment enters the log as a branch of its chain. ``docs/protocol.md`` §4.2."""

from __future__ import annotations

from .chain import Head
from .intake import make_entry, open_segment
from .ports import Crypto, Device, Entry, Log


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
    main = log.head(device.device)
    held = tuple(log.hashes(device.device, verified.first, min(verified.last, main.seq)))
    same = 0
    while same < min(len(held), len(verified.hashes)) and held[same] == verified.hashes[same]:
        same += 1
    if same == len(verified.hashes):
        raise ValueError("every line of this segment is already in the log")
    chain = log.chain_ending(device.device, verified.prev) if same == 0 else None
    if chain is None or chain == device.device and verified.first <= main.seq:
        chain = branch_name(device.device, verified.hashes[same])
    entry = make_entry(crypto, verified, chain, Head(verified.first + same - 1), log.next_index(), at)
    log.append(entry)
    return entry
