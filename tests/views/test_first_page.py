"""The first page: in service two doors and nothing else; in a demonstration the map, its figures and three doors."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from fieldcheck.actions.add_account import add_account
from fieldcheck.app import create_app
from fieldcheck.demo_accounts import INSPECTOR, OFFICE, PASSWORD
from tests.desk import form_token, send_form, signed_in
from tests.world import NOW, World


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """An installation that also has the accounts of a demonstration."""
    world = World(Path(tmp_path_factory.mktemp("first")))
    for name, role, team in ((OFFICE, "supervisor", None), (INSPECTOR, "inspector", "A")):
        add_account(world.db, name=name, display_name=name, role=role, team=team, password=PASSWORD, now=NOW, demo=True)
    return world


@pytest.fixture(scope="module")
def demo(world: World) -> Flask:
    """The same, were it a demonstration."""
    return create_app(replace(world.config, demo=True))


def through(browser: FlaskClient, door: str, **fields: str) -> str:
    """Where a door leads; the press of its button as the page makes it."""
    answer = send_form(browser, "/", f"/demo/doors/{door}", **fields)
    assert answer.status_code == 302
    return str(answer.location)


def test_in_service_it_has_two_doors_and_does_not_say_what_it_is(world: World) -> None:
    page = world.app.test_client().get("/", headers={"Accept-Language": "en"}).get_data(as_text=True)
    main = page.split("<main")[1].split("</main>")[0]
    assert main.count("<a ") == main.count("<h2>") == 2 and "Sign in" in main and "Visit notes" in main
    for word in ("covered", "coverage", "township", "evidence", "demonstration", "演示"):
        assert word not in page.lower(), word


def test_in_a_demonstration_anybody_sees_the_figures_the_tiles_and_three_doors(demo: Flask) -> None:
    page = demo.test_client().get("/", headers={"Accept-Language": "en"}).get_data(as_text=True)
    assert page.count('action="/demo/doors/') == 3 and "演示镇1" in page and page.count("<dd>") == 5
    assert 'data-api="/api/v1/coverage?round=' in page
    assert demo.test_client().get("/api/v1/coverage").status_code == 200


def test_a_township_of_the_first_page_says_why_without_signing_in(demo: Flask, world: World) -> None:
    page = demo.test_client().get(f"/?unit={world.unit('420101100')}", headers={"Accept-Language": "en"}).text
    assert "No visit of this round has arrived." in page and "/desk/visits/" not in page


@pytest.mark.parametrize(("door", "target"), [("coverage", "/desk/coverage"), ("reviews", "/desk/reviews")])
def test_a_door_leads_in_with_one_click_as_the_demonstrations_office(demo: Flask, door: str, target: str) -> None:
    browser = demo.test_client()
    assert through(browser, door) == target
    answer = browser.get(target)
    assert answer.status_code == 200 and OFFICE in answer.text


def test_a_door_may_lead_further_into_the_desk_and_nowhere_else(demo: Flask) -> None:
    browser = demo.test_client()
    assert through(browser, "reviews", next="/desk/visits/x") == "/desk/visits/x"
    for target in ("https://elsewhere.example/", "//elsewhere.example", "/phone/", "/desk/\\elsewhere"):
        assert through(browser, "reviews", next=target) in ("/desk/reviews", "/desk/")


def test_a_door_ends_the_session_of_whoever_was_signed_in_before(demo: Flask) -> None:
    browser = signed_in(demo, "auditor")
    before = browser.get_cookie("fc_session").value
    assert through(browser, "coverage") == "/desk/coverage"
    assert OFFICE in browser.get("/desk/").text
    old = demo.test_client()
    old.set_cookie("fc_session", before)
    assert old.get("/desk/").status_code == 302


def test_a_door_of_a_page_that_stands_in_another_tab_still_opens_after_somebody_went_through_one(demo: Flask) -> None:
    browser = demo.test_client()
    token = form_token(browser, "/")
    for door in ("coverage", "reviews"):
        assert browser.post(f"/demo/doors/{door}", data={"csrf_token": token}).status_code == 302


def test_the_door_of_the_phone_leads_to_the_page_where_a_visit_is_tried(demo: Flask) -> None:
    browser = demo.test_client()
    assert through(browser, "phone") == "/try" and browser.get_cookie("fc_session") is None


def test_a_door_opens_only_to_the_form_of_the_page_and_only_where_it_is_known(demo: Flask) -> None:
    browser = demo.test_client()
    form_token(browser, "/")
    assert browser.post("/demo/doors/coverage").status_code == 403
    assert browser.get("/demo/doors/coverage").status_code == 405
    assert send_form(browser, "/", "/demo/doors/cellar").status_code == 404


def test_whoever_is_signed_in_may_become_somebody_else_of_the_demonstration(demo: Flask) -> None:
    browser = demo.test_client()
    assert through(browser, "coverage") == "/desk/coverage"
    before = browser.get_cookie("fc_session").value
    assert 'href="/sign-in"' in browser.get("/").text
    page = browser.get("/sign-in", headers={"Accept-Language": "en"}).text
    assert OFFICE in page and PASSWORD in page and INSPECTOR not in page
    assert send_form(browser, "/sign-in", "/sign-in", name=OFFICE, password=PASSWORD).status_code == 302
    old = demo.test_client()
    old.set_cookie("fc_session", before)
    assert old.get("/desk/").status_code == 302 and browser.get("/desk/").status_code == 200


def test_in_service_the_sign_in_page_names_no_account(world: World) -> None:
    page = world.app.test_client().get("/sign-in").text
    assert OFFICE not in page and PASSWORD not in page
