"""A finding from a household to the county: what the county learns, from when on, and all that it never learns."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from fieldcheck.actions.accept_visit import Acceptance, accept_visit
from fieldcheck.actions.change_account import Change, change_account
from fieldcheck.actions.confirm_finding import Confirmation, confirm_finding
from fieldcheck.actions.hand_over_finding import hand_over_finding
from fieldcheck.actions.rebuild_folds import rebuild_folds
from fieldcheck.actions.sign_for_finding import sign_for_finding
from fieldcheck.actions.verify_log import verify_log
from fieldcheck.problems import Problem
from fieldcheck.rules.hand_over import embargo_until, household_told
from fieldcheck.store import access_log, findings, reviews, visits
from fieldcheck.times import written
from tests.desk import form_token, signed_in

TOWNSHIP = "420101100"
FACT, TOLD = "户主张某说饮水浑浊", "饮水不达标，限期解决"


class Noted:
    """An accepted visit with a finding about a household, and the county's account."""

    def __init__(self, world: Any, question: str = "V19", accepted: bool = True) -> None:
        self.world, phone = world, world.phone()
        walk = world.walk(phone, TOWNSHIP)
        walk.given = {"V44": ["none"]}
        self.visit = walk.open()
        walk.confirm(self.visit)
        homes = [walk.household(self.visit, n, kind) for n, kind in enumerate(("poor", "exited", "exited", "edge", "general"), 1)]
        walk.note(self.visit, "finding", FACT, household=homes[4], question=question, severity="serious")
        walk.village(self.visit)
        walk.seal(self.visit)
        phone.sync()
        self.county, self.elsewhere = (world.db.execute("SELECT unit FROM units WHERE code = ?", [code]).fetchone()[0]
                                       for code in ("420101", "420102"))
        self.give_county(self.county)
        if accepted:
            page = reviews.visit_page(world.db, self.visit)
            opened = [*page["place_photos"], *(flag["code"] for flag in page["flags"])]
            accept_visit(world.db, world.keys, self.visit, Acceptance(opened=opened), self.office, datetime.now(UTC))
        self.finding = visits.find(world.db, self.visit)["notes"][0]["note"]

    @property
    def office(self) -> str:
        return self.world.accounts["office"].id

    def give_county(self, county: str | None) -> None:
        change_account(self.world.db, self.world.keys, self.world.accounts["county"].id, Change("role", "county", None, county),
                       "cli", datetime.now(UTC))

    def confirm(self, summary: str = TOLD) -> None:
        confirm_finding(self.world.db, self.world.keys, self.finding, Confirmation("serious", "A9-2a", summary), self.office,
                        datetime.now(UTC))

    def hand_over(self, disclosure: str = "household_number", urgent: bool = True) -> None:
        hand_over_finding(self.world.db, self.world.keys, self.finding, disclosure, urgent, self.office, datetime.now(UTC))

    def seen(self, county: str | None = None, after: timedelta = timedelta(0)) -> list[Any]:
        return findings.released_to(self.world.db, self.world.keys.private, county or self.county, written(datetime.now(UTC) + after))

    def page(self) -> str:
        return signed_in(self.world.app, "county").get("/desk/county").get_data(as_text=True)


@pytest.fixture
def noted(world):
    return Noted(world)


def refusal(act, *args) -> str:
    with pytest.raises(Problem) as caught:
        act(*args)
    return caught.value.code


def test_a_county_has_nothing_until_something_is_handed_over_and_then_exactly_that(noted):
    assert noted.seen() == []
    assert refusal(noted.hand_over) == "finding_state"
    noted.confirm("先写的话")
    noted.confirm()
    assert noted.seen() == [] and TOLD not in noted.page()
    noted.hand_over()
    (one,) = noted.seen()
    assert (one.number, one.household, one.text, one.a9, one.severity) == (1, 5, TOLD, "A9-2a", "serious")
    assert noted.seen(noted.elsewhere) == []
    assert refusal(noted.hand_over) == refusal(noted.confirm) == "finding_state"
    assert rebuild_folds(noted.world.db, noted.world.config.data, check=True) == []
    assert list(verify_log(noted.world.db, noted.world.config.data, noted.world.keys)) == []


def test_the_county_page_tells_no_visit_no_time_no_person_no_team_and_no_other_words(noted):
    noted.confirm()
    noted.hand_over()
    page = noted.page()
    assert TOLD in page and "演示" in page
    doc = visits.find(noted.world.db, noted.visit)
    secret = [noted.visit, noted.finding, FACT, "DEMO household", doc["opened_at"], doc["sealed_at"], "A 组", "B 组",
              *noted.world.accounts, *(a.id for a in noted.world.accounts.values() if a.name != "county"),
              *(fix["fix"] for fix in doc["fixes"]), *(h["household"] for h in doc["households"]), noted.elsewhere]
    words = page.replace("county", "")
    assert [one for one in secret if one not in ("county", "office", "admin", "auditor") and one in words] == []
    assert doc["opened_at"][11:16] not in page and ":" not in page.split("<main")[1].split("<form")[0].replace("https:", "")


def test_it_is_seen_when_the_day_is_over_and_an_urgent_one_at_once(noted):
    noted.confirm()
    noted.hand_over(urgent=False)
    assert noted.seen() == [] and TOLD not in noted.page()
    assert len(noted.seen(after=timedelta(days=1))) == 1
    at = datetime(2026, 11, 23, 15, 59, tzinfo=UTC)
    assert embargo_until(False, at) == datetime(2026, 11, 23, 16, 0, tzinfo=UTC)
    assert embargo_until(False, at + timedelta(minutes=1)) == datetime(2026, 11, 24, 16, 0, tzinfo=UTC)
    assert embargo_until(True, at) == at


def test_the_county_signs_once_for_its_own_and_for_nothing_else(noted):
    noted.confirm()
    noted.hand_over()
    db, keys, county = noted.world.db, noted.world.keys, noted.world.accounts["county"].id
    noted.give_county(noted.elsewhere)
    assert refusal(sign_for_finding, db, keys, 1, county, datetime.now(UTC)) == "finding_unknown"
    noted.give_county(None)
    assert TOLD not in noted.page()
    assert refusal(sign_for_finding, db, keys, 1, county, datetime.now(UTC)) == "finding_unknown"
    noted.give_county(noted.county)
    browser = signed_in(noted.world.app, "county")
    for _ in range(2):
        token = form_token(browser, "/desk/county")
        assert browser.post("/desk/county/1/receipt", data={"csrf_token": token}).status_code == 302
    assert browser.post("/desk/county/2/receipt", data={"csrf_token": token}).status_code == 404
    assert db.execute("SELECT count(*) FROM messages WHERE kind = 'finding.signed_for'").fetchone()[0] == 1
    assert noted.seen()[0].signed_day is not None


def test_nothing_of_a_visit_that_is_not_accepted_can_be_confirmed(world):
    noted = Noted(world, accepted=False)
    assert refusal(noted.confirm) == "finding_unknown"


@pytest.mark.parametrize("question", ["V43", "H25", "H30"])
def test_a_sign_of_corruption_is_never_a_countys(world, question):
    noted = Noted(world, question=question)
    noted.confirm()
    assert refusal(noted.hand_over) == "finding_referred_only" and noted.seen(after=timedelta(days=2)) == []


@pytest.mark.parametrize("summary, code", [(" ", "finding_text_missing"), ("字" * 501, "finding_text_long")])
def test_words_that_are_missing_or_too_long_are_refused_and_nothing_is_kept(noted, summary, code):
    assert refusal(noted.confirm, summary) == code
    assert findings.find(noted.world.db, noted.finding) is None


@pytest.mark.parametrize("disclosure, type, listed, told", [
    ("village_only", "general", 50, None), ("household_number", "general", None, 7), ("household_number", "poor", 5, 7),
    ("household_number", "poor", 4, None), ("household_number", "exited", None, None), ("household_number", "edge", 50, None),
])
def test_a_household_is_not_told_apart_where_too_few_are_like_it(disclosure, type, listed, told):
    assert household_told(disclosure, {"type": type, "number": 7}, listed) == told
    assert household_told(disclosure, None, listed) is None


def test_who_looked_is_written_down_by_id_and_shown_to_the_auditor(noted):
    noted.confirm()
    noted.hand_over()
    noted.page()
    signed_in(noted.world.app, "office").get(f"/desk/visits/{noted.visit}")
    looks = access_log.looks(noted.world.db)
    assert [(one["what"], one["object"]) for one in looks] == [("visit", noted.visit), ("handed_over", "*")]
    assert looks[0]["account"] == noted.office
    auditor = signed_in(noted.world.app, "auditor")
    assert noted.visit in auditor.get(f"/desk/audit?object={noted.visit}").get_data(as_text=True)
    assert noted.visit not in auditor.get(f"/desk/audit?account={noted.world.accounts['county'].id}").get_data(as_text=True)
    for name in ("admin", "office"):
        page = signed_in(noted.world.app, name).get("/desk/audit").get_data(as_text=True)
        assert (noted.visit in page) == (name == "office") and "交办给本县的问题" not in page
