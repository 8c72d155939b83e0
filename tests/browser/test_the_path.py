"""From phone to office and back in a real browser: a returned visit is mended, and nothing typed is lost."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from fieldcheck.actions.return_visit import return_visit
from fieldcheck.actions.verify_log import verify_log
from fieldcheck.store.visits import find, flags
from tests.world import CODE

pytestmark = pytest.mark.browser
TOWNSHIP = "420101100"


def test_what_makes_a_visit_count_is_recorded_and_a_returned_visit_is_mended_on_the_same_phone(
        world, server, new_phone):
    phone = new_phone(server.origin)
    phone.tap("Begin the visit", exact=False)
    phone.see("Yanshiyi Xian")
    # Playwright waits for what is aria-disabled; a thumb does not.
    phone.page.get_by_role("button", name="Answer the three declarations first").click(force=True)
    expect(phone.page.locator("fieldset.declaration").first.get_by_role("button", name="Yes")).to_be_focused()
    phone.page.go_back()
    phone.begin(CODE)
    phone.tap("Next household")
    for choice in ("At random", "Walking, every so many houses"):
        phone.choose(choice)
    phone.draw(46)
    phone.tap("Go to house", exact=False)
    for choice in ("Listed, exited", "Nobody at home"):
        phone.choose(choice)
    phone.tap("Record it, go to the next house")
    phone.see("in place of No. 1")
    phone.tap("Go to house", exact=False)
    for choice in ("Listed, exited", "Somebody is there, begin"):
        phone.choose(choice)
    phone.see("You may refuse.")
    phone.tap("They agree, begin")
    phone.tap("Somebody beside you?")
    phone.tap("They have left or we moved: go on")
    phone.choose("Household unaware")
    phone.interview("Record this household", photo_first=False)
    phone.more("A cadre has turned up")
    phone.tap("Record the time")
    phone.more("Finding, lead, commendation")
    phone.choose("Commendation")
    phone.page.locator("#fact").fill("DEMO: the clinic was open and staffed.")
    phone.tap("Record it")
    phone.seal()
    phone.tap("Sync now")
    phone.wait_for_counts(r"(\d+) 0 \1")

    [visit] = [row["visit"] for row in world.db.query("SELECT visit FROM visits")]
    return_visit(world.db, world.keys, visit, ["place_photo", "other"], "DEMO: the sign, please.", world.accounts["office"].id, datetime.now(UTC))
    phone.tap("Sync now")
    phone.see("Note: DEMO: the sign, please.")
    phone.tap("Mend: 演示镇0")
    phone.tap("Photo")
    phone.shoot()
    phone.seal()
    phone.tap("Sync now")
    phone.wait_for_counts(r"(\d+) 0 \1")
    assert phone.faults == []
    phone.close()

    doc = find(world.db, visit)
    assert doc["state"] == "submitted"
    assert [(h["outcome"], h["number"]) for h in doc["households"]] == [("not_home", 1), ("complete", 2)]
    assert {note["kind"] for note in doc["notes"]} >= {"finding", "commendation"}
    reasons = world.township(TOWNSHIP)["reasons"]
    assert "inspectors" not in reasons and "place_photo" not in reasons and "households" in reasons
    assert flags(world.db, visit) == []
    assert list(verify_log(world.db, world.config.data, world.keys)) == []


def test_what_is_typed_while_a_position_arrives_is_kept(server, new_phone):
    phone = new_phone(server.origin)
    phone.begin()
    phone.more("Village questions")
    phone.until("#number")
    for digit in "12345":
        phone.page.locator("#number").press_sequentially(digit)
        for accuracy in (9, 8, 7):
            phone.context.set_geolocation({"longitude": 112.05, "latitude": 30.05, "accuracy": accuracy})
    expect(phone.page.locator("#number")).to_have_value("12345")
    phone.close()
