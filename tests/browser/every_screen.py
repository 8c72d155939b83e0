"""Pictures of every screen and every page, to be looked at: ``python -m tests.browser.every_screen [--out DIR]``.

A fresh demonstration (演示) is made and served. The phone's screens are taken at 360 × 640, the desk's pages at
1440 × 900, each in both languages and three themes, into a folder outside the project (``/tmp`` by default), with a page
``index.html`` and sheets of small copies to look over at once. Nothing of it is kept in the project.
"""

from __future__ import annotations

import argparse
import tempfile
from html import escape
from pathlib import Path
from typing import Iterator

from PIL import Image
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from fieldcheck.demo_accounts import OFFICE, PASSWORD
from tests.browser.phone_driver import FLAGS, PhoneDriver, sign_in_at_desk
from tests.browser.pictures import COMPANION_CODE, DESK_SIZE, drawn_film, way_in, with_demo
from tests.browser.screen_walk import LANGUAGES, THEMES, desk_addresses, every_screen, speak
from tests.installed_browser import find_browser

LOCALES = {"zh": "zh-CN", "en": "en-GB"}
#: Size of a small copy on a sheet, and how many stand in a row.
SMALL, IN_A_ROW = {"phone": (240, 427), "desk": (480, 300)}, {"phone": 8, "desk": 4}


def phone_shots(playwright: Playwright, folder: Path, data: Path, origin: str) -> Iterator[tuple[str, bytes]]:
    """Name and picture of each face of each screen."""
    link, place = way_in(data, origin)
    phone = PhoneDriver(playwright, folder / "profile", origin, place, camera=drawn_film(folder))
    phone.open(link.removeprefix(origin))
    yield from dressed(phone.page, "enrol")
    speak(phone.page, "en")
    phone.use_this_phone()
    phone.see("Today")
    for name in every_screen(phone, COMPANION_CODE):
        yield from dressed(phone.page, name)
        speak(phone.page, "en")
    phone.close()


def dressed(page: Page, name: str) -> Iterator[tuple[str, bytes]]:
    """What the page shows, in both languages and three themes."""
    for language in LANGUAGES:
        speak(page, language)
        for theme in THEMES:
            page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
            yield f"phone/{language}-{theme}/{name}", page.screenshot()


def desk_shots(browser: Browser, origin: str) -> Iterator[tuple[str, bytes]]:
    """Name and picture of each page that opens by its address, and of the first visit that waits for review."""
    for language, locale in LOCALES.items():
        context = browser.new_context(locale=locale, viewport=DESK_SIZE)
        page = sign_in_at_desk(context, origin, OFFICE, PASSWORD)
        page.goto(f"{origin}/desk/reviews")
        first = str(page.locator("main tbody a").first.get_attribute("href"))
        for address in [*desk_addresses(), first]:
            page.goto(origin + address)
            page.wait_for_load_state("load")
            name = "visit" if address == first else address.strip("/").replace("/", "-") or "first"
            for theme in THEMES:
                page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
                page.evaluate("theme => { document.documentElement.dataset.theme = theme; }",
                              theme if theme == "sunlight" else "system")
                yield f"desk/{language}-{theme}/{name}", page.screenshot()
        context.close()


def sheet(files: list[Path], part: str) -> Image.Image:
    """Small copies of all of them, row by row."""
    (width, height), row = SMALL[part], IN_A_ROW[part]
    whole = Image.new("RGB", (row * (width + 8), -(-len(files) // row) * (height + 8)), "#808080")
    for at, file in enumerate(files):
        small = Image.open(file).convert("RGB").resize((width, height), Image.Resampling.LANCZOS)
        whole.paste(small, (at % row * (width + 8), at // row * (height + 8)))
    return whole


def bind(out: Path) -> None:
    """The sheets, and a page that leads to every picture."""
    parts = []
    for folder in sorted(path for path in out.glob("*/*-*") if path.is_dir()):
        part, files = folder.parent.name, sorted(folder.glob("*.png"), key=lambda file: file.stat().st_mtime_ns)
        sheet(files, part).save(out / f"{part}-{folder.name}.png")
        shots = "".join(f'<a href="{(where := escape(str(file.relative_to(out))))}"><img src="{where}" width="{SMALL[part][0]}" '
                        f'title="{escape(file.stem)}"></a>\n' for file in files)
        parts.append(f"<h2>{part} {folder.name}</h2>\n{shots}")
    (out / "index.html").write_text("<!doctype html><meta charset=utf-8>\n" + "\n".join(parts), "utf-8")


def main() -> None:
    """Make them all and say where they lie."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=None)
    out = parser.parse_args().out or Path(tempfile.mkdtemp(prefix="every-screen-"))

    def take(folder: Path, data: Path, origin: str) -> None:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=find_browser(), args=list(FLAGS))
            for shots in (phone_shots(playwright, folder, data, origin), desk_shots(browser, origin)):
                for name, png in shots:
                    path = out / f"{name}.png"
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_bytes(png)
            browser.close()

    with_demo(take)
    bind(out)
    print(out / "index.html")


if __name__ == "__main__":
    main()
