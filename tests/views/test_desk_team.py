"""Our team today: its own and nobody else's; a planned return is the leader's alone, overdue only then, and gone the next day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from fieldcheck import work
from fieldcheck.actions.add_account import add_account
from fieldcheck.store import devices, jobs
from fieldcheck.times import written
from tests.actions.test_hand_over import FACT, TOLD, Noted
from tests.desk import signed_in
from tests.world import NOW, PASSWORD, World

TOWNSHIP = "420101100"


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A round, a leader of team A and one of team B."""
    world = World(tmp_path / "data")
    for team in "AB":
        add_account(world.db, name=f"leader{team}", display_name=f"leader{team}", role="leader", team=team, password=PASSWORD, now=NOW)
    world.assign(TOWNSHIP, "a1", "a2")
    return world


def says(world: World, phone: Any, planned: dict[str, Any] | None) -> None:
    """The phone's report, with or without a planned return."""
    phone.learn_time()
    phone.report([])
    state = devices.devices(world.db)[0]["state"]
    phone._json("PUT", "/api/v1/devices/me/state", {**state, "planned_return": planned}, phone._bearer())


def back(world: World, **span: float) -> dict[str, Any]:
    """A return planned for then, in the township."""
    return {"at": written(datetime.now(UTC) + timedelta(**span)), "unit": world.unit(TOWNSHIP)}


def shown(world: World, name: str) -> str:
    return signed_in(world.app, name).get("/desk/team", headers={"Accept-Language": "en"}).get_data(as_text=True)


def test_a_team_sees_its_visits_and_what_its_phones_hold_and_nothing_of_the_other_team(world: World) -> None:
    phone = world.phone()
    world.walk(phone, TOWNSHIP).whole_visit(("poor", "general"))
    phone.now = lambda: datetime.now(UTC)
    says(world, phone, None)
    assert "3 photos" in shown(world, "a2") and "nobody is on a visit" in shown(world, "a2")
    phone.send_segments()
    own, other = shown(world, "leaderA"), shown(world, "leaderB")
    assert "演示镇0" in own and "handed in today" in own and "demo a1" in own
    assert "演示镇0" not in other and "demo a1" not in other
    assert "30.0" not in own and "演示村" not in own


def test_a_team_sees_what_became_of_its_own_visits_and_findings_and_nobody_elses_and_no_words_of_them(world: World) -> None:
    noted = Noted(world)
    assert "Findings 1: confirmed 0, handed over 0" in shown(world, "a2") and "Accepted" in shown(world, "a2")
    noted.confirm()
    noted.hand_over()
    for name in ("a2", "leaderA"):
        page = shown(world, name)
        assert "Findings 1: confirmed 1, handed over 1" in page and FACT not in page and TOLD not in page
    assert "Findings" not in shown(world, "leaderB") and "None yet" in shown(world, "b1")


def test_a_team_reads_its_own_visit_once_it_is_handed_in_without_words_positions_or_anything_of_other_visits(world: World) -> None:
    noted = Noted(world)
    address = f"/desk/team/visits/{noted.visit}"
    for name in ("a2", "leaderA"):
        page = signed_in(world.app, name).get(address, headers={"Accept-Language": "en"}).get_data(as_text=True)
        assert all(word in page for word in ("演示镇0", "Accepted", "Household 1", "Findings 1", "Passed", "To read only"))
        assert FACT not in page and "112.0" not in page and "<form" not in page.partition("<main")[2]
        assert address in shown(world, name)
    for name in ("b1", "leaderB"):
        refused = signed_in(world.app, name).get(address)
        assert refused.status_code == 404 and "演示镇0" not in refused.get_data(as_text=True)
    (looks,) = world.db.execute("SELECT count(*) FROM access_log WHERE what = 'visit' AND object = ?", [noted.visit]).fetchone()
    assert looks == 2


def test_a_visit_that_is_not_handed_in_has_no_page(world: World) -> None:
    phone = world.phone()
    visit = world.walk(phone, TOWNSHIP).open()
    phone.save()
    phone.now = lambda: datetime.now(UTC)
    phone.learn_time()
    phone.send_segments()
    assert "演示镇0" in shown(world, "a2")
    assert signed_in(world.app, "a2").get(f"/desk/team/visits/{visit}").status_code == 404


def test_a_planned_return_is_for_the_leader_alone_and_a_call_sheet_only_when_it_is_overdue(world: World) -> None:
    phone = world.phone()
    says(world, phone, back(world, minutes=30))
    assert "back at" in shown(world, "leaderA") and "One step after the other" not in shown(world, "leaderA")
    for other in ("a1", "a2", "leaderB"):
        assert "back at" not in shown(world, other) and "演示镇0" not in shown(world, other)
    says(world, phone, back(world, minutes=-59))
    assert "One step after the other" not in shown(world, "leaderA")
    says(world, phone, back(world, minutes=-61))
    assert "One step after the other" in shown(world, "leaderA") and "No signal is normal" in shown(world, "leaderA")
    assert "One step after the other" not in shown(world, "a2")
    says(world, phone, None)
    assert "One step after the other" not in shown(world, "leaderA")


def test_a_planned_return_is_deleted_the_next_day_by_the_queue_and_never_stood_in_log_or_report(world: World) -> None:
    phone = world.phone()
    plan = back(world, minutes=30)
    says(world, phone, plan)
    assert jobs.FORGET_RETURNS in {row[0] for row in world.db.execute("SELECT kind FROM jobs").fetchall()}
    assert plan["at"] not in str(world.db.execute("SELECT state FROM device_states").fetchall())
    assert plan["at"] not in str(world.db.execute("SELECT line FROM messages").fetchall())
    for days, left in ((0, 1), (2, 0)):
        work.run_due(world.db, world.config, world.keys, lambda: datetime.now(UTC) + timedelta(days=days))
        assert world.db.execute("SELECT count(*) FROM planned_returns").fetchone()[0] == left


def test_a_return_of_another_day_or_of_no_time_is_not_kept(world: World) -> None:
    phone = world.phone()
    for planned in (back(world, days=2), back(world, days=-3), {"at": "half past five", "unit": None}):
        says(world, phone, planned)
        assert world.db.execute("SELECT count(*) FROM planned_returns").fetchone()[0] == 0
