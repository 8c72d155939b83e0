"""Where am I, and how sure is that: the phone's map, and the test of its positions at the known point."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from fieldcheck.actions.name_known_point import name_known_point
from fieldcheck.rules.datum import gcj02_of
from fieldcheck.store import datum_checks
from fieldcheck.store.visits import find
from tests.browser.phone_driver import PhoneDriver
from tests.browser.test_desk_pages import faults_of

pytestmark = pytest.mark.browser

MIDDLE = (112.05, 30.05)
GATE = (112.06, 30.06)
VILLAGE = (112.06, 30.06)
NARROW = ({"width": 320, "height": 568}, {"width": 568, "height": 320})


def stand(phone: PhoneDriver, place, accuracy=12.0):
    """The receiver now says this."""
    phone.context.set_geolocation({"longitude": place[0], "latitude": place[1], "accuracy": accuracy})


def pixels(phone: PhoneDriver) -> int:
    """How many kinds of pixels the map has drawn: none where its script did not come."""
    return phone.page.evaluate("""() => {
      const canvas = document.querySelector('#field-map canvas');
      const data = canvas ? canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data : [];
      return new Set(new Uint32Array(data.buffer ?? 0)).size; }""")


def assert_good(phone: PhoneDriver) -> None:
    """Accessible, and nothing is wider than the narrowest phone, upright or not."""
    for size in NARROW:
        phone.page.set_viewport_size(size)
        assert phone.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), size
    assert faults_of(phone.page) == []


def test_the_map_says_where_one_is_without_a_network_and_the_village_lies_where_the_register_knows_it(
        world, server, proxy, new_phone):
    village = world.db.execute("SELECT unit FROM units WHERE level = 'village' AND parent = ?", [world.unit("420101100")]).fetchone()[0]
    world.db.execute("UPDATE units SET seat_lon = ?, seat_lat = ? WHERE unit = ?", [*VILLAGE, village])
    world.db.conn.commit()
    phone = new_phone(proxy.origin)
    phone.see("演示镇0")
    phone.ready_offline()
    proxy.down()
    phone.tap("Map: where am I")
    phone.see("Inside 演示镇0, 4.8 km from its border, give or take 12 m.")
    phone.wait_until("document.querySelector('#field-map canvas') !== null")
    assert pixels(phone) > 5
    for summary in phone.page.locator("details.more summary").all():
        summary.click()
    phone.choose("演示村0")
    phone.see("To 演示村0")
    phone.see("1.5 km to the north-east (41°)")
    phone.see("演示镇1")
    stand(phone, (112.1005, 30.05), 30)
    phone.see("Near the border of 演示镇0: on the outer side, 48 m from it, give or take 30 m.")
    stand(phone, (112.12, 30.05))
    phone.see("Not in 演示镇0: 1.9 km from its border, give or take 12 m.")
    stand(phone, MIDDLE, 400)
    phone.tap("Where I am")
    phone.tap("Whole township")
    assert_good(phone)
    phone.page.go_back()
    phone.see("Today")


def test_a_visit_without_a_fix_goes_on_and_its_map_is_one_tap_away(server, new_phone):
    phone = new_phone(server.origin)
    phone.context.clear_permissions()
    phone.begin()
    phone.tap("Map", exact=False)
    phone.see("The phone does not allow the position.")
    phone.page.locator("details.more summary").first.click()
    phone.see("演示村0 Yanshicun0: position unknown")
    expect(phone.page.get_by_role("button", name="Where I am")).to_be_disabled()
    phone.page.go_back()
    phone.tap("Next household")
    phone.page.get_by_role("heading", name="How was this household chosen?").wait_for()


def test_a_shifted_phone_is_recognised_at_the_known_point_and_its_visit_counts_where_it_was(world, server, new_phone):
    name_known_point(world.db, "演示大院", *GATE)
    phone = new_phone(server.origin, place=gcj02_of(*GATE))
    phone.tap("Not ready for the field", exact=False)
    phone.see("Not tested at the known point yet.")
    phone.tap("Test at the known point")
    phone.see("That is exactly the shift of GCJ-02")
    stand(phone, GATE)
    phone.see("Its positions are right.")
    stand(phone, (GATE[0] + 0.02, GATE[1]))
    phone.see("Nobody knows such a shift.")
    stand(phone, gcj02_of(*GATE))
    phone.see("That is exactly the shift of GCJ-02")
    assert_good(phone)
    phone.tap("Keep this result")
    phone.see("Kept: shifted positions, converted from now on.")
    phone.see("They are converted by themselves")
    phone.wait_for_counts(r"(\d+) 0 \1")
    phone.tap("Back")
    stand(phone, gcj02_of(*MIDDLE))
    phone.begin()
    phone.see("Inside 演示镇0, give or take 12 m.")
    phone.wait_for_counts(r"(\d+) 0 \1")
    check = next(iter(datum_checks.by_device(world.db).values()))
    assert (check["verdict"], check["phone_verdict"]) == ("gcj02", "gcj02")
    visit = world.db.execute("SELECT visit FROM visits").fetchone()[0]
    fix = find(world.db, visit)["fixes"][0]
    assert (fix["datum"], fix["given"]["datum"]) == ("wgs84", "gcj02")
    assert fix["given"]["off_m"] < 0.5 and abs(fix["lon"] - MIDDLE[0]) < 1e-6
