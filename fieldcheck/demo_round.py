"""The visits of the demonstration (演示): simulated phones of both teams walk them, a simulated office decides.

Everything goes through the same HTTP and the same actions as real work. The choices come from ``SEED``, the dates from
the first run.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Any, Collection, Mapping

from . import checklists, texts
from .actions.accept_visit import Acceptance, accept_visit
from .actions.assign_township import Task, assign_township
from .actions.invite_device import invite_device
from .actions.reject_visit import reject_visit
from .actions.return_visit import return_visit
from .app import create_app
from .cli_data import Data
from .fleet.clock import Clock
from .fleet.phone import Phone
from .fleet.transport import WsgiTransport
from .fleet.walk import Walk
from .store import registers, reviews, rounds, visits

SEED = 4210
CODE = "424242"
TOWNSHIPS_WALKED = 24
BOTH_TEAMS_EVERY = 6
DAYS_BACK = 30
PHOTO_SIZE = (640, 480)
TYPES = ("poor", "exited", "exited", "edge", "general")
#: What the office makes of the visits, in turn; None leaves one waiting.
DECISIONS = ("accept", "accept", None, "accept", "accept", "return", "accept", None, "accept", "reject")


def walk_round(data: Data, round_id: str, accounts: Mapping[str, str], now: datetime,
               untouched: Collection[str]) -> list[str]:
    """Two teams walk some townships over the last month; returns the visits in the order in which they were made.

    ``untouched``: codes of townships that are left to others.
    """
    random = Random(SEED)
    plan = _plan(data, round_id, untouched, random)
    made = []
    for team in ("A", "B"):
        members = [accounts[f"demo-{team.lower()}{n}"] for n in (1, 2)]
        own = [township for index, township in enumerate(plan) if index % 2 == (team == "B") or index % BOTH_TEAMS_EVERY == 0]
        for township in own:
            task = Task(round_id, team, township["unit"], None, members, now - timedelta(days=DAYS_BACK + 1))
            assign_township(data.db, data.keys, task, "cli", now - timedelta(days=DAYS_BACK + 1))
        made += _walk_team(data, round_id, team, members, own, now, Random(f"{SEED}-{team}"))
    return made


def review_round(data: Data, made: list[str], reviewer: str, now: datetime) -> None:
    """Decide on the visits as ``DECISIONS`` says."""
    for index, visit in enumerate(made):
        decision = DECISIONS[index % len(DECISIONS)]
        if decision == "accept":
            doc = visits.find(data.db, visit) or {}
            opened = [photo["photo"] for photo in doc["photos"]] + [flag["code"] for flag in reviews.flags_of(data.db, visit)]
            accept_visit(data.db, data.keys, visit, Acceptance(None, True, False, opened), reviewer, now)
        elif decision == "return":
            return_visit(data.db, data.keys, visit, ["place_photo"], texts.text("zh", "cli", "demo.returned"), reviewer, now)
        elif decision == "reject":
            reject_visit(data.db, data.keys, visit, "fabricated", texts.text("zh", "cli", "demo.rejected"), reviewer, now)


def _plan(data: Data, round_id: str, untouched: Collection[str], random: Random) -> list[dict[str, Any]]:
    units = rounds.units(data.db, round_id)
    register = rounds.round_of(data.db, round_id)["register"]  # type: ignore[index]
    inside = [t for t in registers.townships(data.db, register)
              if t["unit"] in units and units[t["unit"]] is None and t["confidence"] == "medium"
              and t["code"] not in untouched]
    return random.sample(inside, TOWNSHIPS_WALKED)


def _walk_team(data: Data, round_id: str, team: str, members: list[str], townships: list[dict[str, Any]], now: datetime,
               random: Random) -> list[str]:
    phone = Phone(WsgiTransport(create_app(data.config).test_client().open), Clock(now), random.randbytes)
    phone.enrol(invite_device(data.db, members[0], "cli", now).link_token, f"demo {team}")
    pack = phone.pack()
    companion = next(member for member in pack["members"] if member["id"] == members[1])
    made = []
    for index, township in enumerate(townships):
        clock = Clock(now - timedelta(days=DAYS_BACK * (len(townships) - index) / len(townships), hours=random.randint(3, 8)))
        # The walk lies before the enrolment, so it cannot carry what the server gave then.
        phone.now, phone.nonce = clock, ""
        assignment = next(a for a in pack["assignments"] if a["unit"] == township["unit"])
        walk = Walk(phone, clock, random, round_id, assignment, checklists.checklist(),
                    (township["seat_lon"], township["seat_lat"]), PHOTO_SIZE, companion, CODE, {"V44": ["none"]})
        made.append(walk.whole_visit(TYPES))
    phone.now = Clock(now)
    phone.sync()
    return made
