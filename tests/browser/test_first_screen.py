"""The first screen in a real browser: in a demonstration one press of a key leads in; in service there are two doors."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Iterator

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from fieldcheck.actions.add_account import add_account
from fieldcheck.demo_accounts import INSPECTOR, OFFICE, PASSWORD
from tests.browser.phone_driver import FLAGS
from tests.house.source_tree import ROOT
from tests.installed_browser import find_browser
from tests.server_process import ServerProcess
from tests.world import NOW, World

pytestmark = pytest.mark.browser
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
SIZES = ((1440, 900), (768, 1024), (360, 640), (320, 640))


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ServerProcess]:
    """A small demonstration behind a real server; without its ``DEMO`` file the same data is in service."""
    world = World(tmp_path / "data")
    for name, role, team in ((OFFICE, "supervisor", None), (INSPECTOR, "inspector", "A")):
        add_account(world.db, name=name, display_name=name, role=role, team=team, password=PASSWORD, now=NOW, demo=True)
    (world.config.data / "DEMO").write_text("")
    server = ServerProcess(world.config.data)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def page() -> Iterator[Page]:
    """A page of a Chromium that nobody has signed in with."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=list(FLAGS))
        yield browser.new_context(locale="en-GB").new_page()
        browser.close()


def faults_of(page: Page) -> list[str]:
    """What axe-core finds on a page as it stands."""
    page.evaluate(AXE.read_text("utf-8"))
    return list(page.evaluate("async () => (await axe.run()).violations.map(v => v.id + ' ' + v.nodes.map(n => n.target))"))


def test_each_door_of_a_demonstration_opens_by_one_key_and_in_service_there_are_two_doors_only(server, page) -> None:
    page.goto(server.origin)
    expect(page.locator(".leaflet-container canvas")).to_be_visible()
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert faults_of(page) == []
    for language in ("zh", "en"):
        page.goto(f"{server.origin}/language/{language}?next=/")
        assert page.evaluate("[...document.images].every(image => image.complete && image.naturalWidth > 0)")

    for name, leads_to in (("See the coverage", "**/desk/coverage"), ("Review visits", "**/desk/reviews"),
                           ("Try a visit", re.compile("/(try|phone/)"))):
        page.goto(server.origin)
        page.get_by_role("button", name=name).focus()
        page.keyboard.press("Enter")
        page.wait_for_url(leads_to)

    page.goto(server.origin)
    page.locator("#part-side").get_by_role("link", name="演示一县").press("Enter")
    page.locator("#part-side").get_by_role("link", name="演示镇1").press("Enter")
    expect(page.locator("#why")).to_contain_text("No visit of this round has arrived.")
    assert page.url.startswith(f"{server.origin}/?")

    server.stop()
    (server.data / "DEMO").unlink()
    server.start()
    page.context.clear_cookies()
    page.goto(server.origin)
    expect(page.locator("main a")).to_have_count(2)
    expect(page.locator("main button, main img, #map")).to_have_count(0)
    assert faults_of(page) == []
