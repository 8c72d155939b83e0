"""The lock in a real browser: what a copied profile tells, hiding, five minutes out of sight, a forgotten PIN, an order to wipe."""

from __future__ import annotations

import json
import re
import shutil

import pytest
from playwright.sync_api import expect

from fieldcheck.actions.verify_log import verify_log
from tests.browser.phone_driver import FLAGS, SECRET
from tests.browser.test_every_screen import axe
from tests.installed_browser import find_browser
from tests.world import CODE

pytestmark = pytest.mark.browser

#: Everything of this phone's day that a finder must not read.
TYPED = ("DEMO villager", "DEMO: the post was empty", "half a sentence at the door")
NAMED = ("演示镇", "演示一县", "Yanshizhen", "420101100")

# Everything that a script of the page can reach: bytes count as the text that they would be.
ALL_STORES = """async () => {
  const said = [];
  const read = (value, deep = 0) => {
    if (value instanceof CryptoKey) said.push(`key ${value.type} ${value.usages.join(' ')}`);
    else if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) for (const label of ['utf-8', 'utf-16le']) said.push(new TextDecoder(label).decode(value));
    else if (value && typeof value === 'object' && deep < 12) for (const [name, one] of Object.entries(value)) { said.push(name); read(one, deep + 1); }
    else said.push(String(value));
  };
  for (const { name } of await indexedDB.databases()) {
    const db = await new Promise((done) => { const asked = indexedDB.open(name); asked.onsuccess = () => done(asked.result); });
    for (const store of db.objectStoreNames) {
      const all = (ask) => new Promise((done) => { const asked = db.transaction(store).objectStore(store)[ask](); asked.onsuccess = () => done(asked.result); });
      read(await all('getAllKeys'));
      read(await all('getAll'));
    }
    db.close();
  }
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const asked of await cache.keys()) {
      said.push(asked.url);
      if (!/static|sw.js/.test(asked.url)) said.push(await (await cache.match(asked)).text());
    }
  }
  for (const store of [localStorage, sessionStorage]) read({ ...store });
  return said.concat(document.cookie, location.href, document.title, JSON.stringify(history.state)).join('\\n');
}"""


def test_a_copied_profile_tells_nothing_of_a_visit_and_signs_nothing(world, proxy, new_phone, playwright, tmp_path):
    phone = new_phone(proxy.origin)
    phone.ready_offline()
    phone.begin(CODE)
    phone.tap("Next household")
    phone.interview("Record this household", photo_first=False)
    phone.see("This household is saved on the phone.")
    phone.tap("Next household")
    phone.until("#respondent")
    phone.page.locator("#respondent").fill(TYPED[2])
    phone.wait_for_counts(r"(\d+) 0 \1")
    everything = phone.page.evaluate(ALL_STORES)
    phone.close()
    copy = tmp_path / "copied"
    shutil.copytree(phone.profile, copy, ignore=shutil.ignore_patterns("Singleton*"))

    found = [f"{path.relative_to(copy)}: {word}" for path in copy.rglob("*") if path.is_file()
             for word in (*TYPED, *NAMED) if _holds(path.read_bytes(), word)]
    assert found == []

    other = playwright.chromium.launch_persistent_context(
        str(copy), executable_path=find_browser(), args=list(FLAGS), headless=True, locale="en-GB")
    page = other.pages[0] if other.pages else other.new_page()
    proxy.down()
    page.goto(proxy.origin + "/phone/")
    expect(page.locator("#unlock")).to_be_visible()
    there = page.evaluate(ALL_STORES)
    shown = page.locator("body").inner_text()
    other.close()
    for text in (everything, there, shown):
        assert [word for word in (*TYPED, *NAMED) if word in text] == []
    assert re.findall("key private .*", there) == ["key private sign"], "the transport key alone; the signing key lies concealed"
    proxy.up = True
    phone.open()
    expect(phone.page.locator("#respondent")).to_have_value(TYPED[2])


def _holds(raw: bytes, word: str) -> bool:
    forms = {word.encode(), word.encode("utf-16-le"), word.encode("utf-16-be"), json.dumps(word).strip('"').encode()}
    return any(form in raw for form in forms)


def test_hiding_shows_a_plain_page_at_once_and_coming_back_nothing_typed_is_lost(server, new_phone):
    phone = new_phone(server.origin)
    page = phone.page
    phone.begin(CODE)
    phone.stays_locked(True)
    phone.tap("Next household")
    phone.until("#respondent")
    page.locator("#respondent").press_sequentially("the last lette")
    page.evaluate("""() => {
      const field = document.getElementById('respondent');
      field.value += 'r';
      field.dispatchEvent(new Event('input'));
      document.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape' }));
    }""")
    assert page.locator("body").inner_text().split() == ["Notes", "Nothing", "here.", "Open"]
    assert (page.title(), page.url) == ("Visit notes", server.origin + "/phone/")
    assert axe(page) == []
    page.go_back()
    expect(page.get_by_role("heading", name="Notes")).to_be_visible()
    phone.tap("Open")
    phone.unlock("not the words")
    phone.see("That is not it.")
    assert axe(page) == []
    phone.unlock()
    expect(page.locator("#respondent")).to_have_value("the last letter")

    two = """(moved) => { const at = (x) => new Touch({ identifier: x, target: document.body, clientX: x, clientY: 90 });
      const say = (name, touches) => document.body.dispatchEvent(new TouchEvent(name, { touches, bubbles: true }));
      say('touchstart', [at(90)]); say('touchstart', [at(90), at(200)]);
      if (moved) say('touchmove', [at(150), at(200)]);
      say('touchend', []); }"""
    page.evaluate(two, True)
    expect(page.locator("#respondent")).to_be_visible()
    page.evaluate(two, False)
    expect(page.get_by_role("heading", name="Notes")).to_be_visible()
    page.reload()
    expect(page.locator("#secret")).to_be_focused()
    phone.unlock()
    expect(page.locator("#respondent")).to_have_value("the last letter")
    phone.tap("Leave for now")
    phone.tap("Photo")
    _hides_and_comes_back(phone, "#viewfinder")
    page.get_by_label("Look before saving").check()
    phone.tap("Take the photo")
    expect(page.get_by_role("heading", name="Look and cover")).to_be_visible()
    # The picture was never saved, so it is gone; the viewfinder stands where it was taken.
    _hides_and_comes_back(phone, "#viewfinder")


def _hides_and_comes_back(phone, to: str, secret: str = SECRET) -> None:
    phone.tap("Hide")
    expect(phone.page.get_by_role("heading", name="Notes")).to_be_visible()
    expect(phone.page.locator(to)).to_have_count(0)
    phone.tap("Open")
    expect(phone.page.locator("#secret")).to_be_focused()
    phone.unlock(secret)
    expect(phone.page.locator(to)).to_be_visible()


AWAY = """(minutes) => {
  Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => 'hidden' });
  document.dispatchEvent(new Event('visibilitychange'));
  const real = Date.now;
  Date.now = () => real() + minutes * 60000;
  delete document.visibilityState;
  document.dispatchEvent(new Event('visibilitychange'));
}"""


def test_out_of_sight_for_five_minutes_it_locks_but_never_at_a_door_and_a_changed_secret_opens_it(server, new_phone):
    phone = new_phone(server.origin)
    phone.begin(CODE)
    phone.stays_locked(True)
    phone.tap("Next household")
    phone.until("#respondent")
    phone.page.locator("#respondent").fill("somebody at a door")
    phone.page.evaluate(AWAY, 6)
    expect(phone.page.locator("#respondent")).to_have_value("somebody at a door")
    phone.tap("Leave for now")
    phone.see("Still missing")
    phone.page.evaluate(AWAY, 4)
    phone.see("Still missing")
    phone.page.evaluate(AWAY, 6)
    expect(phone.page.get_by_role("heading", name="Notes")).to_be_visible()
    phone.tap("Open")
    phone.unlock()
    phone.see("Still missing")

    phone.tap("Back", exact=False)
    phone.tap("ready for the field", exact=False)
    phone.tap("Change the PIN or passphrase")
    for old, new, again in (("not the words", "295173", "295173"), (SECRET, "295173", "295174")):
        for name, typed in (("old", old), ("secret", new), ("again", again)):
            phone.page.locator(f"#pin-{name}").fill(typed)
        if again == new:
            phone.tap("Change it")
            phone.see("That is not it.")
            assert axe(phone.page) == []
    phone.see("The two are not the same.")
    expect(phone.page.get_by_role("button", name="Change it")).to_be_disabled()
    phone.page.locator("#pin-again").fill("295173")
    phone.page.locator("#pin-again").press("Enter")
    phone.see("Changed. From now on the new one opens the app.")
    phone.tap("Hide")
    phone.tap("Open")
    phone.unlock()
    phone.see("That is not it.")
    phone.unlock("295173")
    phone.see("Ready for the field?")


def test_a_forgotten_pin_costs_the_draft_alone_and_sealed_work_arrives_all_the_same(world, proxy, new_phone):
    phone = new_phone(proxy.origin)
    phone.ready_offline()
    phone.begin(CODE)
    proxy.down()
    phone.tap("Photo")
    phone.shoot()
    phone.stays_locked(True)
    saved = phone.counts()[0]
    other = phone.context.new_page()
    other.goto(proxy.origin + "/phone/")
    other.locator("#secret").fill(SECRET)
    other.locator("#unlock").click()
    expect(other.get_by_role("button", name="Next household")).to_be_visible()
    phone.tap("Hide")
    phone.tap("Open")
    phone.tap("I forgot it")
    phone.see("at most what was not saved is lost")
    phone.tap("Give the drafts up and go on")
    phone.see("The keys and drafts on this phone are destroyed")
    assert axe(phone.page) == []
    assert phone.counts()[0] == saved
    phone.page.locator("#new-secret").fill("other rice, other wind")
    phone.tap("Set it")
    phone.see("One connection is needed")
    other.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(other.locator("#unlock").or_(other.get_by_text("The keys and drafts on this phone are destroyed"))).to_be_visible()
    expect(other.get_by_role("button", name="Next household")).to_have_count(0)
    other.close()
    proxy.up = True
    phone.tap("Sync now")
    phone.see("Today")
    phone.wait_for_counts(rf"{saved} 0 {saved}")
    assert world.db.execute("SELECT count(*) FROM devices WHERE predecessor IS NOT NULL").fetchone()[0] == 1
    assert list(verify_log(world.db, world.config.data, world.keys)) == []
