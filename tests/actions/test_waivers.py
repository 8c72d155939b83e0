"""A village with fewer listed households than a township needs: waived by name when the round starts, and said wherever it counts."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from fieldcheck.actions.begin_closing import begin_closing
from fieldcheck.actions.certify_coverage import certify_coverage
from fieldcheck.actions.open_round import open_round
from fieldcheck.actions.rebuild_folds import rebuild_folds
from fieldcheck.actions.verify_certificate import verify_certificate
from fieldcheck.rules.coverage_certificate import faults
from fieldcheck.store import past, registers, round_states, rounds
from fieldcheck.store.planned_rounds import plan_of_draft
from fieldcheck.times import written
from tests.actions.test_certificate import claims_of
from tests.actions.test_review import accept, arrived
from tests.cli.test_proof_cli import stranger
from tests.cli.typed import run
from tests.desk import send_form, signed_in
from tests.world import NOW, World

TOWNSHIP, VILLAGE = "420101100", "420101100200"
LINE = f"{VILLAGE}，1，演示：全村只有一户，演示·主任"
FEW = ("poor", "edge", "edge", "general", "general")


@pytest.fixture
def waived(world: World) -> World:
    """A round that was drafted at the desk with one waiver, and opened."""
    office = signed_in(world.app, "office")
    begin_closing(world.db, world.keys, world.round, world.accounts["office"].id, NOW)
    assert send_form(office, "/desk/rounds", "/desk/rounds", name="演示豁免轮", starts="2026-11-24", days="91", exclusions="",
                     waivers=LINE).status_code == 302
    [draft] = round_states.drafts(world.db)
    assert "1 户建档立卡户" in office.get("/desk/rounds").get_data(as_text=True)
    world.round = open_round(world.db, world.keys, plan_of_draft({**draft, "params": {**draft["params"], "fix_sources": ["gps", "demo"]}}),
                             "office", datetime.now(UTC), demo=True)
    return world


def visited(world: World, types: tuple[str, ...] = FEW, village: bool = True) -> str:
    """An accepted visit with these households."""
    world.assign(TOWNSHIP, "a1", "a2")
    phone = world.phone()
    walk = world.walk(phone, TOWNSHIP)
    register = rounds.round_of(world.db, world.round)["register"]  # type: ignore[index]
    (named,) = registers.villages_of(world.db, register, world.unit(TOWNSHIP))
    walk.assignment = {**walk.assignment, "village": named["unit"] if village else None}
    whole = walk.whole_visit
    walk.whole_visit = lambda: whole(types)  # type: ignore[method-assign]
    visit = arrived(phone, walk)
    accept(world, visit)
    return visit


def test_a_township_with_a_visit_to_a_waived_village_needs_no_more_listed_households_than_there_are(waived: World) -> None:
    visit = visited(waived)
    assert waived.township(TOWNSHIP)["status"] == "covered"
    office = signed_in(waived.app, "office")
    for page in (f"/desk/visits/{visit}", f"/desk/coverage/{waived.unit(TOWNSHIP)}/why?round={waived.round}", "/desk/rounds",
                 f"/desk/rounds/{waived.round}/certificate"):
        told = office.get(page).get_data(as_text=True)
        assert "1 户建档立卡户" in told and "演示：全村只有一户（演示·主任）" in told, page
    explained = past.explained_at(waived.db, waived.round, TOWNSHIP, written(datetime.now(UTC)))
    assert explained and [(one["listed"], one["signer"]) for one in explained["waivers"]] == [(1, "演示·主任")]
    assert waived.phone("a2").pack()["params"]["waived"] == {explained["waivers"][0]["village"]: 1}
    assert "waivers" not in waived.phone("b1").pack()["params"]
    assert rebuild_folds(waived.db, waived.config.data, check=True) == []


def test_a_certificate_says_the_waiver_and_without_it_the_township_is_short(waived: World, tmp_path: Path) -> None:
    visited(waived)
    certificate = certify_coverage(waived.db, waived.keys, waived.round, datetime.now(UTC) + timedelta(minutes=1))
    claims = claims_of(certificate)
    assert list(verify_certificate(claims, waived.db)) == [] and claims["waivers"][0]["code"] == VILLAGE
    file = tmp_path / "certificate.json"
    file.write_text(json.dumps(certificate))
    assert stranger(file).stdout.endswith("1 of 3 townships covered\nholds\n")
    assert [fault.code for fault in faults({**claims, "waivers": []})] == ["waiver_wrong", "township_short"]
    raised = [{**claims["waivers"][0], "listed": 2}]
    assert [fault.code for fault in faults({**claims, "waivers": raised})] == ["waiver_wrong", "township_short"]


@pytest.mark.parametrize("types, village, reasons", [
    (("edge", "edge", "general", "general", "general"), True, ["township_listed"]), (FEW, False, ["township_listed"]),
    (("poor", "edge", "edge", "general"), True, ["township_households"])])
def test_nothing_else_is_waived_nor_elsewhere(waived: World, types: tuple[str, ...], village: bool, reasons: list[str]) -> None:
    visited(waived, types, village)
    assert waived.township(TOWNSHIP)["reasons"] == reasons


@pytest.mark.parametrize("line, code", [
    (f"{VILLAGE},1,reason", "waiver_incomplete"), (f"{VILLAGE},one,reason,signer", "waiver_incomplete"), (f"{VILLAGE},-1,reason,signer", "waiver_incomplete"),
    (f"{VILLAGE},2,reason,signer", "waiver_wrong"), ("420101100999,1,reason,signer", "waiver_wrong"), (f"{TOWNSHIP},1,reason,signer", "waiver_wrong"),
    (f"{VILLAGE},1,reason,signer\n{VILLAGE},0,reason,signer", "waiver_wrong")])
def test_a_waiver_that_does_not_fit_keeps_no_draft_and_opens_no_round(world: World, tmp_path: Path, line: str, code: str) -> None:
    answer = send_form(signed_in(world.app, "office"), "/desk/rounds", "/desk/rounds", name="x", starts="2026-12-01", days="91", exclusions="", waivers=line)
    assert answer.status_code == 400 and code in answer.get_data(as_text=True) and round_states.drafts(world.db) == []
    file = tmp_path / "waivers.csv"
    file.write_text("village,listed,reason,signer\n" + line, "utf-8")
    typed = run("round", "open", "x", "--waivers", file, "--data", world.config.data)
    assert typed.exit_code == 1 and len(rounds.rounds(world.db)) == 1


def test_the_command_line_opens_a_round_with_a_waiver_of_a_file(world: World, tmp_path: Path) -> None:
    file = tmp_path / "waivers.csv"
    file.write_text(f"village,listed,reason,signer\n{VILLAGE},0,演示,演示·主任\n", "utf-8")
    assert run("round", "open", "x", "--waivers", file, "--data", world.config.data).exit_code == 0
    opened = rounds.rounds(world.db)[0]
    assert [(one["listed"], one["reason"]) for one in opened["params"]["waivers"]] == [(0, "演示")]
