"""The plan at the desk: no place on a page that nobody asked to see, every look on record, a record that a stranger draws again."""

from __future__ import annotations

import html
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from fieldcheck.actions.add_account import add_account
from fieldcheck.actions.rebuild_folds import rebuild_folds
from fieldcheck.app import create_app
from fieldcheck.store import draws, plan_views
from tests.actions.test_draws import REVEAL
from tests.desk import form_token, send_form, signed_in
from tests.house.source_tree import ROOT
from tests.world import NOW, PASSWORD, World

PLACES = ("演示镇", "420101", "420102")


@pytest.fixture
def world(tmp_path: Path) -> World:
    """With a second supervisor, and a clock that can be moved."""
    made = World(tmp_path)
    made.accounts["office2"] = add_account(
        made.db, name="office2", display_name="office2", role="supervisor", team=None, password=PASSWORD, now=NOW, demo=True)
    made.app = create_app(made.config, clock=made.clock)
    return made


def drawn(world: World, browser: Any, day: str = "2026-11-24") -> dict[str, Any]:
    """A draw made at the desk: it is ten in the morning of the 23rd in Beijing, and the clock stands."""
    answer = send_form(browser, "/desk/plan", "/desk/plan/draws", team="A", day=day, value="3 5 1 6", source="dice")
    assert answer.status_code == 302
    return draws.draw_of(world.db, answer.location.rpartition("/")[2])


def test_no_place_stands_on_the_plan_and_the_one_who_draws_does_not_see_it_either(world: World) -> None:
    office = signed_in(world.app, "office")
    made = drawn(world, office)
    for page in ("/desk/plan", f"/desk/plan/{made['batch']}"):
        told = office.get(page).get_data(as_text=True)
        assert not any(place in told for place in PLACES) and "封存" in told
    for address in ("place", "code", "record"):
        answer = send_form(office, f"/desk/plan/{made['batch']}", f"/desk/plan/{made['batch']}/{address}")
        assert answer.status_code in (403, 409) and not any(place in answer.get_data(as_text=True) for place in PLACES)
    auditor = signed_in(world.app, "auditor")
    told = auditor.get("/desk/plan/signals").get_data(as_text=True)
    assert "3 次查看不在知悉范围内" in told and "office" in told
    assert office.get("/desk/plan/signals").status_code == 403
    assert "fieldcheck_plan_alerts 3.0" in auditor.get("/metrics").get_data(as_text=True)


def test_who_needs_to_know_sees_the_place_early_and_every_look_is_on_record(world: World) -> None:
    office = signed_in(world.app, "office")
    made = drawn(world, office)
    send_form(office, "/desk/plan/lists", "/desk/plan/readers", account=world.accounts["office"].id)
    # Nobody puts themselves on the list alone.
    assert send_form(office, "/desk/plan/lists", f"/desk/plan/{made['batch']}/place").status_code == 403
    assert send_form(office, "/desk/plan/lists", "/desk/plan/readers/settlement", decision="confirm").status_code == 403
    other = signed_in(world.app, "office2")
    assert "知悉范围有改动" in other.get("/desk/plan").text and "申请把名单改为" in other.get("/desk/plan/lists").text
    assert send_form(other, "/desk/plan/lists", "/desk/plan/readers/settlement", decision="confirm").status_code == 302
    assert send_form(other, "/desk/plan/lists", "/desk/plan/readers/settlement", decision="refuse").status_code == 409
    told = send_form(office, "/desk/plan/lists", f"/desk/plan/{made['batch']}/place").get_data(as_text=True)
    assert "演示镇" in told
    assert [(one["what"], one["listed"], one["shown"]) for one in plan_views.views_of(world.db, world.round)] == [
        ("content", 1, 1), ("content", 0, 0)]
    assert rebuild_folds(world.db, world.config.data, check=True) == []


def test_a_list_that_was_refused_lets_nobody_see_and_adding_others_waits_for_nobody(world: World) -> None:
    office, other = signed_in(world.app, "office"), signed_in(world.app, "office2")
    send_form(office, "/desk/plan/lists", "/desk/plan/readers", account=world.accounts["office"].id)
    send_form(other, "/desk/plan/lists", "/desk/plan/readers/settlement", decision="refuse")
    assert plan_views.readers(world.db, world.round) == [] and plan_views.readers_asked(world.db, world.round) is None
    send_form(office, "/desk/plan/lists", "/desk/plan/readers", account=world.accounts["office2"].id)
    assert plan_views.readers(world.db, world.round) == [world.accounts["office2"].id]


def test_the_code_is_read_out_once_its_time_has_come(world: World) -> None:
    office = signed_in(world.app, "office")
    made = drawn(world, office)
    world.clock.forward_to(REVEAL)
    office = signed_in(world.app, "office")
    told = send_form(office, f"/desk/plan/{made['batch']}", f"/desk/plan/{made['batch']}/code").get_data(as_text=True)
    assert re.search(r"\d{4} \d{4} \d{4} \d{4} \d{4}", told)


def test_a_redraw_waits_for_somebody_else(world: World) -> None:
    office, other = signed_in(world.app, "office"), signed_in(world.app, "office2")
    made = drawn(world, office)
    page = f"/desk/plan/{made['batch']}"
    assert send_form(office, page, f"{page}/redraw", what="redraw", reason="flood", value="6 6", source="dice").status_code == 302
    request = draws.redraws_of(world.db, world.round)[0]["request"]
    assert send_form(office, "/desk/plan", f"/desk/plan/redraws/{request}", decision="confirm").status_code == 403
    assert send_form(other, "/desk/plan", f"/desk/plan/redraws/{request}", decision="confirm").status_code == 302
    assert [one["state"] for one in draws.draws_of(world.db, world.round)] == ["made", "redrawn"]
    told = signed_in(world.app, "auditor").get("/desk/plan/signals").get_data(as_text=True)
    assert "申请 1 次，其中确认 1 次" in told


def test_recusals_and_stationing_are_kept_by_the_office(world: World) -> None:
    office = signed_in(world.app, "office")
    account = world.accounts["a1"].id
    assert send_form(office, "/desk/plan/lists", "/desk/plan/recusals", account=account, code="420101", why="kin", decision="add").status_code == 302
    told = office.get("/desk/plan/lists").get_data(as_text=True)
    assert "演示一县" in told and "近亲属" in told
    send_form(office, "/desk/plan/lists", "/desk/plan/recusals", account=account, code="420101", decision="remove")
    assert "近亲属 <button" not in office.get("/desk/plan/lists").get_data(as_text=True)
    assert send_form(office, "/desk/plan/lists", "/desk/plan/stationed", codes="420101100 000").status_code == 404
    assert send_form(office, "/desk/plan/lists", "/desk/plan/stationed", codes="420101100").status_code == 302


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_stranger_draws_the_printed_record_again_with_the_script_of_the_document(world: World, tmp_path: Path, language: str) -> None:
    office = signed_in(world.app, "office")
    office.get(f"/language/{language}")
    made = drawn(world, office)
    world.clock.forward_to(REVEAL)
    office = signed_in(world.app, "office")
    told = send_form(office, f"/desk/plan/{made['batch']}", f"/desk/plan/{made['batch']}/record").get_data(as_text=True)
    printed = html.unescape(re.search(r'<pre class="record"[^>]*>(.*?)</pre>', told, re.S)[1])
    (tmp_path / "record.json").write_text(printed, "utf-8")
    script = re.search(r"^```python\n(.*?)^```$", (ROOT / "docs" / "draw.md").read_text("utf-8"), re.M | re.S)[1]
    (tmp_path / "again.py").write_text(script, "utf-8")
    command = [sys.executable, "-I", str(tmp_path / "again.py"), str(tmp_path / "record.json")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    record = json.loads(printed)
    assert json.loads(done.stdout) == {"people": record["people"], "unit": record["unit"]}
    (tmp_path / "record.json").write_text(printed.replace('"value": "3 5 1 6"', '"value": "3 5 1 5"'), "utf-8")
    assert subprocess.run(command, capture_output=True, timeout=60).returncode == 1
    assert form_token(office, "/desk/plan")
