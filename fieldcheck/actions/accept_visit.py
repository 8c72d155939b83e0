"""Accept a visit (审核通过), confirming its place in the same act. Source: ``docs/inspection-rules.md`` §4.5, §5.3."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Sequence

from ..keys import Keys
from ..problems import Problem
from ..rules.answers import undecided
from ..rules.evidence import acceptance as acceptance_of
from ..rules.review import place_photos, unopened
from ..rules.settings import photo_sources, thresholds
from ..store import desk_log, learned_places, recused_visits, reviews, rounds
from ..store.database import Database, write
from ..times import written


@dataclass(frozen=True)
class Acceptance:
    """What the reviewer decided. ``place_unit``: where the visit really was, if not where it claims; ``opened``: ids of
    photos and codes of flags that the reviewer opened.
    """

    place_unit: str | None = None
    place_confirmed: bool = False
    leak_confirmed: bool = False
    opened: Sequence[str] = ()


def accept_visit(db: Database, keys: Keys, visit: str, acceptance: Acceptance, actor: str, now: datetime) -> None:
    """Put visit.accepted on the log, with the hashes of the photos that are verified at this moment.

    :raises Problem: ``not_permitted``, ``visit_unknown``, ``visit_decided``, ``unit_unknown`` (where it was, or claims to have been, is no
        township of the round), ``visit_unconfirmed``
        (fewer confirmed inspectors than the round asks for), ``visit_recused`` (one of them must not go there), ``place_unconfirmed`` (not inside, and nobody says that it
        was there or where it was), ``answers_undecided`` with ``n`` (phones answered differently and nobody marked which
        counts), ``review_unopened`` with ``n``.
    """
    with write(db):
        doc = reviews.acceptable(db, visit, actor)
        acceptance = _as_before(doc, acceptance)
        params = _params(db, doc, acceptance.place_unit)
        if len(doc["inspectors"]) < thresholds(params)["min_inspectors"]:
            raise Problem("visit_unconfirmed")
        if recused_visits.hold(db, keys, [visit], written(now), actor, acceptance.place_unit):
            raise Problem("visit_recused")
        # An approximate outline never accepts a visit unasked: whoever accepts says where it was, in the same act.
        if doc["place"]["result"] != "inside" and not (acceptance.place_confirmed or acceptance.place_unit):
            raise Problem("place_unconfirmed")
        if not rounds.holds(db, doc["round"] or "", acceptance.place_unit or doc["counts_for"] or ""):
            raise Problem("unit_unknown")
        open_questions = undecided(doc)
        if open_questions:
            raise Problem("answers_undecided", n=len(open_questions))
        verified = reviews.verified_pictures(db, visit)
        # A photo that has not arrived cannot have been opened, whatever the form says.
        opened = [one for one in acceptance.opened if one in verified or one not in _photos(doc)]
        flags = [flag["code"] for flag in reviews.flags_of(db, visit)]
        lacking = unopened(place_photos(doc, photo_sources(params)), flags, opened)
        if lacking:
            raise Problem("review_unopened", n=len(lacking))
        desk_log.append(db, keys, "visit.accepted", {
            "visit": visit, "place_unit": acceptance.place_unit, "place_confirmed": acceptance.place_confirmed,
            "leak_confirmed": acceptance.leak_confirmed, "photos": sorted(set(verified.values())),
            "opened": sorted(set(opened)), **_narrowed(db, doc, params)}, actor=actor, at=written(now), visit=visit)


def _as_before(doc: dict[str, Any], acceptance: Acceptance) -> Acceptance:
    # Accepting again what more came to takes nothing back of where the visit was found to be.
    before = acceptance_of(doc)
    if before is None:
        return acceptance
    return replace(acceptance, place_unit=acceptance.place_unit or before["place_unit"],
                   place_confirmed=acceptance.place_confirmed or before["place_confirmed"])


def _params(db: Database, doc: dict[str, Any], place_unit: str | None) -> dict[str, Any]:
    opened = rounds.round_of(db, doc["round"]) if doc["round"] else None
    if place_unit is not None and (opened is None or place_unit not in rounds.units(db, opened["round"])):
        raise Problem("unit_unknown")
    return opened["params"] if opened else {}


def _narrowed(db: Database, doc: dict[str, Any], params: dict[str, Any]) -> dict[str, Any]:
    # What learned places kept out of the reviewer's sight is on record: it was chosen from what was left.
    found = learned_places.narrowing(db, doc, params)
    return {"narrowed": {"left": found.left, "village": found.by.village, "visits": len(found.by.place.visits)}} if found.by else {}


def _photos(doc: dict[str, Any]) -> set[str]:
    return {photo["photo"] for photo in doc["photos"]}
