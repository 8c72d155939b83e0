"""Recusals (回避) held against visits: by what stood when the visit was opened, said on the log without the reason."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from fieldcheck.actions.accept_visit import Acceptance, accept_visit
from fieldcheck.actions.rebuild_folds import rebuild_folds
from fieldcheck.actions.set_plan_lists import keep_recusals
from fieldcheck.actions.verify_log import verify_log
from fieldcheck.problems import Problem
from fieldcheck.store import reviews, visits
from tests.world import NOW, World

TOWNSHIP, ITS_COUNTY, ITS_VILLAGE, ELSEWHERE = "420101100", "420101", "420101100200", "420102"
KIN = "kin"


def recuse(world: World, name: str, *codes: str, at: datetime = NOW) -> None:
    """These are all recusals of an inspector from then on."""
    keep_recusals(world.db, world.keys, world.accounts[name].id, [{"code": code, "why": KIN} for code in codes], at)


def visited(world: World) -> str:
    """A whole visit of two inspectors in the township has arrived, opened three hours ago."""
    phone = world.phone()
    visit = world.walk(phone, TOWNSHIP).whole_visit()
    phone.sync()
    return visit


def rule_two(world: World, visit: str) -> str | None:
    """Why R2 fails."""
    return next(rule["reason"] for rule in visits.find(world.db, visit)["rules"] if rule["rule"] == "R2")


@pytest.mark.parametrize("code", [TOWNSHIP, ITS_COUNTY, ITS_VILLAGE])
def test_a_visit_by_somebody_recused_there_does_not_count_and_the_log_says_neither_why_nor_where_else(world: World, code: str) -> None:
    recuse(world, "a2", code, ELSEWHERE)
    visit = visited(world)
    page = reviews.visit_page(world.db, visit)
    assert rule_two(world, visit) == "recused" and "recused" in [flag["code"] for flag in page["flags"]]
    [line] = [json.loads(row[0]) for row in world.db.execute("SELECT line FROM messages WHERE kind = 'visit.recused'").fetchall()]
    assert line["body"] == {"visit": visit, "inspectors": [world.accounts["a2"].id]}
    opened = [*page["place_photos"], *(flag["code"] for flag in page["flags"])]
    with pytest.raises(Problem, match="visit_recused"):
        accept_visit(world.db, world.keys, visit, Acceptance(opened=opened), world.accounts["office"].id, datetime.now(UTC))
    # What the private list says later changes nothing of what was said.
    recuse(world, "a2", at=datetime.now(UTC))
    assert rebuild_folds(world.db, world.config.data, check=True) == []
    assert rule_two(world, visit) == "recused"
    assert list(verify_log(world.db, world.config.data, world.keys)) == []


def test_what_was_recused_later_or_no_longer_or_elsewhere_is_not_held_against_a_visit(world: World) -> None:
    recuse(world, "a1", ELSEWHERE)
    recuse(world, "a2", TOWNSHIP)
    recuse(world, "a2", at=NOW + timedelta(seconds=1))
    recuse(world, "a1", ELSEWHERE, TOWNSHIP, at=datetime.now(UTC) + timedelta(hours=1))
    visit = visited(world)
    assert rule_two(world, visit) is None
    assert world.db.execute("SELECT count(*) FROM messages WHERE kind = 'visit.recused'").fetchone()[0] == 0


def test_a_recusal_that_ended_before_the_visit_arrived_still_stood_when_it_was_opened(world: World) -> None:
    recuse(world, "a2", TOWNSHIP)
    recuse(world, "a2", at=datetime.now(UTC) - timedelta(minutes=1))
    assert rule_two(world, visited(world)) == "recused"
