"""What tests in a browser share: one Playwright and one Chromium a module, an installation, an invited phone."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Callable, Iterator

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from fieldcheck.actions.invite_device import invite_device
from tests.browser.phone_driver import FLAGS, PhoneDriver
from tests.installed_browser import find_browser
from tests.world import World

#: In the middle of the world's first township.
MIDDLE = (112.05, 30.05)


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    """Ended with its module, for a second one cannot be started beside it."""
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """A Chromium of this machine, for the desk."""
    browser = playwright.chromium.launch(executable_path=find_browser(), args=list(FLAGS))
    yield browser
    browser.close()


@pytest.fixture
def world(tmp_path: Path) -> World:
    """An installation in which two inspectors of team A have a township."""
    world = World(tmp_path / "data")
    world.assign("420101100", "a1", "a2")
    return world


@pytest.fixture
def new_phone(world: World, playwright: Playwright, tmp_path: Path) -> Iterator[Callable[..., PhoneDriver]]:
    """``new_phone(origin, place, minutes_ago)``: a1's phone in a browser of its own, enrolled before that server."""
    phones: list[PhoneDriver] = []

    def make(origin: str, place: tuple[float, float] = MIDDLE, **more: Any) -> PhoneDriver:
        phone = PhoneDriver(playwright, tmp_path / f"profile-{len(phones)}", origin, place, **more)
        phones.append(phone)
        phone.enrol(f"{origin}/phone/#enrol={invitation(world)}")
        return phone

    yield make
    for phone in phones:
        phone.close()


def invitation(world: World) -> str:
    """The token of a link that enrols a1's phone once."""
    return invite_device(world.db, world.accounts["a1"].id, "cli", datetime.now(UTC)).link_token
