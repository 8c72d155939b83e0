"""Draw who goes where on a day (抽签): a batch is a team and a day. Prose: ``docs/draw.md``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Sequence

from geopy.distance import geodesic

from ..chance import SYSTEM, Dice
from ..keys import Keys
from ..problems import Problem
from ..rules.evidence import BEIJING
from ..rules.roles import TEAM_ROLES
from ..rules.settings import thresholds
from ..rules.township_draw import PEOPLE_FEWEST
from ..store import drawing, people, registers, rounds
from ..store.database import Database, write
from ..times import written

PUBLIC_LONGEST = 200


@dataclass(frozen=True)
class Batch:
    """What is to be drawn. ``value`` and ``source``: the public value and where it can be looked up.

    ``names``: of accounts to draw ``take`` people from (default: the whole team); ``reveal_at``: default is the round's
    reveal time on that day; ``near``: code of the township where the team lodges; those beyond ``within_km`` of it are left out.
    """

    team: str
    day: date
    value: str
    source: str
    names: Sequence[str] = ()
    take: int = PEOPLE_FEWEST
    reveal_at: datetime | None = None
    near: str | None = None
    within_km: int | None = None


def draw_township(db: Database, keys: Keys, batch: Batch, actor: str, now: datetime, round_id: str | None = None,
                  dice: Dice = SYSTEM) -> dict[str, Any]:
    """Put draw.made on the log; returns its body. The place is sealed until the reveal, for whoever draws too.

    :raises Problem: ``no_round``, ``round_not_active``, ``draw_uncommitted``, ``draw_public_missing``, ``draw_day_past``, ``draw_people_few``,
        ``draw_units_none``, ``draws_used_up``, ``account_unknown``, ``unit_unknown``.
    """
    public = {"value": batch.value.strip(), "source": batch.source.strip()}
    if not all(0 < len(word) <= PUBLIC_LONGEST for word in public.values()):
        raise Problem("draw_public_missing", longest=PUBLIC_LONGEST)
    with write(db):
        opened = rounds.round_of(db, round_id)
        if opened is None:
            raise Problem("no_round")
        rounds.active(db, opened["round"])
        reveal_at = batch.reveal_at or reveal_time(batch.day, thresholds(opened["params"])["reveal_time"])
        if batch.day < (now + BEIJING).date():
            raise Problem("draw_day_past")
        ask = drawing.Ask(
            round=opened["round"], team=batch.team, day=batch.day.isoformat(), reveal_at=written(reveal_at),
            people=_people(db, batch), take=batch.take, public=public, far=_far(db, opened["register"], batch))
        return drawing.make_draw(db, keys, ask, actor, written(now), dice)


def reveal_time(day: date, clock: str) -> datetime:
    """The moment of ``clock`` (hours and minutes in Beijing) on a day."""
    return datetime.combine(day, time.fromisoformat(clock), UTC) - BEIJING


def _people(db: Database, batch: Batch) -> list[str]:
    team = [one for one in people.accounts(db) if one.team == batch.team and one.role in TEAM_ROLES and not one.disabled]
    if not batch.names:
        return [one.id for one in team]
    known = {name: one.id for one in team for name in (one.name, one.id)}
    if not set(batch.names) <= set(known):
        raise Problem("account_unknown")
    return sorted({known[name] for name in batch.names})


def _far(db: Database, register: str, batch: Batch) -> list[str]:
    """Townships beyond the day's reach, by the straight line between seats; one whose seat is not known is never far."""
    if batch.near is None or batch.within_km is None:
        return []
    every = registers.townships(db, register)
    start = next((one for one in every if one["code"] == batch.near and one["seat_lon"] is not None), None)
    if start is None:
        raise Problem("unit_unknown")
    return [one["unit"] for one in every if one["seat_lon"] is not None and geodesic(
        (start["seat_lat"], start["seat_lon"]), (one["seat_lat"], one["seat_lon"])).km > batch.within_km]
