"""Two phones in one visit: joined by a typed code with the server gone, decided at the desk."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from fieldcheck.actions.rebuild_folds import rebuild_folds
from fieldcheck.store.visits import find
from tests.browser.phone_driver import sign_in_at_desk
from tests.world import PASSWORD

pytestmark = pytest.mark.browser


def record(phone, first_answer):
    """One household, and the village's questions with the first of them answered so."""
    phone.more("Next household")
    phone.interview("Record this household", photo_first=False)
    phone.see("This household is saved on the phone.")
    phone.more("Village questions")
    phone.choose(first_answer)
    phone.interview("Record the answers", photo_first=False)


def accept_at_desk(browser, server, chosen):
    """Look at everything, mark one answer, accept; the page that then stands."""
    page = sign_in_at_desk(browser.new_context(locale="en-GB"), server.origin, "office", PASSWORD)
    page.goto(f"{server.origin}/desk/reviews")
    page.locator("a[data-row]").first.click()
    expect(page.locator("#accept-button")).to_be_disabled()
    voices = page.locator(".answers .voices")
    expect(voices).to_have_count(1)
    expect(voices).to_contain_text("a1")
    expect(voices).to_contain_text("a2")
    voices.locator("li").filter(has_text=chosen).get_by_role("button").click()
    expect(page.locator(".voices .counts")).to_contain_text(chosen)
    for must in page.locator("details.must").all():
        must.locator("summary").click()
    for tick in page.locator("#accept input[type=checkbox][required]").all():
        tick.check()
    page.locator("#accept-button").click()
    expect(page.get_by_text("Accepted").first).to_be_visible()
    return page


def test_a_team_mate_joins_by_a_typed_code_without_a_network_and_the_reviewer_decides_between_two_answers(
        world, server, proxy, new_phone, browser):
    first, second = (new_phone(proxy.origin, name=name) for name in ("a1", "a2"))
    for phone in (first, second):
        phone.see("演示镇0")
        phone.ready_offline()
    proxy.down()
    first.begin()
    first.more("A team-mate’s phone joins")
    expect(first.page.locator("svg.qr")).to_be_visible()
    code = first.page.locator(".code").inner_text()
    first.tap("Done")
    second.tap("Join a team-mate’s visit")
    second.page.locator("#code").fill(code.lower())
    second.tap("Join")
    second.see("numbered from")
    record(second, "Absent, no record")
    record(first, "Present")
    first.tap("Photo")
    first.shoot()

    proxy.up = True
    second.tap("Back")
    second.tap("Sync now")
    second.wait_for_counts(r"(\d+) 0 \1")
    second.close()
    first.seal()
    first.tap("Sync now")
    first.wait_for_counts(r"(\d+) 0 \1")
    first.close()

    accept_at_desk(browser, server, "Present")

    [visit] = [row["visit"] for row in world.db.query("SELECT visit FROM visits")]
    doc = find(world.db, visit)
    assert (doc["state"], [one["how"] for one in doc["inspectors"]]) == ("accepted", ["device", "device"])
    assert len({one["number"] for one in doc["households"]}) == len(doc["households"]) == 2
    assert len(doc["answers"]["village"]["V01"]) == 2
    assert rebuild_folds(world.db, world.config.data, check=True) == []
