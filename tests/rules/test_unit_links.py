"""Links between two editions: what is proposed, what is refused, and which ids they carry."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldcheck.rules.link_file import LinkFileFault, links_csv, proposal_row, read_links
from fieldcheck.rules.register import Unit, make_register
from fieldcheck.rules.register_difference import difference
from fieldcheck.rules.unit_links import Link, WrongLink, check_links, in_ids, linked

COUNTY = Unit("county", "420101", "演示县", "县")
DAY, TODAY = "2021-06-01", "2021-07-01"


def edition(*towns, county=COUNTY):
    """A register of one county: each town as code's last three digits, name, kind and villages (last three digits and name)."""
    units = [county]
    for digits, name, kind, *villages in towns:
        code = county.code + digits
        units.append(Unit("township", code, name, kind, county.code))
        units += [Unit("village", code + number, village, "村", code) for number, village in villages]
    return make_register("demo", "wgs84", [], units)


def proposed(before, after):
    return [(one.link.kind, [c[6:] for c in one.link.before], [c[6:] for c in one.link.after], one.sure) for one in difference(before, after)]


ONE, TWO = ("201", "东村"), ("202", "西村")
A = ("100", "甲镇", "镇", ONE, TWO)
PROPOSED = {
    "equal editions": ([A], [A], []),
    "recode": ([A], [("101", "甲镇", "镇", ONE, TWO)], [("recode", ["100"], ["101"], True)]),
    "rename": ([A], [("100", "新甲镇", "镇", ONE, TWO)], [("rename", ["100"], ["100"], True)]),
    "a code given to another place": ([A], [("100", "丙镇", "镇", ("201", "南村"))], [("rename", ["100"], ["100"], False)]),
    "type change": ([("200", "立新乡", "乡", ONE, TWO)], [("006", "立新街道", "街道", ONE, TWO)], [("type_change", ["200"], ["006"], True)]),
    "type change without villages": ([("200", "立新乡", "乡")], [("006", "立新街道", "街道")], [("type_change", ["200"], ["006"], False)]),
    "recode and rename": ([A], [("102", "丁镇", "镇", ONE, TWO)], [("recode", ["100"], ["102"], False)]),
    "merge": ([("100", "甲镇", "镇", ONE), ("101", "乙镇", "镇", TWO)], [("102", "丙镇", "镇", ONE, TWO)],
              [("merge", ["100", "101"], ["102"], True)]),
    "merge into one that stays": ([("100", "甲镇", "镇", ONE), ("101", "乙镇", "镇", TWO)], [A], [("merge", ["100", "101"], ["100"], True)]),
    "split": ([A], [("001", "东街道", "街道", ONE), ("002", "西街道", "街道", TWO)], [("split", ["100"], ["001", "002"], True)]),
    "split from one that stays": ([A], [("100", "甲镇", "镇", ONE), ("101", "乙镇", "镇", TWO)], [("split", ["100"], ["100", "101"], True)]),
    "village moved": ([A, ("101", "乙镇", "镇")], [("100", "甲镇", "镇", ONE), ("101", "乙镇", "镇", TWO)], [("move_village", ["100"], ["101"], True)]),
    "abolish": ([A, ("400", "农场", "其他")], [A], [("abolish", ["400"], [], False)]),
    "create": ([A], [A, ("004", "新街道", "街道")], [("create", [], ["004"], False)]),
}


@pytest.mark.parametrize("what", PROPOSED)
def test_a_difference_is_proposed_as_the_link_that_it_is_and_doubts_are_said(what: str) -> None:
    before, after, expected = PROPOSED[what]
    assert proposed(edition(*before), edition(*after)) == expected


def test_a_code_that_was_given_to_another_place_is_not_taken_for_a_rename_without_doubt() -> None:
    before = edition(A, ("101", "乙镇", "镇", ("301", "南村")))
    after = edition(("100", "丙镇", "镇", ("205", "北村")), ("101", "乙镇", "镇", ("301", "南村"), ONE, TWO))
    rename = next(one for one in difference(before, after) if one.link.kind == "rename")
    assert not rename.sure and rename.why == "villages_differ"


def test_a_file_of_links_reads_what_the_difference_wrote_in_both_forms() -> None:
    before, after = edition(*PROPOSED["split"][0]), edition(*PROPOSED["split"][1])
    rows = [proposal_row(one) for one in difference(before, after)]
    expected = [Link("split", DAY, ("420101100",), ("420101001", "420101002"))]
    assert read_links(links_csv(rows).encode(), DAY) == read_links(json.dumps({"links": rows}).encode(), DAY) == expected


@given(st.binary(max_size=80) | st.sampled_from([b"[1]", b'[{"kind": 1}]', b'{"links": 3}', b"kind,date\n", b'[{"kind": "split", "from": [1]}]']))
def test_no_file_of_links_crashes_the_reader(content: bytes) -> None:
    try:
        read_links(content)
    except LinkFileFault:
        pass


WRONG = {
    "no such kind": (Link("swap", DAY, ("420101100",), ("420101101",)), "malformed"),
    "a merge of one": (Link("merge", DAY, ("420101100",), ("420101101",)), "malformed"),
    "villages of a split": (Link("split", DAY, ("420101100",), ("420101101", "420101102"), ("420101100201",)), "malformed"),
    "no day": (Link("recode", "", ("420101100",), ("420101101",)), "undated"),
    "tomorrow": (Link("recode", "2021-07-02", ("420101100",), ("420101101",)), "undated"),
    "no such unit before": (Link("recode", DAY, ("420101109",), ("420101101",)), "unit_unknown"),
    "no such unit after": (Link("recode", DAY, ("420101100",), ("420101109",)), "unit_unknown"),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_link_that_cannot_be_applied_is_named_by_its_number(what: str) -> None:
    link, why = WRONG[what]
    with pytest.raises(WrongLink) as caught:
        check_links(edition(A), edition(("101", "甲镇", "镇"), ("102", "乙镇", "镇")), [link], TODAY)
    assert (caught.value.number, caught.value.why) == (1, why)


def test_two_links_cannot_name_one_unit() -> None:
    links = [Link("recode", DAY, ("420101100",), ("420101101",)), Link("abolish", DAY, ("420101100",), ())]
    with pytest.raises(WrongLink, match="link 2: twice 420101100"):
        check_links(edition(A), edition(("101", "甲镇", "镇")), links, TODAY)


def test_ids_follow_the_links_villages_by_name_and_a_code_in_new_hands_brings_no_id_along() -> None:
    before = edition(A, ("101", "乙镇", "镇", ("201", "南村")))
    # 甲镇 took the code of 乙镇, which was abolished; its first village got another number.
    after = edition(("101", "甲镇", "镇", ("209", "东村"), TWO))
    known = {(unit.level, unit.code): unit.unit for unit in before.units}
    links = [Link("recode", DAY, ("420101100",), ("420101101",)), Link("abolish", DAY, ("420101101",), ())]
    check_links(before, after, links, TODAY)
    carried = linked(before, after, known, links)
    was = {unit.name: unit.unit for unit in before.units}
    assert {unit.name: unit.unit for unit in carried.units} == {name: was[name] for name in ("演示县", "甲镇", "东村", "西村")}
    assert carried.hash == after.hash and len({unit.unit for unit in carried.units}) == len(carried.units)
    assert in_ids(before, carried, links) == [
        {"kind": "recode", "date": DAY, "from": [was["甲镇"]], "to": [was["甲镇"]], "villages": []},
        {"kind": "abolish", "date": DAY, "from": [was["乙镇"]], "to": [], "villages": []}]
