"""What every answer and every page owes a browser, looked at route by route and role by role, so that no page is forgotten."""

from __future__ import annotations

import re
import stat
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from fieldcheck import passwords
from fieldcheck.actions.add_account import add_account
from fieldcheck.actions.sign_in import From, sign_in as begin_session
from fieldcheck.app import create_app
from fieldcheck.keys import make_keys
from fieldcheck.store import people
from tests.desk import TOKEN, send_form, sign_in, signed_in
from tests.house.source_tree import ROOT, expect_none
from tests.views.test_access import PHONES, address, routes
from tests.world import NOW, PASSWORD, World

TOWNSHIP = "420101100"
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SCRIPTS = [path for path in sorted((ROOT / "static" / "js").rglob("*.js"))]
ORIGIN = "https://desk.example"
EVIL = "\"'><script>alert(1)</script><img src=x onerror=alert(2)>{{7*7}}"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """An installation with one visit in review, and a round whose name is an attack."""
    world = World(Path(tmp_path_factory.mktemp("hardened")))
    world.assign(TOWNSHIP, "a1", "a2")
    phone = world.phone()
    walk = world.walk(phone, TOWNSHIP)
    walk.whole_visit(("poor", "general"))
    phone.sync()
    add_account(world.db, name="evil", display_name=EVIL, role="inspector", team="A", password=PASSWORD, now=NOW)
    world.visit = world.db.execute("SELECT visit FROM visits").fetchone()[0]  # type: ignore[attr-defined]
    return world


@pytest.fixture(scope="module")
def office(world: World) -> FlaskClient:
    return signed_in(world.app, "office")


@pytest.fixture(scope="module")
def pages(world: World, office: FlaskClient) -> dict[str, Any]:
    """Every page that a GET without secrets reaches, of the office, the auditor, a team and nobody, of a demonstration too."""
    demo = create_app(replace(world.config, demo=True))
    browsers = {"office": office, "auditor": signed_in(world.app, "auditor"), "team": signed_in(world.app, "a1"),
                "nobody": world.app.test_client(), "demo": demo.test_client()}
    found = {}
    for name, browser in browsers.items():
        app = demo if name == "demo" else world.app
        for where in [*places(app), f"/desk/visits/{world.visit}", *household_pages(office)]:  # type: ignore[attr-defined]
            answer = browser.get(where, buffered=True)
            if answer.mimetype == "text/html":
                found[f"{name} {where}"] = answer
    return found


def places(app: Flask) -> Iterator[str]:
    """One address of each route that answers to GET."""
    for rule, method in routes(app):
        if method == "GET" and not rule.endpoint.startswith(PHONES) and rule.endpoint != "static":
            yield address(rule)
    yield "/nowhere"


def household_pages(office: FlaskClient) -> list[str]:
    page = office.get("/desk/households?number=1").get_data(as_text=True)
    return ["/desk/households?number=1", *re.findall(r'/desk/households/[^"/]+/[^"/]+(?=")', page)]


class Inline(HTMLParser):
    """Collects what a policy without inline code would refuse, and forms without their token."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.forms: list[set[str]] = []
        self.labels: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        self.faults += [f"{tag} {name}" for name in given if name.startswith("on") or name == "style"]
        self.faults += [f"{tag} {value}" for name, value in given.items() if value.strip().lower().startswith("javascript:")]
        if tag == "style" or (tag == "script" and "src" not in given):
            self.faults.append(f"inline {tag}")
        if tag == "form":
            self.forms.append({given.get("method", "get").lower()})
        elif tag == "input" and self.forms:
            self.forms[-1].add(given.get("name", ""))


def parsed(answer: Any) -> Inline:
    looked = Inline()
    looked.feed(answer.get_data(as_text=True))
    return looked


def test_every_page_of_every_role_has_a_policy_without_inline_code(pages: dict[str, Any]) -> None:
    assert len(pages) > 40
    for name, page in pages.items():
        policy = dict(part.split(" ", 1) for part in page.headers["Content-Security-Policy"].split("; "))
        assert policy["default-src"] == policy["object-src"] == policy["base-uri"] == "'none'", name
        assert all("unsafe" not in value and "*" not in value and "http" not in value for value in policy.values()), name
        assert policy["script-src"] == policy["style-src"] == "'self'", name
        assert policy["frame-ancestors"] == ("'self'" if name.startswith("demo ") else "'none'"), name
        assert parsed(page).faults == [], name


def test_every_form_of_every_page_carries_its_token(pages: dict[str, Any]) -> None:
    forms = [(name, form) for name, page in pages.items() for form in parsed(page).forms]
    assert len([form for _, form in forms if "post" in form]) > 10
    expect_none(f"{name} {form}" for name, form in forms if "post" in form and "csrf_token" not in form)


def test_every_answer_of_every_kind_carries_the_same_guards(world: World, office: FlaskClient) -> None:
    asked = [*places(world.app), "/healthz", "/api/v1/openapi.json", "/api/v1/time", "/api/v1/nowhere", "/static/nowhere.js", "/sw.js"]
    for where in asked:
        for browser in (office, world.app.test_client()):
            answer = browser.get(where, buffered=True)
            headers = answer.headers
            assert headers["X-Content-Type-Options"] == "nosniff" and headers["Referrer-Policy"] == "same-origin", where
            assert headers["Cross-Origin-Opener-Policy"] == headers["Cross-Origin-Resource-Policy"] == "same-origin", where
            assert "Access-Control-Allow-Origin" not in headers, where
            permissions = headers["Permissions-Policy"]
            assert "camera=(self)" in permissions and "geolocation=(self)" in permissions and "microphone=()" in permissions
            kept = headers["Cache-Control"]
            assert "no-store" in kept or "no-cache" in kept or where.startswith("/static/"), (where, kept)
            if answer.mimetype == "text/html":
                assert kept == ("no-cache" if where.startswith(("/phone/", "/static/")) else "no-store"), where  # the shell of the app holds nobody's data


def test_by_https_every_answer_says_that_it_stays_so(world: World) -> None:
    browser = create_app(replace(world.config, origin=ORIGIN)).test_client()
    for where in ("/", "/healthz", "/nowhere", "/api/v1/time", "/static/nowhere.css"):
        assert browser.get(where, base_url=ORIGIN).headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert "Strict-Transport-Security" not in world.app.test_client().get("/").headers


def test_over_https_cookies_are_bound_to_this_host_and_plain_ones_open_nothing(world: World) -> None:
    app = create_app(replace(world.config, origin=ORIGIN))
    browser = app.test_client(use_cookies=False)
    page = browser.get("/sign-in", base_url=ORIGIN)
    form = page.headers["Set-Cookie"].split(";")[0]
    token = TOKEN.search(page.get_data(as_text=True))[1]  # type: ignore[index]
    answer = browser.post("/sign-in", base_url=ORIGIN, headers={"Cookie": form, "Referer": f"{ORIGIN}/sign-in"},
                          data={"name": "office", "password": PASSWORD, "csrf_token": token})
    cookies = answer.headers.getlist("Set-Cookie")
    session = next(cookie for cookie in cookies if cookie.startswith("__Host-fc_session="))
    assert form.startswith("__Host-fc_form=") and not any(cookie.startswith(("fc_session", "fc_form")) for cookie in cookies)
    assert {"Secure", "HttpOnly", "Path=/"} <= set(session.split("; ")) and "Domain" not in session
    bound = session.split(";")[0]
    assert browser.get("/desk/", base_url=ORIGIN, headers={"Cookie": bound}).status_code == 200
    planted = bound.removeprefix("__Host-")
    assert browser.get("/desk/", base_url=ORIGIN, headers={"Cookie": planted}).status_code == 302


def test_a_host_that_the_settings_do_not_name_is_not_served(world: World) -> None:
    browser = create_app(replace(world.config, origin=ORIGIN)).test_client()
    assert browser.get("/sign-in", base_url=ORIGIN).status_code == 200
    assert browser.get("/healthz", base_url="http://127.0.0.1:8000").status_code == 200
    for where in ("/sign-in", "/api/v1/time"):
        answer = browser.get(where, base_url="https://evil.example")
        assert answer.status_code == 400 and "evil" not in answer.get_data(as_text=True)


def test_what_people_and_phones_write_is_shown_and_never_run(world: World, office: FlaskClient) -> None:
    evil = signed_in(world.app, "evil")
    for browser, where in ((evil, "/desk/"), (office, "/desk/households?number=" + EVIL), (office, "/desk/coverage?township=" + EVIL),
                           (world.app.test_client(), "/sign-in?next=" + EVIL), (world.app.test_client(), "/problems/" + EVIL)):
        page = browser.get(where)
        text = page.get_data(as_text=True)
        assert "<script>alert" not in text and "<img src=x" not in text and ">49<" not in text, where
        assert parsed(page).faults == [], where
    assert "&lt;script&gt;alert(1)" in evil.get("/desk/").get_data(as_text=True)


def test_no_template_builds_an_address_or_runs_anything_by_hand() -> None:
    marked = re.compile(r"\|\s*safe\b|{%\s*autoescape|href=\"[^\"{#/][^\"{]*{{|\bMarkup\b|<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=\"")
    expect_none(f"{path.relative_to(ROOT)}: {found[0]}" for path in TEMPLATES if (found := marked.search(path.read_text("utf-8"))))


def test_no_script_writes_markup() -> None:
    writes = re.compile(r"\.innerHTML\s*=|\.outerHTML\s*=|insertAdjacentHTML|document\.write|unsafeHTML|unsafeSVG|\beval\(|new Function\(")
    expect_none(f"{path.relative_to(ROOT)}: {found[0]}" for path in SCRIPTS if (found := writes.search(path.read_text("utf-8"))))


def test_no_script_listens_to_other_windows() -> None:
    listens = re.compile(r"addEventListener\(\s*['\"]message['\"]")
    for path in SCRIPTS:
        if listens.search(text := path.read_text("utf-8")):
            assert path.name == "sw.js" or "serviceWorker" in text or "worker" in path.name, path  # its own worker, not a window


def test_no_get_changes_anything(world: World, office: FlaskClient) -> None:
    def state() -> Any:
        tables = [name for name in world.db.table_names() if not name.startswith(("sqlite_", "access_", "plan_views"))]
        return {name: world.db.execute(f"SELECT * FROM {name}").fetchall() for name in tables if name not in ("sessions", "jobs")}

    before = state()
    for where in places(world.app):
        office.get(where, buffered=True)
    after = state()
    assert [name for name in before if before[name] != after[name] and name not in ("messages", "segments")] == []


def test_no_address_leads_out_of_the_static_folder(world: World) -> None:
    browser = world.app.test_client()
    for where in ("/static/../fieldcheck/keys.py", "/static/%2e%2e/fieldcheck/keys.py", "/static/..%2f..%2fkeys/private.key", "/static/",
                  "/static//etc/passwd", "/static/js/..\\..\\setup.cfg", "/.git/config", "/static/%00", "/static/dist"):
        answer = browser.get(where)
        assert answer.status_code in (308, 404, 400), where
        assert b"SECRET" not in answer.data and b"root:" not in answer.data and b"[core]" not in answer.data


def test_every_route_that_reads_a_body_bounds_it_before_reading(world: World, office: FlaskClient) -> None:
    huge = b"x" * 600_000
    for rule, method in routes(world.app):
        if method not in ("POST", "PUT") or rule.endpoint.startswith(("api_photos.", "desk_rescue.")):
            continue
        answer = office.open(address(rule), method=method, data=huge, content_type="application/x-www-form-urlencoded")
        assert answer.status_code in (400, 401, 403, 404, 413, 415), (rule.rule, answer.status_code)


def test_a_table_is_downloaded_under_a_name_of_our_own(office: FlaskClient) -> None:
    answer = office.get('/desk/coverage.csv?filename="; evil=1')
    assert answer.mimetype == "text/csv"
    assert "evil" not in answer.headers.get("Content-Disposition", "attachment; filename=") and "attachment" in answer.headers["Content-Disposition"]


def test_password_fields_hide_let_paste_and_say_what_they_are(world: World) -> None:
    page = world.app.test_client().get("/sign-in").get_data(as_text=True)
    field = re.search(r"<input[^>]*name=\"password\"[^>]*>", page)
    assert field and 'type="password"' in field[0] and 'autocomplete="current-password"' in field[0] and "onpaste" not in page


def test_a_password_is_checked_exactly_as_typed() -> None:
    long = " Ünïcode 密码 " + "x" * 60
    kept = passwords.hash_password(long)
    assert passwords.matches(kept, long)
    for other in (long.strip(), long.casefold(), long[:64], long + " "):
        assert not passwords.matches(kept, other)


def test_tokens_are_long_and_from_the_systems_randomness(world: World) -> None:
    tokens = {begin_session(world.db, "a1", PASSWORD, From("127.0.0.1"), NOW).token for _ in range(3)}
    assert len(tokens) == 3 and all(len(token) >= 32 for token in tokens)


def test_signing_in_again_ends_the_session_before(world: World) -> None:
    demo = create_app(replace(world.config, demo=True))  # only there one may become somebody else without signing out
    browser, tokens = demo.test_client(), []
    for _ in range(2):
        sign_in(browser, "a1")
        tokens.append(browser.get_cookie("fc_session").value)  # type: ignore[union-attr]
    assert tokens[0] != tokens[1]
    opened = [demo.test_client() for _ in tokens]
    for thief, token in zip(opened, tokens, strict=True):
        thief.set_cookie("fc_session", token)
    assert [thief.get("/desk/").status_code for thief in opened] == [302, 200]


def test_people_change_their_own_password_with_the_present_one_and_end_their_own_sessions(world: World) -> None:
    here, elsewhere = signed_in(world.app, "b1"), signed_in(world.app, "b1")
    assert send_form(here, "/desk/me", "/desk/me/sessions", which="others").status_code == 302
    assert (here.get("/desk/me").status_code, elsewhere.get("/desk/me").status_code) == (200, 302)
    assert send_form(here, "/desk/me", "/desk/me/password", old="not it", new="another horse battery").status_code == 401
    assert send_form(here, "/desk/me", "/desk/me/password", old=PASSWORD, new="another horse battery").status_code == 302
    assert here.get("/desk/me").status_code == 302 and sign_in(here, "b1", "another horse battery").status_code == 302


def test_every_page_of_somebody_signed_in_lets_them_sign_out(pages: dict[str, Any]) -> None:
    inside = {name: page for name, page in pages.items() if name.startswith("office /desk") and page.status_code == 200}
    assert len(inside) > 5
    expect_none(name for name, page in inside.items() if 'action="/sign-out"' not in page.get_data(as_text=True))


def make_keys_anew(world: World) -> Path:
    folder = world.config.data / "anew"
    make_keys(folder)
    return folder


def test_key_files_are_for_their_owner_alone(world: World) -> None:
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in make_keys_anew(world).iterdir()}
    assert "private.key" in modes and set(modes.values()) == {0o600}


def test_no_route_answers_trace(world: World) -> None:
    for where in ("/", "/desk/", "/api/v1/time", "/static/x"):
        assert world.app.test_client().open(where, method="TRACE").status_code in (404, 405)


def test_a_form_sets_nothing_but_what_it_asks_for(world: World) -> None:
    browser = world.app.test_client()
    sign_in(browser, "office", fields={"role": "admin", "disabled": "1", "account": "x"})
    assert people.account_by_name(world.db, "office").role == "supervisor"  # type: ignore[union-attr]


def test_a_parameter_given_twice_is_read_one_way(office: FlaskClient) -> None:
    one, other = (office.get(f"/desk/households?number={a}&number={b}").get_data(as_text=True) for a, b in ((1, 99), (99, 1)))
    assert 'value="1"' in one and 'value="99"' in other
