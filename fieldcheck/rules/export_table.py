"""Coverage and visits as flat rows for spreadsheets and maps (导出): names, figures and codes, no person and no household.

Pure. Column names are English codes in every language, so that a script reads the same file everywhere; the words beside
them stand in ``docs/exports.md``.
"""

from __future__ import annotations

from typing import Any, Iterable, Mapping, NamedTuple, Sequence

from .sketch import coarse

TOWNSHIP_COLUMNS = ("code", "name", "county", "kind", "status", "flags", "reasons", "visits", "households", "photos_verified",
                    "boundary_error_m")
VISIT_COLUMNS = ("visit", "township_code", "township", "county", "team", "state", "opened_at", "sealed_at", "place", "households",
                 "households_counted", "photos", "photos_verified", "minutes", "failed_rules")
ABOUT = ("what", "round", "round_name", "register", "edition", "datum", "made_at", "made_by")
JOINED = " "


class Table(NamedTuple):
    """``about``: where the rows come from, by the names of ``ABOUT``."""

    about: Mapping[str, str]
    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]


def township_rows(picture: Mapping[str, Any]) -> list[list[Any]]:
    """One row a township, by code."""
    rows = []
    for one in (feature["properties"] for feature in picture["features"]):
        counts = one["counts"]
        rows.append([one["code"], one["name"], one["county_name"], one["kind"], one["status"], JOINED.join(one["flags"]),
                     JOINED.join(one["reasons"]), counts["visits"], counts["households"], counts["photos_verified"],
                     one["boundary_error_m"]])
    return rows


def visit_rows(picture: Mapping[str, Any], minutes: Mapping[str, float]) -> list[list[Any]]:
    """One row a visit, by township and time; ``minutes`` on site by visit."""
    rows = []
    for one in (feature["properties"] for feature in picture["features"]):
        for visit in one["visits"]:
            failed = JOINED.join(rule["rule"] for rule in visit["rules"] if rule["result"] == "fail")
            rows.append([visit["visit"], one["code"], one["name"], one["county_name"], visit["team"], visit["state"], visit["opened_at"],
                         visit["sealed_at"], visit["place"], visit["households"], visit["households_counted"], visit["photos"],
                         visit["photos_verified"], minutes.get(visit["visit"]), failed])
    return rows


def township_features(picture: Mapping[str, Any], about: Mapping[str, str]) -> dict[str, Any]:
    """The townships as GeoJSON (RFC 7946) with their simplified outlines."""
    rows = township_rows(picture)
    return _collection(about, TOWNSHIP_COLUMNS, rows, [feature["geometry"] for feature in picture["features"]])


def visit_features(rows: Sequence[Sequence[Any]], fixes: Mapping[str, Mapping[str, Any]], about: Mapping[str, str]) -> dict[str, Any]:
    """The visits as GeoJSON points on a grid of 500 m: where a household is stays with the review."""
    points = [_point(fixes.get(row[0])) for row in rows]
    return _collection(about, VISIT_COLUMNS, rows, points)


def _point(fix: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if fix is None:
        return None
    rounded = coarse(fix)
    return {"type": "Point", "coordinates": [round(rounded["lon"], 6), round(rounded["lat"], 6)]}


def _collection(about: Mapping[str, str], columns: Sequence[str], rows: Iterable[Sequence[Any]], shapes: Iterable[Any]) -> dict[str, Any]:
    features = [{"type": "Feature", "geometry": shape, "properties": dict(zip(columns, row, strict=True))}
                for row, shape in zip(rows, shapes, strict=True)]
    return {"type": "FeatureCollection", "about": dict(about), "features": features}


def with_origin(table: Table) -> tuple[list[str], list[list[Any]]]:
    """Head and rows of a file that has no room for a heading: each row says where it comes from."""
    origin = [table.about[name] for name in ABOUT[1:]]
    return [*table.columns, *ABOUT[1:]], [[*row, *origin] for row in table.rows]
