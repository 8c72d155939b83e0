"""A new edition under an open round: D1–D8 through the whole program, and that a closed round never changes."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from fieldcheck.actions.add_account import add_account
from fieldcheck.actions.certify_coverage import certify_coverage
from fieldcheck.actions.import_register import import_register
from fieldcheck.actions.rebuild_folds import rebuild_folds
from fieldcheck.actions.set_plan_lists import keep_recusals
from fieldcheck.actions.verify_certificate import read_certificate, verify_certificate
from fieldcheck.actions.verify_log import verify_log
from fieldcheck.problems import Problem
from fieldcheck.rules import unit_parts
from fieldcheck.rules.coverage_certificate import faults
from fieldcheck.rules.register import Unit, make_register
from fieldcheck.rules.unit_links import Link
from fieldcheck.store import log, past, recusals, registers, reviews, rounds, visits
from fieldcheck.times import written
from tests.actions.test_certificate import claims_of
from tests.actions.test_review import accept, arrived
from tests.actions.test_round_life import closed
from tests.cli.test_proof_cli import stranger
from tests.world import CODE, NOW, PASSWORD, small_register, square

ONE, TWO, FAR, PRISON = "420101100", "420101101", "420102100", "420102450"
WHOLE, NEW = "420101110", "420101120"
BOTH = square(112.0, 30.0, 0.2)


def edition(change, *more):
    """The small register a year later: ``change`` takes a unit and returns it, another one, or None; ``more`` is new."""
    units = [unit for unit in map(change, small_register().units) if unit is not None]
    return make_register("demo 2", "WGS-84", [], [*units, *more])


def recoded(old, new):
    def change(unit):
        return replace(unit, code=unit.code.replace(old, new, 1), parent_code=unit.parent_code and unit.parent_code.replace(old, new, 1)) \
            if unit.code.startswith(old) else unit
    return change


def town(code, name="演示新镇", kind="镇", outline=None):
    return Unit("township", code, name, kind, code[:6], outline=outline)


def link(kind, before, after, villages=()):
    return Link(kind, f"{datetime.now(UTC):%Y-%m-%d}", tuple(before), tuple(after), tuple(villages))


def changed(world, register, *links):
    return import_register(world.db, world.config.data, world.keys, register, "cli", datetime.now(UTC), links)


def told(world, at=None):
    """Code → status and reasons, and the number in scope."""
    found = past.coverage_at(world.db, world.round, at) if at else past.standing(world.db, world.round, written(datetime.now(UTC)))
    return ({one["properties"]["code"]: (one["properties"]["status"], one["properties"]["reasons"]) for one in found["features"]},
            found["counts"]["in_scope"])


def visited(world, code, village=True):
    """An accepted visit to a township, with or without naming its village."""
    world.assign(code, "a1", "a2")
    unit = world.unit(code)
    phone = world.phone()
    walk = world.walk(phone, code)
    register = rounds.round_of(world.db, world.round)["register"]
    (named,) = registers.villages_of(world.db, register, unit)
    walk.assignment = {**walk.assignment, "village": named["unit"] if village else None}
    visit = arrived(phone, walk)
    accept(world, visit)
    return visit


def clean(world):
    return rebuild_folds(world.db, world.config.data, check=True) == [] \
        == list(verify_log(world.db, world.config.data, world.keys))


def merger():
    """ONE and TWO become WHOLE."""
    def change(unit):
        if unit.code in (ONE, TWO):
            return town(WHOLE, outline=BOTH) if unit.code == ONE else None
        if unit.level == "village" and unit.code[:9] in (ONE, TWO):
            return replace(unit, code=WHOLE + ("201" if unit.code.startswith(ONE) else "202"), parent_code=WHOLE)
        return unit
    return edition(change), link("merge", (ONE, TWO), (WHOLE,))


def test_d1_to_d3_what_is_recoded_renamed_or_of_another_kind_carries_over_one_to_one(world):
    visit = visited(world, ONE)
    before = told(world)
    new = recoded(ONE, WHOLE)
    changed(world, edition(lambda unit: replace(new(unit), name="演示改名镇") if unit.code == ONE else new(unit)), link("recode", [ONE], [WHOLE]))
    statuses, in_scope = told(world)
    assert statuses == {WHOLE if code == ONE else code: row for code, row in before[0].items()} and in_scope == before[1]
    page = reviews.visit_page(world.db, visit)
    assert page["names"]["unit_name"] == "演示改名镇" and page["names"]["village_name"] == "演示村0"
    assert clean(world)


def test_d3_another_kind_is_checked_against_the_scope_rule_again(world):
    street = edition(lambda unit: None if unit.code.startswith(ONE + "2") else replace(unit, kind="街道") if unit.code == ONE else unit)
    changed(world, street, link("type_change", [ONE], [ONE]))
    assert told(world)[0][ONE] == ("excluded", ["no_village"]) and told(world)[1] == 2


def test_d4_a_merged_township_is_covered_only_once_both_were(world):
    first = visited(world, ONE)
    at, before = written(datetime.now(UTC)), told(world)
    certificate = claims_of(certify_coverage(world.db, world.keys, world.round, datetime.now(UTC)))
    register, merge = merger()
    changed(world, register, merge)
    assert told(world)[0] == {WHOLE: ("visited_unverified", ["merge_partial"]), ONE: ("excluded", ["merged"]),
                              TWO: ("excluded", ["merged"]), FAR: ("unvisited", []), PRISON: ("excluded", ["演示：监狱"])}
    assert told(world)[1] == 2 and told(world, at) == before
    assert list(verify_certificate(certificate, world.db)) == []
    # The visit stays what it was on its day, held against the lines of its day.
    doc = visits.find(world.db, first)
    assert (registers.named(world.db, register.hash, doc["unit"])["code"], doc["place"]["result"]) == (ONE, "inside")
    assert registers.named(world.db, register.hash, doc["counts_for"])["code"] == WHOLE
    assert clean(world)


def test_a_phone_that_knows_only_the_former_edition_goes_on_and_its_visit_counts(world):
    visited(world, ONE)
    world.assign(TWO, "a1", "a2")
    phone = world.phone("a2")
    walk = world.walk(phone, TWO)
    changed(world, *merger())
    accept(world, arrived(phone, walk))
    assert told(world)[0][WHOLE] == ("covered", []) and clean(world)


def splitting():
    """ONE becomes WHOLE, with its village, and NEW."""
    change = recoded(ONE, WHOLE)
    parts = {WHOLE: square(112.0, 30.0), NEW: square(112.2, 30.2, 0.01)}
    return edition(lambda unit: town(WHOLE, outline=parts[WHOLE]) if unit.code == ONE else change(unit), town(NEW, outline=parts[NEW])), \
        link("split", [ONE], [WHOLE, NEW])


def test_d5_a_visit_goes_to_the_part_with_its_village(world):
    visited(world, ONE)
    changed(world, *splitting())
    statuses, in_scope = told(world)
    assert (statuses[WHOLE], statuses[NEW], statuses[ONE]) == (("covered", []), ("unvisited", []), ("excluded", ["split"]))
    later = past.standing(world.db, world.round, written(datetime.now(UTC) + timedelta(days=91)))
    assert {one["properties"]["code"]: one["properties"]["flags"] for one in later["features"]} == {
        WHOLE: ["stale"], **dict.fromkeys((NEW, ONE, TWO, FAR, PRISON), [])}
    assert in_scope == 4 and clean(world)


def test_d5_a_visit_without_a_village_goes_back_to_a_reviewer_who_says_which_part(world):
    visit = visited(world, ONE, village=False)
    changed(world, *splitting())
    page = reviews.visit_page(world.db, visit)
    assert told(world)[0][WHOLE] == ("unvisited", []) and page["state"] == "submitted" and page["acceptable"]
    assert visit in [one["visit"] for one in reviews.queue(world.db, world.round)]
    parts = [one["unit"] for one in page["place"]["candidates"]]
    assert [registers.named(world.db, "", part)["code"] for part in parts] == [WHOLE, NEW]
    with pytest.raises(Problem) as caught:
        accept(world, visit)
    assert caught.value.code == "place_unconfirmed"
    accept(world, visit, place_unit=parts[0])
    assert told(world)[0][WHOLE] == ("covered", []) and clean(world)


def test_d6_a_village_that_moved_takes_its_visits_along(world):
    visited(world, ONE)
    lines = {ONE: square(112.0, 30.0, 0.01), TWO: square(112.02, 30.0, 0.18)}
    moved = edition(lambda unit: replace(unit, code=TWO + "201", parent_code=TWO) if unit.code.startswith(ONE + "2")
                    else replace(unit, outline=lines.get(unit.code, unit.outline)))
    changed(world, moved, link("move_village", [ONE], [TWO], [ONE + "200"]))
    assert told(world) == ({ONE: ("unvisited", []), TWO: ("covered", []), FAR: ("unvisited", []), PRISON: ("excluded", ["演示：监狱"])}, 3)
    assert clean(world)


def test_d7_an_abolished_township_leaves_the_scope_and_keeps_its_visits(world):
    visit = visited(world, ONE)
    changed(world, edition(lambda unit: None if unit.code.startswith(ONE) else unit), link("abolish", [ONE], []))
    assert told(world)[0][ONE] == ("excluded", ["abolished"]) and told(world)[1] == 2
    assert visits.find(world.db, visit)["state"] == "accepted" and clean(world)


def test_d8_a_created_unit_is_counted_once_it_has_a_village(world):
    street = town(NEW, "演示街道", "街道")
    changed(world, edition(lambda unit: unit, street), link("create", [], [NEW]))
    assert told(world)[0][NEW] == ("excluded", ["no_village"]) and told(world)[1] == 3
    village = Unit("village", NEW + "200", "演示新村", "村", NEW)
    third = replace(edition(lambda unit: unit, replace(street, name="演示改名街道"), village), edition="demo 3")
    changed(world, make_register("demo 3", "WGS-84", [], third.units), link("rename", [NEW], [NEW]))
    assert told(world)[0][NEW] == ("unvisited", []) and told(world)[1] == 4 and clean(world)


def test_whoever_must_not_go_to_a_township_must_not_go_to_what_became_of_it(world):
    account, other = world.accounts["a1"].id, world.accounts["b1"].id
    keep_recusals(world.db, world.keys, account, [{"code": ONE, "why": "home"}], datetime.now(UTC))
    keep_recusals(world.db, world.keys, other, [{"code": "420102", "why": "home"}, {"code": TWO + "200", "why": "kin"}], datetime.now(UTC))

    def barred(who):
        register = rounds.round_of(world.db, world.round)["register"]
        return [registers.named(world.db, register, unit)["code"] for unit in recusals.townships(world.db, world.keys.draw, register, who)]

    assert (barred(account), barred(other)) == ([ONE], [TWO, FAR, PRISON])
    new = recoded("420102", "420188")
    changed(world, edition(new), link("recode", ["420102"], ["420188"]), link("recode", [FAR], ["420188100"]),
            link("recode", [PRISON], ["420188450"]))
    assert (barred(account), barred(other)) == ([ONE], [TWO, "420188100", "420188450"])
    register, merge = merger()
    units = [new(unit) for unit in register.units]
    changed(world, make_register("demo 3", "WGS-84", [], units), merge)
    assert (barred(account), barred(other)) == ([WHOLE], [WHOLE, "420188100", "420188450"])


def test_a_closed_round_and_its_certificate_stay_to_the_letter(world):
    visited(world, ONE)
    closed(world)
    before = past.standing(world.db, world.round, written(datetime.now(UTC)))
    certificate = claims_of(certify_coverage(world.db, world.keys, world.round, datetime.now(UTC)))
    changed(world, *merger())
    assert {**past.standing(world.db, world.round, written(datetime.now(UTC))), "unsent": 0} == {**before, "unsent": 0}
    assert list(verify_certificate(certificate, world.db)) == []
    assert clean(world)


@pytest.mark.parametrize("given, code", [((), "edition_loses_township"), ((link("abolish", [ONE], []),), "edition_loses_township"),
                                         ((link("merge", [ONE, TWO], ["420101999"]),), "link_unit_unknown")])
def test_an_edition_that_loses_a_township_in_use_is_refused_with_its_name_and_nothing_changes(world, given, code):
    register, _ = merger()
    log = world.db.execute("SELECT count(*) FROM segments").fetchone()
    with pytest.raises(Problem) as caught:
        changed(world, register, *given)
    assert caught.value.code == code
    if code == "edition_loses_township":
        assert caught.value.details == {"code": TWO if given else ONE, "name": "演示镇1" if given else "演示镇0", "n": 1 if given else 2}
    assert len(registers.hashes(world.db)) == 1 and world.db.execute("SELECT count(*) FROM segments").fetchone() == log


def test_a_township_that_comes_from_nowhere_is_refused_beside_other_links(world):
    register = edition(recoded(ONE, WHOLE), town(NEW))
    with pytest.raises(Problem) as caught:
        changed(world, register, link("recode", [ONE], [WHOLE]))
    assert (caught.value.code, caught.value.details["code"]) == ("edition_adds_township", NEW)


def test_a_visit_is_held_against_the_lines_of_its_day(world):
    """A link of last year: today's visit is held against the new lines, and they lie elsewhere."""
    changed(world, edition(lambda unit: replace(unit, outline=square(113.0, 31.0)) if unit.code == ONE else unit),
            Link("rename", f"{datetime.now(UTC) - timedelta(days=300):%Y-%m-%d}", (ONE,), (ONE,)))
    world.assign(ONE, "a1", "a2")
    phone = world.phone()
    doc = visits.find(world.db, arrived(phone, world.walk(phone, ONE)))
    assert doc["place"]["result"] == "outside"


def test_an_edition_longer_than_a_line_comes_in_as_several_lines_of_one_act(world, monkeypatch):
    monkeypatch.setattr(unit_parts, "BODY_MAX_BYTES", 450)
    visit = visited(world, ONE)
    register, merge = merger()
    new = recoded("420102", "420188")
    units = [new(unit) for unit in register.units]
    before = world.db.execute("SELECT count(*) FROM segments").fetchone()[0]
    changed(world, make_register("demo 2", "WGS-84", [], units), merge, link("recode", ["420102"], ["420188"]),
            link("recode", [FAR], ["420188100"]), link("recode", [PRISON], ["420188450"]))
    bodies = [body for body, _ in log.bodies_of(world.db, "units.changed")]
    assert len(bodies) > 2 and [body["size"] for body in bodies] == list(range(before + 1, before + 1 + len(bodies)))
    for size in [body["size"] for body in bodies]:
        assert dict(past.visits_at(world.db, world.round, size))[visit].doc["counts_for"] == visits.find(world.db, visit)["unit"]
    assert told(world)[0] == {WHOLE: ("visited_unverified", ["merge_partial"]), ONE: ("excluded", ["merged"]), TWO: ("excluded", ["merged"]),
                              "420188100": ("unvisited", []), "420188450": ("excluded", ["演示：监狱"])}
    assert clean(world)


def by_team_b(world, code):
    """An accepted visit of team B to a township with its village."""
    world.accounts["b2"] = add_account(world.db, name="b2", display_name="b2", role="inspector", team="B",
                                       password=PASSWORD, now=NOW, companion_code=CODE)
    world.assign(code, "b1", "b2")
    phone = world.phone("b1")
    walk = world.walk(phone, code)
    (named,) = registers.villages_of(world.db, rounds.round_of(world.db, world.round)["register"], world.unit(code))
    walk.assignment = {**walk.assignment, "village": named["unit"]}
    accept(world, arrived(phone, walk))


def test_a_merged_township_of_which_each_team_covered_a_part_is_covered_and_its_certificate_holds(world, tmp_path):
    first = visited(world, ONE)
    by_team_b(world, TWO)
    changed(world, *merger())
    certificate = tmp_path / "certificate.json"
    certificate.write_text(json.dumps(certify_coverage(world.db, world.keys, world.round, datetime.now(UTC))))
    claims = read_certificate(certificate.read_bytes()).claims
    assert stranger(certificate).stdout.endswith("holds\n")
    (town,) = [one for one in claims["townships"] if one["code"] == WHOLE]
    assert town["status"] == "covered" and list(verify_certificate(claims, world.db)) == []
    assert {one["part"] for one in claims["visits"]} == set(town["parts"])
    # Without the visits of one part it would not be covered, and whoever holds the certificate alone sees it.
    claims["visits"] = [one for one in claims["visits"] if one["visit"] == first]
    assert [fault.code for fault in faults(claims)] == ["township_short"]
