"""The whole path in a real browser: recorded with the server gone, kept through a closed browser, on the map once it is back."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect, sync_playwright

from fieldcheck.actions.invite_device import invite_device
from fieldcheck.actions.rebuild_folds import rebuild_folds
from fieldcheck.actions.return_visit import return_visit
from fieldcheck.actions.verify_log import verify_log
from fieldcheck.store.visits import find, flags
from tests.browser.phone_driver import FLAGS, PhoneDriver, sign_in_at_desk
from tests.chaos_proxy import ChaosProxy
from tests.installed_browser import find_browser
from tests.server_process import ServerProcess
from tests.world import CODE, PASSWORD, World

pytestmark = pytest.mark.browser
TOWNSHIP = "420101100"


@pytest.fixture
def world(tmp_path):
    return World(tmp_path / "data")


@pytest.fixture
def server(world):
    server = ServerProcess(world.config.data)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def proxy(server):
    proxy = ChaosProxy(server.port)
    yield proxy
    proxy.close()


@pytest.fixture
def playwright():
    with sync_playwright() as playwright:
        yield playwright


def test_a_visit_recorded_without_server_survives_a_closed_browser_and_turns_its_township_on_an_open_map(
        world, server, proxy, playwright, tmp_path):
    world.assign(TOWNSHIP, "a1", "a2")
    phone = PhoneDriver(playwright, tmp_path / "profile", proxy.origin, (112.05, 30.05))
    invitation = invite_device(world.db, world.accounts["a1"].id, "cli", datetime.now(UTC))
    phone.enrol(f"{proxy.origin}/phone/#enrol={invitation.link_token}")
    phone.see("演示镇0")
    phone.ready_offline()
    desk_browser = playwright.chromium.launch(executable_path=find_browser(), args=list(FLAGS))
    desk = sign_in_at_desk(desk_browser.new_context(locale="en-GB"), server.origin, "office", PASSWORD)
    desk.get_by_role("link", name="演示一县").click()
    row = desk.get_by_role("row").filter(has_text="演示镇0")
    expect(row).to_contain_text("Unvisited", ignore_case=True)

    proxy.down()
    server.stop()
    phone.begin()
    phone.tap("Next household")
    phone.interview("Record this household")
    phone.see("This household is saved on the phone.")
    before = phone.counts()
    assert before[0] == before[1] > 0 and before[2] == 0
    phone.close()

    phone.open()
    phone.see("演示镇0")
    phone.see("No. 1")
    assert phone.counts()[0] >= before[0]
    phone.more("Village questions")
    phone.interview("Record the answers")
    phone.tap("Photo")
    phone.shoot()
    phone.more("Show who we are")
    phone.tap("Show it now")
    phone.seal()
    assert phone.counts()[1] > 0

    server.start()
    proxy.up = True
    phone.tap("Sync now")
    phone.wait_for_counts(r"(\d+) 0 \1")
    expect(row).to_contain_text("unverified", ignore_case=True, timeout=15_000)
    assert phone.faults == []
    phone.close()
    desk_browser.close()

    township = world.township(TOWNSHIP)
    assert township["status"] == "visited_unverified"
    assert township["counts"]["photos"] == township["counts"]["photos_verified"] >= 2
    assert list(verify_log(world.db, world.config.data, world.keys)) == []
    assert rebuild_folds(world.db, world.config.data, check=True) == []


def test_what_makes_a_visit_count_is_recorded_and_a_returned_visit_is_mended_on_the_same_phone(
        world, server, playwright, tmp_path):
    world.assign(TOWNSHIP, "a1", "a2")
    phone = PhoneDriver(playwright, tmp_path / "profile", server.origin, (112.05, 30.05))
    invitation = invite_device(world.db, world.accounts["a1"].id, "cli", datetime.now(UTC))
    phone.enrol(f"{server.origin}/phone/#enrol={invitation.link_token}")
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


def test_what_is_typed_while_a_position_arrives_is_kept(world, server, playwright, tmp_path):
    world.assign(TOWNSHIP, "a1", "a2")
    phone = PhoneDriver(playwright, tmp_path / "profile", server.origin, (112.05, 30.05))
    invitation = invite_device(world.db, world.accounts["a1"].id, "cli", datetime.now(UTC))
    phone.enrol(f"{server.origin}/phone/#enrol={invitation.link_token}")
    phone.begin()
    phone.more("Village questions")
    phone.until("#number")
    for digit in "12345":
        phone.page.locator("#number").press_sequentially(digit)
        for accuracy in (9, 8, 7):
            phone.context.set_geolocation({"longitude": 112.05, "latitude": 30.05, "accuracy": accuracy})
    expect(phone.page.locator("#number")).to_have_value("12345")
    phone.close()
