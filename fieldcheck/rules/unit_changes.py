"""What a change of units (区划变更) does to a round under way: rows D1–D8 of `docs/inspection-rules.md` §5.5.

Pure, over links in internal ids as `units.changed` carries them (`unit_links.in_ids`). A visit keeps the unit and village
that it names; these rules say for which unit it counts, and under which predecessor of a merged one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from .scope import NO_VILLAGE
from .unit_links import KEEPING

MERGED, SPLIT, ABOLISHED = "merged", "split", "abolished"
GONE = (MERGED, SPLIT, ABOLISHED)
"""Why a unit that stood in the round once is not counted any more; texts: `exclusion.<word>`."""


class Standing(NamedTuple):
    """How a unit stands in a round: `reason` is None in scope; `signer` answers for the reason where the office gave it."""

    reason: str | None
    signer: str | None = None


Units = Mapping[str, Standing]
Link = Mapping[str, Any]


def units_after(units: Units, links: Iterable[Link], reckoned: Mapping[str, str | None]) -> dict[str, Standing]:
    """Return the round's units once these links hold: the denominator (应覆盖) and what is left out, with reasons.

    `reckoned`: what the scope rule says of the new edition's townships, the office's exclusions left aside.
    """
    after = dict(units)
    for link in links:
        olds, news = link["from"], link["to"]
        if link["kind"] == "type_change":
            after |= {unit: _checked(units[unit], unit, reckoned) for unit in news if unit in units}
        elif link["kind"] in ("merge", "split"):
            after |= {unit: Standing(MERGED if link["kind"] == "merge" else SPLIT) for unit in olds}
            after |= {unit: _heir_of([units[old] for old in olds if old in units], unit, reckoned) for unit in news}
        elif link["kind"] == "abolish":
            after |= {unit: Standing(ABOLISHED) for unit in olds}
        elif link["kind"] == "create":
            after |= {unit: Standing(reckoned.get(unit)) for unit in news}
    # What was left out because it had no village is counted once it has one.
    return {unit: Standing(None) if stands.reason == NO_VILLAGE and reckoned.get(unit, NO_VILLAGE) is None else stands
            for unit, stands in after.items()}


def _checked(before: Standing, unit: str, reckoned: Mapping[str, str | None]) -> Standing:
    # What the office left out by name stays out until the office says otherwise.
    return Standing(reckoned.get(unit)) if before.reason in (None, NO_VILLAGE) else before


def _heir_of(before: Sequence[Standing], unit: str, reckoned: Mapping[str, str | None]) -> Standing:
    named = [one for one in before if one.reason not in (None, NO_VILLAGE, *GONE)]
    return named[0] if before and len(named) == len(before) else Standing(reckoned.get(unit))


def parts_after(parts: Mapping[str, Sequence[str]], units: Units, links: Iterable[Link]) -> dict[str, list[str]]:
    """Return for each merged unit the predecessors in scope that must each be covered (D4), those of earlier merges included.

    `units`: how units stood before these links.
    """
    after = {unit: list(of_it) for unit, of_it in parts.items()}
    for link in links:
        if link["kind"] not in ("merge", "split", "abolish"):
            continue
        found = [part for old in link["from"] if old in units and units[old].reason is None for part in parts.get(old, [old])]
        for old in link["from"]:
            after.pop(old, None)
        if link["kind"] == "merge" and found:
            after[link["to"][0]] = found
    return after


class Heir(NamedTuple):
    """The unit that a visit counts for; `unplaced`: the township was split and nobody can tell into which part it fell."""

    unit: str
    unplaced: tuple[str, ...] = ()


def heir(unit: str, village: str | None, links: Iterable[Link], parent_of: Callable[[str], str | None],
         opened_on: str) -> Heir:
    """Return where a visit to this unit and village counts once the links of one edition hold.

    `parent_of`: the township of a village in that edition; `opened_on`: the visit's day in Beijing.
    """
    for link in links:
        if unit not in link["from"] or link["kind"] in (*KEEPING, "abolish"):
            continue
        if link["kind"] == "move_village":
            unit = link["to"][0] if village in link["villages"] else unit
        elif link["kind"] == "merge":
            unit = link["to"][0]
        elif link["kind"] == "split":
            part = parent_of(village) if village is not None else None
            if part in link["to"]:
                unit = part  # type: ignore[assignment]
            # Whoever went there after the split and names a part that kept its id means that part.
            elif not (unit in link["to"] and opened_on >= link["date"]):
                return Heir(unit, tuple(link["to"]))
    return Heir(unit)
