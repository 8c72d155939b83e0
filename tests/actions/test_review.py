"""Review from the phone to the map and back: who may decide, what must have been seen, what comes of it."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from fieldcheck.actions.accept_visit import Acceptance, accept_visit
from fieldcheck.actions.certify_coverage import certify_coverage
from fieldcheck.actions.mark_compromised import mark_compromised
from fieldcheck.actions.new_companion_code import new_companion_code
from fieldcheck.actions.rebuild_folds import rebuild_folds
from fieldcheck.actions.reject_visit import reject_visit
from fieldcheck.actions.return_visit import return_visit
from fieldcheck.actions.verify_certificate import read_certificate, verify_certificate
from fieldcheck.actions.verify_log import verify_log
from fieldcheck.fleet.clock import Clock
from fieldcheck.problems import Problem
from fieldcheck.rules.companion import code_holds
from fieldcheck.store import companions, reviews, rounds, visits
from tests.desk import signed_in
from tests.world import CODE

TOWNSHIP, NEXT = "420101100", "420101101"


@pytest.fixture
def phone(world):
    return world.phone()


@pytest.fixture
def walk(world, phone):
    return world.walk(phone, TOWNSHIP)


def arrived(phone, walk, **changes):
    """A whole visit on the server; its id."""
    for name, value in changes.items():
        setattr(walk, name, value)
    visit = walk.whole_visit()
    phone.sync()
    return visit


def seen(world, visit):
    """Everything that must be opened."""
    page = reviews.visit_page(world.db, visit)
    return [*page["place_photos"], *(flag["code"] for flag in page["flags"])]


def accept(world, visit, actor="office", opened=None, **more):
    opened = seen(world, visit) if opened is None else opened
    accept_visit(world.db, world.keys, visit, Acceptance(opened=opened, **more), world.accounts[actor].id, datetime.now(UTC))


def refusal(act, *args, **more):
    with pytest.raises(Problem) as caught:
        act(*args, **more)
    return caught.value.code


def by_office(world, act, visit, *args, actor="office"):
    return act(world.db, world.keys, visit, *args, world.accounts[actor].id, datetime.now(UTC))


def test_an_accepted_visit_covers_its_township_and_says_what_was_verified_and_opened(world, phone, walk):
    visit = arrived(phone, walk)
    assert (world.status(TOWNSHIP), world.township(TOWNSHIP)["reasons"]) == ("visited_unverified", ["not_reviewed"])
    accept(world, visit)
    township = world.township(TOWNSHIP)
    assert (township["status"], township["flags"], township["reasons"]) == ("covered", [], [])
    assert {rule["result"] for rule in township["rules"]} == {"pass"}
    (decision,) = visits.find(world.db, visit)["decisions"]
    assert len(decision["photos"]) == 6 and decision["actor"] == world.accounts["office"].id
    assert list(verify_log(world.db, world.config.data, world.keys)) == []
    assert rebuild_folds(world.db, world.config.data, check=True) == []


def test_coverage_shows_no_position_and_no_household(world, phone, walk):
    visit = arrived(phone, walk)
    told = str(world.township(TOWNSHIP)["visits"])
    doc = visits.find(world.db, visit)
    assert doc["fixes"][0]["fix"] not in told and str(doc["fixes"][0]["lon"]) not in told
    assert not any(household["household"] in told for household in doc["households"])


@pytest.mark.parametrize("actor", ["a1", "b1", "auditor", "admin", "county"])
def test_only_the_command_office_decides(world, phone, walk, actor):
    visit = arrived(phone, walk)
    assert refusal(accept, world, visit, actor) == "not_permitted"
    for act, args in ((return_visit, (["core"], "")), (reject_visit, ("fabricated", "")), (mark_compromised, (True, "x"))):
        assert refusal(by_office, world, act, visit, *args, actor=actor) == "not_permitted"
    assert refusal(by_office, world, reject_visit, visit, "fabricated", "", actor="a2") == "not_permitted"


def test_accepting_is_refused_until_the_place_photo_and_every_flag_were_opened(world, phone, walk):
    visit = arrived(phone, walk, minutes=3)
    page = reviews.visit_page(world.db, visit)
    assert [flag["code"] for flag in page["flags"]] == ["interview_short"]
    assert page["unopened"] == ["place_photo", "interview_short"]
    for opened in ([], page["place_photos"], ["interview_short"], [page["photos"][0]["photo"], "interview_short"]):
        assert refusal(accept, world, visit, opened=opened) == "review_unopened"
    accept(world, visit, opened=[*page["place_photos"], "interview_short"])


def test_a_place_photo_that_has_not_arrived_cannot_have_been_opened(world, phone, walk):
    visit = walk.whole_visit()
    phone.learn_time()
    phone.send_segments()
    assert refusal(accept, world, visit) == "review_unopened"


def test_a_visit_whose_companion_is_not_confirmed_is_recorded_and_not_accepted(world, phone, walk):
    visit = arrived(phone, walk, code="111111")
    assert visits.find(world.db, visit)["inspectors"] == [{"id": world.accounts["a1"].id, "how": "device"}]
    assert refusal(accept, world, visit) == "visit_unconfirmed"


def test_a_companion_of_the_other_team_confirms_nothing(world, phone, walk):
    other = world.accounts["b1"].id
    visit = arrived(phone, walk, companion={"id": other, "code_salt": companions.current(world.db, other).salt})
    assert [one["id"] for one in visits.find(world.db, visit)["inspectors"]] == [world.accounts["a1"].id]


def test_a_phone_of_the_other_team_confirms_nobody_for_the_team_it_claims(world):
    world.assign(NEXT, "b1")
    phone = world.phone("b1")
    walk = world.walk(phone, NEXT)
    visit = arrived(phone, walk, assignment={**walk.assignment, "team": "A"})
    found = visits.find(world.db, visit)
    assert (found["team"], [one["id"] for one in found["inspectors"]]) == ("B", [world.accounts["b1"].id])


def test_a_new_code_takes_the_old_ones_place_and_what_was_confirmed_stays_so(world, phone, walk):
    visit = arrived(phone, walk)
    code = new_companion_code(world.db, world.accounts["a2"].id, datetime.now(UTC))
    assert len(code) == 8 and code_holds(code)
    assert rebuild_folds(world.db, world.config.data, check=True) == []
    assert len(visits.find(world.db, visit)["inspectors"]) == 2
    assert refusal(new_companion_code, world.db, world.accounts["office"].id, datetime.now(UTC)) == "account_team"


def test_a_returned_visit_comes_back_is_mended_sealed_again_and_accepted(world, phone, walk):
    visit = walk.open()
    walk.confirm(visit)
    for number, kind in enumerate(("poor", "exited", "edge", "general", "general"), 1):
        walk.household(visit, number, kind)
    walk.village(visit, photo=False)
    walk.seal(visit)
    phone.sync()
    by_office(world, return_visit, visit, ["place_photo"], "请补村牌照片")
    assert visits.find(world.db, visit)["state"] == "returned"
    assert refusal(accept, world, visit) == "visit_decided"
    (result,) = phone.pack()["results"]
    assert (result["visit"], result["state"], result["fix"], result["note"]) == (visit, "returned", ["place_photo"], "请补村牌照片")
    walk.clock.advance(minutes=30)
    walk.reopen(visit, result["line"])
    walk.place_photo(visit)
    phone.save()
    phone.sync()
    assert visits.find(world.db, visit)["state"] == "returned"
    walk.seal(visit)
    phone.sync()
    assert visits.find(world.db, visit)["state"] == "submitted"
    accept(world, visit)
    assert world.status(TOWNSHIP) == "covered" and phone.pack()["results"][0]["state"] == "accepted"
    assert rebuild_folds(world.db, world.config.data, check=True) == []


def test_a_rejection_is_final_and_leaves_a_flag(world, phone, walk):
    visit = arrived(phone, walk)
    accept(world, visit)
    by_office(world, reject_visit, visit, "fabricated", "")
    assert (world.status(TOWNSHIP), world.township(TOWNSHIP)["flags"]) == ("unvisited", ["had_rejected"])
    assert refusal(accept, world, visit) == "visit_decided"
    assert refusal(by_office, world, return_visit, visit, ["core"], "") == "visit_decided"


def test_compromised_is_set_and_cleared_with_a_reason_and_the_last_word_holds(world, phone, walk):
    visit = arrived(phone, walk)
    accept(world, visit)
    assert refusal(by_office, world, mark_compromised, visit, True, " ") == "reason_missing"
    by_office(world, mark_compromised, visit, True, "an escort was seen")
    assert world.township(TOWNSHIP)["flags"] == world.township(TOWNSHIP)["reasons"] == ["compromised"]
    by_office(world, mark_compromised, visit, False, "it was another village")
    assert (world.status(TOWNSHIP), world.township(TOWNSHIP)["flags"]) == ("covered", [])


def test_a_leak_counts_unless_the_reviewer_finds_it_a_rumour(world, phone, walk):
    visit = arrived(phone, walk, given={"V44": ["leak"]})
    assert world.township(TOWNSHIP)["flags"] == ["compromised"]
    accept(world, visit, leak_confirmed=False)
    assert world.status(TOWNSHIP) == "covered"


def test_a_doubt_of_the_team_uncovers_its_township_and_only_the_command_office_clears_it(world, phone, walk):
    visit = arrived(phone, walk)
    accept(world, visit)
    assert world.status(TOWNSHIP) == "covered"
    phone.record("visit.doubted", visit, {"reason": "leak", "note_private": phone.private("reason", "DEMO: heard later")})
    phone.save()
    phone.sync()
    assert world.township(TOWNSHIP)["reasons"] == ["compromised"]
    page = reviews.visit_page(world.db, visit, world.keys.private)
    assert [(one["reason"], one["words"], one["who"], one["cleared"]) for one in page["doubts"]] == [
        ("leak", "DEMO: heard later", world.accounts["a1"].display_name, False)]
    assert "doubted" in [flag["code"] for flag in page["flags"]]
    for name in ("a1", "auditor", "admin"):
        assert refusal(by_office, world, mark_compromised, visit, False, "x", actor=name) == "not_permitted"
    by_office(world, mark_compromised, visit, False, "a rumour")
    assert world.status(TOWNSHIP) == "covered" and reviews.visit_page(world.db, visit)["doubts"][0]["cleared"]
    assert rebuild_folds(world.db, world.config.data, check=True) == []
    assert list(verify_log(world.db, world.config.data, world.keys)) == []


def test_a_visit_in_another_township_counts_there_once_the_reviewer_says_so(world, phone, walk):
    visit = arrived(phone, walk, place=(112.15, 30.05))
    assert world.township(TOWNSHIP)["reasons"] == ["not_reviewed", "location_outside"]
    assert refusal(accept, world, visit, place_unit="u000000000000") == "unit_unknown"
    accept(world, visit, place_unit=world.unit(NEXT))
    assert (world.status(TOWNSHIP), world.status(NEXT)) == ("unvisited", "covered")
    assert rebuild_folds(world.db, world.config.data, check=True) == []


def test_a_visit_dated_outside_its_round_is_flagged_and_still_the_reviewers_to_decide(world, phone, walk):
    walk.clock = phone.now = Clock(datetime(2026, 5, 1, tzinfo=UTC))
    phone.begin_session()
    visit = arrived(phone, walk)
    flag = next(one for one in reviews.flags_of(world.db, visit) if one["code"] == "outside_round")
    assert flag["figures"] == {"date": "2026-05-01", "starts": "2026-11-23", "ends": "2027-02-22"}
    assert "outside_round" in next(one for one in reviews.queue(world.db, world.round) if one["visit"] == visit)["flags"]
    assert refusal(accept, world, visit, opened=[one for one in seen(world, visit) if one != "outside_round"]) == "review_unopened"
    for language, words in (("en", "2026-05-01; the round runs from 2026-11-23 to 2027-02-22"), ("zh", "2026-05-01，这一轮是 2026-11-23 到 2027-02-22")):
        page = signed_in(world.app, "office").get(f"/desk/visits/{visit}", headers={"Accept-Language": language})
        assert words in page.get_data(as_text=True)
    accept(world, visit)
    assert world.status(TOWNSHIP) == "covered"


def test_a_visit_of_no_township_of_the_round_is_not_accepted_until_somebody_says_where_it_was(world, phone, walk):
    visit = arrived(phone, walk, assignment={**walk.assignment, "unit": "u-not-in-round"})
    assert refusal(accept, world, visit, place_confirmed=True) == "unit_unknown"
    page = signed_in(world.app, "office").get(f"/desk/visits/{visit}").get_data(as_text=True)
    assert page.split('name="place_unit"', 1)[1].count(f'<option value="{world.unit(TOWNSHIP)}"') == 1
    accept(world, visit, place_unit=world.unit(TOWNSHIP))
    assert world.status(TOWNSHIP) == "covered"
    certificate = certify_coverage(world.db, world.keys, world.round, datetime.now(UTC))
    claims = read_certificate(json.dumps(certificate).encode()).claims
    assert [one["unit"] for one in claims["visits"]] == [world.unit(TOWNSHIP)] and list(verify_certificate(claims, world.db)) == []


def test_a_visit_accepted_for_no_township_of_the_round_stands_in_no_certificate(world, phone, walk, monkeypatch):
    visit = arrived(phone, walk, assignment={**walk.assignment, "unit": "u-not-in-round"})
    monkeypatch.setattr(rounds, "holds", lambda *_: True)  # as an earlier version accepted it
    accept(world, visit, place_confirmed=True)
    claims = read_certificate(json.dumps(certify_coverage(world.db, world.keys, world.round, datetime.now(UTC))).encode()).claims
    assert claims["visits"] == [] and list(verify_certificate(claims, world.db)) == []


def test_at_the_border_only_the_reviewers_confirmation_makes_it_count(world, phone, walk):
    visit = arrived(phone, walk, place=(112.0, 30.05), jitter_m=1)
    assert world.township(TOWNSHIP)["reasons"] == ["not_reviewed", "location_border"]
    assert refusal(accept, world, visit) == "place_unconfirmed"
    accept(world, visit, place_confirmed=True)
    assert world.status(TOWNSHIP) == "covered"


@pytest.mark.parametrize(("fix", "note", "code"), [
    ([], "", "review_fix_missing"), (["duration"], "", "review_fix_missing"), (["other"], " ", "review_fix_missing"),
    (["core"], "字" * 501, "review_note_long"),
])
def test_a_return_names_what_can_be_mended_in_few_words(world, fix, note, code):
    assert refusal(by_office, world, return_visit, "any", fix, note) == code


def test_a_rejection_for_another_reason_needs_the_reason(world):
    assert refusal(by_office, world, reject_visit, "any", "other", "") == "reason_missing"
    assert refusal(by_office, world, reject_visit, "any", "bored", "x") == "reason_missing"
    assert refusal(by_office, world, reject_visit, "any", "recused", "") == "visit_unknown"


def test_the_queue_begins_with_the_visit_that_waits_longest(world, phone, walk):
    first = arrived(phone, walk)
    world.assign(NEXT, "b1")
    other = world.phone("b1")
    second = arrived(other, world.walk(other, NEXT))
    waiting = reviews.queue(world.db, world.round)
    assert [one["visit"] for one in waiting] == [first, second]
    assert (waiting[0]["unit_name"], waiting[0]["county_name"], waiting[0]["photos_verified"], waiting[0]["flags"]) == (
        "演示镇0", "演示一县", 6, [])
    accept(world, first)
    assert [one["visit"] for one in reviews.queue(world.db, world.round)] == [second]
    assert [one["visit"] for one in reviews.queue(world.db, world.round, ("accepted",))] == [first]


def test_the_page_shows_words_that_no_line_holds_and_only_with_the_key(world, phone, walk):
    visit = walk.open()
    walk.note(visit, "finding", "DEMO the tap runs dry", topic="ZB10", severity="serious")
    phone.sync()
    assert [note["fact"] for note in reviews.visit_page(world.db, visit)["notes"]] == [None]
    (note,) = reviews.visit_page(world.db, visit, world.keys.private)["notes"]
    assert (note["kind"], note["fact"], note["severity"]) == ("finding", "DEMO the tap runs dry", "serious")


def test_a_phone_that_writes_the_desks_words_decides_nothing(world, phone, walk):
    visit = walk.whole_visit()
    phone.record("visit.accepted", visit, {"visit": visit, "place_unit": None, "place_confirmed": True,
                                           "leak_confirmed": False, "photos": [], "opened": []})
    phone.save()
    phone.sync()
    assert visits.find(world.db, visit)["state"] == "submitted" and world.status(TOWNSHIP) == "visited_unverified"


def test_the_pack_lets_a_phone_check_a_code_and_make_no_proof_without_it(world, phone):
    from fieldcheck.rules.companion import code_check, companion_key
    member = next(m for m in phone.pack()["members"] if m["id"] == world.accounts["a2"].id)
    assert code_check(companion_key(CODE, member["code_salt"], member["code_rounds"])) == member["code_check"]
    assert companion_key(CODE, member["code_salt"], member["code_rounds"]) not in str(member)
    assert phone.pack()["params"]["min_minutes"] == 30 and phone.pack()["params"]["fix_sources"] == ["gps", "demo"]


def test_a_journey_too_fast_between_two_visits_is_flagged_on_both_with_its_figures(world, phone, walk):
    first = arrived(phone, walk)
    world.assign("420102100", "a1", "a2")
    again = world.walk(phone, "420102100")
    again.clock.advance(minutes=85)
    second = arrived(phone, again)
    flags = {flag["code"]: flag for flag in reviews.flags_of(world.db, second)}
    assert flags["speed"]["visits"] == [first] and flags["speed"]["figures"]["km"] == pytest.approx(38.6, abs=1)
    assert {flag["code"] for flag in reviews.flags_of(world.db, first)} >= {"speed"}


def test_a_clock_set_wrong_is_flagged_with_its_minutes(world, phone, walk):
    walk.clock.advance(hours=5)
    visit = arrived(phone, walk)
    (flag,) = [flag for flag in reviews.flags_of(world.db, visit) if flag["code"] == "clock_offset"]
    assert flag["figures"]["minutes"] > 100


def test_times_of_a_clock_set_wrong_stand_beside_when_they_truly_can_have_been(world, phone, walk):
    walk.clock.advance(hours=5)
    visit = arrived(phone, walk)
    page = reviews.visit_page(world.db, visit)
    (not_before, not_after) = page["true_times"][page["opened_at"]]
    assert not_before is None and not_after <= datetime.now(UTC).timestamp() * 1000
    shown = signed_in(world.app, "office").get(f"/desk/visits/{visit}", headers={"Accept-Language": "en"}).text
    assert "truly not after" in shown


def test_times_of_a_right_clock_stand_alone(world, phone, walk):
    assert reviews.visit_page(world.db, arrived(phone, walk))["true_times"] == {}


def test_only_a_nonce_that_this_server_made_says_not_before(world, phone, walk):
    walk.phone.nonce = "1795000000000." + "0" * 24
    visit = arrived(phone, walk)
    assert {row[0] for row in world.db.execute("SELECT not_before FROM line_clocks").fetchall()} == {None}
    phone.now = lambda: datetime.now(UTC)
    phone.learn_time()
    given = int(phone.nonce.partition(".")[0])
    phone.record("visit.amended", visit, {"reason": "demo", "changes": {}})
    phone.save()
    phone.send_segments()
    row = world.db.execute("SELECT not_before, not_after FROM line_clocks ORDER BY seq DESC LIMIT 1").fetchone()
    assert row[0] == given <= row[1] and rebuild_folds(world.db, world.config.data, check=True) == []
