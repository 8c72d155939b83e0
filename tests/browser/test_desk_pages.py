"""The desk in a real browser: usable by keyboard and by people who see no colour, alive, and nothing asked from outside."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.phone_driver import sign_in_at_desk
from tests.house.source_tree import ROOT
from tests.server_process import ServerProcess
from tests.world import PASSWORD, World

pytestmark = pytest.mark.browser
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
TOWNSHIP = "420101100"
SIZES = ((1440, 900), (768, 1024), (360, 640))


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A small installation of its own."""
    return World(Path(tmp_path_factory.mktemp("desk")) / "data")


@pytest.fixture(scope="module")
def server(world: World) -> Iterator[ServerProcess]:
    """A real server over it."""
    server = ServerProcess(world.config.data)
    server.start()
    yield server
    server.stop()


def faults_of(page: Page) -> list[str]:
    """What axe-core finds on a page as it stands."""
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("async () => (await axe.run()).violations.map(v => v.id + ' ' + v.nodes.map(n => n.target).join(' '))")
    return list(found)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("locale", ["zh-CN", "en-GB"])
def test_sign_in_and_coverage_are_accessible_and_fit_every_width(server, browser, locale: str, scheme: str) -> None:
    context = browser.new_context(locale=locale, color_scheme=scheme)
    page = context.new_page()
    page.goto(f"{server.origin}/sign-in")
    assert faults_of(page) == []
    page = sign_in_at_desk(context, server.origin, "office", PASSWORD)
    expect(page.locator(".leaflet-container canvas")).to_be_visible()
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert faults_of(page) == []
    context.close()


@pytest.mark.parametrize("address", ["/desk/coverage?view=grid", "/desk/devices", "/desk/quarantine", "/desk/", "/about"])
def test_the_desks_other_pages_are_accessible(server, browser, address: str) -> None:
    context = browser.new_context(locale="zh-CN")
    page = sign_in_at_desk(context, server.origin, "office", PASSWORD)
    page.goto(server.origin + address)
    assert faults_of(page) == []
    context.close()


def test_the_teams_own_page_is_accessible_and_fits_a_phone(server, browser) -> None:
    context = browser.new_context(locale="zh-CN", viewport={"width": 360, "height": 640})
    page = context.new_page()
    page.goto(f"{server.origin}/sign-in?next=/desk/team")
    page.fill("[name=name]", "a1")
    page.fill("[name=password]", PASSWORD)
    page.click("button.primary")
    expect(page.locator("#out-title")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert faults_of(page) == []
    context.close()


def test_the_map_asks_nobody_outside_and_names_its_sources(server, browser) -> None:
    context = browser.new_context(locale="en-GB")
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    page = sign_in_at_desk(context, server.origin, "office", PASSWORD)
    expect(page.locator(".leaflet-control-attribution")).to_contain_text("demo")
    expect(page.locator(".map-note")).to_have_text("Internal use only")
    assert [url for url in asked if not url.startswith((server.origin, "blob:", "data:"))] == []
    context.close()


def test_county_township_and_order_are_reached_by_keyboard_alone_and_the_way_back_works(server, browser, world) -> None:
    context = browser.new_context(locale="en-GB")
    page = sign_in_at_desk(context, server.origin, "office", PASSWORD)
    side = page.locator("#part-side")
    side.get_by_role("link", name="演示一县").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("county="))
    side.get_by_role("link", name="演示镇1").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#why-title")).to_contain_text("演示镇1")
    expect(page.locator("#coverage")).to_have_attribute("data-unit", world.unit("420101101"))
    page.go_back()
    expect(page.locator("#why")).to_have_count(0)
    side.get_by_role("link", name="Status").press("Enter")
    expect(page.locator("th[aria-sort=ascending]")).to_have_text("Status")
    assert page.evaluate("document.activeElement.textContent") == "Status"
    context.close()


def test_a_visit_that_arrives_shows_on_an_open_page_and_is_said_aloud(server, browser, world) -> None:
    context = browser.new_context(locale="en-GB")
    page = sign_in_at_desk(context, server.origin, "office", PASSWORD)
    expect(page.locator(".figure-visited_unverified dd")).to_have_text("0")
    world.assign(TOWNSHIP, "a1", "a2")
    phone = world.phone("a1")
    world.walk(phone, TOWNSHIP).whole_visit()
    phone.sync()
    expect(page.locator(".figure-visited_unverified dd")).to_have_text("1")
    expect(page.get_by_role("status")).to_contain_text("演示镇0 Yanshizhen0: Unverified")
    context.close()


def test_a_hidden_page_asks_nothing_and_asks_at_once_when_it_is_looked_at_again(server, browser) -> None:
    context = browser.new_context(locale="en-GB")
    asked: list[str] = []
    page = sign_in_at_desk(context, server.origin, "office", PASSWORD)
    context.on("request", lambda request: asked.append(request.url))
    show = "state => { Object.defineProperty(document, 'hidden', {get: () => state, configurable: true});" \
           " document.dispatchEvent(new Event('visibilitychange')); }"
    page.evaluate(show, True)
    page.wait_for_timeout(200)  # a question that was already under way may still be answered
    asked.clear()
    page.wait_for_timeout(3_500)
    assert asked == []
    with page.expect_request("**/api/v1/coverage**", timeout=15_000):
        page.evaluate(show, False)
    context.close()


def test_without_scripts_figures_table_and_tiles_still_stand(server, browser) -> None:
    context = browser.new_context(locale="en-GB", java_script_enabled=False)
    page = sign_in_at_desk(context, server.origin, "office", PASSWORD)
    expect(page.locator(".figure dd")).to_have_count(5)
    expect(page.locator(".tile")).to_have_count(4)
    page.locator("#part-side").get_by_role("link", name="演示一县").click()
    expect(page.locator("#part-side")).to_contain_text("演示镇1")
    context.close()


def test_the_slider_looks_back_at_an_earlier_day_and_comes_back_to_now(server, browser, world) -> None:
    context = browser.new_context(locale="en-GB")
    page = sign_in_at_desk(context, server.origin, "office", PASSWORD)
    page.goto(f"{server.origin}/desk/coverage")
    slider = page.get_by_label("Look back")
    assert int(slider.get_attribute("max")) >= 1
    slider.focus()
    slider.press("Home")
    expect(page.locator("#part-history")).to_contain_text("As it was on")
    assert "day=0" in page.url
    expect(page.locator(".figure-unvisited dd")).to_have_text("3")
    page.get_by_role("link", name="Back to now").click()
    expect(page.locator("#part-history")).to_have_text("As it is now")
    assert "day=" not in page.url
    context.close()
