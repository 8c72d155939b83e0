"""One visit that puts the inspector's questions to the screens: next household, what is missing, core left, does not apply,
finding or lead, a cadre, the disclosure, the urgent path (docs/inspection-rules.md §7.4: 3, 4, 5, 6, 7, 9, 11, 12)."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from fieldcheck.store.visits import find
from tests.browser.phone_driver import PhoneDriver, sign_in_at_desk
from tests.browser.test_every_screen import axe, faults_of_size
from tests.world import CODE, DUTY_PHONE, PASSWORD

pytestmark = pytest.mark.browser


def test_the_screens_answer_what_inspectors_ask_in_the_field(world, server, new_phone, browser):
    phone = new_phone(server.origin)
    phone.begin(CODE)
    what_is_missing_is_always_in_sight(phone)
    the_next_household_is_drawn_and_one_not_at_home_is_replaced(phone)
    something_urgent_is_recorded_at_once_with_the_number_to_call(phone)
    a_question_that_does_not_apply_takes_a_reason_and_a_skipped_one_is_come_back_to(phone)
    the_household_is_recorded_with_one_proposal_left_open(phone)
    hearsay_of_the_village_is_a_lead(phone)
    a_cadre_and_the_disclosure_say_what_still_counts(phone)
    open_proposals_stand_before_the_seal(phone)
    phone.wait_for_counts(r"(\d+) 0 \1")

    [visit] = [row["visit"] for row in world.db.query("SELECT visit FROM visits")]
    doc = find(world.db, visit)
    states = {(one["question"], one["state"]) for one in doc["proposals"]}
    assert states >= {("H02", "confirmed"), ("H03", "dismissed"), ("H12", "dismissed"), ("V02", "confirmed"), ("V12", "confirmed")}
    [seen] = [note for note in doc["notes"] if note["question"] == "V02"]
    assert [photo["photo"] for photo in doc["photos"] if photo.get("question") == "V02"] == seen["photos"]
    assert {("finding", "urgent"), ("lead", "serious")} <= {(note["kind"], note["severity"]) for note in doc["notes"]}
    desk = sign_in_at_desk(browser.new_context(locale="en-GB"), server.origin, "office", PASSWORD)
    desk.goto(f"{server.origin}/desk/reviews")
    expect(desk.locator("a[data-row] + .urgent")).to_have_text("urgent 1")
    desk.locator("a[data-row]").click()
    expect(desk.get_by_text("DEMO: bedding hung out to dry")).to_be_visible()
    expect(desk.get_by_text("No photo: They did not want it")).to_be_visible()
    expect(desk.locator(".sides").first).to_contain_text("DEMO: on no list")


def what_is_missing_is_always_in_sight(phone: PhoneDriver) -> None:
    for words in ("This visit: 3 more households", "Township, visits together", "15 core questions about the village"):
        phone.see(words)


def the_next_household_is_drawn_and_one_not_at_home_is_replaced(phone: PhoneDriver) -> None:
    phone.tap("Next household")
    phone.choose("At random")
    phone.choose("Walking")
    phone.draw(46)
    phone.see("House")
    phone.tap("Go to house", exact=False)
    phone.choose("Listed, not yet exited")
    phone.choose("Nobody at home")
    phone.tap("Record it, go to the next house")
    phone.see("in place of No. 1")
    phone.tap("Go to house", exact=False)
    phone.choose("Listed, not yet exited")
    phone.choose("Somebody is there")
    phone.tap("They agree, begin")


def something_urgent_is_recorded_at_once_with_the_number_to_call(phone: PhoneDriver) -> None:
    page = phone.page
    page.locator("details.more summary").filter(has_text="Three sides").click()
    page.locator("#side-book").fill("DEMO: on no list")
    phone.tap("Skip for now")
    phone.choose("Short of food")
    phone.see("What was seen or checked is a finding.")
    page.locator("#fact").fill("DEMO: the jar holds no rice, seen in the kitchen.")
    before = phone.counts()[0]
    phone.tap("Record now and report")
    phone.see("Life or safety: call now")
    expect(page.get_by_role("link", name=f"Call {DUTY_PHONE}")).to_have_attribute("href", f"tel:{DUTY_PHONE}")
    phone.see("1 urgent record is saved on the phone")
    assert phone.counts()[0] > before
    phone.tap("Go on recording")


def a_question_that_does_not_apply_takes_a_reason_and_a_skipped_one_is_come_back_to(phone: PhoneDriver) -> None:
    page = phone.page
    phone.choose("No")
    page.locator("details.more summary").filter(has_text="Not a finding?").click()
    page.locator("#dismissed").fill("DEMO: bedding hung out to dry")
    phone.tap("Next")
    page.locator("details.more summary").filter(has_text="Cannot be answered?").click()
    phone.choose("Does not apply")
    page.locator("#reason").fill("DEMO: water comes from a shared well")
    phone.tap("Next")
    page.locator("details.jump summary").click()
    page.locator("details.jump .open button").filter(has_text="Household type").click()
    phone.choose("Same")
    phone.see("House: the house really lived in, by eye")


def the_household_is_recorded_with_one_proposal_left_open(phone: PhoneDriver) -> None:
    for _ in range(30):
        if phone.page.get_by_text("Overall satisfaction").first.is_visible():
            break
        phone._one_step(True)
    phone.choose("Very dissatisfied")
    phone.tap("Leave it open, next")
    expect(phone.page.get_by_role("button", name="Ask ", exact=False)).to_be_visible()
    phone.see("1 proposal is not decided")
    phone.tap("Ask ", exact=False)
    phone.see("Took part in the appraisal")
    phone.page.locator("details.jump summary").click()
    phone.page.locator("details.jump .checks li").last.locator("button").click()
    phone.tap("Record this household")
    phone.see("Decide 1 proposal")


def hearsay_of_the_village_is_a_lead(phone: PhoneDriver) -> None:
    page = phone.page
    phone.tap("Village questions")
    page.locator("details.jump summary").click()
    expect(page.locator("details.jump li").nth(10)).to_be_visible()
    assert axe(page) + faults_of_size(page, "list of steps") == []
    page.locator("details.jump button").filter(has_text="should be listed but are not").click()
    page.locator(".quick .row").filter(has_text="2").click()
    phone.see("What was only heard is a lead")
    page.locator("#fact").fill("DEMO: two villagers name the same two houses.")
    phone.tap("Next")
    page.locator("details.jump summary").click()
    page.locator("details.jump button").filter(has_text="recent living traces").click()
    phone.choose("No")
    phone.tap("Not possible now, go on")
    phone.tap("Leave it open, next")
    page.locator("details.jump summary").click()
    page.locator("details.jump .checks li").last.locator("button").click()
    phone.tap("Record the answers")
    phone.see("13 core questions about the village")
    phone.see("2 photos as evidence, or why there are none")


def a_cadre_and_the_disclosure_say_what_still_counts(phone: PhoneDriver) -> None:
    phone.more("A cadre has turned up")
    phone.see("Later ones count if you talk with them alone.")
    phone.tap("Record the time")
    phone.more("Show who we are")
    phone.see("Households visited after this do not count as covert.")
    phone.tap("Show it now")
    phone.see("The time of showing who we are is recorded.")
    phone.tap("Village questions")
    phone.page.locator("details.jump summary").click()
    expect(phone.page.locator("details.jump button").filter(has_text="Days present in the attendance book")).to_be_visible()
    phone.tap("Back")


def open_proposals_stand_before_the_seal(phone: PhoneDriver) -> None:
    page = phone.page
    phone.more("Leave and seal")
    phone.tap("Decide 2 proposals", exact=False)
    phone.see("2 to decide")
    assert axe(page) + faults_of_size(page, "proposal") == []
    page.locator("details.more summary").filter(has_text="Not a finding?").click()
    page.locator("#dismissed").fill("DEMO: they were angry about something else")
    phone.tap("Not one: record why")
    phone.see("The reason why it is none is saved.")
    phone.see("1 to decide")
    page.locator("#fact").fill("DEMO: the beds were bare and the stove cold at nine, seen by both.")
    phone.tap("Add a photo")
    phone.shoot()
    phone.see("Photos as evidence: 1.")
    phone.tap("Record it")
    phone.see("The finding is saved on the phone.")
    phone.tap("1 photo as evidence", exact=False)
    phone.see("This finding has no photo yet")
    assert axe(page) + faults_of_size(page, "evidence") == []
    phone.choose("They did not want it")
    phone.tap("Record the reason")
    phone.see("The reason why there is no photo is saved on the phone.")
    phone.seal()
