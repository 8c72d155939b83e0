"""A small world for tests: two counties, three square townships, a round, two teams, phones that really speak HTTP.

Marked as demonstration throughout: no person and no place in it exists.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, Callable

from fieldcheck.actions.add_account import add_account
from fieldcheck.actions.assign_township import Task, assign_township
from fieldcheck.actions.import_register import import_register
from fieldcheck.actions.invite_device import invite_device
from fieldcheck.actions.open_round import open_round
from fieldcheck.app import create_app
from fieldcheck.checklists import CURRENT, checklist
from fieldcheck.config import Config
from fieldcheck.fleet.clock import Clock
from fieldcheck.fleet.phone import Phone
from fieldcheck.fleet.transport import Transport, WsgiTransport
from fieldcheck.fleet.walk import Walk
from fieldcheck.keys import load_keys, make_keys
from fieldcheck.rules.register import Source, Unit, make_register
from fieldcheck.rules.scope import Exclusion
from fieldcheck.store import people, rounds
from fieldcheck.store.database import open_database
from fieldcheck.store.planned_rounds import Plan

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
PASSWORD = "correct horse battery"
CODE = "424242"
DUTY_PHONE = "0716-0000000"
TOWNSHIPS = {"420101100": (112.00, 30.00), "420101101": (112.10, 30.00), "420102100": (112.40, 30.00)}
PRISON = "420102450"


def square(lon: float, lat: float, side: float = 0.1) -> dict[str, Any]:
    """A square outline, south-west corner and side in degrees."""
    ring = [(lon, lat), (lon + side, lat), (lon + side, lat + side), (lon, lat + side), (lon, lat)]
    return {"type": "Polygon", "coordinates": [[list(point) for point in ring]]}


def small_register() -> Any:
    """Three surveyed townships with a village each, and a prison."""
    units = [Unit("county", "420101", "演示一县", "县"), Unit("county", "420102", "演示二县", "县"),
             Unit("township", PRISON, "演示监狱", "其他", "420102", outline=square(112.6, 30.0))]
    for code, corner in TOWNSHIPS.items():
        units.append(Unit("township", code, f"演示镇{code[-1]}", "镇", code[:6], corner[0] + 0.05, corner[1] + 0.05,
                          outline=square(*corner)))
        units.append(Unit("village", code + "200", f"演示村{code[-1]}", "村", code))
    return make_register("demo", "WGS-84", [Source("演示", "demo", "codes")], units)


@cache
def founded(demo_fixes: bool, register: Callable[[], Any] = small_register) -> tuple[Path, dict[str, people.Account], str]:
    """The folder, the accounts and the round of an installation as it stands at first.

    Made once a process: passwords and codes are hashed slowly on purpose, which as a step of each test took half the suite.
    """
    folder = Path(tempfile.mkdtemp(prefix="fieldcheck-world-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    config = Config(data=folder)
    keys = make_keys(config.keys)
    db = open_database(config.database)
    accounts = {name: add_account(db, name=name, display_name=name, role=role, team=team,
                                  password=PASSWORD, now=NOW, companion_code=CODE, demo=True)
                for name, role, team in (("office", "supervisor", None), ("admin", "admin", None),
                                         ("county", "county", None), ("auditor", "auditor", None),
                                         ("a1", "inspector", "A"), ("a2", "inspector", "A"),
                                         ("b1", "inspector", "B"))}
    import_register(db, folder, keys, register(), actor="cli", now=NOW)
    params = {"duty_phone": DUTY_PHONE, **({"fix_sources": ["gps", "demo"]} if demo_fixes else {})}
    plan = Plan("演示轮次", NOW, timedelta(days=91), CURRENT, params, [Exclusion(PRISON, "演示：监狱")] if register is small_register else [])
    opened = open_round(db, keys, plan, "cli", NOW, demo=demo_fixes)
    db.close()
    return folder, accounts, opened


class World:
    """One installation in a folder, a copy of the founded one, and the means to act in it."""

    def __init__(self, folder: Path, demo_fixes: bool = True, register: Callable[[], Any] = small_register) -> None:
        founding, accounts, self.round = founded(demo_fixes, register)
        shutil.copytree(founding, folder, dirs_exist_ok=True)
        self.config = Config(data=folder)
        self.keys = load_keys(self.config.keys)
        self.db = open_database(self.config.database)
        self.clock = Clock(NOW)
        self.accounts = dict(accounts)
        self.app = create_app(self.config)

    def assign(self, code: str, *members: str, reveal_at: datetime = NOW) -> str:
        """Give the members' team a township."""
        accounts = [self.accounts[name] for name in members]
        task = Task(self.round, accounts[0].team or "A", self.unit(code), None, [a.id for a in accounts], reveal_at)
        return assign_township(self.db, self.keys, task, "cli", NOW)

    def unit(self, code: str) -> str:
        """The internal id of a township."""
        from fieldcheck.store import registers
        register = rounds.round_of(self.db, self.round)["register"]
        return next(t["unit"] for t in registers.townships(self.db, register) if t["code"] == code)

    def phone(self, name: str = "a1", transport: Transport | None = None) -> Phone:
        """A phone of that account, enrolled with an invitation."""
        seed = Random(name)
        phone = Phone(transport or WsgiTransport(self.app.test_client().open), lambda: datetime.now(UTC), seed.randbytes)
        phone.enrol(invite_device(self.db, self.accounts[name].id, "cli", datetime.now(UTC)).link_token, f"demo {name}")
        return phone

    def walk(self, phone: Phone, code: str, photo_size: tuple[int, int] = (320, 240), at: tuple[float, float] | None = None) -> Walk:
        """A walk of that phone and a team-mate in the township's middle or at that place, on a clock that started three hours ago."""
        pack = phone.pack()
        assignment = next(a for a in pack["assignments"] if a["unit"] == self.unit(code))
        companion = next((m for m in pack["members"] if m["id"] != phone.inspector["id"]), None)
        clock = Clock(datetime.now(UTC) - timedelta(hours=3))
        # The walk lies before the enrolment, so it cannot carry what the server gave then.
        phone.now, phone.nonce = clock, ""
        place = at or (TOWNSHIPS[code][0] + 0.05, TOWNSHIPS[code][1] + 0.05)
        return Walk(phone, clock, Random(code), self.round, assignment, checklist(), place, photo_size,
                    companion=companion, code=CODE, given={"V44": ["none"]})

    def status(self, code: str) -> str:
        """The township's status as the API tells it."""
        return self.township(code)["status"]

    def township(self, code: str) -> dict[str, Any]:
        """The township's properties in the coverage document."""
        from fieldcheck.store import coverage
        found = coverage.coverage(self.db, self.round, "2026-11-23T02:00:00.000Z")
        return next(f["properties"] for f in found["features"] if f["properties"]["code"] == code)
