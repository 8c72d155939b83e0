"""The office's pages in a real browser, in one walk a language: the second step, findings, the county, the auditor, accounts."""

from __future__ import annotations

import base64
import os
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Iterator

import pytest
from playwright.sync_api import Page, expect

from fieldcheck.actions.add_account import add_account
from fieldcheck.rules.register import make_register
from fieldcheck.rules.second_factor import totp
from fieldcheck.store import registers
from tests.actions.test_hand_over import TOLD, Noted
from tests.actions.test_units_change import recoded
from tests.browser.phone_driver import sign_in_at_desk
from tests.browser.test_desk_pages import SIZES, faults_of
from tests.server_process import ServerProcess
from tests.views.test_desk_registers import files_of
from tests.world import PASSWORD, World

pytestmark = pytest.mark.browser
PAGES = {"office": ("/desk/findings", "/desk/audit", "/desk/me"), "county": ("/desk/", "/desk/county"),
         "auditor": ("/desk/audit",), "admin": ("/desk/accounts", "/desk/registers"), "a1": ("/desk/team", "/desk/team/visits/{visit}")}
#: Where whoever wants to look at the pages finds them; tests need none.
PICTURES = os.environ.get("FIELDCHECK_TEST_PICTURES")


@pytest.fixture(scope="module")
def noted(tmp_path_factory: pytest.TempPathFactory) -> Noted:
    """An installation in which a finding has been handed over to a county."""
    world = World(Path(tmp_path_factory.mktemp("office")) / "data")
    world.assign("420101100", "a1", "a2")
    noted = Noted(world)
    noted.confirm()
    noted.hand_over()
    return noted


@pytest.fixture(scope="module")
def server(noted: Noted) -> Iterator[ServerProcess]:
    """A real server over it."""
    server = ServerProcess(noted.world.config.data)
    server.start()
    yield server
    server.stop()


def looked_over(page: Page, name: str) -> None:
    """Accessible as it stands, and no wider than any screen."""
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, (page.url, width)
        if PICTURES:
            page.screenshot(path=f"{PICTURES}/{name}-{width}.png", full_page=True)
    assert faults_of(page) == [], page.url


@pytest.mark.parametrize("locale", ["zh-CN", "en-GB"])
def test_the_pages_of_the_office_are_accessible_and_fit_every_width(noted: Noted, server: ServerProcess, browser: Any, locale: str) -> None:
    for name, addresses in PAGES.items():
        context = browser.new_context(locale=locale)
        page = sign_in_at_desk(context, server.origin, name, PASSWORD)
        for address in addresses:
            page.goto(server.origin + address.format(visit=noted.visit))
            looked_over(page, f"{locale}-{name}{address.replace('/', '-')}")
            if address == "/desk/county":
                expect(page.get_by_text(TOLD)).to_be_visible()
        context.close()


@pytest.mark.parametrize("locale", ["zh-CN", "en-GB"])
def test_an_office_sets_its_second_step_up_signs_in_with_it_and_confirms_an_act(noted: Noted, server: ServerProcess, browser: Any, locale: str) -> None:
    world, phone = noted.world, noted.world.phone("b1")
    name = f"office-{locale}"
    account = add_account(world.db, name=name, display_name="演示", role="supervisor", team=None, password=PASSWORD,
                          now=datetime.now(UTC), keys=world.keys)
    context = browser.new_context(locale=locale)
    page = context.new_page()
    page.goto(f"{server.origin}/sign-in?next=/desk/devices")
    page.fill("[name=name]", name)
    page.fill("[name=password]", PASSWORD)
    page.click("form.card button")
    secret = base64.b32decode(page.locator("code.spelled").inner_text().replace(" ", ""))
    looked_over(page, f"{locale}-second-set-up")
    page.goto(f"{server.origin}/desk/devices")
    expect(page.locator("[name=password]")).to_be_visible()
    page.goto(f"{server.origin}/sign-in/second?next=/desk/devices")
    page.fill("[name=code]", totp(secret).generate(int(datetime.now(UTC).timestamp())).decode())
    page.click("form.card button")
    expect(page.locator("ul.spelled li")).to_have_count(10)
    codes = page.locator("ul.spelled li").all_inner_texts()
    looked_over(page, f"{locale}-recovery")
    page.click("a.button.primary")
    page.wait_for_url("**/desk/devices")
    with sqlite3.connect(world.config.database, timeout=60) as db:  # as after ten minutes
        db.execute("UPDATE sessions SET confirmed_at = '' WHERE account = ?", [account.id])
    _revoke(page, phone.device)
    page.locator("[name=confirm_password]").wait_for()
    looked_over(page, f"{locale}-confirm")
    page.fill("[name=confirm_password]", PASSWORD)
    page.fill("[name=confirm_code]", codes[0])
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/devices")
    context.close()
    assert world.db.execute("SELECT revoked_at FROM devices WHERE device = ?", [phone.device]).fetchone()[0]


@pytest.mark.parametrize("locale", ["zh-CN", "en-GB"])
def test_a_new_edition_is_looked_at_and_taken_in_without_scripts_and_by_keyboard(noted: Noted, server: ServerProcess, browser: Any, locale: str) -> None:
    world, number = noted.world, 1 if locale == "zh-CN" else 2
    was, becomes = f"42010110{number - 1}", f"42010112{number}"
    files = [{"name": name, "mimeType": "application/octet-stream", "buffer": content}
             for name, content in files_of(edition_of(registers.current_register(world.db), was, becomes, number)).items()]
    context = browser.new_context(locale=locale)
    page = sign_in_at_desk(context, server.origin, "admin", PASSWORD)
    state = context.storage_state()
    context.close()
    context = browser.new_context(locale=locale, storage_state=state, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{server.origin}/desk/registers")
    page.set_input_files("#files", files)
    page.fill("#day", "2024-05-01")
    page.press("#day", "Enter")
    expect(page.locator("#recode")).to_be_visible()
    address = page.url
    assert registers.about(world.db)["edition"] != f"demo {number}"  # type: ignore[index]
    with_scripts = browser.new_context(locale=locale, storage_state=state)
    other = with_scripts.new_page()
    other.goto(address)
    looked_over(other, f"{locale}-difference")
    with_scripts.close()
    page.locator("form.changes button.primary").press("Enter")
    page.wait_for_url("**/desk/registers")
    assert registers.about(world.db)["edition"] == f"demo {number}"  # type: ignore[index]
    context.close()


def edition_of(register: Any, was: str, becomes: str, number: int) -> Any:
    """The register with one township under another code."""
    return make_register(f"demo {number}", "wgs84", register.attribution, map(recoded(was, becomes), register.units))


def _revoke(page: Page, device: str) -> None:
    form = page.locator(f"form[action$='{device}/revocation']")
    if form.locator("xpath=ancestor::details").count():
        form.locator("xpath=ancestor::details").last.locator("summary").click()
    form.locator("[name=reason]").fill("DEMO")
    form.locator("button").click()
