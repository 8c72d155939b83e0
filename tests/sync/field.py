"""The field in memory: phones with a disk and two tabs, a network that holds letters back, a server that can die.

The engine itself is the real one (``sync/``, and ``take_segments`` over SQLite); what stands here is only what surrounds
it on a phone and on a server: a disk that commits whole or not at all, a process that can end between any two writes.
"""

from __future__ import annotations

import copy
import hashlib
import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Literal, Mapping, Sequence

from fieldcheck.times import written
from sync.chain import Chain, Head
from sync.fork import adopt
from sync.intake import Answer, take
from sync.message import line_hash
from sync.outbox import Kept, Outbox
from sync.ports import Device, Forged, Unreadable
from sync.reference import MemoryLog
from sync.segment import close_segment, parse_segment

Fact = tuple[str, str, Mapping[str, Any]]
"""(kind, visit, body)."""


class Crash(Exception):
    """The process is gone at this very place."""


class ToyCrypto:
    """Envelopes that anybody can open and only the holder of the key can make: the port, without the arithmetic."""

    private = b"p" * 32
    session = b"s" * 32
    server = {"k": "server"}

    def open(self, jwe: str) -> bytes:
        if not jwe.startswith("{"):
            raise Unreadable("not an envelope")
        return jwe.encode()

    def verify(self, jws: str, key: Mapping[str, Any], typ: str) -> dict[str, Any]:
        made_as, claims, tag = json.loads(jws)
        if made_as != typ or tag != self._tag(claims, key, typ):
            raise Forged("tag")
        return claims

    def sign(self, claims: Mapping[str, Any], typ: str) -> str:
        return self.sign_as(claims, self.server, typ)

    def sign_as(self, claims: Mapping[str, Any], key: Mapping[str, Any], typ: str) -> str:
        return json.dumps([typ, claims, self._tag(claims, key, typ)])

    def _tag(self, claims: Mapping[str, Any], key: Mapping[str, Any], typ: str) -> str:
        return hashlib.sha256(json.dumps([typ, claims, key]).encode()).hexdigest()


CRYPTO = ToyCrypto()


def hashes_in(jwe: str) -> list[str]:
    """The lines of a sealed segment, by hash."""
    return [line_hash(line) for line in parse_segment(CRYPTO.open(jwe)).lines]


# The phone.


@dataclass(frozen=True)
class Line:
    """One chain on a phone's disk."""

    device: str
    head: Head = Head()
    box: Outbox = Outbox()


@dataclass(frozen=True)
class Disk:
    """All that a phone keeps; replaced as one, as an IndexedDB transaction does. The last chain is the current one."""

    chains: tuple[Line, ...]

    def chain(self, device: str) -> Line | None:
        return next((one for one in self.chains if one.device == device), None)

    def with_chain(self, changed: Line) -> Disk:
        return Disk(tuple(changed if one.device == changed.device else one for one in self.chains))

    def hashes(self) -> set[str]:
        return {digest for chain in self.chains for kept in chain.box.kept for digest in hashes_in(kept.jwe)}


@dataclass(frozen=True)
class Composed:
    """Lines that a tab has written and sealed outside any transaction, on the head that it saw."""

    device: str
    start: Head
    facts: tuple[Fact, ...]
    kept: Kept
    head: Head


@dataclass
class Phone:
    """One phone. ``clock_s`` is its own clock, which people move."""

    name: str
    disk: Disk
    clock_s: int = 1_700_000_000
    tabs: list[Composed | None] = field(default_factory=lambda: [None, None])
    boot: int = 0
    """Counts the starts: what an earlier start asked for, nobody hears any more."""

    @property
    def current(self) -> Line:
        return self.disk.chains[-1]

    def compose(self, tab: int, facts: Sequence[Fact]) -> None:
        """Read the head, write and seal the lines; nothing is saved yet."""
        self.tabs[tab] = None if self.current.box.closed else self._sealed(self.current, tuple(facts))

    def commit(self, tab: int) -> list[str]:
        """One transaction that looks at the head again; returns the lines of which "saved" may be said."""
        made, self.tabs[tab] = self.tabs[tab], None
        if made is None or self.current.box.closed:
            return []
        if (self.current.device, self.current.head) != (made.device, made.start):
            made = self._sealed(self.current, made.facts)
        self.disk = self.disk.with_chain(replace(self.current, head=made.head, box=self.current.box.add(made.kept)))
        return hashes_in(made.kept.jwe)

    def hear(self, device: str, sent: Sequence[Kept], answers: Sequence[Mapping[str, str]]) -> None:
        """One transaction over what the outbox makes of the answers."""
        chain = self.disk.chain(device)
        if chain is not None:
            self.disk = self.disk.with_chain(replace(chain, box=chain.box.heard(sent, answers)))

    def hear_head(self, device: str, server: Head) -> None:
        """A server that holds more of the chain than this phone does ends it: the phone was set back to a copy."""
        chain = self.disk.chain(device)
        if chain is not None and server.seq > chain.head.seq:
            self.disk = self.disk.with_chain(replace(chain, box=replace(chain.box, closed=True)))

    def succeed(self, device: str) -> None:
        """Go on as a new device after the current chain was closed."""
        self.disk = Disk((*self.disk.chains, Line(device)))

    def crash(self) -> None:
        """What was not on the disk is gone."""
        self.tabs, self.boot = [None, None], self.boot + 1

    def _sealed(self, chain: Line, facts: tuple[Fact, ...]) -> Composed:
        writing = Chain(chain.device, chain.head)
        lines = []
        for kind, visit, body in facts:
            self.clock_s += 1
            lines.append(writing.write(kind, dict(body), at=clock_text(self.clock_s), session="s", mono=self.clock_s, visit=visit))
        payload = close_segment(chain.device, chain.head, lines, [],
                                lambda claims, typ: CRYPTO.sign_as(claims, key_of(chain.device), typ))
        head = writing.head
        return Composed(chain.device, chain.head, facts, Kept(chain.head.seq + 1, head.seq, head.hash, payload.decode()), head)


def key_of(device: str) -> dict[str, str]:
    """The toy key of a device."""
    return {"k": device}


def clock_text(seconds: int) -> str:
    """A clock's seconds since 1970 as a line carries them."""
    return written(datetime.fromtimestamp(seconds, UTC))


def spoken(answer: Answer) -> dict[str, str]:
    """An answer as it travels."""
    receipt = {"receipt": answer.receipt} if answer.receipt else {}
    return {"status": answer.status, "code": answer.code, "next": answer.next, **receipt}


# The server: the reference in memory.


class Fuse:
    """Burns down one step at every point where a process can end; at the end it ends. Or it burns up to the next point of that
    name: however many writes come before it, a commit is reached.
    """

    def __init__(self) -> None:
        self.left: int | Literal["commit", "committed"] | None = None

    def point(self, name: str = "") -> None:
        if isinstance(self.left, int):
            self.left -= 1
        if self.left == name or (isinstance(self.left, int) and self.left < 0):
            self.left = None
            raise Crash


class MortalLog(MemoryLog):
    """The reference, with a place to die before and after every write."""

    def __init__(self, fuse: Fuse) -> None:
        super().__init__()
        self.fuse = fuse

    def append(self, entry: Any) -> None:
        self.fuse.point()
        super().append(entry)
        self.fuse.point()

    def quarantine(self, *what: Any) -> None:
        self.fuse.point()
        super().quarantine(*what)
        self.fuse.point()


class MemoryServer:
    """Intake over the reference, each call one transaction."""

    def __init__(self) -> None:
        self.fuse = Fuse()
        self.log = MortalLog(self.fuse)

    def close(self) -> None:
        """Nothing to close."""

    def enrol(self, device: str) -> None:
        self.log.enrol(Device(device, key_of(device)))

    def take(self, device: str, jwes: Sequence[str], at: str) -> list[Answer]:
        """The answers, which exist only after the commit. :raises Crash:"""
        trial = self._begun()
        known = trial.device(device)
        answers = [take(trial, CRYPTO, known, jwe, at) for jwe in jwes]
        self._commit(trial)
        return answers

    def head(self, device: str) -> Head:
        return self.log.head(device)

    def adopt_all(self, at: str) -> None:
        """What the office does with every fork that can be adopted."""
        for device, jwe, *_ in list(self.log.kept_aside.values()):
            trial = self._begun()
            try:
                adopt(trial, CRYPTO, trial.device(device), jwe, at)
            except ValueError:  # held already
                continue
            self._commit(trial)

    def backup(self) -> Any:
        return list(self.log.entries), dict(self.log.kept_aside)

    def restore(self, backup: Any) -> None:
        self.log.entries, self.log.kept_aside = list(backup[0]), dict(backup[1])

    def entries(self) -> list[tuple[int, str, int, str, tuple[str, ...], tuple[str, ...], str]]:
        """(log index, chain, first, head, lines, hashes, receipt) in log order."""
        return [(e.log_index, e.chain, e.first, e.head, e.lines, e.hashes, e.receipt) for e in self.log.entries]

    def aside(self) -> set[str]:
        return {digest for _, jwe, *_ in self.log.kept_aside.values() for digest in hashes_in(jwe)}

    def _begun(self) -> MortalLog:
        trial = copy.copy(self.log)
        trial.entries, trial.kept_aside = list(self.log.entries), dict(self.log.kept_aside)
        return trial

    def _commit(self, trial: MortalLog) -> None:
        self.fuse.point("commit")
        self.log = trial
        self.fuse.point("committed")

