"""The pictures of the documents of the first screen's doors and of help: ``python -m tests.browser.pictures [help]``.

A fresh demonstration (演示) is made and served, a Chromium of this machine looks at it, and what it shows becomes WebP
files in both languages: screens in ``docs/pictures/``, cut-outs for the doors and for help in ``static/pictures/``. Nothing is drawn
by hand; after a screen has changed, the same command makes them all anew.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Callable, Iterator

from PIL import Image
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright

from fieldcheck.actions.invite_device import invite_device
from fieldcheck.demo_accounts import TRY_ACCOUNT, TRY_TOWNSHIP
from fieldcheck.fleet.demo_photo import demo_photo
from fieldcheck.store import people, registers
from fieldcheck.store.database import open_database
from tests.browser.help_pictures import help_pictures
from tests.browser.phone_driver import FLAGS, PhoneDriver
from tests.house.source_tree import ROOT
from tests.installed_browser import find_browser
from tests.server_process import ServerProcess

DOCS, DOORS = ROOT / "docs" / "pictures", ROOT / "static" / "pictures"
HELP = DOORS / "help"
DESK_SIZE = {"width": 1440, "height": 900}
#: What a reader of the documents sees, in pixels; the largest file stays below ``LARGEST_BYTES``.
DESK_WIDTH, PHONE_WIDTH, DOOR_SIZE = 1200, 360, (400, 280)
LARGEST_BYTES = 150_000
QUALITY, HELP_QUALITY = 80, 28
LANGUAGES = {"zh": "zh-CN", "en": "en-GB"}
COMPANION_CODE = "424242"


def keep(image: Image.Image, path: Path, quality: int = QUALITY) -> None:
    """Write a picture as WebP.

    :raises ValueError: it is too large to be part of the project.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path, "WEBP", quality=quality, method=6)
    if path.stat().st_size > LARGEST_BYTES:
        raise ValueError(f"{path.name}: {path.stat().st_size} bytes")
    print(f"{path.relative_to(ROOT)} {image.width}×{image.height} {path.stat().st_size // 1000} kB", flush=True)


def look(page: Page) -> Image.Image:
    """What the page shows."""
    return Image.open(BytesIO(page.screenshot())).convert("RGB")


def narrowed(image: Image.Image, width: int) -> Image.Image:
    """The picture at this width."""
    return image.resize((width, round(image.height * width / image.width)), Image.Resampling.LANCZOS)


def door(image: Image.Image, left: float, top: float, width: float) -> Image.Image:
    """A cut-out in a door's shape: left, top and width as parts of the whole."""
    x, y, w = (round(part * image.width) for part in (left, top, width))
    cut = image.crop((x, y, x + w, y + round(w * DOOR_SIZE[1] / DOOR_SIZE[0])))
    return cut.resize(DOOR_SIZE, Image.Resampling.LANCZOS)


def desk_pictures(browser: Browser, origin: str, language: str) -> Iterator[tuple[str, Image.Image]]:
    """Name and picture of each page of the desk, as whoever comes through the doors sees it."""
    context = browser.new_context(locale=LANGUAGES[language], viewport=DESK_SIZE)
    page = context.new_page()
    page.goto(origin)
    expect(page.locator(".leaflet-container canvas")).to_be_visible()
    yield "first", look(page)
    page.goto(f"{origin}/try")
    expect(page.frame_locator("iframe").first.locator(".thumb button").first).to_be_visible(timeout=60_000)
    expect(page.locator(".leaflet-container canvas")).to_be_visible()
    yield "try", look(page)
    page.goto(origin)
    page.locator("form[action$='/coverage'] button").click()
    expect(page.locator(".leaflet-container canvas")).to_be_visible()
    yield "coverage", look(page)
    page.goto(f"{origin}/desk/reviews")
    page.locator("main tbody a").first.click()
    page.wait_for_load_state("networkidle")
    yield "review", look(page)
    context.close()


def phone_pictures(playwright: Playwright, folder: Path, data: Path, origin: str) -> Iterator[tuple[str, str, Image.Image]]:
    """Name, language and picture of five screens, on the way through the beginning of a visit."""
    link, place = way_in(data, origin)
    phone = PhoneDriver(playwright, folder / "profile", origin, place, camera=drawn_film(folder))
    phone.enrol(link)
    expect(phone.page.get_by_role("button", name="Begin the visit")).to_be_visible()
    yield from spoken(phone, "today")
    phone.begin(COMPANION_CODE)
    phone.tap("Next household")
    phone.interview("Record this household", photo_first=False)
    yield from spoken(phone, "visit")
    phone.tap("Photo")
    expect(phone.page.get_by_role("button", name="Take the photo")).to_be_enabled()
    yield from spoken(phone, "camera")
    phone.shoot()
    phone.more("Leave and seal")
    yield from spoken(phone, "seal")
    phone.tap("Back")
    phone.tap("Next household")
    phone.until("button:text-is('Somebody beside you?')")
    yield from spoken(phone, "question")
    phone.close()


def spoken(phone: PhoneDriver, name: str) -> Iterator[tuple[str, str, Image.Image]]:
    """The screen as it stands, in both languages."""
    for language, word in (("zh", "中文"), ("en", "English")):
        phone.page.locator(".languages").get_by_text(word).click()
        expect(phone.page.locator("html")).to_have_attribute("lang", LANGUAGES[language].replace("en-GB", "en"))
        yield name, language, look(phone.page)


def way_in(data: Path, origin: str) -> tuple[str, tuple[float, float]]:
    """A link that makes a browser the phone of ``/try``, and the place that it is sent to: lon, lat in degrees."""
    db = open_database(data / "fieldcheck.db")
    account = people.account_by_name(db, TRY_ACCOUNT)
    register = registers.current_register(db)
    assert account and register
    token = invite_device(db, account.id, "cli", datetime.now(UTC)).link_token
    township = next(unit for unit in register.units if unit.code == TRY_TOWNSHIP)
    db.conn.close()
    return f"{origin}/phone/#enrol={token}", (township.seat_lon, township.seat_lat)


def drawn_film(folder: Path) -> Path:
    """A film of one frame for the browser's camera: a drawn picture that says what it is."""
    film = folder / "film.mjpeg"
    film.write_bytes(demo_photo(Random(1), "DEMO", (960, 1280)))
    return film


def with_demo(act: Callable[[Path, Path, str], None]) -> None:
    """Let ``act`` have a folder, a fresh demonstration in it, and its server's address; both are gone afterwards."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        data = folder / "demo"
        subprocess.run([sys.executable, "-m", "fieldcheck", "demo", "--data", str(data)], check=True)
        server = ServerProcess(data)
        server.start()
        try:
            act(folder, data, server.origin)
        finally:
            server.stop()


def make_pictures(folder: Path, data: Path, origin: str) -> None:
    """Every picture in both languages."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=list(FLAGS))
        for language in LANGUAGES:
            for name, image in desk_pictures(browser, origin, language):
                keep(narrowed(image, DESK_WIDTH), DOCS / f"{name}-{language}.webp")
                if name == "coverage":
                    keep(door(image, 0.02, 0.22, 0.5), DOORS / f"door-coverage-{language}.webp")
                if name == "try":
                    keep(door(image, 0.02, 0.2, 0.3), DOORS / f"door-phone-{language}.webp")
                if name == "review":
                    keep(door(image, 0.703, 0.128, 0.285), DOORS / f"door-reviews-{language}.webp")
        browser.close()
        for name, language, image in phone_pictures(playwright, folder, data, origin):
            keep(image, DOCS / f"phone-{name}-{language}.webp")
    make_help_pictures(folder, data, origin)


def make_help_pictures(folder: Path, data: Path, origin: str) -> None:
    """Those of help alone; a phone of its own walks for them."""
    with sync_playwright() as playwright:
        link, place = way_in(data, origin)
        phone = PhoneDriver(playwright, folder / "helped", origin, place, camera=drawn_film(folder))
        phone.enrol(link)
        for name, language, image in help_pictures(phone, COMPANION_CODE):
            keep(image, HELP / f"{name}-{language}.webp", HELP_QUALITY)
        phone.close()


if __name__ == "__main__":
    with_demo(make_help_pictures if sys.argv[1:] == ["help"] else make_pictures)
