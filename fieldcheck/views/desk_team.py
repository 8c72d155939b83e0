"""Our team today (我的队今天): who is out, what has not arrived, who should be back. One's own team, whoever asks."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template
from flask_login import current_user

from .. import __version__
from ..rules.phone_standing import standing
from ..store import devices, people, team_day
from ..times import written
from . import current
from .access import permits

bp = Blueprint("desk_team", __name__)


@bp.get("/desk/team")
@permits("team_day", within=("own_team",))
def page() -> str:
    """The day of the asker's own team; nothing of another one is even read."""
    db, team = current.database(), current_user.account.team
    return render_template("desk/team/page.html", team=team, now=current.now(), phones=_phones(team),
                           visits=team_day.visits_of_day(db, team, written(current.now())))


def _phones(team: str) -> list[dict[str, Any]]:
    """The team's phones in service, the one heard of longest ago first."""
    db = current.database()
    names = {account.id: account.display_name for account in people.accounts(db) if account.team == team}
    own = [phone for phone in devices.devices(db)
           if phone["team"] == team and not phone["revoked_at"] and not phone["replaced"] and phone["inspector"] in names]
    rows = [{"owner": names[phone["inspector"]], "name": phone["name"],
             "standing": standing(phone, current.now(), __version__)} for phone in own]
    return sorted(rows, key=lambda row: (row["standing"].heard_at is not None, str(row["standing"].heard_at), row["name"]))
