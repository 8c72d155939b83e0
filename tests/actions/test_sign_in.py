"""Signing in: one answer for every wrong try, a growing wait, and no way around it by trying many times at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from fieldcheck import passwords
from fieldcheck.actions.add_account import add_account
from fieldcheck.actions.set_password import set_password
from fieldcheck.actions.sign_in import From, sign_in
from fieldcheck.keys import make_keys
from fieldcheck.problems import Problem
from fieldcheck.store import people
from fieldcheck.store.database import open_database
from fieldcheck.times import written

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
RIGHT = "correct horse battery"
HERE = From("192.0.2.1", "a browser")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A database with one account."""
    path = tmp_path / "fieldcheck.db"
    add_account(open_database(path), name="office", display_name="演示", role="county", team=None, password=RIGHT, now=NOW)
    return path


def refusal(db, name: str, password: str, now: datetime = NOW, address: From = HERE) -> Problem:
    """What a try is refused with."""
    with pytest.raises(Problem) as caught:
        sign_in(db, name, password, address, now)
    return caught.value


def test_the_right_password_begins_a_session_of_twelve_hours(path: Path) -> None:
    db = open_database(path)
    begun = sign_in(db, " Office ", RIGHT, HERE, NOW)
    digest = people.token_hash(begun.token)
    assert people.session_account(db, digest, written(NOW + timedelta(hours=11, minutes=59))) == begun.account
    assert people.session_account(db, digest, written(NOW + timedelta(hours=12))) is None
    assert len(begun.token) >= 43


def test_wrong_unknown_and_disabled_are_refused_alike(path: Path) -> None:
    db = open_database(path)
    wrong, unknown = refusal(db, "office", "wrong"), refusal(db, "nobody", RIGHT)
    people.set_disabled(db, people.account_by_name(db, "office").id, True)
    disabled = refusal(db, "office", RIGHT)
    assert {(p.code, str(p.details)) for p in (wrong, unknown, disabled)} == {("sign_in_wrong", "{}")}


def test_after_five_wrong_tries_even_the_right_password_waits_and_is_then_taken(path: Path) -> None:
    db = open_database(path)
    for _ in range(5):
        assert refusal(db, "office", "wrong").code == "sign_in_wrong"
    waiting = refusal(db, "office", RIGHT)
    assert (waiting.code, waiting.details["until"]) == ("sign_in_wait", NOW + timedelta(seconds=30))
    assert refusal(db, "office", RIGHT, NOW + timedelta(seconds=29)).code == "sign_in_wait"
    assert sign_in(db, "office", RIGHT, HERE, NOW + timedelta(seconds=30)).account.name == "office"
    assert people.failures(db, "office", HERE.address) == (0, None)


def test_each_further_wrong_try_doubles_the_wait(path: Path) -> None:
    db, now = open_database(path), NOW
    for _ in range(5):
        refusal(db, "office", "wrong", now)
    for expected in (30, 60, 120):
        until = refusal(db, "office", RIGHT, now).details["until"]
        assert until - now == timedelta(seconds=expected)
        now = until
        assert refusal(db, "office", "wrong", now).code == "sign_in_wrong"


def test_a_guesser_elsewhere_locks_nobody_out_here(path: Path) -> None:
    db = open_database(path)
    for _ in range(9):
        refusal(db, "office", "wrong", address=From("198.51.100.7"))
    assert sign_in(db, "office", RIGHT, HERE, NOW).account.name == "office"


def test_an_unknown_name_is_locked_like_a_known_one(path: Path) -> None:
    db = open_database(path)
    for _ in range(5):
        refusal(db, "nobody", "wrong")
    assert refusal(db, "nobody", "wrong").code == "sign_in_wait"


def test_many_tries_at_once_are_each_counted(path: Path) -> None:
    def one_try(_: int) -> str:
        db = open_database(path)
        try:
            return refusal(db, "office", "wrong").code
        finally:
            db.conn.close()

    with ThreadPoolExecutor(8) as pool:
        codes = list(pool.map(one_try, range(24)))
    assert (codes.count("sign_in_wrong"), codes.count("sign_in_wait")) == (5, 19)


def test_a_password_is_changed_with_all_sessions_ended(path: Path) -> None:
    db = open_database(path)
    begun = sign_in(db, "office", RIGHT, HERE, NOW)
    set_password(db, make_keys(path.parent / "keys"), "office", "another long phrase", "cli", NOW)
    assert people.session_account(db, people.token_hash(begun.token), written(NOW)) is None
    assert refusal(db, "office", RIGHT).code == "sign_in_wrong"
    assert sign_in(db, "office", "another long phrase", HERE, NOW)


def test_a_hash_of_weaker_times_is_made_anew_when_its_owner_signs_in(path: Path) -> None:
    db = open_database(path)
    weak = passwords.PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(RIGHT)
    people.set_password_hash(db, people.account_by_name(db, "office").id, weak)
    begun = sign_in(db, "office", RIGHT, HERE, NOW)
    assert not passwords.outdated(people.password_hash(db, begun.account.id))
    assert sign_in(db, "office", RIGHT, HERE, NOW)


@pytest.mark.parametrize("fields, code", [
    ({"password": "short"}, "password_weak"), ({"password": "aaaaaaaaaaaaaaaa"}, "password_weak"),
    ({"password": "OfficeTwoOffice", "name": "officetwo"}, "password_weak"), ({"password": "x1y2" * 40}, "password_weak"),
    ({"role": "king"}, "account_malformed"), ({"name": "  "}, "account_malformed"), ({"name": "n" * 65}, "account_malformed"),
    ({"team": "A"}, "account_team"), ({"role": "inspector"}, "account_team"), ({"role": "leader", "team": "C"}, "account_team"),
    ({"name": "OFFICE"}, "account_name_taken"),
])
def test_an_account_that_cannot_be_is_refused_and_nothing_kept(path: Path, fields: dict, code: str) -> None:
    db = open_database(path)
    wanted = {"name": "second", "display_name": "演示", "role": "auditor", "team": None, "password": RIGHT, **fields}
    with pytest.raises(Problem) as caught:
        add_account(db, **wanted, now=NOW)
    assert caught.value.code == code
    assert len(people.accounts(db)) == 1
