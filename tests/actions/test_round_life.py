"""A round from its draft to its end: what freezes, what is refused, and that a closed one never changes again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from fieldcheck.actions.assign_township import Task, assign_township
from fieldcheck.actions.begin_closing import begin_closing
from fieldcheck.actions.cancel_round import cancel_round
from fieldcheck.actions.certify_coverage import certify_coverage
from fieldcheck.actions.close_round import close_round
from fieldcheck.actions.draft_round import draft_round
from fieldcheck.actions.mark_compromised import mark_compromised
from fieldcheck.actions.open_round import open_round
from fieldcheck.actions.rebuild_folds import rebuild_folds
from fieldcheck.actions.sign_gap import sign_gap
from fieldcheck.actions.verify_certificate import verify_certificate
from fieldcheck.actions.verify_log import verify_log
from fieldcheck.checklists import CURRENT
from fieldcheck.problems import Problem
from fieldcheck.rules.scope import Exclusion
from fieldcheck.rules.settings import DEFAULTS
from fieldcheck.store import past, round_states, rounds
from fieldcheck.store.database import write
from fieldcheck.store.planned_rounds import Plan, plan_of_draft
from fieldcheck.times import written
from tests.actions.test_certificate import claims_of
from tests.actions.test_review import accept, arrived
from tests.world import NOW, PRISON

COVERED, LEFT, OTHER = "420101100", "420101101", "420102100"
LATER = NOW + timedelta(days=91)


def draft(world, **changes):
    plan = {"name": "演示下一轮", "starts": LATER, "lasts": timedelta(days=91), "checklist": CURRENT, "params": {},
            "exclusions": [Exclusion(PRISON, "演示：监狱", "演示·主任")], **changes}
    return draft_round(world.db, world.keys, Plan(**plan), "cli", NOW)


def by_office(world, act, *args):
    return act(world.db, world.keys, *args, world.accounts["office"].id, datetime.now(UTC))


def refusal(act, *args):
    with pytest.raises(Problem) as caught:
        act(*args)
    return caught.value.code


@pytest.fixture
def visited(world):
    """The round with one township covered; its visit."""
    world.assign(COVERED, "a1", "a2")
    phone = world.phone()
    visit = arrived(phone, world.walk(phone, COVERED))
    accept(world, visit)
    return visit


def closed(world):
    draft(world)
    by_office(world, begin_closing, world.round)
    for code in (LEFT, OTHER):
        by_office(world, sign_gap, world.round, world.unit(code), ("演示：洪水", "演示·主任"))
    by_office(world, close_round, world.round)


def statuses(world):
    return {one["properties"]["code"]: one["properties"]["status"]
            for one in past.standing(world.db, world.round, written(datetime.now(UTC)))["features"]}


def test_a_draft_freezes_nothing_and_becomes_the_round_of_its_own_id_with_every_threshold(world):
    first = draft(world)
    assert draft(world, draft=first, name="演示改名") == first
    (kept,) = round_states.drafts(world.db)
    assert kept["name"] == "演示改名" and rounds.round_of(world.db, first) is None
    assert open_round(world.db, world.keys, plan_of_draft(kept), "cli", NOW) == first
    opened = rounds.round_of(world.db, first)
    assert opened["params"].keys() >= DEFAULTS.keys() and opened["state"] == "active" and round_states.drafts(world.db) == []
    assert rounds.exclusions(world.db, first) == [{"unit": world.unit(PRISON), "reason": "演示：监狱", "signer": "演示·主任"}]
    assert refusal(open_round, world.db, world.keys, plan_of_draft(kept), "cli", NOW) == "round_not_draft"


def test_a_draft_that_is_given_up_is_gone_and_one_without_name_or_with_a_strange_code_is_refused(world):
    kept = draft(world)
    assert refusal(by_office, world, cancel_round, kept, " ") == "reason_missing"
    by_office(world, cancel_round, kept, "演示")
    assert refusal(by_office, world, cancel_round, kept, "演示") == "round_not_draft"
    for changes, code in (({"name": " "}, "round_unnamed"), ({"draft": "nowhere"}, "round_not_draft"),
                          ({"exclusions": [Exclusion("999", "演示", "演示")]}, "exclusion_unknown"),
                          ({"params": {"duty_phone": "call the office"}}, "round_setting")):
        with pytest.raises(Problem) as caught:
            draft(world, **changes)
        assert caught.value.code == code


def test_an_act_of_the_desk_that_no_line_of_the_log_holds_is_refused_in_words_and_nothing_is_stored(world):
    before = world.db.execute("SELECT count(*) FROM segments").fetchone()
    with pytest.raises(Problem) as caught:
        draft(world, exclusions=[Exclusion(PRISON, "演" * 30_000, "演示·主任")])
    assert (caught.value.code, caught.value.details) == ("act_too_long", {"most": 64})
    assert world.db.execute("SELECT count(*) FROM segments").fetchone() == before and round_states.drafts(world.db) == []


def test_a_round_closes_only_when_another_follows_and_no_gap_is_open(world, visited):
    assert refusal(by_office, world, close_round, world.round) == "round_not_closing"
    assert refusal(by_office, world, sign_gap, world.round, world.unit(LEFT), ("演示", "演示")) == "round_not_closing"
    by_office(world, begin_closing, world.round)
    assert refusal(by_office, world, begin_closing, world.round) == "round_not_active"
    task = Task(world.round, "A", world.unit(LEFT), None, [world.accounts["a1"].id], NOW)
    assert refusal(assign_township, world.db, world.keys, task, "cli", NOW) == "round_not_active"
    assert refusal(by_office, world, close_round, world.round) == "next_round_missing"
    draft(world)
    with pytest.raises(Problem) as caught:
        by_office(world, close_round, world.round)
    assert (caught.value.code, caught.value.details) == ("round_gaps_open", {"n": 2})
    assert refusal(by_office, world, sign_gap, world.round, world.unit(COVERED), ("演示", "演示")) == "gap_covered"
    assert refusal(by_office, world, sign_gap, world.round, world.unit(PRISON), ("演示", "演示")) == "unit_unknown"
    assert refusal(by_office, world, sign_gap, world.round, world.unit(LEFT), ("演示", " ")) == "reason_missing"


def test_what_comes_after_the_close_is_kept_and_changes_nothing_of_it(world, visited):
    world.assign(LEFT, "a1", "a2")
    late = world.phone("a2")
    walk = world.walk(late, LEFT)
    walk.whole_visit()
    closed(world)
    before, certificate = statuses(world), claims_of(certify_coverage(world.db, world.keys, world.round, datetime.now(UTC)))
    assert before[COVERED] == "covered" and before[LEFT] == "unvisited"
    late.sync()
    mark_compromised(world.db, world.keys, visited, True, "演示", world.accounts["office"].id, datetime.now(UTC))
    assert statuses(world) == before
    again = claims_of(certify_coverage(world.db, world.keys, world.round, datetime.now(UTC) + timedelta(days=200)))
    assert again == certificate and list(verify_certificate(again, world.db)) == []
    assert again["round"]["state"] == "closed" and {gap["unit"] for gap in again["gaps"]} == {world.unit(LEFT), world.unit(OTHER)}
    assert list(verify_log(world.db, world.config.data, world.keys)) == []
    assert rebuild_folds(world.db, world.config.data, check=True) == []
    assert rebuild_folds(world.db, world.config.data, check=False) == [] and statuses(world) == before


def test_a_gap_that_was_left_out_of_a_closed_round_s_certificate_is_seen(world, visited):
    closed(world)
    claims = claims_of(certify_coverage(world.db, world.keys, world.round, datetime.now(UTC)))
    claims["gaps"].pop()
    assert [fault.code for fault in verify_certificate(claims)] == ["gap_unsigned"]


def test_a_closed_round_whose_frozen_thresholds_were_changed_is_in_doubt(world, visited):
    closed(world)
    with write(world.db):
        world.db.execute("UPDATE rounds SET params = json_set(params, '$.min_minutes', 300) WHERE round = ?", [world.round])
    assert "round_changed" in [doubt.code for doubt in verify_log(world.db, world.config.data, world.keys)]
