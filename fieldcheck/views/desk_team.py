"""Our team today (我的队今天): who is out, what has not arrived, who should be back. One's own team, whoever asks."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template
from flask_login import current_user

from .. import __version__
from ..rules.phone_standing import standing
from ..rules.planned_return import is_overdue
from ..rules.settings import thresholds
from ..store import devices, people, planned_returns, rounds, team_day, visit_pages
from ..times import moment, written
from . import current
from .access import may, permits
from .looks import looked_at

bp = Blueprint("desk_team", __name__)


@bp.get("/desk/team")
@permits("team_day", within=("own_team",))
@looked_at("team_day")
def page() -> str:
    """The day of the asker's own team; nothing of another one is even read."""
    db, team = current.database(), current_user.account.team
    return render_template("desk/team/page.html", team=team, now=current.now(), phones=_phones(team), back=_returns(team),
                           visits=team_day.visits_of_day(db, team, written(current.now())), told=team_day.visits_of_round(db, team))


@bp.get("/desk/team/visits/<visit>")
@permits("visit", within=("own_team",))
@looked_at("visit", "visit")
def visit(visit: str) -> str:
    """A visit of the asker's own team that was handed in: what counts, what the office decided. Nothing can be changed here."""
    return render_template("desk/team/visit.html", team=current_user.account.team,
                           visit=team_day.visit_of(current.database(), current_user.account.team, visit))


def _returns(team: str) -> dict[str, list[dict[str, Any]]] | None:
    """Who is overdue and who is expected; ``None`` for whoever is not their leader."""
    if not may("planned_return", within=("own_team",)):
        return None
    db, opened = current.database(), rounds.round_of(current.database())
    minutes = thresholds(opened["params"] if opened else {})["return_overdue_minutes"]
    names = {account.id: account.display_name for account in people.accounts(db)}
    said = [{"owner": names.get(one["inspector"], "–"), "back_at": moment(one["back_at"]),
             "unit": opened and visit_pages.unit_or_none(db, opened["register"], one["unit"])}
            for one in planned_returns.of_team(db, team, written(current.now()))]
    late = [one for one in said if is_overdue(one["back_at"], current.now(), minutes)]
    return {"overdue": late, "expected": [one for one in said if one not in late]}


def _phones(team: str) -> list[dict[str, Any]]:
    """The team's phones in service, the one heard of longest ago first."""
    db = current.database()
    names = {account.id: account.display_name for account in people.accounts(db) if account.team == team}
    own = [phone for phone in devices.devices(db)
           if phone["team"] == team and not phone["revoked_at"] and not phone["replaced"] and phone["inspector"] in names]
    rows = [{"owner": names[phone["inspector"]], "name": phone["name"],
             "standing": standing(phone, current.now(), __version__)} for phone in own]
    return sorted(rows, key=lambda row: (row["standing"].heard_at is not None, str(row["standing"].heard_at), row["name"]))
