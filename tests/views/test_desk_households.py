"""A household's private record: found by number, corrected, erased, held; never seen by whoever need not."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from fieldcheck.actions.rebuild_folds import rebuild_folds
from fieldcheck.actions.verify_log import verify_log
from fieldcheck.store import private_records
from tests.desk import send_form, signed_in
from tests.world import World

TOWNSHIP = "420101100"


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path)
    world.assign(TOWNSHIP, "a1", "a2")
    phone = world.phone()
    world.walk(phone, TOWNSHIP).whole_visit(("poor", "general"))
    phone.sync()
    return world


@pytest.fixture
def office(world: World) -> FlaskClient:
    return signed_in(world.app, "office")


def first_household(office: FlaskClient) -> str:
    """The address of the household that the search for number 1 finds."""
    page = office.get("/desk/households?number=1").get_data(as_text=True)
    assert "DEMO household" not in page, "the search shows that something is kept, not what"
    start = page.index("/desk/households/")
    return page[start:page.index('"', start)]


def digest_on(office: FlaskClient, address: str) -> str:
    page = office.get(address).get_data(as_text=True)
    return page.split('name="record" value="')[1][:64]


def lines(world: World, kind: str) -> list[str]:
    return [line for (line,) in world.db.execute("SELECT line FROM messages WHERE kind = ?", [kind]).fetchall()]


def sound(world: World) -> None:
    assert list(verify_log(world.db, world.config.data, world.keys)) == []
    assert rebuild_folds(world.db, world.config.data, check=True) == []


def test_a_household_is_found_by_its_number_and_its_words_stand_on_its_own_page(office: FlaskClient) -> None:
    assert "DEMO household" in office.get(first_household(office)).get_data(as_text=True)
    assert "1" in office.get("/desk/households?number=99").get_data(as_text=True)
    for odd in ("-1", "1e3", "x", "٣", "9" * 30, ""):
        assert office.get("/desk/households", query_string={"number": odd}).status_code == 200
    assert office.get("/desk/households/x/y").status_code == 404


def test_a_correction_is_shown_everywhere_and_the_earlier_words_stay_sealed(world: World, office: FlaskClient) -> None:
    address = first_household(office)
    digest = digest_on(office, address)
    sent = send_form(office, address, f"{address}/correction", record=digest, words="演示更正", why="asked")
    assert sent.status_code == 302
    page = office.get(address).get_data(as_text=True)
    assert "演示更正" in page
    assert world.db.execute("SELECT sealed IS NOT NULL FROM private_records WHERE hash = ?", [digest]).fetchone() == (1,)
    (line,) = lines(world, "record.corrected")
    assert "演示更正" not in line and digest in line
    send_form(office, address, f"{address}/correction", record=digest, words="演示再更正", why="asked", erase_earlier="1")
    assert "演示再更正" in office.get(address).get_data(as_text=True)
    assert world.db.execute("SELECT sealed FROM private_records WHERE hash = ?", [digest]).fetchone() == (None,)
    assert world.db.execute("SELECT count(sealed) FROM corrections").fetchone() == (1,)
    sound(world)


@pytest.mark.parametrize("fields", [
    {"record": "0" * 64, "words": "x", "why": "asked"}, {"words": "x", "why": "asked"}, {"words": " ", "why": "asked"},
    {"words": "x" * 501, "why": "asked"}, {"words": "x", "why": "retention"}, {"words": "x", "why": ""}])
def test_a_correction_that_does_not_hold_changes_nothing(world: World, office: FlaskClient, fields: dict[str, str]) -> None:
    address = first_household(office)
    given = fields if "record" in fields or fields["words"] == "x" and fields["why"] == "asked" else \
        {**fields, "record": digest_on(office, address)}
    sent = send_form(office, address, f"{address}/correction", **given)
    assert sent.status_code in (400, 404)
    assert world.db.execute("SELECT count(*) FROM corrections").fetchone() == (0,) and lines(world, "record.corrected") == []


def test_one_household_is_erased_with_a_reason_and_the_others_stay(world: World, office: FlaskClient) -> None:
    address = first_household(office)
    before = sum(sealed is not None for _, sealed in private_records.every(world.db))
    assert send_form(office, address, f"{address}/erasure", why="asked").status_code == 302
    page = office.get(address).get_data(as_text=True)
    assert "DEMO household" not in page and "已删除" in page and "本人要求" in page
    after = sum(sealed is not None for _, sealed in private_records.every(world.db))
    assert 0 < after < before
    (line,) = lines(world, "records.erased")
    assert "DEMO" not in line and '"why":"asked"' in line
    assert office.post(f"{address}/erasure", data={"why": "asked"}).status_code == 403, "no form token"
    sound(world)


def test_a_held_visit_is_not_erased_by_hand_either(world: World, office: FlaskClient) -> None:
    address = first_household(office)
    assert send_form(office, address, f"{address}/hold", decision="set", reason="referral").status_code == 302
    assert send_form(office, address, f"{address}/erasure", why="asked").status_code == 409
    assert "DEMO household" in office.get(address).get_data(as_text=True)
    assert send_form(office, address, f"{address}/hold", decision="lift", reason="concluded").status_code == 302
    assert send_form(office, address, f"{address}/erasure", why="asked").status_code == 302
    sound(world)


@pytest.mark.parametrize("name", ["auditor", "admin", "county", "a1"])
def test_nobody_else_reads_or_erases_it(world: World, office: FlaskClient, name: str) -> None:
    address, browser = first_household(office), signed_in(world.app, name)
    for answer in (browser.get(address), browser.get("/desk/households?number=1"), send_form(browser, "/desk/", f"{address}/erasure")):
        assert answer.status_code == 403 and "DEMO" not in answer.get_data(as_text=True)
