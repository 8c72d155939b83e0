"""Read a register from the files that a customer hands in, and name every fault by file and row.

Files: `counties.geojson`, `townships.geojson` (properties `code`, `name`, for townships also `county_code` and
optionally `kind`, `boundary_error_m`, `confidence`, `seat_lon`, `seat_lat`, `listed_households`), `villages.csv`
(columns `code`, `name`, `township_code`, optionally `lon`, `lat`), and if wanted `register.json` (`edition`,
`datum`, `attribution`) and `exclusions.csv` (`code`, `reason`). Source: `docs/inspection-rules.md` §5.1, §5.4, §5.5.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .outline_reader import read_number, read_outline, read_point
from .register import CODE_DIGITS, SOURCE_PARTS, Level, Register, Source, Unit, kind_from_code, make_register
from .register_check import Row, check_rows
from .register_faults import Fault, errors, in_order
from .scope import Exclusion

ABOUT, COUNTIES, TOWNSHIPS = "register.json", "counties.geojson", "townships.geojson"
VILLAGES, EXCLUSIONS = "villages.csv", "exclusions.csv"
REGISTER_FILES = (ABOUT, COUNTIES, TOWNSHIPS, VILLAGES, EXCLUSIONS)
REQUIRED_FILES = (COUNTIES, TOWNSHIPS, VILLAGES)
# WGS-84 by its usual names, and CGCS2000 in degrees, which differs from it by centimetres.
KNOWN_CRS = ("CRS84", "EPSG::4326", "EPSG:4326", "EPSG/0/4326", "WGS84", "WGS-84", "WGS 84",
             "EPSG::4490", "EPSG:4490", "EPSG/0/4490", "CGCS2000")
# After one of these, rows are missing, and what the others lack because of it is no fault of theirs.
UNREAD = ("missing_file", "not_json", "not_utf8", "not_features", "missing_column")
NUMBERS = ("boundary_error_m", "seat_lon", "seat_lat", "listed_households")


@dataclass(frozen=True)
class Reading:
    """What a folder of register files holds: the register unless an error stops it, its exclusions, and every fault."""

    register: Register | None
    exclusions: tuple[Exclusion, ...]
    faults: tuple[Fault, ...]


def read_register(
    files: Mapping[str, bytes], edition: str = "", datum: str | None = None, allow_overlaps: bool = False
) -> Reading:
    """Return the register in these files, by file name. Never raises for what a file holds.

    `edition` is used where `register.json` names none; `datum` says the coordinate system where no file does.
    With `allow_overlaps` overlapping outlines are accepted with a warning: a fix in both is then judged a border.
    """
    faults = [Fault(name, None, "missing_file") for name in REQUIRED_FILES if name not in files]
    about = _about(files, faults)
    stated = about.get("datum", datum)
    if stated is not None and not _is_known_crs(stated):
        faults.append(Fault(ABOUT, None, "wrong_crs", {"crs": str(stated)}))
    rows = [*_areas(files, COUNTIES, "county", stated, faults), *_areas(files, TOWNSHIPS, "township", stated, faults),
            *_villages(files, faults)]
    exclusions = _exclusions(files, rows, faults)
    if not any(fault.code in UNREAD for fault in faults):
        faults += check_rows(rows, allow_overlaps)
    if errors(faults):
        return Reading(None, exclusions, in_order(faults))
    register = make_register(str(about.get("edition") or edition), "wgs84", about["attribution"], (r.unit for r in rows))
    return Reading(register, exclusions, in_order(faults))


def _text(files: Mapping[str, bytes], name: str, faults: list[Fault]) -> str | None:
    if name not in files:
        return None
    try:
        return files[name].decode("utf-8-sig")
    except UnicodeDecodeError as broken:
        row = files[name].count(b"\n", 0, broken.start) + 1
        faults.append(Fault(name, row, "not_utf8"))
        return None


def _json(files: Mapping[str, bytes], name: str, faults: list[Fault]) -> Any:
    text = _text(files, name, faults)
    try:
        return None if text is None else json.loads(text)
    except json.JSONDecodeError as broken:
        faults.append(Fault(name, broken.lineno, "not_json"))
    except RecursionError:
        faults.append(Fault(name, None, "not_json"))
    return None


def _about(files: Mapping[str, bytes], faults: list[Fault]) -> dict[str, Any]:
    about = _json(files, ABOUT, faults)
    if about is None:
        return {"attribution": []}
    try:
        sources = [Source(str(entry["source"]), str(entry["licence"]), str(entry["of"]))
                   for entry in about.get("attribution", [])]
    except (AttributeError, KeyError, TypeError):
        sources = None
    if sources is None or not {source.of for source in sources} <= set(SOURCE_PARTS):
        faults.append(Fault(ABOUT, None, "not_about"))
        return {"attribution": []}
    return {**about, "attribution": sources}


def _is_known_crs(name: Any) -> bool:
    return isinstance(name, str) and name.upper().endswith(KNOWN_CRS)


def _check_crs(collection: dict, file: str, stated: str | None, faults: list[Fault]) -> bool:
    """Return whether the coordinates can be read as degrees WGS-84."""
    crs = collection.get("crs")
    if crs is None:
        # RFC 7946 §4 makes it WGS-84; lines taken from a web map in China are not, so it is said aloud.
        if stated is None:
            faults.append(Fault(file, None, "missing_crs"))
        return True
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else crs
    if not _is_known_crs(name):
        faults.append(Fault(file, None, "wrong_crs", {"crs": str(name)[:80]}))
    return _is_known_crs(name)


def _areas(
    files: Mapping[str, bytes], file: str, level: Level, stated: str | None, faults: list[Fault]
) -> Iterator[Row]:
    collection = _json(files, file, faults)
    if collection is None:
        return
    features = collection.get("features") if isinstance(collection, dict) else None
    if not isinstance(features, list):
        faults.append(Fault(file, None, "not_features"))
        return
    in_degrees = _check_crs(collection, file, stated, faults)
    for row, feature in enumerate(features, 1):
        properties = feature.get("properties") if isinstance(feature, dict) else None
        if not isinstance(properties, dict):
            faults.append(Fault(file, row, "not_features"))
            continue
        found: list[Fault] = []
        unit = _area(file, row, level, properties, feature.get("geometry") if in_degrees else None, found)
        faults += [fault for fault in found if in_degrees or fault.code != "no_outline"]
        yield Row(file, row, unit)


def _area(file: str, row: int, level: Level, properties: dict, geometry: Any, faults: list[Fault]) -> Unit:
    code, name = _code_and_name(file, row, level, properties, faults)
    numbers = _numbers(file, row, properties, faults)
    outline = None
    if geometry is None:
        faults.append(Fault(file, row, "no_outline", {"name": name}))
    else:
        outline, found = read_outline(geometry)
        faults += [Fault(file, row, fault, {"name": name, **values}) for fault, values in found]
    seat = _point(file, row, name, numbers["seat_lon"], numbers["seat_lat"], faults)
    households = numbers["listed_households"]
    return Unit(
        level, code, name, _kind(file, row, level, code, name, properties, faults),
        _trimmed(properties.get("county_code")) or None if level == "township" else None, *seat,
        boundary_error_m=numbers["boundary_error_m"] or 0.0, confidence=_trimmed(properties.get("confidence")) or None,
        listed_households=None if households is None else int(households), outline=outline)


def _villages(files: Mapping[str, bytes], faults: list[Fault]) -> Iterator[Row]:
    for row, cells in _table(files, VILLAGES, ("code", "name", "township_code"), faults):
        code, name = _code_and_name(VILLAGES, row, "village", cells, faults)
        lon, lat = (_number(VILLAGES, row, column, cells, faults) for column in ("lon", "lat"))
        point = _point(VILLAGES, row, name, lon, lat, faults)
        yield Row(VILLAGES, row, Unit("village", code, name, "", cells["township_code"] or None, *point))


def _exclusions(files: Mapping[str, bytes], rows: list[Row], faults: list[Fault]) -> tuple[Exclusion, ...]:
    townships = {row.unit.code for row in rows if row.unit.level == "township"}
    found: list[Exclusion] = []
    first: dict[str, int] = {}
    for row, cells in _table(files, EXCLUSIONS, ("code", "reason"), faults):
        code = cells["code"]
        if code not in townships:
            faults.append(Fault(EXCLUSIONS, row, "unknown_exclusion", {"code": code[:40]}))
        elif first.setdefault(code, row) != row:
            faults.append(Fault(EXCLUSIONS, row, "duplicate_code", {"code": code, "first_row": first[code]}))
        elif not cells["reason"]:
            faults.append(Fault(EXCLUSIONS, row, "missing_reason", {"code": code}))
        else:
            found.append(Exclusion(code, cells["reason"]))
    return tuple(found)


def _table(
    files: Mapping[str, bytes], file: str, columns: tuple[str, ...], faults: list[Fault]
) -> Iterator[tuple[int, dict[str, str]]]:
    text = _text(files, file, faults)
    if text is None:
        return
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        header = [cell.strip() for cell in next(reader, [])]
        missing = [column for column in columns if column not in header]
        faults += [Fault(file, 1, "missing_column", {"column": column}) for column in missing]
        for cells in reader if not missing else ():
            if cells and len(cells) != len(header):
                faults.append(Fault(file, reader.line_num, "bad_row", {"found": len(cells), "expected": len(header)}))
            elif any(cells):
                yield reader.line_num, dict(zip(header, (cell.strip() for cell in cells)))
    except csv.Error:
        faults.append(Fault(file, reader.line_num, "bad_row", {"found": "?", "expected": "?"}))


def _code_and_name(file: str, row: int, level: Level, values: Mapping, faults: list[Fault]) -> tuple[str, str]:
    code, name = _trimmed(values.get("code")), _trimmed(values.get("name"))
    digits = CODE_DIGITS[level]
    if not code:
        faults.append(Fault(file, row, "missing_code", {"name": name}))
    elif not (code.isascii() and code.isdecimal() and len(code) == digits):
        faults.append(Fault(file, row, "bad_code", {"code": code[:40], "digits": digits}))
    if not name:
        faults.append(Fault(file, row, "missing_name", {"code": code[:40]}))
    return code, name


def _kind(file: str, row: int, level: Level, code: str, name: str, properties: dict, faults: list[Fault]) -> str:
    kind = _trimmed(properties.get("kind"))
    if kind or level != "township":
        return kind
    hint = kind_from_code(code)
    faults.append(Fault(file, row, "kind_from_code" if hint else "missing_kind", {"name": name, "kind": hint or ""}))
    return hint or ""


def _numbers(file: str, row: int, properties: dict, faults: list[Fault]) -> dict[str, float | None]:
    numbers = {name: _number(file, row, name, properties, faults) for name in NUMBERS}
    for name in ("boundary_error_m", "listed_households"):
        number = numbers[name] or 0
        if number < 0 or (name == "listed_households" and number % 1):
            faults.append(Fault(file, row, "bad_number", {"field": name, "value": str(numbers[name])}))
    return numbers


def _number(file: str, row: int, name: str, values: Mapping, faults: list[Fault]) -> float | None:
    value = values.get(name)
    if value is None or value == "":
        return None
    number = read_number(value)
    if number is None:
        faults.append(Fault(file, row, "bad_number", {"field": name, "value": str(value)[:40]}))
    return number


def _point(
    file: str, row: int, name: str, lon: float | None, lat: float | None, faults: list[Fault]
) -> tuple[float | None, float | None]:
    if lon is None and lat is None:
        return None, None
    if lon is None or lat is None:
        faults.append(Fault(file, row, "half_point", {"name": name}))
        return None, None
    faults += [Fault(file, row, code, {"name": name, **values}) for code, values in read_point(lon, lat)]
    return round(lon, 7), round(lat, 7)


def _trimmed(value: Any) -> str:
    return str(value).strip() if isinstance(value, (str, int)) and not isinstance(value, bool) else ""
