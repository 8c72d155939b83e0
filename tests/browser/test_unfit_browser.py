"""A browser in which field work would be lost says so, shows the code to type elsewhere, and uses nothing up."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import MIDDLE, invitation
from tests.browser.phone_driver import PHONE_SIZE, PhoneDriver
from tests.browser.test_every_screen import TOO_SMALL, axe

pytestmark = pytest.mark.browser
WECHAT = ("Mozilla/5.0 (Linux; Android 12; V2057A) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/107.0.5304.141 "
          "Mobile Safari/537.36 MMWEBID/9016 MicroMessenger/8.0.38")
UC = "Mozilla/5.0 (Linux; U; Android 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/100.0 UCBrowser/15.5 Mobile Safari/537.36"
WITHOUT_CRYPTO = "Object.defineProperty(crypto, 'subtle', { value: undefined })"
PLAIN_HTTP = "Object.defineProperty(window, 'isSecureContext', { value: false })"


@pytest.mark.parametrize(("agent", "lacks", "says"), [
    (WECHAT, "", "opened inside WeChat"),
    (UC, WITHOUT_CRYPTO, "opened inside UC Browser"),
    (None, PLAIN_HTTP, "not encrypted (http)"),
], ids=["wechat", "uc", "http"])
def test_an_unfit_browser_says_why_and_how_and_leaves_the_invitation_whole(
        world, server, browser, playwright, tmp_path, agent, lacks, says):
    token = invitation(world)
    context = browser.new_context(locale="en-GB", viewport=PHONE_SIZE, **({"user_agent": agent} if agent else {}))
    context.add_init_script(lacks)
    page = context.new_page()
    page.goto(f"{server.origin}/phone/#enrol={token}")
    expect(page.get_by_text(says).first).to_be_visible()
    expect(page.locator(".counts")).to_have_count(0)  # where nothing can be read, no figure says that there is nothing
    assert axe(page) == page.evaluate(TOO_SMALL) == []
    code = token[-8:]
    if agent:
        expect(page.locator(".code")).to_have_text(f"{code[:4]} {code[4:]}")
        page.get_by_role("button", name="Copy the link").click()
        expect(page.get_by_role("status")).to_contain_text("The link is copied.")
    context.close()

    phone = PhoneDriver(playwright, tmp_path / "fit", server.origin, MIDDLE)
    phone.open()
    phone.page.locator("#code").fill(f"{code[:4]} {code[4:]}".lower())
    phone.use_this_phone()
    phone.see("Today")
    phone.close()
