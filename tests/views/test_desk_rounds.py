"""Rounds at the desk: what the office sets for a round reaches its phones, and what is no number or time changes nothing."""

from __future__ import annotations

import pytest

from fieldcheck.actions.open_round import open_round
from fieldcheck.rules.settings import malformed
from fieldcheck.store import round_states
from fieldcheck.store.planned_rounds import plan_of_draft
from tests.desk import send_form, signed_in
from tests.world import NOW, World

PLAN = {"name": "演示下一轮", "starts": "2026-12-01", "days": "91", "exclusions": ""}
SET = {"duty_phone": "0716-0000001", "complaint_phone": "+86 716 0000002", "reveal_time": "05:45", "wipe_after_tries": "8"}


def test_numbers_to_call_and_the_hour_of_a_draft_stand_on_the_page_and_are_what_its_round_freezes(world: World) -> None:
    office = signed_in(world.app, "office")
    assert send_form(office, "/desk/rounds", "/desk/rounds", **PLAN, **SET).status_code == 302
    [draft] = round_states.drafts(world.db)
    assert draft["params"] == {**SET, "wipe_after_tries": 8}
    told = office.get("/desk/rounds").get_data(as_text=True)
    assert all(word in told for word in ("0716-0000001", "+86 716 0000002", "05:45", "PIN 连错 8 次"))
    open_round(world.db, world.keys, plan_of_draft(draft), "cli", NOW)
    told = office.get("/desk/rounds").get_data(as_text=True)
    assert round_states.drafts(world.db) == [] and "0716-0000001" in told


def test_what_is_left_empty_stays_as_usual_and_a_round_without_an_urgent_number_says_so(world: World) -> None:
    office = signed_in(world.app, "office")
    assert send_form(office, "/desk/rounds", "/desk/rounds", **PLAN, duty_phone="", complaint_phone="", wipe_after_tries="").status_code == 302
    [draft] = round_states.drafts(world.db)
    assert draft["params"] == {"reveal_time": "06:30"}
    assert "没有紧急值班电话" in office.get("/desk/rounds").get_data(as_text=True)


@pytest.mark.parametrize("name, value", [
    ("duty_phone", "call the office"), ("duty_phone", "0716-0000001;"), ("complaint_phone", "12"), ("reveal_time", "24:00"),
    ("reveal_time", "6:30"), ("wipe_after_tries", "1"), ("wipe_after_tries", "-5"), ("wipe_after_tries", "51"), ("wipe_after_tries", "five")])
def test_a_setting_that_is_none_keeps_no_draft(world: World, name: str, value: str) -> None:
    office = signed_in(world.app, "office")
    answer = send_form(office, "/desk/rounds", "/desk/rounds", **PLAN, **{**SET, name: value})
    assert answer.status_code == 400 and "round_setting" in answer.get_data(as_text=True)
    assert round_states.drafts(world.db) == []


@pytest.mark.parametrize("tries", [0, 5, 50])
def test_a_phone_may_keep_its_keys_for_ever_or_for_five_to_fifty_tries(tries: int) -> None:
    assert malformed({"wipe_after_tries": tries}) is None
