"""What a seal (封存) leaves outside when several phones recorded one visit (走访). Pure.

A seal closes the visit on every phone. Phones without a network cannot know of it, so what they recorded before it
counts whenever it arrives: what the seal names among its ``heads``, by hash, and what was written no later than the
seal and the ten minutes by which clocks may differ. The rest of such a chain is kept and counted as later than the
seal. Nothing here looks at when a line arrived. Source: ``docs/inspection-rules.md`` §4.5, §4.13, ``docs/protocol.md`` §6.5.
"""

from __future__ import annotations

from typing import Any, Container, Iterator, Sequence

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
    seals = [(said, answers) for chain in told for said, answers in chain if said.kind == "visit.sealed"]
    outside: set[str] = set()
    for chain in told:
        closed: str | None = ""
        for said, answers in chain:
            # Once a chain is past the seal all that follows is, whatever its clock says.
            if closed != answers and any(_after(said, seal, held) for seal, of in seals if of == answers):
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


def _after(said: Any, seal: Any, held: Container[str]) -> bool:
    if said.device == seal.device:
        return False
    if any(head["device"] == said.device and said.seq <= head["seq"] and head["hash"] in held
           for head in seal.body["heads"]):
        return False
    written, sealed = parse_time(said.at), parse_time(seal.at)
    return written is not None and sealed is not None and written - sealed > CLOCK_TOLERANCE
