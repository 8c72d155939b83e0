"""Accounts, sessions and wrong tries, as the store keeps them."""

from __future__ import annotations

from pathlib import Path
from typing import Iterator

import pytest
from sqlite_utils import Database

from fieldcheck.store import people
from fieldcheck.store.database import open_database

NOW, LATER, MUCH_LATER = "2026-11-23T02:00:00.000Z", "2026-11-23T14:00:00.000Z", "2026-11-25T02:00:00.000Z"
OFFICE = people.Account("1", "Office", "演示督查", "supervisor", None, False, True, NOW)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    """A fresh database with one account."""
    opened = open_database(tmp_path / "fieldcheck.db")
    people.add_account(opened, OFFICE, "hash")
    yield opened
    opened.conn.close()


def test_a_sign_in_name_is_one_name_in_upper_and_lower_case(db: Database) -> None:
    assert people.account_by_name(db, "OFFICE") == OFFICE
    with pytest.raises(people.NameTaken):
        people.add_account(db, people.Account("2", "oFFICE", "演示", "auditor", None, False, True, NOW), "other")
    assert [account.id for account in people.accounts(db)] == ["1"]


def test_a_session_opens_until_its_end_and_not_a_moment_longer(db: Database) -> None:
    digest = people.token_hash("token")
    people.start_session(db, digest, "1", NOW, LATER)
    assert people.session_account(db, digest, "2026-11-23T13:59:59.999Z") == OFFICE
    assert people.session_account(db, digest, LATER) is None
    assert people.session_account(db, people.token_hash("Token"), NOW) is None


def test_the_token_itself_is_kept_nowhere(db: Database) -> None:
    people.start_session(db, people.token_hash("the-token-itself"), "1", NOW, LATER)
    assert "the-token-itself" not in "\n".join(db.conn.iterdump())


def test_an_ended_session_opens_nothing_and_may_be_ended_again(db: Database) -> None:
    digest = people.token_hash("token")
    people.start_session(db, digest, "1", NOW, LATER)
    people.end_session(db, digest)
    people.end_session(db, digest)
    assert people.session_account(db, digest, NOW) is None


@pytest.mark.parametrize("revoke", [
    lambda db: people.set_disabled(db, "1", True), lambda db: people.set_password_hash(db, "1", "new"),
], ids=["disabled", "new password"])
def test_disabling_and_a_new_password_end_every_session_at_once(db: Database, revoke) -> None:
    for token in ("desk", "tablet"):
        people.start_session(db, people.token_hash(token), "1", NOW, LATER)
    revoke(db)
    people.set_disabled(db, "1", False)
    assert [people.session_account(db, people.token_hash(token), NOW) for token in ("desk", "tablet")] == [None, None]


def test_a_disabled_or_unknown_account_gets_no_session(db: Database) -> None:
    people.set_disabled(db, "1", True)
    for account in ("1", "unknown"):
        with pytest.raises(LookupError):
            people.start_session(db, people.token_hash("token"), account, NOW, LATER)


def test_expired_sessions_are_dropped_when_another_begins(db: Database) -> None:
    people.start_session(db, people.token_hash("old"), "1", NOW, LATER)
    people.start_session(db, people.token_hash("new"), "1", MUCH_LATER, "2026-11-25T14:00:00.000Z")
    assert db.execute("SELECT count(*) FROM sessions").fetchone()[0] == 1


def test_a_stronger_hash_never_undoes_a_change_of_password(db: Database) -> None:
    people.set_password_hash(db, "1", "changed meanwhile")
    people.refresh_password_hash(db, "1", "hash", "stronger")
    assert people.password_hash(db, "1") == "changed meanwhile"


def test_wrong_tries_count_per_name_and_address_and_are_forgotten_in_time(db: Database) -> None:
    for _ in range(3):
        people.count_failure(db, "Office", "10.0.0.1", NOW, "2026-11-22T02:00:00.000Z")
    people.count_failure(db, "office", "10.0.0.2", NOW, "2026-11-22T02:00:00.000Z")
    assert people.failures(db, "OFFICE", "10.0.0.1") == (3, NOW)
    assert people.failures(db, "office", "10.0.0.2") == (1, NOW)
    people.count_failure(db, "other", "10.0.0.9", MUCH_LATER, "2026-11-24T02:00:00.000Z")
    assert people.failures(db, "office", "10.0.0.1") == (0, None)


@pytest.mark.parametrize("role, team", [("supervisor", "A"), ("inspector", None), ("inspector", "C"), ("king", None)])
def test_the_database_itself_refuses_a_team_or_role_that_cannot_be(db: Database, role: str, team: str | None) -> None:
    with pytest.raises(Exception, match="CHECK"):
        people.add_account(db, people.Account("3", "third", "演示", role, team, False, True, NOW), "hash")
