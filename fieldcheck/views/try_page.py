"""The page ``/try`` (试一次走访): a phone that holds a visit under way beside the live map. Demonstrations (演示) alone have it.

What it shows and makes goes the ordinary way: the phone enrols with an invitation, its visit arrives by segments, the
office decides on the review page. Here is only what brings them side by side.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request

from ..actions.invite_device import invite_device
from ..demo_accounts import CODE, TRY_ACCOUNT, TRY_TOWNSHIP
from ..problems import Problem
from ..rules.county_table import LEGEND
from ..store import past, people, registers, rounds
from ..times import written
from . import current

bp = Blueprint("try_page", __name__)


@bp.get("/try")
def page() -> str:
    """The page itself. Looking at it changes nothing: the invitation is asked for by its script.

    :raises Problem: ``no_round`` or ``account_unknown`` where the demonstration lacks what is tried here.
    """
    round_ = _round()
    return render_template("try/page.html", round=round_, township=_township(round_), inspector=_inspector(),
                           code=CODE, legend=LEGEND,
                           attribution=registers.attribution(current.database(), round_["register"]))


@bp.get("/try/why")
def why() -> str:
    """Why a township stands where it stands, as a piece of the page; ``?unit=`` names another one.

    :raises Problem: ``unit_unknown``.
    """
    round_ = _round()
    wanted = request.args.get("unit") or _township(round_)["unit"]
    try:
        found = past.township(current.database(), round_, wanted, written(current.now()))
    except LookupError:
        raise Problem("unit_unknown") from None
    return render_template("try/_why.html", selected=found)


@bp.post("/try/invitation")
def invite() -> Response:
    """A fresh invitation for the phone of this page."""
    inspector = _inspector()
    return jsonify(token=invite_device(current.database(), inspector.id, inspector.id, current.now()).link_token)


def _round() -> dict[str, Any]:
    round_ = rounds.round_of(current.database())
    if round_ is None:
        raise Problem("no_round")
    return round_


def _township(round_: dict[str, Any]) -> dict[str, Any]:
    found = (one for one in registers.townships(current.database(), round_["register"]) if one["code"] == TRY_TOWNSHIP)
    township = next(found, None)
    if township is None:
        raise Problem("unit_unknown")
    return township


def _inspector() -> people.Account:
    inspector = people.account_by_name(current.database(), TRY_ACCOUNT)
    if inspector is None:
        raise Problem("account_unknown")
    return inspector
