"""``/try`` exists in a demonstration only, and only there may a page of this server stand in a frame."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask

from fieldcheck.app import create_app
from fieldcheck.cli_data import Data
from fieldcheck.config import load_config
from fieldcheck.demo import make_demo
from fieldcheck.demo_accounts import TRY_ACCOUNT
from fieldcheck.store import people
from tests.desk import send_form
from tests.world import World

PAGES = ("/", "/phone/", "/sign-in", "/about", "/no/such/page", "/try", "/desk/reviews")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Data:
    """A demonstration in which nobody has walked yet."""
    folder = Path(tmp_path_factory.mktemp("try")) / "data"
    make_demo(Data(load_config(folder)), reset=True, ensure=False, now=datetime.now(UTC), visits=0)
    return Data(load_config(folder))


@pytest.fixture(scope="module")
def demo(data: Data) -> Flask:
    """The demonstration, served."""
    return create_app(data.config)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """An installation in service."""
    return World(Path(tmp_path_factory.mktemp("service"))).app


def policy(app: Flask, address: str) -> set[str]:
    """What the Content-Security-Policy of a page says about frames."""
    parts = app.test_client().get(address).headers["Content-Security-Policy"].split("; ")
    return {part for part in parts if part.startswith("frame-")}


@pytest.mark.parametrize("address", PAGES)
def test_in_service_no_page_may_stand_in_a_frame_or_hold_one(service: Flask, address: str) -> None:
    assert policy(service, address) == {"frame-ancestors 'none'"}


@pytest.mark.parametrize("address", PAGES)
def test_a_demonstration_lets_its_own_pages_alone_stand_in_its_frames(demo: Flask, address: str) -> None:
    assert policy(demo, address) == {"frame-ancestors 'self'", "frame-src 'self'"}


@pytest.mark.parametrize("method, address", [("GET", "/try"), ("GET", "/try/why"), ("POST", "/try/invitation")])
def test_in_service_nothing_of_it_exists(service: Flask, method: str, address: str) -> None:
    assert service.test_client().open(address, method=method).status_code == 404


def test_looking_at_the_page_invites_nobody_and_its_button_invites_for_the_account_that_is_kept_for_it(
        demo: Flask, data: Data) -> None:
    def invited() -> list[str]:
        return [row[0] for row in data.db.execute("SELECT account FROM invitations").fetchall()]

    browser, before = demo.test_client(), invited()
    page = browser.get("/try", headers={"Accept-Language": "en"}).get_data(as_text=True)
    assert 'data-code="424242"' in page and "刘家场镇" not in page.split("<main")[0] and invited() == before
    answer = send_form(browser, "/try", "/try/invitation")
    assert answer.status_code == 200 and answer.get_json()["token"]
    account = people.account_by_name(data.db, TRY_ACCOUNT)
    assert account and invited() == [*before, account.id]
    assert browser.post("/try/invitation").status_code == 403


def test_why_is_told_of_any_township_and_of_no_other_place(demo: Flask) -> None:
    browser = demo.test_client()
    why = browser.get("/try/why", headers={"Accept-Language": "en"}).get_data(as_text=True)
    assert "刘家场镇" in why and "No visit of this round has arrived." in why
    assert browser.get("/try/why?unit=nowhere").status_code == 404
