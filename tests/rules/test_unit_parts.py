"""A change of units that is longer than one line: split anywhere, it is heard as what was said."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from fieldcheck.rules.unit_parts import BODY_MAX_BYTES, joined, parted

IDS = st.from_regex(r"u[0-9a-f]{12}", fullmatch=True)
DAYS = st.sampled_from(["2021-06-01", "2023-01-01"])


def link(kind, day, before, after, villages=()):
    return {"kind": kind, "date": day, "from": list(before), "to": list(after), "villages": list(villages)}


KEPT = st.builds(lambda kind, day, ids: link(kind, day, ids, ids),
                 st.sampled_from(["recode", "rename", "type_change"]), DAYS, st.lists(IDS, min_size=1, max_size=40))
OTHERS = st.one_of(
    st.builds(lambda day, ids, village: link("move_village", day, ids[:1], ids[1:], village), DAYS,
              st.lists(IDS, min_size=2, max_size=2), st.lists(IDS, min_size=1, max_size=40)),
    st.builds(lambda day, ids: link("merge", day, ids[1:], ids[:1]), DAYS, st.lists(IDS, min_size=3, max_size=9)),
    st.builds(lambda day, ids: link("split", day, ids[:1], ids[1:]), DAYS, st.lists(IDS, min_size=3, max_size=9)),
    st.builds(lambda day, unit: link("abolish", day, [unit], []), DAYS, IDS))
ROUNDS = st.lists(st.builds(
    lambda name, included, excluded: {"round": name, "included": included, "excluded": [{"unit": unit, "reason": "合并"} for unit in excluded]},
    IDS, st.lists(IDS, max_size=40), st.lists(IDS, max_size=40)), max_size=3, unique_by=lambda one: one["round"])


def in_one(links):
    """As ``unit_links.in_ids`` tells them: those that keep their ids, and those of one move, in one link each."""
    seen = {(one["kind"], one["date"], *(() if one["kind"] in ("recode", "rename", "type_change") else (str(one["from"]), str(one["to"])))): one for one in links}
    return list(seen.values())


@settings(max_examples=40)
@given(st.lists(KEPT | OTHERS, max_size=12).map(in_one), ROUNDS, st.integers(700, 3000))
def test_a_change_told_in_parts_is_heard_as_the_same_change(links, rounds, most) -> None:
    change = {"register": "a" * 64, "before": "b" * 64, "size": 7, "links": links, "rounds": rounds}
    parts = parted(change, most)
    assert joined(parts) == change
    assert all(len(json.dumps(part, ensure_ascii=False, separators=(",", ":")).encode()) <= most for part in parts)
    assert len(parts) == 1 or joined(parts[:-1]) is joined(parts[1:]) is None


def test_what_fits_one_line_is_told_as_it_always_was() -> None:
    change = {"register": "a", "before": "b", "size": 7, "links": [link("recode", "2021-06-01", ["u1"], ["u1"])], "rounds": []}
    assert parted(change) == [change]


def test_forty_thousand_townships_change_their_codes_in_parts_that_fit_a_line() -> None:
    ids = [f"u{number:012x}" for number in range(40_000)]
    change = {"register": "a", "before": "b", "size": 7, "links": [link("recode", "2021-06-01", ids, ids)],
              "rounds": [{"round": "r", "included": ids, "excluded": []}]}
    parts = parted(change)
    assert max(len(json.dumps(part)) for part in parts) <= BODY_MAX_BYTES and joined(parts) == change
