"""Between which moments a line was written, and how wrong its writer's clock was. Source: ``docs/protocol.md`` §1.3.

What is known of a line: it was written after the nonce that it carries was given, before it came to the server, after the
lines before it in its chain, and, of lines of one session, so much later as ``mono`` counted on. Nothing here believes the
phone's own clock ``at``, so the true moment lies between the ends whatever that clock was set to.

``mono`` says at least how much time passed, never at most: outside Windows browsers stop counting while a phone sleeps
(w3c/hr-time#115). For the same reason a clock that ran on further than ``mono`` was not therefore moved forward.
Everything is in milliseconds, moments since 1970 UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Iterable, Mapping, Sequence

DRIFT = 1000
"""A phone's counter runs fast by less than a thousandth: watch crystals are off by a ten-thousandth."""
JITTER_MS = 100
"""Browsers round their counters, the strictest to 100 ms."""
MOVED_MS = 120_000
"""〔建议〕 a clock set right by less than two minutes changes no rule's outcome."""
SESSION_LONGEST = 64
MONO_MAX = 2**53 - 1


@dataclass(frozen=True)
class Reading:
    """What one line says of time. ``session`` is ``None`` where it or ``mono`` is none; ``nonce``: when it was given."""

    seq: int
    at: int | None
    session: str | None
    mono: int
    nonce: int | None
    received: int


@dataclass(frozen=True)
class Clocked:
    """A line and the ends of its interval; ``not_before`` is ``None`` before the first nonce of its chain."""

    seq: int
    at: int | None
    session: str | None
    mono: int
    not_before: int | None
    not_after: int

    @property
    def offset(self) -> int:
        """How far the clock was off at least: positive ahead, negative behind, 0 where it may have been right."""
        if self.at is None:
            return 0
        if self.at > self.not_after:
            return self.at - self.not_after
        return min(0, self.at - self.not_before) if self.not_before is not None else 0


def passed(mono: int) -> int:
    """How much of a counter's reading surely passed."""
    return mono - mono // DRIFT


def origins(earlier: Iterable[Clocked]) -> dict[str, int]:
    """Session → the latest moment that is surely not after its beginning, by these lines."""
    found: dict[str, int] = {}
    for line in earlier:
        if line.session is not None and line.not_before is not None:
            start = line.not_before - passed(line.mono)
            found[line.session] = max(start, found.get(line.session, start))
    return found


def clocked(readings: Sequence[Reading], before: int | None = None, known: Mapping[str, int] | None = None) -> list[Clocked]:
    """The intervals of lines that follow one another in one chain.

    :param before: ``not_before`` of the line before the first.
    :param known: ``origins`` of the lines before the first.
    """
    starts, ends = dict(known or {}), _ends(readings)
    found = []
    for line, end in zip(readings, ends, strict=True):
        counted = starts[line.session] + passed(line.mono) - JITTER_MS if line.session in starts else None
        before = max((one for one in (before, line.nonce, counted) if one is not None), default=None)
        found.append(Clocked(line.seq, line.at, line.session, line.mono, before, end))
        if line.session is not None and before is not None:
            starts[line.session] = max(before - passed(line.mono), starts.get(line.session, before - passed(line.mono)))
    return found


def tightened(held: Sequence[Clocked], following: Sequence[Reading]) -> list[int]:
    """``not_after`` of lines held already, in chain order, now that these lines follow them."""
    ceilings, least = _ceilings(following), _ends(following)[0]
    found = []
    for line in reversed(held):
        least = min(least, line.not_after, _counted_back(ceilings, line.session, line.mono, least))
        found.append(least)
    return found[::-1]


def _ends(readings: Sequence[Reading]) -> list[int]:
    ceilings: dict[str, int] = {}
    least, found = None, []
    for line in reversed(readings):
        if line.session is not None:
            end = line.received - passed(line.mono)
            ceilings[line.session] = min(end, ceilings.get(line.session, end))
        own = min(line.received, _counted_back(ceilings, line.session, line.mono, line.received))
        least = own if least is None else min(least, own)
        found.append(least)
    return found[::-1]


def _ceilings(readings: Iterable[Reading]) -> dict[str, int]:
    found: dict[str, int] = {}
    for line in readings:
        if line.session is not None:
            end = line.received - passed(line.mono)
            found[line.session] = min(end, found.get(line.session, end))
    return found


def _counted_back(ceilings: Mapping[str, int], session: str | None, mono: int, otherwise: int) -> int:
    return ceilings[session] + passed(mono) + JITTER_MS if session in ceilings else otherwise


def moved(lines: Sequence[Clocked]) -> int:
    """How far the writer's clock was moved between lines of one chain, at least: positive forward, negative back.

    0 where it may have run undisturbed, or was moved by no more than ``MOVED_MS``. A clock was moved where no single offset
    fits two lines, or where it goes back against the chain's order, or against ``mono`` within one session.
    """
    told = [(line, line.at) for line in lines if line.at is not None]
    least = [at - line.not_after for line, at in told]
    most = [None if line.not_before is None else at - line.not_before for line, at in told]
    back = max(_rise(_negative(most), _negative(least)), _rise([-at for _, at in told], [-at for _, at in told]),
               *(_against_counter(told, session) for session in {line.session for line, _ in told}), 0)
    forward = _rise(least, most)
    worst = forward if forward > back else -back
    return worst if abs(worst) > MOVED_MS else 0


def _against_counter(told: Iterable[tuple[Clocked, int]], session: str | None) -> int:
    behind = [passed(line.mono) - at for line, at in told if line.session == session]
    return _rise(behind, behind) - JITTER_MS if session is not None else 0


def _rise(values: Sequence[int | None], references: Sequence[int | None]) -> int:
    """The most by which a value exceeds a reference before it; never less than 0."""
    most, least = 0, None
    for value, reference in zip(values, references, strict=True):
        if value is not None and least is not None:
            most = max(most, value - least)
        if reference is not None:
            least = reference if least is None else min(least, reference)
    return most


def _negative(values: Iterable[int | None]) -> list[int | None]:
    return [None if value is None else -value for value in values]
