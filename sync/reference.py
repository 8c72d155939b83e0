"""The whole protocol in memory: the reference that every real store is held against by one contract test."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any, Iterator, Sequence

from .chain import ChainBroken, Head, follow
from .fork import device_of
from .ports import Crypto, Device, Entry, Forged
from .segment import SEGMENT_TYPE, Segment, verify_segment


class MemoryLog:
    """A ``ports.Log`` in lists and dictionaries. Not durable, not thread-safe."""

    def __init__(self) -> None:
        self.devices: dict[str, Device] = {}
        self.entries: list[Entry] = []
        self.kept_aside: dict[str, tuple[str, str, Any, str, str]] = {}

    def enrol(self, device: Device) -> None:
        """Make a device known."""
        self.devices[device.device] = device

    def revoke(self, device: str) -> None:
        """From now on its segments go to quarantine."""
        self.devices[device] = replace(self.devices[device], revoked=True)

    def device(self, device: str) -> Device | None:
        return self.devices.get(device)

    def head(self, chain: str) -> Head:
        last = Head()
        for entry in self._of(chain):
            last = Head(entry.last, entry.head)
        return last

    def hashes(self, chain: str, first: int, last: int) -> Sequence[str]:
        return [digest for entry in self._of(chain)
                for seq, digest in enumerate(entry.hashes, entry.first) if first <= seq <= last]

    def receipt_covering(self, chain: str, seq: int) -> str | None:
        return next((e.receipt for e in self._of(chain) if e.first <= seq <= e.last), None)

    def next_index(self) -> int:
        return len(self.entries) + 1

    def append(self, entry: Entry) -> None:
        self.entries.append(entry)

    def in_quarantine(self, device: str, head: str) -> bool:
        return any(d == device and v is not None and v.head == head for d, _, v, _, _ in self.kept_aside.values())

    def chain_holding(self, device: str, seq: int, digest: str) -> str | None:
        return next((e.chain for e in self.entries if e.device == device and e.first <= seq <= e.last
                     and e.hashes[seq - e.first] == digest), None)

    def quarantine(self, device: str, jwe: str, verified: Any, code: str, at: str) -> None:
        self.kept_aside.setdefault(hashlib.sha256(jwe.encode()).hexdigest(), (device, jwe, verified, code, at))

    def _of(self, chain: str) -> Iterator[Entry]:
        return (entry for entry in self.entries if entry.chain == chain)


def first_doubt(log: MemoryLog, crypto: Crypto, receipt_key: Any) -> str | None:
    """Recompute everything that the log claims; the first thing that does not hold, in words, or ``None``."""
    heads: dict[str, Head] = {}
    for index, entry in enumerate(log.entries, 1):
        device = log.device(entry.device)
        try:
            claims = crypto.verify(entry.signature, device.signing_key, SEGMENT_TYPE)  # type: ignore[union-attr]
            receipt = crypto.verify(entry.receipt, receipt_key, "fc-receipt")
            if entry.signed_from == entry.first:
                verify_segment(Segment(entry.lines, (), entry.signature), claims)
            start = heads.get(entry.chain, Head(entry.first - 1, entry.prev))
            follow(entry.lines, device_of(entry.chain), start)
        except (Forged, ChainBroken) as doubt:
            return f"entry {index}: {doubt}"
        if (receipt["head"], receipt["log_index"]) != (entry.head, index):
            return f"entry {index}: the receipt names another head or place"
        heads[entry.chain] = Head(entry.last, entry.head)
    return None
