"""The coverage page as the server makes it: figures, table and reasons, before any script runs."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest

from fieldcheck.store import devices
from tests.desk import send_form, signed_in
from tests.world import TOWNSHIPS, World

CODE = "420101100"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Three townships in two counties, a prison, a round; nobody was anywhere yet."""
    return World(Path(tmp_path_factory.mktemp("unvisited")))


@pytest.fixture(scope="module")
def visited(tmp_path_factory: pytest.TempPathFactory) -> World:
    """The same, and one demonstration visit to the first township, sealed and sent."""
    world = World(Path(tmp_path_factory.mktemp("visited")))
    world.assign(CODE, "a1", "a2")
    phone = world.phone("a1")
    world.walk(phone, CODE).whole_visit()
    phone.sync()
    return world


@pytest.fixture
def changing(tmp_path: Path) -> World:
    """A world of its own for a test that changes it."""
    return World(tmp_path)


def page_of(world: World, address: str = "/desk/coverage", language: str = "en") -> str:
    """The page's text for somebody of the command office."""
    answer = signed_in(world.app, "office").get(address, headers={"Accept-Language": language})
    assert answer.status_code == 200, answer.data
    return answer.get_data(as_text=True)


def figures(page: str) -> list[int]:
    """The five figures, as they stand."""
    return [int(n) for n in re.findall(r"<dd>(\d+)</dd>", page)]


def body_rows(page: str) -> list[list[str]]:
    """The table's rows as cells of bare words, names in Chinese alone."""
    page = re.sub(r'<span class="pinyin".*?</span>', "", page)
    body = page.split("<tbody>")[1].split("</tbody>")[0]
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S) for row in body.split("</tr>")[:-1]]
    return [[" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in row] for row in cells]


def test_figures_table_exclusions_and_sources_stand_without_a_script(world: World) -> None:
    page = page_of(world)
    assert figures(page) == [3, 0, 0, 0, 3]
    assert "In scope (1 excluded)" in page and "演示监狱" in page and "演示：监狱" in page
    assert body_rows(page) == [["演示一县", "2", "0", "0", "0", "2", "0%"], ["演示二县", "1", "0", "0", "0", "1", "0%"]]
    assert "演示（demo）" in page or "演示 (demo)" in page


def test_a_visit_that_arrived_shows_as_unverified_with_its_reasons(visited: World) -> None:
    page = page_of(visited, f"/desk/coverage?unit={visited.unit(CODE)}")
    assert figures(page) == [3, 0, 0, 1, 2]
    assert "Not reviewed yet" in page and "Visited, but it does not count yet" in page
    assert "Team A" in page and "Submitted, not reviewed" in page
    assert [row[:2] for row in body_rows(page)] == [["演示镇0", "Unverified"], ["演示镇1", "Unvisited"]]


def test_each_rule_is_shown_as_it_was_judged(visited: World) -> None:
    page = page_of(visited, f"/desk/coverage?unit={visited.unit(CODE)}")
    told = [rule["result"] for rule in visited.township(CODE)["rules"]]
    assert re.findall(r'<li class="rule-(\w+)"', page) == told
    assert page.count("Not met") == told.count("fail") > 0


def test_a_county_filters_the_table_and_a_township_opens_its_county(world: World) -> None:
    unit = world.unit("420102100")
    county = next(w["county"] for w in [world.township("420102100")])
    chosen = page_of(world, f"/desk/coverage?county={county}")
    assert [row[0] for row in body_rows(chosen)] == ["演示镇0", "演示监狱"]
    opened = page_of(world, f"/desk/coverage?unit={unit}")
    assert [row[0] for row in body_rows(opened)] == ["演示镇0", "演示监狱"]
    assert f'data-county="{county}" data-unit="{unit}"' in opened


def test_a_click_on_a_heading_sorts_and_a_second_one_turns_the_order(world: World) -> None:
    up = page_of(world, "/desk/coverage?sort=in_scope")
    assert [row[0] for row in body_rows(up)] == ["演示二县", "演示一县"]
    assert 'aria-sort="ascending"' in up and "sort=in_scope&amp;down=1" in up
    assert [row[0] for row in body_rows(page_of(world, "/desk/coverage?sort=in_scope&down=1"))] == ["演示一县", "演示二县"]
    assert len(body_rows(page_of(world, "/desk/coverage?sort=nonsense"))) == 2


@pytest.mark.parametrize("query", ["unit=u000000000000", "county=u000000000000", "round=unheard-of", "unit=%27%22%3E"])
def test_what_the_round_does_not_have_is_refused_with_a_next_step(world: World, query: str) -> None:
    answer = signed_in(world.app, "office").get(f"/desk/coverage?{query}")
    assert answer.status_code == 404 and ("unit_unknown" in answer.text or "round_unknown" in answer.text)


def test_without_a_round_the_page_says_what_will_be_here_and_how(changing: World) -> None:
    with changing.db.conn:
        changing.db.execute("DELETE FROM rounds")
    page = page_of(changing)
    assert "No round is open" in page and "fieldcheck round open" in page


def test_what_phones_still_hold_is_said_in_one_sentence(changing: World) -> None:
    assert "No phone says that it holds anything unsent" in page_of(changing)
    device = changing.phone("a1").device
    state = {"unsent": {"segments": 2, "photos": 14, "bytes": 1, "oldest_at": "2026-11-22T02:00:00.000Z"},
             "visits": [{"visit": name, "photos_waiting": 7} for name in ("one", "two")]}
    with changing.db.conn:
        devices.put_state(changing.db, device, state, "2026-11-23T02:00:00.000Z")
    assert "Phones still hold 2 visits and 14 photos that have not been sent (oldest 22 Nov 10:00)." in page_of(changing)


def test_the_tiles_show_every_township_with_its_mark_and_its_word(world: World) -> None:
    tiles = re.findall(r'<a class="tile fill-(\w+)[^>]*>(.*?)</a>', page_of(world, "/desk/coverage?view=grid"), re.S)
    assert sorted(status for status, _ in tiles) == ["excluded", *["unvisited"] * len(TOWNSHIPS)]
    assert all("<svg" in inner and ("Unvisited" in inner or "Not in scope" in inner) for _, inner in tiles)


def test_the_townships_come_as_csv_with_their_reasons_in_words(visited: World) -> None:
    answer = signed_in(visited.app, "office").get("/desk/coverage.csv", headers={"Accept-Language": "en"})
    assert answer.mimetype == "text/csv" and "attachment" in answer.headers["Content-Disposition"]
    rows = list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
    assert rows[0][:4] == ["Code", "County", "Township", "Status"] and len(rows) == 1 + len(TOWNSHIPS) + 1
    assert rows[1][:4] == [CODE, "演示一县", "演示镇0", "Unverified"] and "Not reviewed yet" in rows[1][5]
    county = visited.township("420102100")["county"]
    assert len(signed_in(visited.app, "office").get(f"/desk/coverage.csv?county={county}").text.splitlines()) == 3
    assert signed_in(visited.app, "office").get("/desk/coverage.csv?county=u1").status_code == 404


def test_readers_of_english_have_machine_pinyin_beside_each_name_and_are_told_so_once(world: World) -> None:
    english, chinese = page_of(world), page_of(world, language="zh-CN")
    assert "演示一县 " in english and '<span class="pinyin" lang="zh-Latn-pinyin">Yanshiyi Xian</span>' in english
    assert english.count("machine pinyin") == 1
    assert "pinyin" not in chinese


def test_both_languages_have_every_word_of_the_page(visited: World) -> None:
    chinese = page_of(visited, f"/desk/coverage?unit={visited.unit(CODE)}", "zh-CN")
    assert "已访待核" in chinese and "还没有审核" in chinese and "应覆盖（不计入 1）" in chinese
    assert not re.search(r"[^\w/.=\"'-](status|reason|rule|coverage|unit)\.[a-z_]+", re.sub(r"<[^>]+>", "", chinese))


def test_a_phone_is_invited_listed_and_taken_out_of_use_with_a_reason(changing: World) -> None:
    office = signed_in(changing.app, "office")
    shown = send_form(office, "/desk/devices", "/desk/devices/invitations", account=changing.accounts["a1"].id)
    code = re.search(r"<output>([A-Z2-9]{4} [A-Z2-9]{4})</output>", shown.text)
    assert shown.status_code == 200 and code and "#enrol=" in shown.text and "<svg" not in shown.text
    assert code[1].replace(" ", "") not in "\n".join(changing.db.conn.iterdump())
    device = changing.phone("a1").device
    listed = office.get("/desk/devices").text
    assert "demo a1" in listed and "在用" in listed
    address = f"/desk/devices/{device}/revocation"
    assert send_form(office, "/desk/devices", address, reason="  ").status_code == 400
    assert send_form(office, "/desk/devices", address, reason="演示：丢了").status_code == 302
    assert "演示：丢了" in office.get("/desk/devices").text


def test_only_team_members_can_be_invited(world: World) -> None:
    office = signed_in(world.app, "office")
    for name in ("county", "office"):
        answer = send_form(office, "/desk/devices", "/desk/devices/invitations", account=world.accounts[name].id)
        assert answer.status_code == 404 and "account_unknown" in answer.text
    assert world.db.execute("SELECT count(*) FROM invitations").fetchone()[0] == 0
