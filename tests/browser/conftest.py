"""What tests in a browser share: one Playwright and one Chromium a module, invited phones."""

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
def new_phone(world: World, playwright: Playwright, tmp_path: Path) -> Iterator[Callable[..., PhoneDriver]]:
    """``new_phone(origin, place, name)``: that inspector's phone in a browser of its own, enrolled before that server.

    In the end none may have met a fault in a script.
    """
    phones: list[PhoneDriver] = []

    def make(origin: str, place: tuple[float, float] = MIDDLE, name: str = "a1", **more: Any) -> PhoneDriver:
        phone = PhoneDriver(playwright, tmp_path / f"profile-{len(phones)}", origin, place, **more)
        phones.append(phone)
        phone.enrol(f"{origin}/phone/#enrol={invitation(world, name)}")
        return phone

    yield make
    for phone in phones:
        phone.close()
    assert [phone.faults for phone in phones if phone.faults] == []


def invitation(world: World, name: str = "a1") -> str:
    """The token of a link that enrols one phone of that inspector once."""
    return invite_device(world.db, world.accounts[name].id, "cli", datetime.now(UTC)).link_token
