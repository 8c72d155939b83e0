"""Review (审核): the queue, one visit with everything that a reviewer looks at, and whether a decision may be taken."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any, Collection, Iterable, Mapping, NamedTuple, Sequence

from sqlite_utils import Database

from sync.message import DESK

from ..problems import Problem
from ..rules.answer_sheet import SIDES
from ..rules.coverage import LOOKED_AT, is_compromised
from ..rules.alike import Sheet
from ..rules.clock_interval import Clocked, moved
from ..rules.flags import Flag, Stay, flags_of_visit, is_off, stay_of
from ..rules.household_draw import drawn_household
from ..rules.review import ACCEPT_FROM, may_be_accepted, may_review, place_photos, unopened
from ..rules.round_day import days_of_round
from ..rules.visit import Line, arrived_by
from ..rules.visit_state import last_decision
from ..rules.settings import photo_sources, thresholds
from ..times import moment, written
from . import datum_checks, devices, joined_visits, line_clocks, log, people, photos, private_records, registers, rounds
from . import village_draws, visits
from .beside import beside, sheets_of


def queue(db: Database, round_id: str, states: Sequence[str] = ("submitted",)) -> list[dict[str, Any]]:
    """The visits of a round in these states, the one that waits longest first (by the server's clock).

    Each: visit, unit, names of township, county and village, team, state, place, ``waiting_since``, opened and sealed
    time, counts of households, photos and ``urgent`` matters, the codes of its flags.
    """
    opened = rounds.round_of(db, round_id)
    if opened is None:
        return []
    docs = _docs(db, round_id, {*LOOKED_AT, *states})
    looked_at = [doc for doc in docs if doc["state"] in LOOKED_AT]
    others = _Others.of(looked_at, opened["params"])
    waiting = sorted((doc for doc in docs if doc["state"] in states),
                     key=lambda doc: (doc["submitted_at"] or "", doc["visit"]))
    return [_row(db, opened, doc, others) for doc in waiting]


def visit_page(db: Database, visit: str, private: bytes | None = None) -> dict[str, Any]:
    """Everything that the review page shows of a visit: the folded document (``rules/visit.py``) and beside it
    ``names`` of unit, county and village, ``people`` by account, ``photos`` with ``held``, ``flags`` with figures,
    ``phones`` (``joined_visits.py``), ``late`` (lines of phones that came after the last decision), ``households`` with
    ``counts`` and ``drawn`` (``rules/household_draw.py``), ``notes`` and ``doubts`` with their words,
    ``proposals`` with the ``reason`` of a dismissal, ``no_photo`` with its reason, ``answers`` with their private words (``…_words``),
    ``stands_compromised``, ``place_photos``, ``unopened``, ``params``, ``acceptable``,
    ``village_draw`` (``village_draws.py``), ``true_times``: of phones whose clock was off or moved, ``at`` → the ends in ms between which it truly was.

    :param private: the key of the private records; without it ``fact`` stays ``None``, as it does where it was erased.
    :raises Problem: ``visit_unknown``.
    """
    doc = _known(db, visit)
    opened = rounds.round_of(db, doc["round"]) if doc["round"] else None
    params = opened["params"] if opened else {}
    held = _held(db, visit)
    counting = {household["id"] for household in doc["evidence"]["hh"]}
    flags = flags_of(db, visit)
    place = place_photos(doc, photo_sources(params))
    return {
        **doc, "phones": joined_visits.phones(db, doc), "late": _late(db, doc), "params": thresholds(params),
        "round_name": opened and opened["name"], "names": _names(db, opened, doc),
        "acceptable": may_be_accepted(doc, verified_pictures(db, visit).values()),
        "people": _people(db, doc), "flags": flags, "message_flags": visits.flags(db, visit), "place_photos": place,
        "unopened": unopened(place, [flag["code"] for flag in flags], []),
        "photos": [{**photo, "held": held.get(photo["sealed_sha256"], "on_phone"), **photos.gone(db, photo["sealed_sha256"])}
                   for photo in doc["photos"]],
        "photos_verified": sum(held.get(photo["sealed_sha256"]) in ("verified", "erased") for photo in doc["photos"]),
        "households": [{**household, "counts": household["household"] in counting, "drawn": drawn_household(doc, household)}
                       for household in doc["households"]],
        "village_draw": village_draws.of_visit(db, opened and opened["register"], doc),
        "true_times": _true_times(line_clocks.of_visit(db, visit)),
        "stands_compromised": is_compromised(doc["evidence"]),
        "doubts": [{**doubt, "words": _fact(db, private, doubt.get("note_private")), "who": _whose(db, doubt["device"])}
                   for doubt in doc["doubts"]],
        "notes": [{**note, "fact": _fact(db, private, note["fact_private"]),
                   "standing": private_records.standing(db, note["fact_private"])} for note in doc["notes"]],
        "proposals": [{**one, "reason": _fact(db, private, (one["dismissed"] or {}).get("reason_private"))}
                      for one in doc["proposals"]],
        "no_photo": [{**one, "reason": _fact(db, private, one["reason_private"])} for one in doc.get("no_photo", [])],
        "answers": {subject: {code: {device: {**given, **_spoken(db, private, given)} for device, given in said.items()}
                              for code, said in codes.items()} for subject, codes in doc["answers"].items()},
    }


def urgent_in(doc: Mapping[str, Any]) -> int:
    """How many matters of life and safety (紧急) a visit names: noted, or proposed and not dismissed."""
    noted = sum(note.get("severity") == "urgent" for note in doc["notes"])
    return noted + sum(one["severity"] == "urgent" and one["state"] == "open" for one in doc["proposals"])


def flags_of(db: Database, visit: str) -> list[Flag]:
    """The flags of a visit (``rules/flags.py``), reckoned from what is known now.

    :raises Problem: ``visit_unknown``.
    """
    doc = _known(db, visit)
    opened = rounds.round_of(db, doc["round"]) if doc["round"] else None
    params = opened["params"] if opened else {}
    same = _of_same_inspectors(db, doc) if opened else []
    return _flags(db, doc, opened, _Others.of(same, params))


def reviewable(db: Database, visit: str, actor: str, states: Sequence[str]) -> dict[str, Any]:
    """The folded visit, if this account may decide it and it stands in one of these states.

    :raises Problem: ``not_permitted``, ``visit_unknown``, ``visit_decided`` with ``state``.
    """
    account = people.account(db, actor)
    if account is None or not may_review(account.role, account.team, account.disabled):
        raise Problem("not_permitted")
    doc = _known(db, visit)
    if doc["state"] not in states:
        raise Problem("visit_decided", state=doc["state"])
    return doc


def acceptable(db: Database, visit: str, actor: str) -> dict[str, Any]:
    """The folded visit, if this account may accept it: one that waits, or an accepted one to which more came since.

    :raises Problem: as ``reviewable``.
    """
    doc = reviewable(db, visit, actor, (*ACCEPT_FROM, "accepted"))
    if not may_be_accepted(doc, verified_pictures(db, visit).values()):
        raise Problem("visit_decided", state=doc["state"])
    return doc


def verified_pictures(db: Database, visit: str) -> dict[str, str]:
    """Photo id → picture's hash of every photo of the visit that is held and verified now."""
    return dict(db.execute(
        """SELECT c.photo, c.sha256 FROM photo_claims c JOIN photos p USING (sealed_sha256)
           WHERE c.visit = ? AND p.state = 'verified' AND p.code IS NULL ORDER BY c.photo""", [visit]).fetchall())


def results(db: Database, round_id: str, team: str | None) -> list[dict[str, Any]]:
    """What was decided on the visits of a team in a round, as its phones hear it (``docs/protocol.md`` §5.7)."""
    rows = db.execute(
        """SELECT doc FROM visits WHERE round = ? AND team = ? AND state IN ('accepted', 'returned', 'rejected')
           ORDER BY visit""", [round_id, team])
    docs = [visits.parsed(row[0]) for row in rows]
    return [_result(doc, [one for one in doc["decisions"] if one["kind"] == doc["state"]][-1]) for doc in docs]


def _result(doc: Mapping[str, Any], decision: Mapping[str, Any]) -> dict[str, Any]:
    return {"visit": doc["visit"], "state": doc["state"], "line": decision["line"], "fix": decision.get("fix", []),
            "note": decision.get("note", ""), "at": decision["at"]}


def _late(db: Database, doc: Mapping[str, Any]) -> int:
    """How many lines of phones the log holds after the last decision, none while the visit waits for one."""
    last = last_decision(doc)  # type: ignore[arg-type]
    if last is None or doc["state"] == "submitted":
        return 0
    lines = [Line(*line) for line in log.messages_of_visit(db, doc["visit"])]
    return len(lines) - len(arrived_by(lines, last["line"]))


def _known(db: Database, visit: str) -> dict[str, Any]:
    doc = visits.find(db, visit)
    if doc is None:
        raise Problem("visit_unknown")
    return doc


def _docs(db: Database, round_id: str, states: Collection[str] = LOOKED_AT) -> list[dict[str, Any]]:
    marks = ", ".join("?" for _ in states)
    rows = db.execute(f"SELECT doc FROM visits WHERE round = ? AND state IN ({marks}) ORDER BY visit",
                      [round_id, *states])
    return [visits.parsed(row[0]) for row in rows]


def _of_same_inspectors(db: Database, doc: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The visits of the round, looked at or to be, that share an inspector with this one: never the whole round."""
    rows = db.execute(
        f"""SELECT doc FROM visits WHERE visit IN (
            SELECT visit FROM visit_inspectors WHERE inspector IN (SELECT value FROM json_each(?)))
            AND +round = ? AND +state IN ({', '.join('?' for _ in LOOKED_AT)}) ORDER BY visit""",
        [json.dumps(sorted(_ids(doc))), doc["round"], *LOOKED_AT])
    return [visits.parsed(row[0]) for row in rows]


def _stays(docs: Iterable[Mapping[str, Any]], params: Mapping[str, Any]) -> list[tuple[set[str], Stay]]:
    found = ((_ids(doc), stay_of(doc, params)) for doc in docs)
    return [(inspectors, stay) for inspectors, stay in found if stay is not None]


def _ids(doc: Mapping[str, Any]) -> set[str]:
    return {inspector["id"] for inspector in doc["inspectors"]}


class _Others(NamedTuple):
    """Visits that others are held against: their stays with the inspectors, their inspectors, their answers by visit."""

    stays: list[tuple[set[str], Stay]]
    inspectors: dict[str, set[str]]
    sheets: dict[str, list[Sheet]]

    @classmethod
    def of(cls, docs: Sequence[Mapping[str, Any]], params: Mapping[str, Any]) -> _Others:
        """What these visits hold of it."""
        return cls(_stays(docs, params), {doc["visit"]: _ids(doc) for doc in docs}, sheets_of(docs))


def _flags(db: Database, doc: dict[str, Any], opened: Mapping[str, Any] | None, among: _Others) -> list[Flag]:
    params = opened["params"] if opened else {}
    days = days_of_round(moment(opened["starts"]), moment(opened["ends"])) if opened else None
    own = _ids(doc)
    others = [stay for inspectors, stay in among.stays if inspectors & own]
    sheets = {visit: sheets for visit, sheets in among.sheets.items() if visit != doc["visit"] and among.inspectors[visit] & own}
    converted = any(fix.get("given") for fix in doc["fixes"])
    datums = {device: check["verdict"] for device, check in datum_checks.by_device(db).items()} if converted else {}
    return flags_of_visit(doc, params, _pictures(db, doc["visit"]), others, line_clocks.of_visit(db, doc["visit"]), datums,
                          beside(db, doc, params, sheets), days)


def _pictures(db: Database, visit: str) -> dict[str, list[str]]:
    rows = db.execute(
        """SELECT DISTINCT own.sha256, other.visit FROM photo_claims own JOIN photo_claims other
           ON other.sha256 = own.sha256 AND other.visit <> own.visit WHERE own.visit = ?
           ORDER BY own.sha256, other.visit""", [visit])
    found: dict[str, list[str]] = {}
    for sha256, other in rows:
        found.setdefault(sha256, []).append(other)
    return found


def _true_times(clocks: Mapping[str, Sequence[Clocked]]) -> dict[str, tuple[int | None, int]]:
    found: dict[str, tuple[int | None, int]] = {}
    for lines in clocks.values():
        if moved(lines) or any(is_off(line.offset) for line in lines):
            # What was saved together carries one time; the first such line is early enough and the last late enough.
            for line in (line for line in lines if line.at is not None):
                at = written(datetime.fromtimestamp(line.at / 1000, UTC))
                found[at] = (found.get(at, (line.not_before,))[0], line.not_after)
    return found


def _row(db: Database, opened: Mapping[str, Any], doc: dict[str, Any], others: _Others) -> dict[str, Any]:
    held = _held(db, doc["visit"])
    return {
        **{name: doc[name] for name in ("visit", "team", "state", "opened_at", "sealed_at")},
        "unit": doc["counts_for"], **_names(db, opened, doc), "place": doc["place"]["result"],
        "waiting_since": doc["submitted_at"], "households": len(doc["households"]),
        "households_counted": len(doc["evidence"]["hh"]), "photos": len(doc["photos"]),
        "photos_verified": sum(held.get(photo["sealed_sha256"]) in ("verified", "erased") for photo in doc["photos"]),
        "inspectors": len(doc["inspectors"]), "urgent": urgent_in(doc),
        "flags": [flag["code"] for flag in _flags(db, doc, opened, others)],
    }


def _held(db: Database, visit: str) -> dict[str, str]:
    """Sealed hash → ``verified``, or what else is known of the bytes; what is on the phone still is not in it."""
    return dict(db.execute(
        """SELECT c.sealed_sha256, CASE WHEN p.erased_at IS NOT NULL THEN 'erased'
           WHEN p.code IS NOT NULL THEN 'damaged' ELSE p.state END
           FROM photo_claims c JOIN photos p USING (sealed_sha256) WHERE c.visit = ?""", [visit]).fetchall())


def _names(db: Database, opened: Mapping[str, Any] | None, doc: Mapping[str, Any]) -> dict[str, Any]:
    township = _unit(db, opened, doc["counts_for"])
    county, village = _unit(db, opened, township.get("parent")), _unit(db, opened, doc["village"])
    return {"code": township.get("code"), "unit_name": township.get("name"), "county": county.get("unit"),
            "county_name": county.get("name"), "village_name": village.get("name"),
            **{f"{name}_latin": unit.get("latin") for name, unit in
               (("unit", township), ("county", county), ("village", village))}}


def _unit(db: Database, opened: Mapping[str, Any] | None, unit: str | None) -> dict[str, Any]:
    try:
        return registers.named(db, opened["register"], unit) if opened and unit else {}
    except LookupError:
        return {}


def _people(db: Database, doc: Mapping[str, Any]) -> dict[str, str]:
    wanted = {*_ids(doc), *(one["actor"] for one in doc["decisions"]), *(one["inspector"] for one in doc["companions"])}
    known = (people.account(db, account) for account in sorted(filter(None, wanted)))
    return {account.id: account.display_name for account in known if account is not None}


def _whose(db: Database, device: str) -> str | None:
    known = devices.device(db, device)
    account = people.account(db, known["inspector"]) if known else None
    return account and account.display_name


def _spoken(db: Database, private: bytes | None, given: Mapping[str, Any]) -> dict[str, Any]:
    """An answer's private words: why it was not answered, and what each side says (三方对照)."""
    return {f"{name}_words": _fact(db, private, given[f"{name}_private"])
            for name in ("reason", *SIDES) if f"{name}_private" in given}


def _fact(db: Database, private: bytes | None, digest: str | None) -> Any:
    record = private_records.read(db, private, digest) if private is not None and digest else None
    return json.loads(record)["value"] if record else None
