"""A team's day (我的队今天) and its round: its visits and what became of them, as far as the server knows. No fold of its own."""

from __future__ import annotations

from typing import Any

from sqlite_utils import Database

from ..problems import Problem
from ..rules.evidence import beijing_day
from ..times import moment
from . import findings, people, rounds, visit_pages, visits


def visits_of_day(db: Database, team: str, at: str) -> list[dict[str, Any]]:
    """The team's visits of the latest round that are under way or were handed in on the day (Beijing) of ``at``.

    Each: ``visit``, ``unit_name`` (the township and nothing closer; ``unit_latin`` in pinyin), ``people`` by name, ``devices``,
    ``handed_in``, ``day`` on which it was begun. No positions, and no moment of the day.
    """
    opened = rounds.round_of(db)
    if opened is None:
        return []
    today = beijing_day(moment(at))
    rows = db.execute("SELECT doc FROM visits WHERE round = ? AND team = ? ORDER BY opened_at, visit", [opened["round"], team])
    found = []
    for doc in (visits.parsed(row[0]) for row in rows.fetchall()):
        handed_in = doc["submitted_at"] is not None and beijing_day(moment(doc["submitted_at"])) == today
        if handed_in or doc["state"] == "draft":
            unit = visit_pages.unit_or_none(db, opened["register"], doc["unit"])
            accounts = (people.account(db, one["id"]) for one in doc["inspectors"])
            found.append({"visit": doc["visit"], "unit_name": unit and unit["name"], "unit_latin": unit and unit["latin"],
                          "devices": doc["devices"],
                          "people": [account.display_name for account in accounts if account],
                          "handed_in": handed_in, "opened_at": doc["opened_at"]})
    return found


def visits_of_round(db: Database, team: str) -> list[dict[str, Any]]:
    """The team's visits of the latest round that were handed in, the newest first: what became of each.

    Each: ``visit``, ``unit_name``, ``unit_latin``, ``opened_at``, ``state``, and of the findings noted in it how many there are
    (``noted``),
    were ``confirmed`` and ``handed_over``. Numbers only: words and evidence stay with the command office.
    """
    opened = rounds.round_of(db)
    if opened is None:
        return []
    rows = db.execute("SELECT doc FROM visits WHERE round = ? AND team = ? AND state NOT IN ('draft', 'void')"
                      " ORDER BY opened_at DESC, visit", [opened["round"], team])
    return [_became(db, opened["register"], visits.parsed(row[0])) for row in rows.fetchall()]


def visit_of(db: Database, team: str, visit: str) -> dict[str, Any]:
    """One visit of the team that was handed in, as in ``visits_of_round``, and beside it ``village_name``, ``people`` by name, ``rules``,
    ``place``, ``households`` (number, type, outcome and whether it ``counts``), ``photos``, ``photos_verified``, and ``decisions`` as phones hear them.
    Nothing that is held against other visits, no position, no private word.

    :raises Problem: ``visit_unknown``, also where it is another team's or is not handed in.
    """
    doc = visits.find(db, visit)
    if doc is None or doc["team"] != team or doc["state"] in ("draft", "abandoned"):
        raise Problem("visit_unknown")
    opened = rounds.round_of(db, doc["round"]) if doc["round"] else None
    register = opened["register"] if opened else ""
    village = visit_pages.unit_or_none(db, register, doc["village"]) if doc["village"] else None
    counting = {household["id"] for household in doc["evidence"]["hh"]}
    accounts = (people.account(db, one["id"]) for one in doc["inspectors"])
    verified = set(db.execute(
        """SELECT c.photo FROM photo_claims c JOIN photos p USING (sealed_sha256)
           WHERE c.visit = ? AND p.state = 'verified' AND p.code IS NULL""", [visit]).fetchall())
    return {**_became(db, register, doc), "village_name": village and village["name"], "village_latin": village and village["latin"],
            "people": [account.display_name for account in accounts if account], "rules": doc["rules"], "place": doc["place"]["result"],
            "households": [{**{name: one[name] for name in ("number", "type", "outcome")}, "counts": one["household"] in counting}
                           for one in doc["households"]],
            "photos": len(doc["photos"]), "photos_verified": sum((photo["photo"],) in verified for photo in doc["photos"]),
            "decisions": [{name: one.get(name) for name in ("kind", "at", "fix", "note")} for one in doc["decisions"]]}


def _became(db: Database, register: str, doc: dict[str, Any]) -> dict[str, Any]:
    unit = visit_pages.unit_or_none(db, register, doc["unit"])
    noted = [note["note"] for note in doc["notes"] if note["kind"] == "finding"]
    decided = [one for one in (findings.find(db, note) for note in noted) if one]
    return {"visit": doc["visit"], "unit_name": unit and unit["name"], "unit_latin": unit and unit["latin"],
            "opened_at": doc["opened_at"], "state": doc["state"], "noted": len(noted), "confirmed": len(decided),
            "handed_over": sum(one["handed_over_at"] is not None for one in decided)}
