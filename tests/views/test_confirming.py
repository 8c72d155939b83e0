"""Before what weighs a lot, whoever sits at a session that has run for a while shows once more who they are."""

from __future__ import annotations

import base64
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from fieldcheck.actions.add_account import add_account
from fieldcheck.app import create_app
from fieldcheck.keys import make_keys
from fieldcheck.rules.second_factor import totp
from fieldcheck.store import log, sessions
from tests.desk import form_token, sign_in, signed_in
from tests.world import PASSWORD, World

ASK_FIRST = {"desk_accounts.change", "desk_devices.revoke", "desk_findings.hand_over", "desk_households.erase",
             "desk_registers.take", "desk_rounds.gap", "desk_rounds.close"}
REASON = "Lost on the bus & not found"


class Desk:
    """A real command office, with a second factor, on a clock that the test moves; and a phone that it may revoke."""

    def __init__(self, folder: Path) -> None:
        self.world = World(folder / "data")
        self.phone = self.world.phone()
        self.now = datetime.now(UTC)
        self.app = create_app(self.world.config, clock=lambda: self.now)
        self.account = add_account(self.world.db, name="real", display_name="演示", role="supervisor", team=None, password=PASSWORD,
                                   now=self.now, keys=self.world.keys)
        self.client = self.app.test_client()
        sign_in(self.client, "real")
        shown = self.client.get("/sign-in/second").get_data(as_text=True)
        found = re.search(r'class="spelled">([A-Z2-7= ]+)<', shown)
        assert found
        self.secret = base64.b32decode(found[1].replace(" ", ""))
        assert self.client.post("/sign-in/second", data={"csrf_token": form_token(self.client, "/sign-in/second"),
                                                         "code": self.code()}).status_code == 200

    def code(self) -> str:
        return totp(self.secret).generate(int(self.now.timestamp())).decode()

    def wait(self, minutes: float) -> None:
        """Time passes, and somebody goes on looking at pages."""
        self.now += timedelta(minutes=minutes)
        self.client.get("/desk/devices")

    def revoke(self, **fields: str) -> Any:
        return self.client.post(f"/desk/devices/{self.phone.device}/revocation", headers={"Referer": "http://localhost/desk/devices"},
                                data={"csrf_token": form_token(self.client, "/desk/devices"), "reason": REASON, **fields})

    def confirm(self, password: str = PASSWORD, code: str | None = None) -> Any:
        return self.revoke(confirm_password=password, confirm_code=self.code() if code is None else code,
                           confirm_from="/desk/devices")

    @property
    def revoked(self) -> list[str]:
        return [line for line, _at in log.desk_lines(self.world.db, ("device.revoked",))]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_whoever_has_just_signed_in_is_not_asked_and_ten_minutes_later_is(desk: Desk) -> None:
    desk.wait(9)
    assert desk.revoke().status_code == 302 and len(desk.revoked) == 1


def test_the_question_keeps_the_form_and_the_right_answer_does_the_act_in_one_step(desk: Desk) -> None:
    desk.wait(11)
    asked = desk.revoke()
    page = asked.get_data(as_text=True)
    assert asked.status_code == 401 and desk.revoked == []
    assert 'name="reason" value="Lost on the bus &amp; not found"' in page and 'name="confirm_password"' in page
    assert 'name="confirm_code"' in page and PASSWORD not in page and 'href="/desk/devices"' in page
    assert desk.confirm().status_code == 302
    assert len(desk.revoked) == 1 and REASON in desk.revoked[0]
    desk.wait(9)
    assert desk.revoke().status_code != 401
    assert sessions.sign_ins(desk.world.db, desk.account.id)[0]["outcome"] == "confirmed"


def test_neither_a_password_alone_nor_a_code_alone_nor_a_code_twice_is_enough(desk: Desk) -> None:
    desk.wait(11)
    for password, code in ((PASSWORD, ""), ("wrong password", None), (PASSWORD, "000000" if desk.code() != "000000" else "000001")):
        refused = desk.confirm(password, code)
        assert refused.status_code == 401 and password not in refused.get_data(as_text=True) and desk.revoked == []
    assert desk.confirm().status_code == 302
    desk.world.db.execute("UPDATE sessions SET confirmed_at = ''")
    assert desk.confirm().status_code == 401


def test_guessing_at_an_open_session_costs_a_growing_wait(desk: Desk) -> None:
    desk.wait(11)
    for _ in range(5):
        assert desk.confirm("wrong password").status_code == 401
    late = desk.confirm()
    assert late.status_code == 429 and late.headers["Retry-After"] and desk.revoked == []


def test_accounts_of_a_demonstration_are_never_asked(desk: Desk) -> None:
    client = signed_in(desk.app, "office")
    desk.now += timedelta(hours=3)
    answer = client.post(f"/desk/devices/{desk.phone.device}/revocation",
                         data={"csrf_token": form_token(client, "/desk/devices"), "reason": REASON})
    assert answer.status_code == 302 and len(desk.revoked) == 1


def test_every_act_that_weighs_a_lot_asks_and_no_page_that_is_only_looked_at_does(desk: Desk) -> None:
    views = desk.app.view_functions
    assert {name for name, view in views.items() if hasattr(view, "confirms")} == ASK_FIRST
    assert all("GET" not in (rule.methods or ()) for rule in desk.app.url_map.iter_rules() if rule.endpoint in ASK_FIRST)


def test_after_the_session_key_was_replaced_the_second_step_says_to_have_it_reset(desk: Desk, tmp_path: Path) -> None:
    more = make_keys(tmp_path / "more")
    (desk.world.config.keys / "session.key").write_bytes((tmp_path / "more" / "session.key").read_bytes())
    assert more.session != desk.world.keys.session
    client = create_app(desk.world.config, clock=lambda: desk.now).test_client()
    assert sign_in(client, "real").location.startswith("/sign-in/second")
    answer = client.get("/sign-in/second")
    assert answer.status_code == 409 and "second-factor reset" in answer.get_data(as_text=True)
