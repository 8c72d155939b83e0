"""Waivers (豁免): a village with fewer listed households (建档立卡户) than a township needs. Source: ``docs/inspection-rules.md`` §5.3.

The office names the village, how many there are, why, and who answers for it, when the round starts; the round freezes it.
Only the number of listed households is waived, never their kind of evidence, nor how many households there must be in all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .register import Register


@dataclass(frozen=True)
class Waiver:
    """``village``: its code; ``listed``: how many listed households it has; reason and signer in the office's words."""

    village: str
    listed: int
    reason: str
    signer: str


class WrongWaiver(ValueError):
    """``village`` is no village of the register, stands twice, or has as many listed households as a township needs."""

    def __init__(self, village: str) -> None:
        super().__init__(village)
        self.village = village


def frozen(register: Register, waivers: Iterable[Waiver], limits: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the waivers as ``round.opened`` carries them, by internal ids and in the order of codes.

    :raises WrongWaiver: for the first that does not fit.
    """
    ids = {unit.code: unit.unit for unit in register.of_level("village")}
    named = sorted(waivers, key=lambda one: one.village)
    for before, one in zip([None, *named], named):
        if one.village not in ids or (before and before.village == one.village) or not 0 <= one.listed < limits["twp_min_listed"]:
            raise WrongWaiver(one.village)
    return [{"village": ids[one.village], "listed": one.listed, "reason": one.reason, "signer": one.signer} for one in named]


def waived_in(village: str | None, params: Mapping[str, Any]) -> int | None:
    """Return how many listed households a visit to this village can find at most, where the round waives more."""
    return next((one["listed"] for one in params.get("waivers", ()) if one["village"] == village), None)


def listed_needed(valid: Sequence[Mapping[str, Any]], limits: Mapping[str, Any]) -> int:
    """Return how many listed households a township needs by its valid visits: the least that one of their villages can have.

    The least, so that one visit more, wherever it went, never takes anything away.
    """
    return min([limits["twp_min_listed"], *(visit["waived"] for visit in valid if visit.get("waived") is not None)])
