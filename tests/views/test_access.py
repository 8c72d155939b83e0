"""Every route against every role: what the table below does not grant is refused, and no route is forgotten."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Collection, Iterator, Mapping

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from fieldcheck.actions.add_account import add_account
from fieldcheck.app import create_app
from fieldcheck.rules.roles import COUNTY_ROLES, ROLES, TEAM_ROLES
from tests.desk import signed_in
from tests.house.source_tree import ROOT
from tests.problem_shape import assert_problem
from tests.world import NOW, PASSWORD, World

EVERYBODY = frozenset({*ROLES, "nobody"})
OFFICES = frozenset({"supervisor", "auditor"})
COUNTIES = frozenset(COUNTY_ROLES)
#: Endpoint → whom it answers. A new route fails ``test_no_route_is_forgotten`` until it stands here.
GRANTED = {
    **dict.fromkeys(["static", "first_page.page", "session.sign_in", "session.sign_out", "session.language", "second_factor.page", "second_factor.prove", "about.page",
                     "about.problem_page", "phone_page.page", "phone_page.service_worker", "phone_page.webmanifest",
                     "api_health.healthz", "api_openapi.openapi"], EVERYBODY),
    "about.parts": frozenset(ROLES),
    "desk_home.page": frozenset(ROLES), "desk_companion_code.make": frozenset(TEAM_ROLES),
    "desk_rounds.page": OFFICES, "desk_exports.as_file": OFFICES, "desk_certificates.page": OFFICES, "desk_certificates.as_file": OFFICES,
    **dict.fromkeys([f"desk_rounds.{name}" for name in ("draft", "begin", "cancel", "begin_to_close", "gap", "close")], {"supervisor"}),
    "desk_coverage.page": OFFICES, "desk_comparison.page": OFFICES, "desk_explained.page": OFFICES, "desk_coverage.as_csv": OFFICES, "api_coverage.show": OFFICES,
    "desk_reviews.queue": OFFICES, "desk_reviews.page": OFFICES, "desk_photos.show": OFFICES,
    "desk_decisions.accept": {"supervisor"}, "desk_decisions.send_back": {"supervisor"},
    "desk_decisions.reject": {"supervisor"}, "desk_decisions.compromise": {"supervisor"},
    "desk_decisions.choose": {"supervisor"},
    "desk_devices.page": OFFICES | {"admin"}, "api_health.metrics": OFFICES | {"admin"},
    "desk_devices.invite": {"supervisor"}, "desk_devices.revoke": {"supervisor"}, "desk_devices.confirm": {"supervisor"},
    "desk_devices.name_point": {"supervisor"},
    "desk_rescue.page": {"supervisor"}, "desk_rescue.take": {"supervisor"},
    **dict.fromkeys([f"desk_registers.{name}" for name in ("page", "show", "as_file")], OFFICES | {"admin"}),
    "desk_registers.look": {"admin"}, "desk_registers.take": {"admin"},
    "desk_plan.page": OFFICES, "desk_plan.batch": OFFICES, "desk_plan.place": OFFICES, "desk_plan.record": OFFICES,
    "desk_plan.record_file": {"auditor"}, "desk_plan_signals.page": {"auditor"},
    **dict.fromkeys(["desk_plan.make", "desk_plan.code", "desk_plan_lists.page", "desk_plan_lists.ask", "desk_plan_lists.settle",
                     "desk_plan_lists.readers", "desk_plan_lists.settle_list", "desk_plan_lists.stationed",
                     "desk_plan_lists.recused"], {"supervisor"}),
    "desk_team.page": frozenset(TEAM_ROLES), "desk_team.visit": frozenset(TEAM_ROLES),
    "desk_own.page": frozenset(ROLES), "desk_own.end": frozenset(ROLES), "desk_own.password": frozenset(ROLES),
    "desk_accounts.page": {"auditor", "admin"}, "desk_accounts.change": {"admin"},
    "desk_audit.page": OFFICES | {"admin"},
    "desk_findings.page": OFFICES, "desk_findings.confirm": {"supervisor"}, "desk_findings.hand_over": {"supervisor"},
    "desk_county.page": COUNTIES, "desk_county.sign_for": COUNTIES,
    "desk_quarantine.page": OFFICES, "desk_quarantine.settle": {"supervisor"},
    **dict.fromkeys([f"desk_households.{name}" for name in ("page", "household", "correct", "erase", "hold")], {"supervisor"}),
}
#: What a demonstration opens to anybody; its doors exist nowhere else.
IN_DEMO = {**GRANTED, "api_coverage.show": EVERYBODY, "demo_doors.enter": EVERYBODY,
           "try_page.page": EVERYBODY, "try_page.why": EVERYBODY, "try_page.invite": EVERYBODY,
           "about.parts": EVERYBODY}
#: Routes of phones: they prove themselves by their own signature; being signed in at the desk opens none of them.
#: One ends the session, the others look for one that waits for its second factor (``test_second_factor.py``).
ASK_THEMSELVES = ("session.sign_out", "second_factor.page", "second_factor.prove")
PHONES = ("api_devices.", "api_segments.", "api_pack.", "api_photos.")
DOCUMENT = ROOT / "docs" / "access.md"
DIFFERS = "docs/access.md is behind the routes: run `.venv/bin/python -m tests.views.test_access` in the tree's root and commit what it wrote"
OPEN_TO_ALL = frozenset({"api_devices.time", "api_photos.describe"})
ACCOUNTS = {"supervisor": "office", "admin": "admin", "county": "county", "auditor": "auditor", "inspector": "a1",
            "leader": "leader", "topic": "topic"}
REFUSED = {401: (b"not_signed_in",), 403: (b"not_permitted",)}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """An installation where every role has an account."""
    world = World(Path(tmp_path_factory.mktemp("access")))
    for name, team in (("leader", "A"), ("topic", None)):
        add_account(world.db, name=name, display_name=name, role=name, team=team, password=PASSWORD, now=NOW)
    return world.app


@pytest.fixture(scope="module")
def browsers(app: Flask) -> dict[str, FlaskClient]:
    """One signed-in browser a role, and one of nobody."""
    return {"nobody": app.test_client(), **{role: signed_in(app, name) for role, name in ACCOUNTS.items()}}


@pytest.fixture(scope="module")
def demo(app: Flask) -> Flask:
    """The same installation, were it a demonstration."""
    return create_app(replace(app.extensions["fieldcheck"].config, demo=True))


def routes(app: Flask) -> Iterator[tuple[Rule, str]]:
    """Every rule with each of its methods."""
    for rule in app.url_map.iter_rules():
        yield from product([rule], sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))


def address(rule: Rule) -> str:
    """A path that the rule matches."""
    with_values = {name: "zh" if name == "language" else "x" for name in rule.arguments}
    return str(rule.build(with_values)[1])  # type: ignore[index]


def wrongly_answered(app: Flask, browser: FlaskClient, role: str, granted: Mapping[str, Collection[str]]) -> list[str]:
    """Every route that answers this role although it should not, or refuses it although it should."""
    wrong = []
    for rule, method in routes(app):
        if rule.endpoint in ASK_THEMSELVES or rule.endpoint.startswith(PHONES):
            continue
        answer = browser.open(address(rule), method=method, buffered=True)
        to_sign_in = answer.status_code == 302 and (answer.location or "").startswith("/sign-in?next=")
        refused = to_sign_in or any(word in answer.data for word in REFUSED.get(answer.status_code, ()))
        if refused == (role in granted[rule.endpoint]):
            wrong.append(f"{method} {rule.rule} {answer.status_code}")
    return wrong


def table_of_access(app: Flask) -> str:
    """Every route and role with the expected answer, in Markdown: what ``docs/access.md`` holds."""
    lines = [f"| route | methods | {' | '.join(ROLES)} | nobody | phone |", f"|---|---|{'---|' * (len(ROLES) + 2)}"]
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, sorted(rule.methods or ()))):
        methods = ", ".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})) or "HEAD"
        phones = rule.endpoint.startswith(PHONES)
        granted = () if phones else GRANTED.get(rule.endpoint, ())
        cells = ["itself" if rule.endpoint in ASK_THEMSELVES else "yes" if role in granted else "–" for role in (*ROLES, "nobody")]
        told = "yes" if rule.endpoint in OPEN_TO_ALL else "–"
        cells = [told] * len(cells) + ["yes" if told == "yes" else "proof"] if phones else [*cells, cells[-1]]
        lines.append(f"| `{rule.rule}` | {methods} | {' | '.join(cells)} |")
    return "\n".join(lines)


def test_the_table_in_the_documents_is_the_one_that_is_tested(app: Flask) -> None:
    written = DOCUMENT.read_text("utf-8")
    wanted, found = table_of_access(app).splitlines(), [line for line in written.splitlines() if line.startswith("|")]
    assert found == wanted, f"{DIFFERS}\nmissing: {sorted({*wanted} - {*found})}\ntoo much: {sorted({*found} - {*wanted})}"


def test_no_route_is_forgotten(app: Flask) -> None:
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert {e for e in endpoints if e not in GRANTED and not e.startswith(PHONES)} == set(), f"say in GRANTED whom they answer; {DIFFERS}"


def test_a_demonstration_opens_its_doors_and_its_map_to_anybody_and_nothing_more(demo: Flask) -> None:
    endpoints = {rule.endpoint for rule in demo.url_map.iter_rules()}
    assert {e for e in endpoints if e not in IN_DEMO and not e.startswith(PHONES)} == set()
    assert wrongly_answered(demo, demo.test_client(), "nobody", IN_DEMO) == []


def test_outside_a_demonstration_nobody_sees_coverage_unasked_and_no_door_exists(app: Flask) -> None:
    assert_problem(app.test_client().get("/api/v1/coverage"), "not_signed_in", 401)
    for door in ("coverage", "reviews", "phone"):
        assert app.test_client().post(f"/demo/doors/{door}").status_code == 404
    page = app.test_client().get("/").get_data(as_text=True)
    assert "演示镇" not in page and "/demo/" not in page and "覆盖" not in page and "<form" not in page


@pytest.mark.parametrize("role", sorted(EVERYBODY))
def test_each_role_opens_what_it_is_granted_and_nothing_else(app: Flask, browsers: dict, role: str) -> None:
    assert wrongly_answered(app, browsers[role], role, GRANTED) == []


def test_being_signed_in_opens_no_route_of_the_phones(app: Flask, browsers: dict) -> None:
    for rule, method in routes(app):
        if rule.endpoint.startswith(PHONES) and rule.endpoint not in OPEN_TO_ALL:
            answer = browsers["supervisor"].open(address(rule), method=method, json={"name": "x"}, buffered=True)
            assert answer.status_code in (400, 401, 411), (method, rule.rule, answer.status_code)


def test_a_route_that_declares_nothing_is_closed_to_everybody(app: Flask) -> None:
    fresh = create_app(app.extensions["fieldcheck"].config)
    fresh.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    fresh.add_url_rule("/api/v1/forgotten", "forgotten_api", lambda: "secret")
    for name in ACCOUNTS.values():
        answer = signed_in(fresh, name).get("/forgotten")
        assert answer.status_code == 403 and b"secret" not in answer.data
    assert fresh.test_client().get("/forgotten").status_code == 302
    assert_problem(fresh.test_client().get("/api/v1/forgotten"), "not_signed_in", 401)
    assert_problem(signed_in(fresh, "office").get("/api/v1/forgotten"), "not_permitted", 403)


def test_whoever_shows_content_says_so_and_it_is_written_down(app: Flask) -> None:
    """A page of visits, households, photos, findings or an export that forgot ``looked_at`` fails here."""
    content = {"visit", "finding", "quarantine", "private_records", "team_day"}
    views = {rule.endpoint: app.view_functions[rule.endpoint] for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    showing = {name for name, view in views.items()
               if getattr(view, "permits", ("",))[0] in content or name.endswith("as_csv")}
    assert {name for name in showing if not hasattr(views[name], "looked_at")} == set()


def test_a_refusal_never_shows_what_it_refuses(app: Flask, browsers: dict) -> None:
    for role in ("county", "topic", "inspector", "leader", "admin"):
        home = browsers[role].get("/desk/").get_data(as_text=True)
        refused = browsers[role].get("/desk/coverage").get_data(as_text=True)
        assert "演示镇" not in home + refused and "演示轮次" not in home + refused
        assert "/desk/coverage" not in home


def test_a_phone_hears_of_its_own_teams_townships_and_visits_alone(tmp_path: Path) -> None:
    world = World(tmp_path / "data")
    world.assign("420101100", "a1", "a2")
    own, other = world.phone("a1"), world.phone("b1")
    visit = world.walk(own, "420101100").whole_visit()
    own.sync()
    assert visit not in str(other.pack()) and world.unit("420101100") not in str(other.pack())
    assert world.unit("420101100") in str(own.pack())


def write_document() -> None:
    """Write the table in the document anew, below what stands before it."""
    with tempfile.TemporaryDirectory() as folder:
        told, _, _table = DOCUMENT.read_text("utf-8").partition("| route |")
        DOCUMENT.write_text(told + table_of_access(World(Path(folder) / "data").app) + "\n", "utf-8")


if __name__ == "__main__":
    write_document()
