"""Findings (问题): what the inspectors noted in accepted visits, confirming it, and handing it over to a county."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from .. import checklists
from ..actions.confirm_finding import Confirmation, confirm_finding
from ..actions.hand_over_finding import hand_over_finding
from ..problems import Problem
from ..rules.hand_over import DISCLOSURES, SEVERITIES, TEXT_MAX, may_be_handed_over
from ..store import findings, rounds
from . import current
from .access import permits
from .confirming import confirms
from .looks import looked_at

bp = Blueprint("desk_findings", __name__)


@bp.get("/desk/findings")
@permits("finding")
@looked_at("findings")
def page() -> str:
    """Every finding of the round: what waits for a confirmation, what may be handed over, what was."""
    db = current.database()
    opened = rounds.round_of(db)
    found = findings.of_round(db, current.keys().private, opened["round"]) if opened else []
    return render_template("desk/findings/list.html", findings=found, severities=SEVERITIES, disclosures=DISCLOSURES,
                           codes=_codes(), longest=TEXT_MAX, handable=may_be_handed_over)


@bp.post("/desk/findings/<finding>/confirmation")
@permits("finding", "change")
def confirm(finding: str) -> Response:
    """Confirm it, with the words that may be told."""
    form = request.form
    a9 = form.get("a9") or None
    if a9 is not None and a9 not in _codes():
        raise Problem("bad_request")
    confirm_finding(current.database(), current.keys(), finding,
                    Confirmation(form.get("severity", ""), a9, form.get("summary", "")), current_user.id, current.now())
    return _to(finding)


@bp.post("/desk/findings/<finding>/hand-over")
@permits("finding", "change")
@confirms
def hand_over(finding: str) -> Response:
    """Hand it over to the county where it was found."""
    hand_over_finding(current.database(), current.keys(), finding, request.form.get("disclosure", ""),
                      request.form.get("urgent") == "1", current_user.id, current.now())
    return _to(finding)


def _to(finding: str) -> Response:
    return redirect(url_for("desk_findings.page", _anchor=f"finding-{finding}"))


def _codes() -> dict[str, str]:
    """The closed list of article 9 (第九条) with its words, subcodes after their code."""
    language = current.language()
    return {one["code"]: one[language] for code in checklists.checklist()["a9_codes"] for one in (code, *code.get("sub", []))}
