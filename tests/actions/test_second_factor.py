"""The second factor: a password alone opens nothing for those who see what many gave."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from fieldcheck.actions.add_account import add_account
from fieldcheck.actions.change_account import Change, change_account
from fieldcheck.actions.prove_second_factor import Proved, prove_second_factor, secret_to_confirm
from fieldcheck.actions.set_password import set_password
from fieldcheck.actions.sign_in import From, sign_in
from fieldcheck.keys import make_keys
from fieldcheck.problems import Problem
from fieldcheck.rules.second_factor import STEP_S, matching_step, totp
from fieldcheck.rules.session_ends import Lasts
from fieldcheck.store import log, people, second_factors, sessions
from fieldcheck.store.database import open_database
from fieldcheck.times import written

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
RIGHT = "correct horse battery"
HERE = From("192.0.2.1", "Firefox/140")


class Office:
    """An installation with one auditor and the app on the auditor's phone."""

    def __init__(self, folder: Path) -> None:
        self.keys, self.db = make_keys(folder / "keys"), open_database(folder / "fieldcheck.db")
        self.account = add_account(self.db, name="auditor", display_name="演示", role="auditor", team=None, password=RIGHT,
                                   now=NOW, keys=self.keys)
        self.secret = b""

    def waiting(self, now: datetime = NOW) -> str:
        """The token after the right password."""
        begun = sign_in(self.db, "auditor", RIGHT, HERE, now)
        assert begun.second
        self.secret = secret_to_confirm(self.db, self.keys, begun.token, now)[1] or self.secret
        return begun.token

    def code(self, now: datetime) -> str:
        return totp(self.secret).generate(int(now.timestamp())).decode()

    def prove(self, token: str, code: str, now: datetime = NOW) -> Proved:
        return prove_second_factor(self.db, self.keys, token, code, now)

    def set_up(self) -> Proved:
        return self.prove(self.waiting(), self.code(NOW))

    def opens(self, token: str, now: datetime = NOW) -> bool:
        return people.session_account(self.db, people.token_hash(token), written(now)) is not None


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def refusal(act, *args) -> str:
    with pytest.raises(Problem) as caught:
        act(*args)
    return caught.value.code


def test_the_password_alone_opens_nothing_and_waits_ten_minutes(office):
    token = office.waiting()
    assert not office.opens(token)
    assert refusal(office.prove, token, office.code(NOW), NOW + timedelta(minutes=10)) == "not_signed_in"
    assert refusal(office.prove, "another token", office.code(NOW)) == "not_signed_in"


def test_setting_up_takes_the_first_code_changes_the_token_and_gives_ten_recovery_codes_once(office):
    token = office.waiting()
    assert secret_to_confirm(office.db, office.keys, token, NOW)[1] == office.secret
    assert refusal(office.prove, token, "000000" if office.code(NOW) != "000000" else "000001") == "second_factor_wrong"
    proved = office.prove(token, office.code(NOW))
    assert proved.token != token and office.opens(proved.token) and not office.opens(token)
    assert len(set(proved.codes)) == 10
    later = NOW + timedelta(minutes=5)
    again = office.waiting(later)
    assert secret_to_confirm(office.db, office.keys, again, later)[1] is None
    assert office.prove(again, office.code(later), later).codes == ()


def test_neither_the_secret_nor_a_recovery_code_stands_in_the_database_or_on_the_log(office):
    proved = office.set_up()
    dump = "\n".join(office.db.conn.iterdump())
    assert office.secret.hex() not in dump.lower() and not any(code in dump for code in proved.codes)
    assert totp(office.secret).get_provisioning_uri("x", "y").partition("secret=")[2].partition("&")[0] not in dump
    lines = [line for line, _ in log.desk_lines(office.db, ("account.added", "account.changed"))]
    assert len(lines) == 2 and "演示" not in "".join(lines) and '"auditor"}' not in "".join(lines)


def test_a_secret_sealed_for_one_account_opens_for_no_other_and_under_no_other_key(office, tmp_path):
    office.set_up()
    other = add_account(office.db, name="other", display_name="演示", role="admin", team=None, password=RIGHT, now=NOW)
    office.db.execute("INSERT INTO second_factors SELECT ?, sealed, made_at, confirmed_at, last_step FROM second_factors", [other.id])
    for key, account in ((office.keys.session, other.id), (make_keys(tmp_path / "more").session, office.account.id)):
        assert refusal(second_factors.find, office.db, key, account) == "second_factor_unreadable"
    office.db.execute("UPDATE second_factors SET confirmed_at = NULL")
    assert second_factors.find(office.db, make_keys(tmp_path / "third").session, other.id) is None


def test_a_code_is_taken_once_and_so_is_a_recovery_code(office):
    codes = office.set_up().codes
    assert refusal(office.prove, office.waiting(), office.code(NOW)) == "second_factor_wrong"
    later = NOW + timedelta(hours=1)
    assert office.opens(office.prove(office.waiting(later), codes[0].lower().replace("-", " "), later).token, later)
    assert second_factors.codes_left(office.db, office.account.id) == 9
    assert refusal(office.prove, office.waiting(later), codes[0], later) == "second_factor_wrong"


def test_of_two_requests_with_one_code_at_the_same_moment_one_is_taken(office):
    office.set_up()
    step = int(NOW.timestamp()) // STEP_S
    assert [second_factors.use_step(office.db, office.account.id, at) for at in (step, step + 1, step + 1)] == [False, True, False]


def test_guessing_codes_costs_a_growing_wait_and_no_new_password_sign_in_forgives_it(office):
    office.set_up()
    now = NOW + timedelta(hours=1)
    for _ in range(5):
        assert refusal(office.prove, office.waiting(now), "12345", now) == "second_factor_wrong"
    assert refusal(office.prove, office.waiting(now), office.code(now), now) == "sign_in_wait"
    later = now + timedelta(seconds=30)
    assert office.prove(office.waiting(later), office.code(later), later)
    outcomes = [one["outcome"] for one in sessions.sign_ins(office.db, office.account.id)]
    assert outcomes == ["signed_in", *["wrong_second"] * 5, "signed_in"]


@given(st.binary(min_size=20, max_size=20), st.integers(10**9, 4 * 10**9), st.integers(-10, 10))
def test_a_code_holds_one_step_early_or_late_and_no_further(secret, now, off):
    code = totp(secret).generate((now // STEP_S + off) * STEP_S).decode()
    step = matching_step(secret, code, now, 0)
    assert step == now // STEP_S + off if abs(off) <= 1 else step is None or totp(secret).generate(step * STEP_S).decode() == code
    assert step is None or matching_step(secret, code, now, step) in (None, step + 1, step + 2)


def test_the_codes_are_those_of_the_standard():
    # RFC 6238, appendix B: the last six digits of its eight.
    told = {59: "287082", 1111111109: "081804", 1234567890: "005924", 20000000000: "353130"}
    assert {at: totp(b"12345678901234567890").generate(at).decode() for at in told} == told


@pytest.mark.parametrize("what", ["disabled", "sessions_ended", "second_factor_reset", "role"])
def test_acts_on_an_account_end_its_sessions_and_stand_on_the_log(office, what):
    token = office.set_up().token
    change = Change("role", "supervisor") if what == "role" else Change(what)
    change_account(office.db, office.keys, office.account.id, change, office.account.id, NOW)
    assert not office.opens(token)
    line, _at = log.desk_lines(office.db, ("account.changed",))[-1]
    assert f'"what":"{what}"' in line and f'"actor":"{office.account.id}"' in line
    assert (office.account.id in second_factors.confirmed(office.db)) == (what != "second_factor_reset")


def test_a_new_password_ends_every_session_and_a_team_never_changes(office):
    token = office.set_up().token
    set_password(office.db, office.keys, "auditor", "another long phrase", "cli", NOW)
    assert not office.opens(token)
    for change in (Change("role", "inspector", "A"), Change("role", "king"), Change("role", "inspector")):
        assert refusal(change_account, office.db, office.keys, office.account.id, change, "cli", NOW).startswith("account_")


def test_a_session_in_which_nobody_acts_ends_after_half_an_hour_and_any_after_twelve(office):
    token = office.set_up().token
    digest = people.token_hash(token)
    assert not office.opens(token, NOW + timedelta(minutes=30))
    now = NOW
    for _ in range(40):
        now += timedelta(minutes=20)
        sessions.touch(office.db, digest, written(now), written(now), written(now + Lasts().idle))
    assert not office.opens(token, NOW + timedelta(hours=12)) and office.opens(token, NOW + timedelta(hours=11, minutes=59))
