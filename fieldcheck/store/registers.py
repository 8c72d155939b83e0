"""Registers (区划名册): tables for lookups, and the whole content of each as one file in the data folder.

A register is never changed: another edition is another register, in which units keep their internal ids.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import threading
import zlib
from pathlib import Path
from typing import Any, Collection, Iterable

from sqlite_utils import Database

from ..rules.outline import BORDER_OUT_M, Area, Areas
from ..rules.pinyin import pinyin
from ..rules.register import (
    Register, Source, Unit, attribution_lines, carry_ids, parse_register_document, register_document,
)
from .database import write
from .disk import flush_folder, full_is_a_problem, make_folder

COLUMNS = ("level", "code", "name", "kind", "parent_code", "seat_lon", "seat_lat", "boundary_error_m", "confidence",
           "listed_households", "outline", "outline_simple", "unit", "parent")
OUTLINES = ("outline", "outline_simple")
# Registers whose prepared areas are kept in memory; 129 outlines take some 10 MB.
AREAS_KEPT = 4
_TOWNSHIPS = """SELECT t.unit, t.code, t.name, t.latin, t.kind, t.parent AS county, c.name AS county_name,
                c.latin AS county_latin, c.code AS county_code, t.seat_lon, t.seat_lat, t.boundary_error_m, t.confidence, t.outline_simple
                FROM units t JOIN units c ON c.register = t.register AND c.unit = t.parent
                WHERE t.register = ? AND t.level = 'township'"""
_HASH = re.compile(r"[0-9a-f]{64}")
_areas: dict[tuple[str, str, str, float], Areas] = {}
_areas_lock = threading.Lock()


def with_known_ids(db: Database, register: Register) -> Register:
    """The register with the internal ids that its units have in the registers already held."""
    return carry_ids(register, known_ids(db))


def known_ids(db: Database) -> dict[tuple[str, str], str]:
    """Level and code → the internal id that the unit has in the last register that names it so."""
    rows = db.execute("SELECT u.level, u.code, u.unit FROM units u JOIN registers r ON r.hash = u.register ORDER BY r.rowid")
    return {(level, code): unit for level, code, unit in rows}


def put_register(db: Database, register: Register, at: str, *, settled: bool = False) -> bool:
    """Keep a register, ids carried over from earlier editions; ``False`` where this very content is held already.

    The register put last is the current one. ``settled``: its ids are those that it is to have.
    """
    with write(db):
        if register.hash in hashes(db):
            return False
        carried = register if settled else with_known_ids(db, register)
        sources = [[source.source, source.licence, source.of] for source in register.attribution]
        db.execute(
            """INSERT INTO registers (hash, edition, imported_at, datum, sources, attribution, counts)
               VALUES (?, ?, ?, ?, ?, ?, ?)""",
            [register.hash, register.edition, at, register.datum, _json(sources), _json(attribution_lines(register)),
             _json(register.counts)])
        db.conn.executemany(
            f"INSERT INTO units (register, latin, {', '.join(COLUMNS)}) VALUES (?, ?{', ?' * len(COLUMNS)})",
            [(register.hash, pinyin(unit.name), *(_column(unit, name) for name in COLUMNS)) for unit in carried.units])
    return True


def hashes(db: Database) -> list[str]:
    """The registers held, in the order of their import."""
    return [row[0] for row in db.execute("SELECT hash FROM registers ORDER BY rowid")]


def put_in_order(db: Database, imported: Iterable[str]) -> None:
    """Let the registers stand in this order of their import, whenever each was put: the last one is the current one."""
    (last,) = db.execute("SELECT coalesce(max(rowid), 0) FROM registers").fetchone()
    db.conn.executemany("UPDATE registers SET rowid = ? WHERE hash = ?", [(last + number, digest) for number, digest in enumerate(imported, 1)])


def about(db: Database, register: str | None = None) -> dict[str, Any] | None:
    """Hash, edition, import time, datum, counts and attribution of that register, or of the current one."""
    where, values = ("WHERE hash = ?", [register]) if register else ("", [])
    row = next(iter(db.query(f"""SELECT hash, edition, imported_at, datum, counts, attribution FROM registers {where}
                                 ORDER BY rowid DESC LIMIT 1""", values)), None)
    return row and {**row, "counts": json.loads(row["counts"]), "attribution": json.loads(row["attribution"])}


def current_register(db: Database) -> Register | None:
    """The register imported last, whole; ``None`` where there is none."""
    known = hashes(db)
    return register_of(db, known[-1]) if known else None


def register_of(db: Database, register: str) -> Register:
    """A register as a value.

    :raises LookupError: it is not held.
    """
    row = db.execute("SELECT edition, datum, sources FROM registers WHERE hash = ?", [register]).fetchone()
    if row is None:
        raise LookupError(register)
    units = db.query(
        f"""SELECT {', '.join(COLUMNS)} FROM units WHERE register = ?
            ORDER BY CASE level WHEN 'county' THEN 1 WHEN 'township' THEN 2 ELSE 3 END, code""", [register])
    sources = tuple(Source(*source) for source in json.loads(row[2]))
    return Register(row[0], row[1], sources, tuple(Unit(**_parsed(unit)) for unit in units))


_NEWEST = """FROM units u JOIN registers r ON r.hash = u.register WHERE u.unit = :unit
             ORDER BY u.register = :register DESC, r.rowid DESC LIMIT 1"""
_NAMED_UNIT = "SELECT u.unit, u.level, u.code, u.name, u.latin, u.kind, u.parent"
_WHOLE_UNIT = f"SELECT {', '.join(f'u.{name}' for name in COLUMNS)}, u.latin"


def unit(db: Database, register: str, unit: str) -> dict[str, Any]:
    """One unit of a register, its outlines parsed; ``latin`` is its name in machine pinyin. One that this edition no longer
    has is told as the last edition that has it tells it: visits and tasks go on naming it.

    :raises LookupError: no such unit in any register.
    """
    return _parsed(_first(db.query(f"{_WHOLE_UNIT} {_NEWEST}", {"unit": unit, "register": register}), unit))


def _first(rows: Iterable[dict[str, Any]], unit: str) -> dict[str, Any]:
    for row in rows:
        return row
    raise LookupError(unit)


def named(db: Database, register: str, unit: str) -> dict[str, Any]:
    """``unit``, ``level``, ``code``, ``name``, ``latin``, ``kind``, ``parent`` of one unit: what costs no outline.

    :raises LookupError: as ``unit``.
    """
    return _first(db.query(f"{_NAMED_UNIT} {_NEWEST}", {"unit": unit, "register": register}), unit)


def holds(db: Database, register: str, unit: str) -> bool:
    """Whether this very edition has the unit."""
    return db.execute("SELECT 1 FROM units WHERE register = ? AND unit = ?", [register, unit]).fetchone() is not None


def parent_of(db: Database, register: str, unit: str) -> str | None:
    """The unit above, in this very edition; ``None`` where it does not have the unit."""
    row = db.execute("SELECT parent FROM units WHERE register = ? AND unit = ?", [register, unit]).fetchone()
    return row and row[0]


def townships(db: Database, register: str) -> list[dict[str, Any]]:
    """Every township-level unit with its county's id (``county``) and name, simplified outline parsed, by code."""
    return [_parsed(row) for row in db.query(f"{_TOWNSHIPS} ORDER BY t.code", [register])]


def townships_unparsed(db: Database, register: str) -> Iterable[dict[str, Any]]:
    """``townships`` one after another, the outline as JSON text."""
    return db.query(f"{_TOWNSHIPS} ORDER BY t.code", [register])


def township(db: Database, register: str, unit: str) -> dict[str, Any]:
    """One of ``townships``; as with ``unit``, of the last edition that has it.

    :raises LookupError: no such township in any register.
    """
    for held in (register, *reversed(hashes(db))):
        for row in db.query(f"{_TOWNSHIPS} AND t.unit = ?", [held, unit]):
            return _parsed(row)
    raise LookupError(unit)


def counties(db: Database, register: str) -> list[dict[str, Any]]:
    """``unit``, ``code``, ``name`` and ``latin`` of every county, by code."""
    return list(db.query("SELECT unit, code, name, latin FROM units WHERE register = ? AND level = 'county' ORDER BY code",
                         [register]))


def codes(db: Database, register: str) -> set[str]:
    """The codes of every county, township and village."""
    return {row[0] for row in db.execute("SELECT code FROM units WHERE register = ?", [register]).fetchall()}


def townships_of_codes(db: Database, register: str, wanted: Collection[str]) -> list[str]:
    """The townships of a register, by code, that lie in a unit which any edition held names by one of these codes, or hold
    such a village, or hold what was a village of such a unit.
    """
    rows = db.execute(
        """WITH named AS (SELECT DISTINCT unit FROM units WHERE code IN (SELECT value FROM json_each(:codes))),
           below AS (SELECT unit FROM named UNION SELECT u.unit FROM units u JOIN named n ON u.parent = n.unit
                     UNION SELECT v.unit FROM units v JOIN units t ON t.unit = v.parent JOIN named n ON t.parent = n.unit)
           SELECT t.unit FROM units t WHERE t.register = :register AND t.level = 'township' AND (
             t.unit IN (SELECT unit FROM below) OR EXISTS (
               SELECT 1 FROM units v WHERE v.register = t.register AND v.parent = t.unit AND v.unit IN (SELECT unit FROM below)))
           ORDER BY t.code""", {"codes": json.dumps(sorted(wanted)), "register": register})
    return [row[0] for row in rows.fetchall()]


def names_of_codes(db: Database, register: str, wanted: Collection[str]) -> dict[str, str]:
    """The names of these units, by code."""
    rows = db.execute("SELECT code, name FROM units WHERE register = ? AND code IN (SELECT value FROM json_each(?))",
                      [register, json.dumps(sorted(wanted))])
    return dict(rows.fetchall())


def villages_of(db: Database, register: str, township: str) -> list[dict[str, Any]]:
    """The village-level units of a township: unit, code, name, ``latin`` and point (``lon``, ``lat``), by code; the last three may be ``None``."""
    return list(db.query(
        """SELECT unit, code, name, latin, seat_lon AS lon, seat_lat AS lat FROM units
           WHERE register = ? AND parent = ? AND level = 'village' ORDER BY code""", [register, township]))


def attribution(db: Database, register: str) -> list[dict[str, Any]]:
    """Who must be named beside every map of this register: text keys (part ``register``) with values."""
    found = about(db, register)
    return found["attribution"] if found else []


def areas(db: Database, register: str, border_out_m: float = BORDER_OUT_M) -> Areas:
    """The townships' outlines prepared for the place test; kept in memory, safe for all threads.

    ``border_out_m`` is how many metres outside a fix may still be at the border. Empty for a register that is not
    held or has no outlines.
    """
    path = db.execute("PRAGMA database_list").fetchone()[2]
    imported = db.execute("SELECT imported_at FROM registers WHERE hash = ?", [register]).fetchone()
    key = (path, register, imported[0] if imported else "", border_out_m)
    with _areas_lock:
        if key not in _areas or not path:
            rows = db.execute(
                """SELECT unit, outline, boundary_error_m FROM units
                   WHERE register = ? AND level = 'township' AND outline IS NOT NULL ORDER BY code""", [register])
            prepared = Areas((Area(unit, json.loads(outline), error) for unit, outline, error in rows), border_out_m)
            while len(_areas) >= AREAS_KEPT:
                del _areas[next(iter(_areas))]
            _areas[key] = prepared
        return _areas[key]


def register_path(data: Path, register: str) -> Path:
    """Where a register's content lies.

    :raises ValueError: not a hash, so it must not become part of a path.
    """
    if not _HASH.fullmatch(register):
        raise ValueError(register)
    return data / "registers" / f"{register}.json.gz"


def write_register_file(data: Path, register: Register) -> Path:
    """Keep a register's whole content; durable when this returns. The same register gives the same bytes.

    :raises Problem: ``storage_full``.
    """
    path = register_path(data, register.hash)
    part = path.with_suffix(".part")
    with full_is_a_problem():
        make_folder(path.parent)
        try:
            with part.open("wb") as file:
                file.write(gzip.compress(register_document(register), mtime=0))
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
        flush_folder(path.parent)
    return path


def load_register_file(path: Path) -> Register:
    """The register in a file that ``write_register_file`` wrote, ids and simplified outlines included.

    :raises ValueError: missing, damaged, or its content no longer has its hash.
    """
    try:
        return parse_register_document(gzip.decompress(path.read_bytes()))
    except (OSError, EOFError, zlib.error) as fault:
        raise ValueError(f"{path.name}: {fault}") from fault


def load_kept(data: Path, register: str) -> Register | None:
    """The register of that hash from its file; ``None`` where the file is missing, unreadable or holds another one."""
    try:
        kept = load_register_file(register_path(data, register))
    except ValueError:
        return None
    return kept if kept.hash == register else None


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _column(unit: Unit, name: str) -> Any:
    value = getattr(unit, name)
    return _json(value) if name in OUTLINES and value is not None else value


def _parsed(row: dict[str, Any]) -> dict[str, Any]:
    return {name: json.loads(value) if name in OUTLINES and value is not None else value for name, value in row.items()}
