"""The phone's screens as axe-core finds them, each with one heading to go to and nothing wider than a narrow phone."""

from __future__ import annotations

import pytest

from tests.browser.phone_driver import PhoneDriver
from tests.browser.test_desk_pages import faults_of

pytestmark = pytest.mark.browser
NARROW = {"width": 320, "height": 568}


def assert_good(phone: PhoneDriver, heading: str) -> None:
    """The screen of that heading is accessible and fits 320 px."""
    phone.page.get_by_role("heading", name=heading, level=1).first.wait_for()
    assert faults_of(phone.page) == [], heading
    assert phone.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), heading


def test_screens_around_a_visit_are_accessible_and_fit_the_narrowest_phone(server, new_phone):
    phone = new_phone(server.origin)
    phone.page.set_viewport_size(NARROW)
    assert_good(phone, "Today")
    phone.tap("Not ready for the field", exact=False)
    assert_good(phone, "Ready for the field?")
    phone.page.go_back()
    phone.tap("Join a team-mate’s visit")
    assert_good(phone, "Join a team-mate’s visit")
    phone.page.go_back()
    phone.begin()
    for button, heading in (("A team-mate’s phone joins", "A team-mate’s phone joins"), ("This visit is in doubt", "This visit is in doubt"),
                            ("Finding, lead, commendation", "Finding, lead or commendation"), ("Leave and seal", "Leave and seal")):
        phone.more(button)
        assert_good(phone, heading)
        phone.page.go_back()
    phone.tap("Next household")
    phone.choose("At random")
    phone.choose("The posted list")
    assert_good(phone, "Photograph the posted list")
    phone.tap("Open the camera")
    phone.shoot()
    assert_good(phone, "How long is the list")
    phone.draw(46)
    assert_good(phone, "Row")


def test_a_visit_is_doubted_after_its_seal_from_the_list_of_earlier_visits(server, new_phone):
    phone = new_phone(server.origin)
    phone.begin()
    phone.seal()
    phone.tap("This visit is in doubt", exact=False)
    phone.see("What is sealed stays as it is.")
    assert_good(phone, "This visit is in doubt")
    phone.choose("Somebody knew beforehand")
    phone.tap("Record the doubt")
    assert_good(phone, "Today")
    phone.see("Marked as in doubt.")
    phone.tap("What is still here")
    phone.page.get_by_role("button", name="Sync now").wait_for()
    phone.tap("Sync now")
    phone.wait_for_counts(r"(\d+) 0 \1")
    assert phone.faults == []
