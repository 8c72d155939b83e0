"""Storage on a phone in a real browser: not promised, full, emptied. Nothing is lost unsaid, and what can be carried is."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from fieldcheck.actions.verify_log import verify_log
from tests.browser.conftest import invitation
from tests.browser.phone_driver import sign_in_at_desk
from tests.world import CODE, PASSWORD

pytestmark = pytest.mark.browser
TOWNSHIP = "420101100"
MEGABYTE = 1024 * 1024
EMPTY_THE_STORE = """async () => {
  for (const { name } of await indexedDB.databases()) {
    await new Promise((done) => { const asked = indexedDB.deleteDatabase(name); asked.onsuccess = asked.onblocked = done; });
  }
}"""

# What every write meets on a full disk: Chromium keeps its own count of what is left for half a minute.
FILL_THE_DISK = "() => { IDBObjectStore.prototype.put = () => { throw new DOMException('', 'QuotaExceededError'); }; }"

FORGET_THE_FIGURES = """() => new Promise((done) => {
  const asked = indexedDB.open('fieldcheck');
  asked.onsuccess = () => {
    const forgetting = asked.result.transaction('settings', 'readwrite');
    forgetting.objectStore('settings').delete('tally');
    forgetting.oncomplete = () => done();
    asked.result.close();
  };
})"""

# An app of an earlier schema, as far as a start asks for it, in a window that does not let go.
HOLD_AN_OLD_STORE = """() => new Promise((done) => {
  const asked = indexedDB.open('fieldcheck', 3);
  asked.onupgradeneeded = () => {
    const make = (name, options, ...indexes) => {
      const store = asked.result.createObjectStore(name, options);
      for (const index of indexes) store.createIndex(index, index);
    };
    for (const name of ['settings', 'drafts', 'lock', 'segment_bodies', 'photo_bytes']) make(name);
    make('devices', { keyPath: 'device' });
    make('checklists', { keyPath: 'version' });
    make('segments', { keyPath: ['device', 'from'] }, 'waiting', 'visit');
    make('photos', { keyPath: 'sealed' }, 'waiting', 'alone', 'held', 'visit');
    make('visits', { keyPath: 'visit' }, 'state');
  };
  asked.onsuccess = () => { window.held = asked.result; done(); };
})"""

# What a draft says cannot be read from outside; how long it is, can.
DRAFT_BYTES = """() => new Promise((done) => {
  const asked = indexedDB.open('fieldcheck');
  asked.onsuccess = () => {
    const drafts = asked.result.transaction('drafts').objectStore('drafts').getAll(IDBKeyRange.bound('interview:', 'interview;'));
    drafts.onsuccess = () => done(drafts.result.reduce((sum, { concealed }) => sum + concealed.byteLength, 0));
    asked.result.close();
  };
})"""


@pytest.fixture
def phone(proxy, new_phone):
    """An enrolled phone that reaches the server through the proxy alone."""
    phone = new_phone(proxy.origin)
    phone.ready_offline()
    return phone


def quota(phone, size):
    """Let the browser allow this site ``size`` bytes, or as many as it likes. What it estimates stays 10 GiB (Chrome 138)."""
    phone.session = phone.context.new_cdp_session(phone.page)
    phone.session.send("Storage.overrideQuotaForOrigin", {"origin": phone.origin, **({} if size is None else {"quotaSize": size})})


def test_without_a_promise_of_storage_a_visit_is_carried_to_the_desk_in_a_file_and_an_emptied_phone_says_what_it_lost(
        world, server, proxy, phone, browser, tmp_path):
    phone.see("has not promised to keep")
    phone.tap("Not ready for the field", exact=False)
    phone.see("Data kept for good")
    expect(phone.page.locator(".conditions li.open")).to_have_count(2)
    phone.tap("Back", exact=False)
    proxy.down()
    phone.begin(CODE)
    phone.tap("Photo")
    phone.shoot()
    phone.seal()
    saved, waiting, _ = phone.counts()
    phone.see(f"{waiting} records and photos are neither with the server nor in a rescue file.")
    phone.tap("Make a rescue file")
    phone.tap("Make the file")
    with phone.page.expect_download() as download:
        phone.page.get_by_role("link", name="Save to the phone's downloads").click()
    download.value.save_as(tmp_path / "phone.fcx")
    assert download.value.suggested_filename.endswith(".fcx")
    phone.see("Last made:")
    phone.tap("Back", exact=False)
    phone.tap("Back", exact=False)
    phone.see("Today")
    expect(phone.page.get_by_text("nor in a rescue file")).to_have_count(0)

    desk = sign_in_at_desk(browser.new_context(locale="en-GB"), server.origin, "office", PASSWORD)
    desk.goto(server.origin + "/desk/devices/rescue")
    desk.locator("#file").set_input_files(tmp_path / "phone.fcx")
    desk.get_by_role("button", name="Import").click()
    expect(desk.get_by_role("status")).to_contain_text("1 photo taken in and verified.")
    expect(desk.get_by_role("status")).to_contain_text("Everything that the phone put in was in the file.")
    assert phone.counts() == (saved, waiting, 0)
    assert world.township(TOWNSHIP)["counts"]["photos_verified"] == 1

    proxy.up = True
    phone.tap("Sync now")
    phone.wait_for_counts(r"(\d+) 0 \1")
    sent = world.db.execute("SELECT count(*) FROM uploads WHERE created_at <> finished_at").fetchone()[0]
    assert sent == 0, "a photo that the desk had was sent again"

    proxy.down()
    phone.begin(CODE)
    lost = phone.counts()[1]
    assert lost > 0
    phone.page.evaluate(EMPTY_THE_STORE)
    phone.page.goto(f"{proxy.origin}/phone/")
    phone.see("The store of this phone was emptied.")
    phone.see(f"{lost} records and photos had not reached the server" if lost > 1 else "1 record or photo had not reached")
    proxy.up = True
    phone.page.goto(f"{proxy.origin}/phone/#enrol={invitation(world)}")
    phone.use_this_phone()
    phone.see("The store of this phone was emptied.")
    phone.tap("I have read this")
    desk.goto(server.origin + "/desk/devices")
    expect(desk.get_by_text("The store of this phone was emptied.")).to_be_visible()
    assert world.db.execute("SELECT count(*) FROM devices WHERE predecessor IS NOT NULL").fetchone()[0] == 1
    assert list(verify_log(world.db, world.config.data, world.keys)) == []


def test_short_of_space_the_shutter_stays_closed_and_on_a_full_phone_nothing_saved_or_written_is_lost(world, phone):
    phone.begin(CODE)
    phone.see("Still missing")
    before = phone.counts()[0]
    quota(phone, MEGABYTE)
    phone.tap("Photo")
    phone.see("There is not enough room for a photo.")
    expect(phone.page.get_by_role("button", name="Take the photo")).to_be_disabled()
    for way in ("Camera app", "Gallery"):
        expect(phone.page.get_by_role("button", name=way)).to_be_disabled()
    phone.tap("Done")
    phone.see("Still missing")
    assert phone.counts()[0] == before
    quota(phone, None)

    phone.page.evaluate(FILL_THE_DISK)
    phone.tap("Next household")
    phone.see("The phone is full")
    expect(phone.page.get_by_role("heading", name="Still missing")).to_be_visible()
    phone.page.reload()
    phone.tap("Next household")
    phone.see("Household 1 · step 1")
    before = phone.page.evaluate(DRAFT_BYTES)
    phone.choose("At random")
    phone.wait_until(f"async () => await ({DRAFT_BYTES})() > {before} + '\"random\"'.length")
    for name, words in (("QuotaExceededError", "The phone is full"), ("DataError", "What you just wrote was not kept (DataError).")):
        phone.page.evaluate(FILL_THE_DISK.replace("QuotaExceededError", name))
        phone.page.locator("main .rows .row:visible").first.click()
        phone.see(words)
        phone.page.reload()
        phone.see("Household 1 · step 2")
    phone.interview("Record this household")
    phone.see("This household is saved on the phone.")
    phone.tap("Photo")
    phone.shoot()
    phone.seal()
    phone.tap("Sync now")
    phone.wait_for_counts(r"(\d+) 0 \1")
    assert world.township(TOWNSHIP)["counts"]["households"] == 1
    assert list(verify_log(world.db, world.config.data, world.keys)) == []

    phone.page.evaluate(FORGET_THE_FIGURES)
    counts = phone.counts()
    phone.page.add_init_script(f"({FILL_THE_DISK})()")
    phone.page.reload()
    phone.see("Today")
    assert phone.counts() == counts, "a full phone that has counted nothing yet is counted all the same"


def test_a_start_that_another_window_holds_up_says_so_and_goes_on_once_it_is_closed(server, browser):
    context = browser.new_context(locale="en-GB")
    other, page = context.new_page(), context.new_page()
    other.goto(server.origin + "/sign-in")
    other.evaluate(HOLD_AN_OLD_STORE)
    page.goto(server.origin + "/phone/")
    expect(page.get_by_text("another window still holds the old one open")).to_be_visible()
    other.close()
    expect(page.get_by_role("heading", name="Enrol this phone")).to_be_visible()
    context.close()
