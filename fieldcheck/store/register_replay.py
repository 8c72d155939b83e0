"""Registers reckoned again (``fieldcheck verify``): their files, their tables, and which unit got which internal id.

Content has its hash; ids stand outside it, since they follow from the editions before and from the links between them
(``rules/unit_links.py``). A visit counts for an id, so whoever could exchange two would move visits from township to township.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Iterator, Mapping, NamedTuple

from sqlite_utils import Database

from ..rules.register import Register, carry_ids
from ..rules.unit_links import KEEPING, Link, linked
from ..rules.unit_parts import joined
from . import log, registers


class RegisterDoubt(NamedTuple):
    """A register that does not hold: a stable code, its hash, a detail for scripts."""

    code: str
    where: str
    what: str


def replay(db: Database, data: Path) -> Iterator[RegisterDoubt]:
    """Every doubt about the registers held, in the order of the log: the file against its hash, the table against the file,
    the ids against what the log says of them and against the links that led there.
    """
    said = {body["register"]: body.get("ids") for body, _ in log.bodies_of(db, "register.imported")}
    held, changes = set(registers.hashes(db)), _changes(db)
    known: dict[tuple[str, str], str] = {}
    before: Register | None = None
    for digest in [*(one for one in said if one in held), *sorted(held - said.keys())]:
        kept = registers.load_kept(data, digest)
        if kept is None:
            yield RegisterDoubt("register_changed", digest, "its file is missing or changed")
            before = None
            continue
        if registers.register_of(db, digest) != kept:
            yield RegisterDoubt("register_changed", digest, "its table is not what its file holds")
        if said.get(digest) not in (None, kept.ids_hash) or not _follows(kept, known, before, changes.get(digest)):
            yield RegisterDoubt("register_ids_changed", digest, "its units' ids are not those that the log leads to")
        known |= {(unit.level, unit.code): unit.unit for unit in kept.units}
        before = kept


def _changes(db: Database) -> dict[str, dict[str, Any]]:
    """The change of units that led to each register."""
    told: dict[str, list[dict[str, Any]]] = {}
    for body, _ in log.bodies_of(db, "units.changed"):
        told.setdefault(body["register"], []).append(body)
    return {register: change for register, parts in told.items() if (change := joined(parts)) is not None}


def _follows(kept: Register, known: Mapping[tuple[str, str], str], before: Register | None, change: Mapping[str, Any] | None) -> bool:
    if change is None:
        return carry_ids(kept, known).units == kept.units
    if before is None:
        return True  # the edition before is in doubt itself, and was named
    links = _in_codes(before, kept, change["links"])
    return links is not None and linked(before, kept, known, links).units == kept.units


def _in_codes(before: Register, after: Register, links: list[dict[str, Any]]) -> list[Link] | None:
    """The links as they were given; ``None`` where they name a unit that its edition does not have."""
    olds, news = ({unit.unit: unit.code for unit in one.units} for one in (before, after))
    found: list[Link] = []
    try:
        for link in links:
            given = [([old], [new]) for old, new in zip(link["from"], link["to"])] if link["kind"] in KEEPING else [(link["from"], link["to"])]
            found += [Link(link["kind"], link["date"], tuple(olds[one] for one in befores), tuple(news[one] for one in afters),
                           tuple(olds[one] for one in link["villages"])) for befores, afters in given]
    except KeyError:
        return None
    return found
