"""The register (区划名册): counties, townships and villages with their outlines, as one hashed value.

Codes change (23 changed at once in 2021), so a unit's key is an internal id and its code is an attribute of one
edition. Source: `docs/inspection-rules.md` §5.5.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal

from .register_words import KIND_BELOW

Level = Literal["county", "township", "village"]
LEVELS: tuple[Level, ...] = ("county", "township", "village")
CODE_DIGITS: dict[Level, int] = {"county": 6, "township": 9, "village": 12}
# What a source can have given; each is a text key, `attribution.<part>`.
SOURCE_PARTS = ("codes", "county_outlines", "township_outlines", "seats", "villages")
FORMAT = "fieldcheck.register/1"
# What stands in the hash, in this order; ids and simplified outlines follow from it and stay out.
CONTENT = ("level", "code", "name", "kind", "parent_code", "seat_lon", "seat_lat", "boundary_error_m", "confidence",
           "listed_households", "outline")


@dataclass(frozen=True)
class Unit:
    """One county (县级), township (乡级) or village (村级) of a register.

    `unit` is the internal id, `parent` the id of the unit above. Degrees are WGS-84: `seat_lon`, `seat_lat` of the
    seat (驻地) or of a village's point. `outline` is a GeoJSON Polygon or MultiPolygon or None; `boundary_error_m`
    says how many metres its edge may be wrong, 0 for a surveyed line. `listed_households` (建档立卡户数) may be unknown.
    """

    level: Level
    code: str
    name: str
    kind: str = ""
    parent_code: str | None = None
    seat_lon: float | None = None
    seat_lat: float | None = None
    boundary_error_m: float = 0.0
    confidence: str | None = None
    listed_households: int | None = None
    outline: dict | None = field(default=None, repr=False)
    outline_simple: dict | None = field(default=None, repr=False)
    unit: str = ""
    parent: str | None = None


@dataclass(frozen=True)
class Source:
    """Where a part of the register comes from: the source's name, its licence, and what it gave (`of`).

    `of` is one of `SOURCE_PARTS`.
    """

    source: str
    licence: str
    of: str


@dataclass(frozen=True)
class Register:
    """A register edition: units in the order of level and code, each with its internal id.

    Make one with `make_register`. `hash` is the SHA-256 of the canonical content: the same content in another
    order of rows has the same hash.
    """

    edition: str
    datum: str
    attribution: tuple[Source, ...]
    units: tuple[Unit, ...]

    @cached_property
    def hash(self) -> str:
        """The 64 hex digits that name this content."""
        return hashlib.sha256(canonical(self.content())).hexdigest()

    @property
    def ids_hash(self) -> str:
        """The 64 hex digits that say which unit has which internal id: of the canonical object `level|code` → id."""
        return hashlib.sha256(canonical(self.ids())).hexdigest()

    def ids(self) -> dict[str, str]:
        """`level|code` → internal id."""
        return {f"{unit.level}|{unit.code}": unit.unit for unit in self.units}

    @property
    def counts(self) -> dict[str, int]:
        """How many units of each level."""
        return {name: len(self.of_level(level)) for name, level in zip(("counties", "townships", "villages"), LEVELS)}

    def of_level(self, level: Level) -> tuple[Unit, ...]:
        """The units of one level, in the order of their codes."""
        return tuple(unit for unit in self.units if unit.level == level)

    def content(self) -> dict[str, Any]:
        """Everything that the hash covers, as JSON-ready values."""
        return {
            "edition": self.edition, "datum": self.datum,
            "attribution": [[source.source, source.licence, source.of] for source in self.attribution],
            "units": [{name: getattr(unit, name) for name in CONTENT} for unit in self.units],
        }


def make_register(edition: str, datum: str, attribution: Iterable[Source], units: Iterable[Unit]) -> Register:
    """Return a register with its units in order and with the ids that a first import gives them.

    Raises ValueError for two units of one level and code.
    """
    ordered = tuple(sorted(units, key=lambda unit: (LEVELS.index(unit.level), unit.code)))
    if len({(unit.level, unit.code) for unit in ordered}) != len(ordered):
        raise ValueError("two units of one level and code")
    return carry_ids(Register(edition, datum, tuple(attribution), ordered), {})


def carry_ids(register: Register, known: Mapping[tuple[str, str], str]) -> Register:
    """Return the register with the ids of earlier editions where level and code are known, new ids elsewhere."""
    first = register.hash
    return with_ids(register, {key: known.get(key) or unit_id(first, *key) for key in ((u.level, u.code) for u in register.units)})


def with_ids(register: Register, ids: Mapping[tuple[str, str], str]) -> Register:
    """Return the register with these ids, by level and code, and each unit's parent by the same."""

    def identified(unit: Unit) -> Unit:
        above = LEVELS[LEVELS.index(unit.level) - 1]
        parent = ids.get((above, unit.parent_code)) if unit.parent_code else None
        return replace(unit, unit=ids[unit.level, unit.code], parent=parent)

    return replace(register, units=tuple(identified(unit) for unit in register.units))


def unit_id(first_register: str, level: str, code: str) -> str:
    """Return the internal id of a unit: `u` and 12 hex digits of the register it first appeared in, level and code."""
    return "u" + hashlib.sha256(f"{first_register}|{level}|{code}".encode()).hexdigest()[:12]


def with_simple_outlines(register: Register, outlines: Mapping[str, dict]) -> Register:
    """Return the register with simplified outlines (for the map) by internal unit id; the hash stays the same."""
    units = tuple(replace(unit, outline_simple=outlines.get(unit.unit)) for unit in register.units)
    return replace(register, units=units)


def canonical(value: Any) -> bytes:
    """Return the one JSON form of a value: sorted keys, no spaces, UTF-8. Raises ValueError for NaN."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def register_document(register: Register) -> bytes:
    """Return the file that keeps a register: its content, hash, carried ids and simplified outlines. Same in, same out."""
    return canonical({
        "format": FORMAT, "hash": register.hash, "content": register.content(),
        "ids": register.ids(),
        "simple": {unit.unit: unit.outline_simple for unit in register.units if unit.outline_simple},
    })


def parse_register_document(document: bytes) -> Register:
    """Return the register that `register_document` kept.

    Raises ValueError for anything else, and for content that no longer has the hash that it is kept under.
    """
    try:
        kept = json.loads(document)
        content = kept["content"]
        if kept["format"] != FORMAT:
            raise ValueError(f"not of the form {FORMAT}")
        sources = [Source(*source) for source in content["attribution"]]
        register = make_register(content["edition"], content["datum"], sources, (Unit(**u) for u in content["units"]))
        ids = {tuple(key.split("|")): unit for key, unit in kept["ids"].items()}
    except (KeyError, TypeError, AttributeError, RecursionError) as fault:
        raise ValueError(f"not a register file: {fault}") from fault
    if register.hash != kept["hash"]:
        raise ValueError("the content does not have the hash that it is kept under")
    return with_simple_outlines(carry_ids(register, ids), kept["simple"])


def attribution_lines(register: Register) -> list[dict[str, Any]]:
    """Return who must be named wherever the register's map is shown, as text keys of `register.json` and values."""
    lines = [{"key": f"attribution.{source.of}", "values": {"source": source.source, "licence": source.licence}}
             for source in register.attribution]
    if any(unit.outline and unit.boundary_error_m for unit in register.units):
        lines.append({"key": "attribution.approximate", "values": {}})
    return lines


def kind_from_code(code: str) -> str | None:
    """Return the type that digits 7–9 of a township's code hint at (街道, 镇 …), or None. A hint only."""
    number = int(code[6:9]) if len(code) >= 9 and code.isdecimal() else 0
    return next((kind for bound, kind in KIND_BELOW if 0 < number < bound), None)
