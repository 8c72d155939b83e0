"""The camera in a real browser: what is covered is gone for good, and what is picked or poor is kept and says so."""

from __future__ import annotations

import base64
import hashlib
import io
import json
from pathlib import Path
from random import Random

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

import run
from fieldcheck import pictures, sealed_photo
from fieldcheck.fleet.demo_photo import demo_photo
from fieldcheck.rules.flags import photos_picked, photos_poor
from fieldcheck.store import photo_files, photos
from fieldcheck.store.visits import find
from tests.browser.phone_driver import PhoneDriver
from tests.browser.test_desk_pages import faults_of
from tests.photo_samples import encoded, noise
from tests.world import World

pytestmark = pytest.mark.browser
KEPT = """indexedDB.databases().then(([{ name }]) => new Promise((done) => {
  indexedDB.open(name).onsuccess = ({ target: { result: db } }) => {
    db.transaction('photo_bytes').objectStore('photo_bytes').count().onsuccess = (found) => { db.close(); done(found.target.result); };
  };
}))"""
#: A block of a quarter of the width and an eighth of the height in the middle, three cells up, and two wider: 352 to 640 by
#: 512 to 672, without its outermost pixels, into which a decoder smooths the colours of its neighbours.
COVERED = (356, 516, 636, 668)
#: The same block as it is drawn, and what the worker makes of a picture with it, as base64.
BLOCK = {"x": 352, "y": 512, "width": 288, "height": 160}
MADE_BY_THE_WORKER = """async ([address, picture, block]) => {
  const bytes = (text) => Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
  const worker = new Worker(address);
  const made = await new Promise((done) => {
    worker.onmessage = ({ data }) => done(data);
    worker.postMessage({ source: new Blob([bytes(picture)], { type: 'image/png' }), blocks: [block] });
  });
  worker.terminate();
  return btoa(Array.from(new Uint8Array(made.bytes), (one) => String.fromCharCode(one)).join(''));
}"""


def worker_address() -> str:
    return "/static/dist/" + json.loads((run.DIST / "manifest.json").read_text())["photo_worker.js"]


def png(secret: int) -> str:
    """A picture that is always the same, but for what stands under the block."""
    picture = noise(960, 1280)
    picture.paste(noise(BLOCK["width"], BLOCK["height"], seed=secret + 2), (BLOCK["x"], BLOCK["y"]))
    return base64.b64encode(encoded(picture, "PNG")).decode()


def kept_photo(world: World, place: int) -> tuple[dict[str, object], bytes]:
    """The visit's photo of that place, as its message tells of it, and the picture inside."""
    [visit] = [row["visit"] for row in world.db.query("SELECT visit FROM visits")]
    photo = find(world.db, visit)["photos"][place]
    claim = photos.claim_of(world.db, photo["sealed_sha256"])
    sealed = photo_files.read(world.config.data, photo["sealed_sha256"])
    return photo, bytes(sealed_photo.open_sealed(sealed, sealed_photo.read_key(claim.key)))


def pick(page: Page, name: str, mime: str, data: bytes) -> None:
    """Choose a file from the gallery, once the one before is dealt with: until then the choice is closed."""
    gallery = page.get_by_label("Gallery")
    expect(gallery).to_be_enabled()
    gallery.set_input_files({"name": name, "mimeType": mime, "buffer": data})


def synced(phone: PhoneDriver) -> None:
    """Leave the camera, and let everything travel."""
    phone.page.get_by_role("button", name="Done", exact=True).or_(phone.page.get_by_role("button", name="Keep it")).first.click()
    phone.wait_for_counts(r"(\d+) 0 \1")


def test_an_identity_card_is_covered_by_keys_alone_and_nothing_of_it_is_stored_or_sent(world, server, new_phone, tmp_path):
    film: Path = tmp_path / "film.mjpeg"
    film.write_bytes(demo_photo(Random(1), "handbook", (960, 1280)))
    phone = new_phone(server.origin, camera=film)
    phone.begin()
    phone.tap("Photo")
    page = phone.page
    expect(page.get_by_role("button", name="Take the photo")).to_be_enabled()
    page.locator("#kind").focus()
    page.keyboard.type("Handbook")
    expect(page.get_by_role("checkbox")).to_be_checked()
    page.get_by_role("button", name="Take the photo").press("Enter")
    expect(page.get_by_role("heading", name="Look and cover")).to_be_focused()
    assert page.evaluate(KEPT) == 0
    page.get_by_role("button", name="Add block").press("Enter")
    block = page.get_by_role("button", name="Block 1 of 1")
    expect(block).to_be_focused()
    for key in ("ArrowUp", "ArrowUp", "ArrowUp", "Shift+ArrowRight", "Shift+ArrowRight", "ArrowDown"):
        page.keyboard.press(key)
    page.get_by_role("button", name="Undo").press("Enter")
    page.get_by_role("button", name="Add block").press("Enter")
    page.keyboard.press("Delete")
    expect(page.locator(".mask-block")).to_have_count(1)
    assert faults_of(page) == []
    assert page.evaluate(KEPT) == 0
    page.get_by_role("button", name="Save, 1 covered").press("Enter")
    phone.see("Saved on the phone: photo 1")
    synced(phone)

    photo, picture = kept_photo(world, 0)
    assert photo["masked"] == 1 and photo["kind"] == "handbook" and photo["sha256"] == hashlib.sha256(picture).hexdigest()
    covered = Image.open(io.BytesIO(picture)).convert("RGB").crop(COVERED)
    assert max(high for _, high in covered.getextrema()) <= 2
    kept = [page.evaluate(MADE_BY_THE_WORKER, [worker_address(), png(secret), BLOCK]) for secret in (0, 1)]
    assert kept[0] == kept[1] and len(kept[0]) > 10_000
    assert Image.open(io.BytesIO(picture)).convert("L").crop((0, 0, 960, 400)).getextrema()[1] > 200


def test_pictures_from_the_gallery_are_kept_marked_and_flagged_whatever_they_are_called(world, server, new_phone):
    phone = new_phone(server.origin)
    phone.begin()
    phone.tap("Photo")
    page = phone.page
    dark, upright = io.BytesIO(), Image.Exif()
    upright[0x0112] = 6
    upright.get_ifd(0x8825)[1] = "N"
    Image.open(io.BytesIO(demo_photo(Random(2), "house"))).point(lambda light: light * 0.12).save(dark, "JPEG", exif=upright)
    pick(page, "dark.heic", "image/heic", dark.getvalue())
    phone.see("photo 1 of this visit. It is too dark")
    pick(page, "no.jpg", "image/jpeg", b"this is no picture at all")
    phone.see("That is no picture")
    picked = 1
    if pictures.heic_readable():
        heic = io.BytesIO()
        noise(320, 240).save(heic, "HEIF")
        pick(page, "apple.jpg", "image/jpeg", heic.getvalue())
        phone.see("photo 2 of this visit. It is HEIC")
        picked = 2
    synced(phone)

    [visit] = [row["visit"] for row in world.db.query("SELECT visit FROM visits")]
    doc = find(world.db, visit)
    assert photos_picked(doc)["figures"] == {"n": picked, "app": 0, "gallery": picked} and photos_poor(doc)["figures"] == {"n": 1}
    assert [("fix" in photo, photo["source"]) for photo in doc["photos"]] == [(False, "file")] * picked
    photo, picture = kept_photo(world, 0)
    assert (photo["width"], photo["height"], photo["remarks"]) == (1200, 1600, ["dark"]) and not Image.open(io.BytesIO(picture)).getexif()
    if picked == 2:
        photo, picture = kept_photo(world, 1)
        assert (photo["mime"], photo["width"], photo["height"]) == ("image/heic", 320, 240) and pictures.sniff(picture) == "image/heic"
