"""Making a draw (抽签) and revealing it: what one act of the desk puts on the log. Rule: ``rules/township_draw.py``."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Mapping, Sequence

from sqlite_utils import Database

from ..chance import Dice, new_id
from ..keys import Keys
from ..problems import Problem
from ..rules.draw_commitment import DRAWS_MOST, path_of, round_secret, secret_of
from ..rules.evidence import beijing_day
from ..rules.settings import thresholds
from ..rules.township_draw import Drawn, NothingToDraw, draw, draw_inputs
from ..rules.unlock_code import code_of
from ..sealed_draw import digest_of, open_inputs, seal_inputs, text_of
from . import desk_log, draws, recusals, registers, rounds, tasks


@dataclass(frozen=True)
class Ask:
    """A draw that somebody asks for. ``people``: account ids to draw ``take`` from; ``public``: value and source;
    ``far``: townships beyond the day's reach; ``instead_of``: the draw that it replaces.
    """

    round: str
    team: str
    day: str
    reveal_at: str
    people: Sequence[str]
    take: int
    public: Mapping[str, str]
    far: Sequence[str] = ()
    instead_of: str | None = None


def make_draw(db: Database, keys: Keys, ask: Ask, actor: str, at: str, dice: Dice) -> dict[str, Any]:
    """Put draw.made on the log; returns its body, in which nothing tells the place. Joins the caller's write transaction.

    :raises Problem: ``round_unknown``, ``round_not_active``, ``draw_uncommitted``, ``draws_used_up``, ``draw_units_none``, ``draw_people_few``.
    """
    opened = rounds.active(db, ask.round)
    if opened["draw_commitment"] is None:
        raise Problem("draw_uncommitted")
    number = draws.next_number(db, ask.round)
    if number > DRAWS_MOST:
        raise Problem("draws_used_up", most=DRAWS_MOST)
    secret = secret_of(round_secret(keys.draw, ask.round), number)
    inputs = _inputs(db, keys, opened, ask, number, at)
    try:
        drawn = draw(inputs, secret)
    except NothingToDraw as nothing:
        raise Problem("draw_people_few" if str(nothing) == "people" else "draw_units_none") from None
    text = text_of(inputs)
    body = {"batch": new_id(dice), "round": ask.round, "number": number, "team": ask.team, "day": ask.day, "reveal_at": ask.reveal_at,
            "members": list(drawn.people), "assignment": new_id(dice), "public": dict(ask.public), "sealed": seal_inputs(text, secret),
            "inputs": digest_of(text, secret), "instead_of": ask.instead_of}
    desk_log.append(db, keys, "draw.made", body, actor=actor, at=at)
    tasks.seal(db, opened["register"], {**body, "unit": drawn.unit, "village": None}, body["batch"], secret)
    return body


def inputs_of(keys: Keys, made: Mapping[str, Any]) -> dict[str, Any]:
    """What a draw depended on, from its row and the installation's key of draws."""
    return json.loads(open_inputs(made["sealed"], secret_of(round_secret(keys.draw, made["round"]), made["number"])))


def outcome(keys: Keys, made: Mapping[str, Any]) -> Drawn:
    """What a draw gave, from its row and the installation's key of draws; whoever shows it before the reveal logs that."""
    return draw(inputs_of(keys, made), secret_of(round_secret(keys.draw, made["round"]), made["number"]))


def reveal_due(db: Database, keys: Keys, at: str, actor: str) -> int:
    """Put draw.revealed on the log for every draw whose time has come; how many. Joins the caller's write transaction."""
    waiting = draws.due(db, at)
    for made in waiting:
        whole = round_secret(keys.draw, made["round"])
        desk_log.append(db, keys, "draw.revealed", {
            "batch": made["batch"], "secret": secret_of(whole, made["number"]),
            "path": path_of(whole, made["round"], made["number"]), "unit": outcome(keys, made).unit}, actor=actor, at=at)
    return len(waiting)


def code(keys: Keys, made: Mapping[str, Any]) -> str:
    """The code of a draw (``rules/unlock_code.py``); whoever shows it logs that."""
    return code_of(secret_of(round_secret(keys.draw, made["round"]), made["number"]))


def _inputs(db: Database, keys: Keys, opened: Mapping[str, Any], ask: Ask, number: int, at: str) -> dict[str, Any]:
    register, round_id = opened["register"], opened["round"]
    counties = {township["unit"]: township["county"] for township in registers.townships(db, register)}
    seen = dict(db.execute("SELECT unit, status FROM coverage WHERE round = ?", [round_id]).fetchall())
    statuses = {unit: seen.get(unit, "unvisited") for unit, reason in rounds.units(db, round_id).items() if reason is None}
    params = thresholds(opened["params"])
    over = draws.expired(db, round_id, beijing_day(datetime.fromisoformat(at)))
    places = [one for one in _earlier_places(db, keys, ask) if one["batch"] not in over]
    last = max((one for one in places if one["team"] == ask.team and one["state"] == "made"),
               key=lambda one: (one["day"], one["number"]), default=None)
    excluded = {**dict.fromkeys(ask.far, "far"), **_excluded(db, ask, places, params["draw_rest_days"])}
    return draw_inputs(
        round=round_id, number=number, team=ask.team, day=ask.day, public=ask.public, people=ask.people, take=ask.take,
        statuses=statuses, counties=counties, excluded=excluded,
        recused={account: recusals.townships(db, keys.draw, register, account) for account in ask.people},
        stationed=rounds.stationed(db, round_id), last_county=last and counties.get(last["unit"]),
        revisit_percent=params["revisit_percent"])


def _earlier_places(db: Database, keys: Keys, ask: Ask) -> list[dict[str, Any]]:
    # A draw that is revealed later than this one must leave no trace in it: this one's inputs would tell its place too early.
    return [{**one, "unit": one["unit"] or outcome(keys, one).unit} for one in draws.draws_of(db, ask.round)
            if one["reveal_at"] <= ask.reveal_at]


def _excluded(db: Database, ask: Ask, places: Sequence[Mapping[str, Any]], rest_days: int) -> dict[str, str]:
    """Townships drawn within the rest, and those that this draw's forerunners gave."""
    since = (date.fromisoformat(ask.day) - timedelta(days=rest_days)).isoformat()
    found = {one["unit"]: "drawn" for one in places if one["state"] == "made" and one["day"] >= since}
    for unit, reveal_at in rounds.revealed_units(db, ask.round):
        if since <= reveal_at <= ask.reveal_at:
            found[unit] = "drawn"
    by_batch = {one["batch"]: one for one in places}
    before = ask.instead_of
    while before is not None and before in by_batch:
        found[by_batch[before]["unit"]] = "redrawn"
        before = by_batch[before]["instead_of"]
    return found
