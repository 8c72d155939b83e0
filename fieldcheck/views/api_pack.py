"""The day's pack: what a phone may know now, and nothing that is not revealed yet. Contract: ``docs/protocol.md`` §5."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from flask import Blueprint, Response, g, request

from ..actions.reveal_draws import reveal_draws
from ..checklists import checklist
from ..problems import Problem
from ..rules.companion import code_check
from ..rules.settings import thresholds
from ..store import companions, draws, joined_visits, known_point, learned_places, people, reviews, rounds, tasks, team_map
from ..store.database import Database
from ..times import written
from . import current
from .device_auth import device_unlocked

bp = Blueprint("api_pack", __name__, url_prefix="/api/v1")


@bp.get("/pack")
@device_unlocked
def pack() -> Response:
    """The pack of the calling phone; 304 where ``If-None-Match`` or ``?since=`` names the current one."""
    holder = people.account(current.database(), g.device["inspector"])
    if holder is None or holder.disabled:
        raise Problem("device_revoked")
    if g.device["unconfirmed_since"] is not None:
        raise Problem("device_unconfirmed")
    reveal_draws(current.database(), current.keys(), current.now())
    content = pack_of(current.database(), g.device, written(current.now()))
    cursor = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]
    if request.if_none_match.contains(cursor) or request.args.get("since") == cursor:
        answer = Response(status=304)
    else:
        document = {"cursor": cursor, "time": written(current.now()), **content}
        answer = Response(json.dumps(document, ensure_ascii=False), mimetype="application/json")
    answer.set_etag(cursor)
    # A browser would keep it on its disk, readable; the phone keeps it itself, concealed.
    answer.headers["Cache-Control"] = "no-store"
    return answer


def pack_of(db: Database, device: dict[str, Any], now: str) -> dict[str, Any]:
    """Everything of the pack but its time. A place before its reveal is not in it (抽签前不下发)."""
    opened = rounds.round_of(db)
    given = [task for task in rounds.assignments_for(db, device["inspector"])
             if opened is not None and task["round"] == opened["round"]]
    revealed = [task for task in given if task["reveal_at"] <= now]
    members = sorted({member for task in revealed for member in task["members"]})
    accounts = filter(None, (people.account(db, member) for member in members))
    return {
        "round": opened and {"id": opened["round"], "name": opened["name"], "ends": opened["ends"]},
        "assignments": [tasks.task_document(db, opened["register"], task) for task in revealed if opened],
        "hidden": _hidden(db, opened, device["inspector"], given, now),
        "members": [_member(db, account) for account in accounts],
        "checklist": checklist(opened["checklist"]) if opened else checklist(),
        "params": _params(opened), "orders": [],
        "results": reviews.results(db, opened["round"], device["team"]) if opened else [],
        "visits": joined_visits.of_phone(db, opened["round"], device) if opened else [],
        "townships": team_map.townships(db, opened, device["team"], [task["unit"] for task in revealed]) if opened else [],
        "learned": learned_places.of_team(db, device["team"], [task["unit"] for task in revealed]) if opened else [],
        "known_point": known_point.read(db),
    }


def _params(opened: dict[str, Any] | None) -> dict[str, Any]:
    # Who answers for a waiver is nothing that a phone needs.
    params = dict(thresholds(opened["params"] if opened else {}))
    waivers = params.pop("waivers", ())
    return {**params, "waived": {one["village"]: one["listed"] for one in waivers}} if waivers else params


def _hidden(db: Database, opened: dict[str, Any] | None, inspector: str, given: list[dict[str, Any]],
            now: str) -> list[dict[str, Any]]:
    drawn = draws.hidden_from(db, opened["round"], inspector) if opened else []
    waiting = [{"reveal_at": task["reveal_at"]} for task in given if task["reveal_at"] > now]
    for one in drawn:
        sealed = tasks.sealed(db, one["batch"])
        waiting.append({"reveal_at": one["reveal_at"], **({"batch": one["batch"], "sealed": sealed} if sealed else {})})
    return sorted(waiting, key=lambda one: one["reveal_at"])


def _member(db: Database, account: people.Account) -> dict[str, Any]:
    companion = companions.current(db, account.id)
    return {"id": account.id, "name": account.display_name, "team": account.team,
            "code_salt": companion and companion.salt, "code_check": companion and code_check(companion.key),
            "code_rounds": companion and companion.rounds}
