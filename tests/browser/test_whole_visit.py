"""A whole visit from nothing in a real browser: recorded with the server gone, reviewed at the desk, its township covered."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from playwright.sync_api import Page, expect

import pytest

from fieldcheck.actions.rebuild_folds import rebuild_folds
from fieldcheck.actions.verify_log import verify_log
from fieldcheck.store import jobs
from fieldcheck.store.visits import find
from fieldcheck.times import written
from tests.browser.phone_driver import WAIT_S, PhoneDriver, sign_in_at_desk
from tests.world import CODE, PASSWORD

pytestmark = pytest.mark.browser
TOWNSHIP = "420101100"
#: A few metres inside the edge of the township: no outline decides that, a reviewer does.
BORDER = (112.00005, 30.05)
#: What an hour on foot comes to; two interviews of the test take no time of their own.
MINUTES, BETWEEN = 60, 10
ROWS = 46


def test_a_visit_made_without_the_server_is_reviewed_and_its_township_turns_covered(
        world, server, proxy, new_phone, browser):
    phone = new_phone(proxy.origin, BORDER, behind=MINUTES)
    phone.see("演示镇0")
    phone.ready_offline()
    desk = sign_in_at_desk(browser.new_context(locale="en-GB"), server.origin, "office", PASSWORD)
    desk.get_by_role("link", name="演示一县").click()
    row = desk.get_by_role("row").filter(has_text="演示镇0")
    expect(row).to_contain_text("Unvisited", ignore_case=True)

    proxy.down()
    server.stop()
    phone.begin(CODE)
    first_households(phone)
    before = phone.counts()
    assert before[0] == before[1] > 0 and before[2] == 0
    phone.close()
    phone.open()
    phone.see("No. 4")
    assert phone.counts()[0] >= before[0]
    households_after_a_cadre_came(phone)
    village_and_seal(phone)

    server.start()
    proxy.up = True
    phone.tap("Sync now")
    phone.wait_for_counts(r"(\d+) 0 \1")
    expect(row).to_contain_text("unverified", ignore_case=True)
    assert phone.faults == []

    # What the server still finds out about photos may add a flag to the page that was opened too early.
    until = time.monotonic() + WAIT_S
    while jobs.waiting(world.db, written(datetime.now(UTC)))[0]:
        assert time.monotonic() < until
        desk.wait_for_timeout(50)
    desk.goto(f"{server.origin}/desk/reviews")
    desk.locator("a[data-row]").click()
    the_page_shows_how_households_were_found(desk)
    everything_is_opened_then_accepted(desk)
    desk.goto(f"{server.origin}/desk/coverage")
    desk.get_by_role("link", name="演示一县").click()
    expect(row).to_contain_text("Covered")

    [visit] = [row["visit"] for row in world.db.query("SELECT visit FROM visits")]
    doc, township = find(world.db, visit), world.township(TOWNSHIP)
    assert [rule["rule"] for rule in doc["rules"] if rule["result"] != "pass"] == township["reasons"] == []
    assert [one["outcome"] for one in doc["households"]] == ["not_home", *["complete"] * 5]
    assert doc["households"][1]["replaces"] == 1 and doc["after_seal"] == doc["skipped"] == 0
    assert {note["kind"] for note in doc["notes"]} >= {"finding", "commendation"}
    assert township["status"] == "covered" and township["counts"]["photos"] >= 9
    assert list(verify_log(world.db, world.config.data, world.keys)) == []
    assert rebuild_folds(world.db, world.config.data, check=True) == []


def first_households(phone: PhoneDriver) -> None:
    """One not at home and the one in its place, one more from the list, one by sight that wants no photo."""
    phone.tap("Next household")
    phone.choose("At random")
    phone.choose("The posted list")
    phone.tap("Open the camera")
    phone.shoot()
    phone.draw(ROWS)
    went_to(phone, "Listed, exited", "Nobody at home")
    phone.tap("Record it, go to the next house")
    phone.see("In place of No. 1.")
    phone.walk_on(BETWEEN)
    went_to(phone, "Listed, exited", "Somebody is there, begin")
    phone.see("You may refuse.")
    phone.tap("They agree, begin")
    phone.tap("Somebody beside you?")
    phone.tap("They have left or we moved: go on")
    phone.interview("Record this household")
    next_from_the_list(phone, "Listed, not yet exited")
    phone.interview("Record this household")
    phone.walk_on(BETWEEN)
    phone.tap("Next household")
    phone.see("At random: 2 so far")
    phone.choose("By sight")
    phone.choose("Near-poor")
    phone.interview("Record this household", photo_first=False)
    phone.see("This household is saved on the phone.")


def households_after_a_cadre_came(phone: PhoneDriver) -> None:
    """Two more, alone, so that they count; what was good is noted too."""
    phone.more("A cadre has turned up")
    phone.tap("Record the time")
    for kind in ("Ordinary household", "Ordinary household"):
        next_from_the_list(phone, kind, "Alone")
        phone.interview("Record this household")
    phone.more("Finding, lead, commendation")
    phone.choose("Commendation")
    phone.page.locator("#fact").fill("DEMO: the clinic was open and staffed.")
    phone.tap("Record it")


def village_and_seal(phone: PhoneDriver) -> None:
    """The village's core before the disclosure, the place photo, and nothing left that could be done on the spot."""
    phone.walk_on(BETWEEN)
    phone.more("Village questions")
    phone.interview("Record the answers")
    phone.see("A photo of the village sign")
    phone.tap("Photo of the village sign")
    phone.shoot()
    phone.see("Everything is there")
    phone.see("The positions lie near the border.")
    phone.more("Show who we are")
    phone.tap("Show it now")
    phone.walk_on(BETWEEN)
    phone.seal()


def next_from_the_list(phone: PhoneDriver, *choices: str) -> None:
    """The next row of the list that was drawn from."""
    phone.walk_on(BETWEEN)
    phone.tap("Next household")
    phone.choose("At random")
    phone.choose("The posted list")
    went_to(phone, *choices)


def went_to(phone: PhoneDriver, *choices: str) -> None:
    """Go to the row that the phone says, then choose."""
    phone.see(f"Of {ROWS} rows")
    phone.tap("Go to the household in row", exact=False)
    for choice in choices:
        phone.choose(choice)


def the_page_shows_how_households_were_found(desk: Page) -> None:
    """Frame, selection, rows and the photographed list; whoever refused a photo and gave a reason."""
    households = desk.locator("section[aria-labelledby=households-title]")
    expect(households).to_contain_text("At random: 4")
    expect(households).to_contain_text("By sight (worst house, farthest): 1")
    second = households.locator("details.household").nth(1)
    expect(second).to_contain_text("in place of No. 1")
    second.locator("summary").click()
    expect(second).to_contain_text(f"of {ROWS} on the list")
    expect(second).to_contain_text("Drawn again from the record: the same.")
    expect(second.locator(".drawn img")).to_have_count(1)
    expect(households.locator("details.household").nth(3)).to_contain_text("no photo, with a reason")
    expect(desk.locator("section[aria-labelledby=notes-title]")).to_contain_text("the clinic was open")


def everything_is_opened_then_accepted(desk: Page) -> None:
    """Accept stays shut until the place photo and every flag were opened; the place is confirmed in the same act."""
    accept = desk.locator("#accept-button")
    expect(accept).to_be_disabled()
    musts = desk.locator("details.must")
    assert musts.count() >= 2
    for must in musts.all()[:-1]:
        must.locator("summary").click()
    expect(accept).to_be_disabled()
    musts.last.locator("summary").click()
    expect(accept).to_be_enabled()
    desk.get_by_label("I have seen the photo: this is").check()
    accept.click()
    expect(desk.get_by_text("Accepted").first).to_be_visible()
