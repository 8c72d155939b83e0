"""What a seal (封存) leaves outside when several phones recorded one visit (走访). Pure.

A seal closes the visit on every phone. Phones without a network cannot know of it, so what they recorded before it
counts whenever it arrives: what the seal names among its ``heads``, by hash, and what was written no later than the
seal and the ten minutes by which clocks may differ. The rest of such a chain is kept and counted as later than the
seal. Nothing here looks at when a line arrived. Source: ``docs/inspection-rules.md`` §4.5, §4.13, ``docs/protocol.md`` §6.5.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Container, Iterator, NamedTuple, Sequence

from .faults import CLOCK_TOLERANCE, parse_time

NEVER_LATE = ("visit.sealed", "visit.left", "visit.abandoned", "visit.reopened", "visit.doubted")
"""Said of the visit's end itself, or against it: a declaration that was not made stays so, and a doubt is heard."""


def left_outside(chains: Sequence[Sequence[Any]], returns: Container[str]) -> set[str]:
    """The hashes of the lines that another phone's seal leaves outside.

    A seal closes what was recorded for the same return as itself, or before any.

    :param chains: what each chain said (``rules/visit.py`` ``Said``), in its own order.
    :param returns: hashes of the desk's returns.
    """
    told = [list(_by_return(chain, returns)) for chain in chains]
    held = {said.hash for chain in chains for said in chain}
    seals = [seal for chain in told for seal in _first_seals(chain, held)]
    outside: set[str] = set()
    for chain in told:
        closed: str | None = ""
        for said, answers in chain:
            # Once a chain is past the seal all that follows is, whatever its clock says.
            if closed != answers and any(_after(said, seal) for seal in seals if seal.answers == answers):
                closed = answers
            if closed == answers and said.kind not in NEVER_LATE:
                outside.add(said.hash)
    return outside


def _by_return(chain: Sequence[Any], returns: Container[str]) -> Iterator[tuple[Any, str | None]]:
    answers = None
    for said in chain:
        if said.kind == "visit.reopened" and said.body["returned"] in returns:
            answers = said.body["returned"]
        yield said, answers


class _Seal(NamedTuple):
    device: str
    answers: str | None
    at: datetime | None
    heard: dict[str, int]


def _first_seals(chain: Sequence[tuple[Any, str | None]], held: Container[str]) -> Iterator[_Seal]:
    # A chain ends with its first seal for a return. Whoever goes on sealing closes nothing more and costs nobody time.
    answered: set[str | None] = set()
    for said, answers in chain:
        if said.kind == "visit.sealed" and answers not in answered:
            answered.add(answers)
            heard: dict[str, int] = {}
            for head in said.body["heads"]:
                if head["hash"] in held:
                    heard[head["device"]] = max(head["seq"], heard.get(head["device"], 0))
            yield _Seal(said.device, answers, parse_time(said.at), heard)


def _after(said: Any, seal: _Seal) -> bool:
    if said.device == seal.device or said.seq <= seal.heard.get(said.device, 0):
        return False
    written = parse_time(said.at)
    return written is not None and seal.at is not None and written - seal.at > CLOCK_TOLERANCE
