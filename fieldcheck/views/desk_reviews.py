"""Review (审核): the queue of sealed visits, and one visit with all its evidence on one page.

A household's position is shown exactly only to whoever decides, and only while the decision is open; to everybody else
no finer than 500 m (``rules/sketch.py``). Respondents are never named here.
"""

from __future__ import annotations

from typing import Any, Mapping

from flask import Blueprint, render_template

from .. import checklists
from ..rules import review, sketch
from ..rules.answers import chosen_device, undecided
from ..rules.answer_sheet import answer_sheet
from ..rules.household_draw import found_by
from ..rules.note_evidence import of_answers, photos_beside, why_no_photo
from ..rules.timeline import timeline
from ..store import learned_places, reviews, rounds, team_comparisons, visit_pages
from . import current
from .access import may, permits
from .looks import looked_at

bp = Blueprint("desk_reviews", __name__)

#: Width and height of each of the two maps of a visit, in pixels.
MAP = (420, 320)
#: What the queue lists: what waits for a decision, what was sent back, what is decided.
SECTIONS = {"submitted": ("submitted",), "returned": ("returned",), "decided": ("accepted", "rejected")}


@bp.get("/desk/reviews")
@permits("visit")
@looked_at("visits")
def queue() -> str:
    """Sealed visits that wait for a decision, oldest first; below them what was sent back and what is decided."""
    db = current.database()
    round_ = rounds.round_of(db)
    listed = [state for states in SECTIONS.values() for state in states]
    rows = reviews.queue(db, round_["round"], listed) if round_ else []
    lists = {name: [row for row in rows if row["state"] in states] for name, states in SECTIONS.items()}
    # Life and safety do not wait for a seal: the visits still under way that name something urgent stand first.
    under_way = [row for row in reviews.queue(db, round_["round"], ("draft",)) if row["urgent"]] if round_ else []
    return render_template("desk/reviews/queue.html", round=round_, lists={"urgent": under_way, **lists}, now=current.now())


@bp.get("/desk/visits/<visit>")
@permits("visit")
@looked_at("visit", "visit")
def page(visit: str) -> str:
    """One visit: what it shows, what is missing, and the decision for whoever may take it."""
    doc = reviews.visit_page(current.database(), visit, current.keys().private)
    deciding = may("visit", "change") and doc["acceptable"]
    return render_template(
        "desk/reviews/visit.html", doc=doc, deciding=deciding, now=current.now(), moments=timeline(doc),
        undecided=undecided(doc), choosing=may("visit", "change") and doc["state"] in review.CHOOSE_FROM,
        compared=bool(doc["round"] and doc["counts_for"]) and team_comparisons.both_were_in(current.database(), doc["round"], doc["counts_for"]),
        voices_of={phone["device"]: phone["name"] for phone in doc["phones"]},
        neighbours=_neighbours(doc), review=review, flags=[_spoken_flag(flag) for flag in doc["flags"]],
        proposals=_proposals(doc), notes=_notes(doc), photoless=_photoless(doc), blocked=_blocked(doc), found_by=found_by(doc), failing={rule["reason"] for rule in doc["rules"]}, **_place(doc, deciding),
        **_evidence(doc))


def _neighbours(doc: Mapping[str, Any]) -> dict[str, Any]:
    """The visits before and after this one in the queue; from one that is not in it, the queue's first."""
    order = visit_pages.waiting(current.database(), doc["round"]) if doc["round"] else []
    if doc["visit"] not in order:
        return {"before": None, "after": order[0] if order else None, "place": None, "n": len(order)}
    at = order.index(doc["visit"])
    return {"before": order[at - 1] if at else None, "after": order[at + 1] if at + 1 < len(order) else None,
            "place": at + 1, "n": len(order)}


def _blocked(doc: Mapping[str, Any]) -> list[str]:
    """What no reviewer can mend by looking: why this visit cannot be accepted as it is."""
    held = {photo["photo"] for photo in doc["photos"] if photo["held"] == "verified"}
    blocks = {
        "unconfirmed": len(doc["inspectors"]) < doc["params"]["min_inspectors"],
        "recused": bool(doc["evidence"].get("recused")), "undecided": bool(undecided(doc)), "no_place_photo": not doc["place_photos"],
        "photo_waits": bool(doc["place_photos"]) and not held & set(doc["place_photos"]),
    }
    return [name for name, blocks_it in blocks.items() if blocks_it]


def _spoken_flag(flag: Mapping[str, Any]) -> dict[str, Any]:
    """A flag with its sentence; two visits at one time have no speed that could be told."""
    code = "speed_at_once" if flag["code"] == "speed" and flag["figures"].get("kmh") is None else flag["code"]
    return {**flag, "title": current.text(f"review.flag.{flag['code']}"),
            "means": current.text(f"review.flag_means.{code}", **flag["figures"])}


def _place(doc: Mapping[str, Any], exact: bool) -> dict[str, Any]:
    """The assigned unit, the candidates by name, and the two maps."""
    db = current.database()
    round_ = rounds.round_of(db, doc["round"]) if doc["round"] else None
    register = round_["register"] if round_ else ""
    unit = visit_pages.unit_or_none(db, register, doc["counts_for"])
    every = [{**one, "about": visit_pages.unit_or_none(db, register, one["unit"])} for one in doc["place"]["candidates"]]
    left = learned_places.narrowing(db, doc, doc["params"]).left
    candidates = [one for one in every if one["unit"] in left]
    near = [unit, *(one["about"] for one in candidates if one["unit"] != doc["counts_for"])]
    areas = {one["name"]: one["outline"] for one in near if one and one["outline"]}
    fixes = [fix for fix in doc["fixes"] if _is_placed(fix)]
    if not exact:
        moved = (sketch.coarse(fix) for fix in fixes)
        fixes = list({(fix["lon"], fix["lat"]): fix for fix in moved}.values())
    return {"unit": unit, "candidates": candidates, "set_aside": [one for one in every if one not in candidates], "exact": exact, "fixes": fixes,
            "overview": sketch.overview(areas, fixes, *MAP), "close_up": sketch.close_up(areas, fixes, *MAP)}


def _is_placed(fix: Mapping[str, Any]) -> bool:
    # What is at 0/0 is nowhere, and would make the map one of half the earth.
    return abs(fix["lon"]) <= 180 and abs(fix["lat"]) < 90 and fix["acc"] >= 0 and not fix["lon"] == fix["lat"] == 0


def _evidence(doc: Mapping[str, Any]) -> dict[str, Any]:
    """Households with their answers and photos, the village's answers, place photos and all others."""
    households = [
        {**one, "answers": _sheet(doc, one["household"]),
         "photos": [photo for photo in doc["photos"] if photo.get("household") == one["household"]]}
        for one in doc["households"]]
    place = [photo for photo in doc["photos"] if photo["photo"] in doc["place_photos"]]
    return {"households": households, "village_answers": _sheet(doc, "village"), "place_photos": place,
            "other_photos": [photo for photo in doc["photos"] if photo not in place and not photo.get("household")]}


def _notes(doc: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Findings, leads and good examples, each with the photos beside it and, of a finding without any, why."""
    return [{**note, "beside": photos_beside(doc, note), "no_photo": why_no_photo(doc, note)} for note in doc["notes"]]


def _photoless(doc: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Why answers that wanted a photo have none, each with its question in the reader's words."""
    questions = {one["code"]: one[current.language()] for one in checklists.checklist(_version(doc))["questions"]}
    numbers = {one["household"]: one["number"] for one in doc["households"]}
    return [{**one, "words": questions.get(one.get("question"), ""), "number": numbers.get(one.get("household"))} for one in of_answers(doc)]


def _proposals(doc: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What negative answers proposed (建议), each with its question and topic groups (专班) in the reader's words."""
    checklist, language = checklists.checklist(_version(doc)), current.language()
    questions = {one["code"]: one[language] for one in checklist["questions"]}
    topics = {one["code"]: one[language] for one in checklist["zhuanban"]}
    numbers = {one["household"]: one["number"] for one in doc["households"]}
    return [{**one, "words": questions.get(one["question"], ""), "number": numbers.get(one.get("household")),
             "topic_words": [topics.get(code, code) for code in one["topics"]]} for one in doc["proposals"]]


def _version(doc: Mapping[str, Any]) -> str:
    return doc["checklist"] if doc["checklist"] in checklists.versions() else checklists.CURRENT


def _sheet(doc: Mapping[str, Any], subject: str) -> list[Any]:
    yes_no = {value: current.text(f"review.answer.{value}") for value in ("yes", "no")}
    # The opener's word first, as everywhere else on the page.
    given = {code: {device: said[device] for device in doc["devices"] if device in said}
             for code, said in doc["answers"].get(subject, {}).items()}
    chosen = {code: chosen_device(doc, subject, code) for code in given}
    return answer_sheet(checklists.checklist(_version(doc)), given, current.language(), yes_no, chosen)
