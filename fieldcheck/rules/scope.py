"""Which townships a round must cover: the scope (应覆盖). Source: `docs/inspection-rules.md` §5.1.

The scope is computed from the register; no number is built in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .register import Register, Unit
from .register_words import ALWAYS_IN_SCOPE, VILLAGE_NAME_ENDS

NO_VILLAGE = "no_village"


@dataclass(frozen=True)
class Exclusion:
    """A township that is not counted (不计入), by its code: `reason` is a word the texts know or the office's own sentence;
    `signer` answers for it, in the office's words."""

    code: str
    reason: str
    signer: str = ""


@dataclass(frozen=True)
class Excluded:
    """A unit outside the scope, and why: `no_village`, or the reason and signer of the exclusion that names it."""

    unit: str
    reason: str
    signer: str = ""

    def document(self) -> dict[str, str]:
        """As `round.opened` carries it."""
        return {"unit": self.unit, "reason": self.reason, **({"signer": self.signer} if self.signer else {})}


@dataclass(frozen=True)
class Scope:
    """Internal ids of the townships in scope, and every other township with its reason; both in the order of codes."""

    included: tuple[str, ...]
    excluded: tuple[Excluded, ...]

    def document(self) -> dict[str, Any]:
        """The scope as `round.opened` carries it."""
        return {"included": list(self.included), "excluded": [entry.document() for entry in self.excluded]}


class UnknownExclusion(ValueError):
    """An exclusion names a code that is no township of the register, or names one twice."""


def scope(register: Register, exclusions: Iterable[Exclusion] = ()) -> Scope:
    """Return the scope of a round: every 镇 and 乡, and each 街道 or farm unit with a village or a listed household.

    A township that an exclusion names is left out for that reason, whatever its kind. Raises UnknownExclusion.
    """
    named = _by_code(register, exclusions)
    villages = Counter(unit.parent_code for unit in register.of_level("village") if is_village(unit.code, unit.name))
    included: list[str] = []
    excluded: list[Excluded] = []
    for township in register.of_level("township"):
        if township.code in named:
            excluded.append(Excluded(township.unit, named[township.code].reason, named[township.code].signer))
        elif _counts(township, villages):
            included.append(township.unit)
        else:
            excluded.append(Excluded(township.unit, NO_VILLAGE))
    return Scope(tuple(included), tuple(excluded))


def is_village(code: str, name: str) -> bool:
    """Whether a village-level unit is a village (村民委员会): last digits 200–399, or a name that ends so.

    A name with 村 elsewhere (燎原新村社区居民委员会, 津东新村居委会) is a residents' committee.
    """
    by_code = len(code) == 12 and code.isdecimal() and 200 <= int(code[9:]) <= 399
    return by_code or name.endswith(VILLAGE_NAME_ENDS)


def _counts(township: Unit, villages: Mapping[str | None, int]) -> bool:
    return township.kind in ALWAYS_IN_SCOPE or villages[township.code] > 0 or bool(township.listed_households)


def _by_code(register: Register, exclusions: Iterable[Exclusion]) -> dict[str, Exclusion]:
    townships = {unit.code for unit in register.of_level("township")}
    named: dict[str, Exclusion] = {}
    for exclusion in exclusions:
        if exclusion.code not in townships or exclusion.code in named:
            raise UnknownExclusion(exclusion.code)
        named[exclusion.code] = exclusion
    return named
