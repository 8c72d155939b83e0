"""What the protocol needs from outside: signatures, encryption, a log. Comments here are the specification."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Mapping, Protocol, Sequence

from .chain import Head


class SegmentSigner(Protocol):
    """Signs claims as a JWS compact, ES256, with the given checked ``typ``."""

    def __call__(self, claims: Mapping[str, Any], typ: str) -> str: ...


class Unreadable(ValueError):
    """A JWE that cannot be opened with the keys at hand, or inflates beyond the limit."""


class Forged(ValueError):
    """A JWS whose signature, algorithm or ``typ`` does not hold."""


@dataclass(frozen=True)
class Device:
    """A phone as the log knows it. ``signing_key`` is its public JWK."""

    device: str
    signing_key: Mapping[str, Any]
    revoked: bool = False


@dataclass(frozen=True)
class Entry:
    """One accepted segment: what is appended, all of it or nothing.

    ``lines`` and ``hashes`` begin at ``first``; ``signed_from`` is smaller where a segment overlapped known lines.
    """

    chain: str
    device: str
    first: int
    last: int
    signed_from: int
    prev: str
    head: str
    lines: tuple[str, ...]
    hashes: tuple[str, ...]
    private: tuple[str, ...]
    signature: str
    receipt: str
    log_index: int
    at: str


class Crypto(Protocol):
    """The server's two keys at work."""

    def open(self, jwe: str) -> bytes:
        """The payload. :raises Unreadable:"""

    def verify(self, jws: str, key: Mapping[str, Any], typ: str) -> dict[str, Any]:
        """The claims, signature and ``typ`` checked. :raises Forged:"""

    def sign(self, claims: Mapping[str, Any], typ: str) -> str:
        """A JWS by the server's signing key."""


class Log(Protocol):
    """The append-only log. Every call of one intake runs inside one transaction of the store behind it."""

    def device(self, device: str) -> Device | None:
        """The enrolled phone, revoked or not; ``None`` if there is none of that name."""

    def head(self, chain: str) -> Head:
        """The last line held of a chain; ``Head()`` where nothing is held."""

    def hashes(self, chain: str, first: int, last: int) -> Sequence[str]:
        """The hashes of the lines held from ``first`` to ``last`` inclusive, in order."""

    def receipt_covering(self, chain: str, seq: int) -> str | None:
        """The receipt given for the segment that brought line ``seq``."""

    def next_index(self) -> int:
        """The log index that the next appended entry gets: 1, 2, 3 … without a hole."""

    def append(self, entry: Entry) -> None:
        """Keep the entry for good."""

    def in_quarantine(self, device: str, head: str) -> bool:
        """Whether a quarantined segment of this device ends in the line of that hash."""

    def chain_holding(self, device: str, seq: int, digest: str) -> str | None:
        """The chain of this device (its own or an adopted branch) whose line ``seq`` has that hash."""

    def quarantine(self, device: str, jwe: str, verified: Any, code: str, at: str) -> None:
        """Keep a segment that must not enter the log, as it came, once; the same bytes again change nothing."""
