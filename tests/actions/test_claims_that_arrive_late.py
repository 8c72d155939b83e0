"""A line that arrives late and says that a visit was another one: what was decided on the visit stays decided on that visit."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from fieldcheck.actions.begin_closing import begin_closing
from fieldcheck.actions.certify_coverage import certify_coverage
from fieldcheck.actions.close_round import close_round
from fieldcheck.actions.open_round import open_round
from fieldcheck.actions.rebuild_folds import rebuild_folds
from fieldcheck.actions.sign_gap import sign_gap
from fieldcheck.actions.verify_certificate import verify_certificate
from fieldcheck.actions.verify_log import verify_log
from fieldcheck.checklists import CURRENT
from fieldcheck.fleet.clock import Clock
from fieldcheck.fleet.walk import DECLARED
from fieldcheck.rules.scope import Exclusion
from fieldcheck.store import exports, past, visits
from fieldcheck.store.planned_rounds import Plan
from fieldcheck.times import written
from tests.actions.test_certificate import claims_of
from tests.actions.test_review import accept, arrived
from tests.actions.test_round_life import COVERED, LEFT, OTHER, by_office, closed, draft, statuses
from tests.world import PRISON


def says_otherwise(world, visit, **changes):
    """The companion's phone, whose clock stands nine hours back, says late that it opened the visit, and as what."""
    phone = world.phone("a2")
    phone.now = Clock(datetime.now(UTC) - timedelta(hours=9))
    phone.begin_session()
    phone.nonce = ""
    body = {"assignment": None, "round": world.round, "unit": world.unit(COVERED), "village": None, "team": "A", "type": "covert",
            "checklist": CURRENT, "app": "fleet", "declarations": dict(DECLARED)}
    phone.record("visit.opened", visit, {**body, **changes})
    phone.save()
    phone.sync()


def certified(world, round_id=None):
    claims = claims_of(certify_coverage(world.db, world.keys, round_id or world.round, datetime.now(UTC)))
    assert list(verify_certificate(claims, world.db)) == []
    kept = ("code", "status", "flags", "reasons")
    return [{name: one[name] for name in kept} for one in claims["townships"]], claims["visits"], claims["gaps"]


def second_round(world):
    now = datetime.now(UTC)
    plan = Plan("演示第二轮", now, timedelta(days=91), CURRENT, {"fix_sources": ["gps", "demo"]}, [Exclusion(PRISON, "演示：监狱")])
    return open_round(world.db, world.keys, plan, "cli", now, demo=True)


@pytest.fixture
def walked(world):
    world.assign(COVERED, "a1", "a2")
    phone = world.phone()
    return arrived(phone, world.walk(phone, COVERED))


def test_what_arrives_after_acceptance_moves_a_visit_neither_to_another_township_nor_into_another_round(world, walked):
    accept(world, walked)
    second = second_round(world)
    before, elsewhere = certified(world), certified(world, second)
    for changes in ({"unit": world.unit(OTHER)}, {"round": second}, {"village": "nowhere", "checklist": "another"}):
        says_otherwise(world, walked, **changes)
        assert certified(world)[:1] == before[:1] and certified(world, second) == elsewhere
    doc = visits.find(world.db, walked)
    assert (doc["round"], doc["counts_for"], doc["place"]["result"], doc["state"]) == (world.round, world.unit(COVERED), "inside", "accepted")
    assert doc["unweighed"], "somebody is told that it must be looked at again"
    assert statuses(world)[COVERED] == "covered"
    assert rebuild_folds(world.db, world.config.data, check=True) == [] and list(verify_log(world.db, world.config.data, world.keys)) == []


@pytest.mark.parametrize("accepted", [True, False])
def test_a_line_that_arrives_after_the_close_and_names_another_round_changes_nothing_of_the_closed_one(world, walked, accepted):
    if accepted:
        accept(world, walked)
        closed(world)
    else:
        draft(world)
        by_office(world, begin_closing, world.round)
        for code in (COVERED, LEFT, OTHER):
            by_office(world, sign_gap, world.round, world.unit(code), ("演示：洪水", "演示·主任"))
        by_office(world, close_round, world.round)

    def all_that_is_told():
        now = written(datetime.now(UTC))
        rows, picture = exports.table(world.db, "visits", world.round, now, "")
        explained = past.explained_at(world.db, world.round, COVERED, now)
        return (certified(world), statuses(world), rows.rows, picture["counts"], exports.positions(world.db, world.round),
                {**explained, "at": None})

    before = all_that_is_told()
    says_otherwise(world, walked, round=second_round(world))
    says_otherwise(world, walked, unit=world.unit(OTHER))
    assert all_that_is_told() == before
    assert list(verify_log(world.db, world.config.data, world.keys)) == [] and rebuild_folds(world.db, world.config.data, check=True) == []


def test_a_closed_round_is_explained_by_what_it_closed_on_not_by_what_was_decided_since(world, walked):
    accept(world, walked)
    closed(world)
    at = written(datetime.now(UTC))
    before = past.explained_at(world.db, world.round, COVERED, at)
    says_otherwise(world, walked, declarations={**DECLARED, "not_notified": False})
    later = written(datetime.now(UTC) + timedelta(minutes=1))
    assert {**past.explained_at(world.db, world.round, COVERED, later), "at": at} == before
