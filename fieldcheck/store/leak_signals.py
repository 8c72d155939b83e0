"""Leak signals (泄密迹象) of a round, visit by visit and township by township, and how often each person asked for a redraw."""

from __future__ import annotations

from collections import Counter
from typing import Any

from sqlite_utils import Database

from ..rules.evidence import signs
from ..rules.leak_signals import signals_of
from . import draws, log, plan_views, registers, rounds, visits


def of_round(db: Database, round_id: str) -> dict[str, Any]:
    """``visits`` with their figures, signals and the looks at their draw; ``townships`` with how many visits and signals;
    ``alerts``, ``views``; ``redraws``: per account asked, confirmed and settled; ``readers``: every list there was, by whom.
    """
    opened = rounds.round_of(db, round_id)
    names = {one["unit"]: one for one in registers.townships(db, opened["register"])} if opened else {}
    made = {one["assignment"]: one for one in draws.draws_of(db, round_id)}
    looks = plan_views.views_of(db, round_id)
    found = [_of_visit(db, doc, made, looks, names) for doc in visits.docs_of(db, round_id)]
    return {"visits": found, "townships": _by_township(found), "views": looks, "alerts": plan_views.alerts(db, round_id),
            "redraws": _per_person(draws.redraws_of(db, round_id)),
            "readers": [{**body, "at": at} for body, at in log.bodies_of(db, "plan.readers_listed") if body["round"] == round_id]}


def _of_visit(db: Database, doc: dict[str, Any], made: dict[str, Any], looks: list[dict[str, Any]], names: dict[str, Any]) -> dict[str, Any]:
    drawn = made.get(doc["assignment"])
    at_it = [one for one in looks if drawn and one["batch"] == drawn["batch"]]
    reveal_at = drawn["reveal_at"] if drawn else rounds.reveal_of(db, doc["assignment"])
    told = {"opened_at": doc["opened_at"], "cadre_arrived_at": doc["cadre_arrived_at"], "V44": signs(doc), "doubted": bool(doc["doubts"])}
    return {"visit": doc["visit"], "unit": doc["unit"], "name": names.get(doc["unit"], {}).get("name"),
            "county": names.get(doc["unit"], {}).get("county_name"), "team": doc["team"], "state": doc["state"],
            "opened_at": doc["opened_at"], "reveal_at": reveal_at, "batch": drawn and drawn["batch"],
            **signals_of(told, reveal_at, at_it), "looks": [one for one in at_it if reveal_at and one["at"] < reveal_at]}


def _by_township(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    units: dict[str, dict[str, Any]] = {}
    for one in found:
        row = units.setdefault(one["unit"], {"unit": one["unit"], "name": one["name"], "county": one["county"], "visits": 0, "signals": Counter()})
        row["visits"] += 1
        row["signals"].update(one["signals"])
    some = [{**row, "signals": dict(sorted(row["signals"].items()))} for row in units.values() if row["signals"]]
    return sorted(some, key=lambda row: (-sum(row["signals"].values()), row["unit"]))


def _per_person(asked: list[dict[str, Any]]) -> list[dict[str, Any]]:
    people = sorted({one["asked_by"] for one in asked} | {one["settled_by"] for one in asked if one["settled_by"]})
    return [{"account": who, "asked": sum(one["asked_by"] == who for one in asked),
             "confirmed": sum(one["asked_by"] == who and one["settled"] == "confirmed" for one in asked),
             "settled": sum(one["settled_by"] == who for one in asked)} for who in people]
