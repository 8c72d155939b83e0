"""Signing in and out at the desk, the language of a page, and what stands around every answer."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from fieldcheck.app import create_app
from fieldcheck.problems import PROBLEMS
from fieldcheck.store import people
from tests.desk import TOKEN, form_token, send_form, sign_in, signed_in
from tests.problem_shape import assert_problem
from tests.world import World


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """An installation with accounts and a round; "auditor" gets disabled and "county" locked out on the way."""
    return World(Path(tmp_path_factory.mktemp("session")))


def test_signing_in_leads_to_the_page_that_was_asked_for(world: World) -> None:
    client = world.app.test_client()
    asked = client.get("/desk/coverage?sort=rate")
    assert asked.location == "/sign-in?next=/desk/coverage?sort%3Drate"
    page = client.get(asked.location).get_data(as_text=True)
    assert 'name="next" type="hidden" value="/desk/coverage?sort=rate"' in page
    assert sign_in(client, "office", fields={"next": "/desk/coverage?sort=rate"}).location == "/desk/coverage?sort=rate"
    assert client.get("/desk/coverage?sort=rate").status_code == 200


@pytest.mark.parametrize("target", [
    "https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", "\\/elsewhere.example", "javascript:alert(1)",
    "desk", "", "/\t/elsewhere.example", "/\n//elsewhere.example", "http:elsewhere.example", "/ /elsewhere.example",
    "///elsewhere.example",
])
def test_nobody_is_sent_to_another_place_after_signing_in(world: World, target: str) -> None:
    client = world.app.test_client()
    assert sign_in(client, "office", fields={"next": target}).location == "/desk/"
    assert client.get("/language/en", query_string={"next": target}).location == "/desk/"


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(world: World) -> None:
    cookie = next(c for c in sign_in(world.app.test_client(), "office").headers.getlist("Set-Cookie") if "fc_session" in c)
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Path=/" in cookie and "Max-Age=43200" in cookie
    assert "Secure" not in cookie
    behind_https = create_app(replace(world.config, origin="https://desk.example")).test_client()
    page = behind_https.get("/sign-in", base_url="https://desk.example", headers={"Referer": "https://desk.example/sign-in"})
    token = TOKEN.search(page.get_data(as_text=True))[1]
    answer = behind_https.post("/sign-in", base_url="https://desk.example", headers={"Referer": "https://desk.example/sign-in"},
                               data={"name": "office", "password": "correct horse battery", "csrf_token": token})
    cookies = answer.headers.getlist("Set-Cookie")
    assert answer.status_code == 302 and all("Secure" in cookie for cookie in cookies)
    assert answer.headers["Strict-Transport-Security"]


def test_wrong_unknown_and_disabled_get_one_answer(world: World) -> None:
    people.set_disabled(world.db, world.accounts["auditor"].id, True)
    answers = []
    for name, password in (("office", "wrong"), ("nobody", "wrong"), ("auditor", "correct horse battery")):
        answer = sign_in(world.app.test_client(), name, password)
        answers.append((answer.status_code, TOKEN.sub("", answer.get_data(as_text=True)).replace(f'value="{name}"', "")))
    assert answers[0][0] == 401 and len(set(answers)) == 1


def test_after_five_wrong_tries_the_page_says_when_to_try_again(world: World) -> None:
    client = world.app.test_client()
    for _ in range(5):
        assert sign_in(client, "county", "wrong").status_code == 401
    answer = sign_in(client, "county")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 429 and "以后再试" in page
    assert client.get("/desk/").status_code == 302


def test_signing_out_ends_the_session_on_the_server_too(world: World) -> None:
    client = signed_in(world.app, "office")
    cookie = client.get_cookie("fc_session").value
    assert send_form(client, "/desk/", "/sign-out").location == "/sign-in"
    thief = world.app.test_client()
    thief.set_cookie("fc_session", cookie)
    assert thief.get("/desk/").location.startswith("/sign-in")


@pytest.mark.parametrize("address", ["/sign-in", "/sign-out", "/desk/devices/invitations", "/desk/quarantine/x"])
def test_a_form_without_its_token_changes_nothing(world: World, address: str) -> None:
    client = signed_in(world.app, "office")
    before = [world.db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ("sessions", "invitations")]
    for token in ({}, {"csrf_token": "x"}, {"csrf_token": form_token(world.app.test_client(), "/sign-in")}):
        answer = client.post(address, data={"account": world.accounts["a1"].id, **token})
        assert answer.status_code == 403 and b"form_expired" in answer.data
    assert client.get("/desk/").status_code == 200
    after = [world.db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ("sessions", "invitations")]
    assert after == before


def test_the_language_is_the_choice_then_what_the_browser_accepts_then_chinese(world: World) -> None:
    client = world.app.test_client()

    def spoken(accept: str = "") -> str:
        page = client.get("/sign-in", headers={"Accept-Language": accept} if accept else {}).get_data(as_text=True)
        return page.split('lang="')[1].split('"')[0]

    assert (spoken(), spoken("fr"), spoken("en-GB,en;q=0.8"), spoken("zh-TW"), spoken("de, en;q=0.1")) == (
        "zh-CN", "zh-CN", "en", "zh-CN", "en")
    assert client.get("/language/en?next=/sign-in").location == "/sign-in"
    assert spoken("zh-CN") == "en"
    assert client.get("/language/fr").status_code == 404
    client.set_cookie("fc_language", "fr")
    assert spoken() == "zh-CN"


@pytest.mark.parametrize("address", ["/", "/sign-in", "/about", "/phone/", "/nowhere", "/manifest.webmanifest"])
def test_every_screen_offers_both_languages_and_every_answer_is_guarded(world: World, address: str) -> None:
    answer = world.app.test_client().get(address)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy and "http" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    page = answer.get_data(as_text=True)
    if "<main" in page:
        assert "/language/zh" in page and "/language/en" in page
    assert " style=" not in page and " onclick=" not in page and "<style" not in page


def test_a_missing_page_says_so_in_words_and_the_api_in_a_problem_document(world: World) -> None:
    client = world.app.test_client()
    page = client.get("/nowhere", headers={"Accept-Language": "en"})
    assert (page.status_code, page.mimetype) == (404, "text/html") and b"No such page" in page.data
    document = assert_problem(client.get("/api/v1/nowhere", headers={"Accept-Language": "en"}), "not_found", 404)
    assert document["title"] == "No such page"
    refused = client.put("/sign-in")
    assert refused.status_code == 405 and "POST" in refused.headers["Allow"]


def test_a_fault_of_the_program_shows_nothing_of_the_program(world: World) -> None:
    def broken() -> str:
        raise RuntimeError("secret detail")

    app = create_app(world.config)
    app.view_functions["first_page.page"] = broken
    app.view_functions["api_health.healthz"] = broken
    answer = app.test_client().get("/")
    assert answer.status_code == 500 and b"secret detail" not in answer.data and b"internal" in answer.data


def test_a_refused_form_leads_back_to_its_page_and_to_the_sign_in_where_that_is_what_lacks(world: World) -> None:
    def refused(browser: FlaskClient, referrer: str) -> str:
        token = form_token(browser, "/sign-in") if browser.get_cookie("fc_session") is None else "worn out"
        return browser.post("/desk/devices/invitations", data={"csrf_token": token}, headers={
            "Accept-Language": "en", "Referer": referrer}).get_data(as_text=True)

    assert 'href="/sign-in?next=/desk/devices"' in refused(world.app.test_client(), "http://localhost/desk/devices")
    office = signed_in(world.app, "office")
    assert '<a href="/desk/devices?x=1">Back to the page before</a>' in refused(office, "http://localhost/desk/devices?x=1")
    assert "Back to the page before" not in refused(office, "http://elsewhere.example/desk/devices")


def test_every_refusal_has_a_page_that_explains_it_in_both_languages(world: World) -> None:
    client = world.app.test_client()
    for code in PROBLEMS:
        for language in ("zh", "en"):
            assert client.get(f"/problems/{code}", headers={"Accept-Language": language}).status_code == 200, code
    assert client.get("/problems/unheard_of").status_code == 404
