"""Counted tries: many names from one address, many addresses at one name, invitations that do not exist, a phone's calls."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Iterator

import pytest
from sqlite_utils import Database

from fieldcheck import jose
from fieldcheck.actions.invite_device import invite_device
from fieldcheck.problems import Problem
from fieldcheck.rules.limits import LIMITS, place
from fieldcheck.store import tries
from fieldcheck.store.database import open_database
from fieldcheck.views.phone_pace import PhonePace
from tests.desk import sign_in
from tests.problem_shape import assert_problem
from tests.world import PASSWORD, World

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    """A fresh database."""
    opened = open_database(tmp_path / "fieldcheck.db")
    yield opened
    opened.conn.close()


@pytest.mark.parametrize("what", sorted(LIMITS))
def test_a_limit_holds_across_a_restart_until_its_stretch_is_over(db: Database, tmp_path: Path, what: str) -> None:
    limit = LIMITS[what]
    for _ in range(limit.tries):
        tries.check(db, what, "x", NOW)
        tries.count(db, what, "x", NOW)
    again = open_database(tmp_path / "fieldcheck.db")
    with pytest.raises(Problem) as caught:
        tries.check(again, what, "x", NOW + limit.within - timedelta(seconds=1))
    assert (caught.value.code, caught.value.details["until"]) == ("too_many_tries", NOW + limit.within)
    tries.check(again, what, "y", NOW)
    tries.check(again, what, "x", NOW + limit.within)
    again.conn.close()


def test_the_counters_are_bounded_and_the_oldest_go_first(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tries, "WHO_REMEMBERED", 3)
    for second, who in enumerate("abcde"):
        tries.count(db, "enrol_address", who, NOW + timedelta(seconds=second))
    assert [row[0] for row in db.execute("SELECT who FROM tries ORDER BY who")] == ["c", "d", "e"]


@pytest.mark.parametrize("address, counted_as", [
    ("192.0.2.1", "192.0.2.1"), ("::ffff:192.0.2.1", "192.0.2.1"), ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
    ("2001:db8:1:2:9::9", "2001:db8:1:2::/64"), ("", ""), ("unix:", "unix:"),
])
def test_one_customer_is_one_place(address: str, counted_as: str) -> None:
    assert place(address) == counted_as


def test_many_names_from_one_address_are_stopped_and_a_known_office_is_not_locked_out_by_others(tmp_path: Path) -> None:
    world = World(tmp_path / "data")
    browser = world.app.test_client()
    assert sign_in(world.app.test_client(), "office", PASSWORD).status_code == 302
    now = datetime.now(UTC)
    for _ in range(LIMITS["sign_in_name"].tries):
        tries.count(world.db, "sign_in_name", "office", now)
    assert sign_in(world.app.test_client(), "office", PASSWORD).status_code == 302
    elsewhere = sign_in(browser, "office", PASSWORD, environ_base={"REMOTE_ADDR": "198.51.100.7"})
    assert elsewhere.status_code == 429 and 1 <= int(elsewhere.headers["Retry-After"]) <= 3600
    for _ in range(LIMITS["sign_in_address"].tries):
        tries.count(world.db, "sign_in_address", "127.0.0.1", now)
    assert sign_in(browser, "never.tried.before", PASSWORD).status_code == 429


def test_guessed_invitations_are_stopped_and_an_honest_phone_elsewhere_enrols(tmp_path: Path) -> None:
    world = World(tmp_path / "data")
    keys = {"signing_key": jose.public_jwk(jose.new_key("sig")), "transport_key": jose.public_jwk(jose.new_key("sig"))}
    guesses = [world.app.test_client().post("/api/v1/devices", json={"token": f"guess {n}", "name": "x", **keys})
               for n in range(LIMITS["enrol_address"].tries + 1)]
    assert {answer.status_code for answer in guesses[:-1]} == {404}
    assert_problem(guesses[-1], "too_many_tries", 429)
    assert int(guesses[-1].headers["Retry-After"]) > 0
    token = invite_device(world.db, world.accounts["a1"].id, "cli", datetime.now(UTC)).link_token
    honest = world.app.test_client().post("/api/v1/devices", json={"token": token, "name": "x", **keys},
                                          environ_base={"REMOTE_ADDR": "198.51.100.7"})
    assert honest.status_code == 201


def test_a_phone_that_asks_without_end_waits_for_the_next_minute_and_others_do_not() -> None:
    pace = PhonePace(2)
    for _ in range(2):
        pace.call("a", NOW)
    with pytest.raises(Problem) as caught:
        pace.call("a", NOW + timedelta(seconds=30))
    assert (caught.value.code, caught.value.details["until"]) == ("phone_too_busy", NOW + timedelta(minutes=1))
    pace.call("b", NOW)
    pace.call("a", NOW + timedelta(minutes=1))
    for _ in range(9):
        PhonePace(0).call("a", NOW)
