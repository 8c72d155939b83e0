"""Townships and people are drawn so that a stranger can draw the same again (``docs/draw.md``)."""

from __future__ import annotations

import json
from collections import Counter
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldcheck.rules.draw_commitment import DRAWS_MOST, commitment, is_committed, path_of, secret_of
from fieldcheck.rules.township_draw import BASE_WEIGHT, Drawn, NothingToDraw, Stream, draw, draw_inputs, draw_seed

SECRET = "5e" * 32
UNITS = [f"u{number:02}" for number in range(12)]
PEOPLE = ["p1", "p2", "p3", "p4"]
secrets = st.binary(min_size=32, max_size=32).map(bytes.hex)


def inputs_of(**changed: Any) -> dict[str, Any]:
    """A draw over twelve townships of three counties, of which three are covered and two wait for review."""
    statuses = dict.fromkeys(UNITS[:7], "unvisited") | dict.fromkeys(UNITS[7:9], "visited_unverified") | dict.fromkeys(UNITS[9:], "covered")
    given_ = {"round": "r", "number": 1, "team": "A", "day": "2026-11-26", "public": {"value": "3 5 1 6", "source": "dice"},
              "people": PEOPLE, "take": 2, "statuses": statuses, "counties": {unit: f"c{number % 3}" for number, unit in enumerate(UNITS)},
              "excluded": {}, "recused": {}, "stationed": [], "last_county": None, "revisit_percent": 20}
    return draw_inputs(**{**given_, **changed})


def test_a_draw_can_be_reckoned_by_hand() -> None:
    # Reckoned once with sha256sum and openssl: nothing about it may ever change.
    assert draw_seed(inputs_of(), SECRET) == "f76aa822b58313271bf18d3930c86595a383dddf201f994c30455bcc7689baf1"
    assert draw(inputs_of(), SECRET) == Drawn(("p2", "p4"), "u11", "again")


@given(secrets, st.randoms())
def test_the_order_of_what_is_handed_in_makes_no_difference(secret: str, random: Random) -> None:
    inputs = inputs_of()
    mixed = json.loads(json.dumps(inputs))
    random.shuffle(mixed["people"]["from"])
    mixed["frame"] = {name: dict(random.sample(list(units.items()), len(units))) for name, units in mixed["frame"].items()}
    assert draw(mixed, secret) == draw(inputs, secret) == draw(json.loads(json.dumps(inputs)), secret)


@given(secrets, st.sets(st.sampled_from(UNITS), max_size=11), st.dictionaries(st.sampled_from(PEOPLE), st.sets(st.sampled_from(UNITS), max_size=5)))
def test_nobody_is_sent_where_they_must_not_go_and_nothing_excluded_is_drawn(secret: str, excluded: set, recused: dict) -> None:
    inputs = inputs_of(excluded=dict.fromkeys(excluded, "far"), recused=recused)
    try:
        drawn = draw(inputs, secret)
    except NothingToDraw:
        assert set(UNITS) <= excluded | set().union(*recused.values())
        return
    assert drawn.unit not in excluded
    assert all(drawn.unit not in recused.get(person, ()) for person in drawn.people)
    assert len(drawn.people) == 2 == len(set(drawn.people)) and set(drawn.people) <= set(PEOPLE)


@given(secrets)
def test_unvisited_ones_come_first_and_only_a_revisit_goes_back_while_there_are_any(secret: str) -> None:
    assert draw(inputs_of(revisit_percent=0), secret).stratum == "open"
    assert draw(inputs_of(revisit_percent=100), secret).stratum == "again"
    nothing_new = dict.fromkeys(UNITS[:7], "drawn")
    assert draw(inputs_of(revisit_percent=0, excluded=nothing_new), secret).stratum == "waiting"


def test_weights_are_kept_to_and_a_fifth_goes_back() -> None:
    inputs = inputs_of(stationed=["u01"], last_county="c2")
    assert inputs["frame"]["open"] == {"u00": 4, "u01": 8, "u02": 2, "u03": 4, "u04": 4, "u05": 2, "u06": 4}
    drawn = Counter(draw(inputs, secret_of(b"weights", number)).unit for number in range(6000))
    # Four parts in twenty-eight of four fifths; the secrets are fixed, so this comes out the same each time.
    assert 0.18 < sum(drawn[unit] for unit in UNITS[9:]) / 6000 < 0.22
    for unit, weight in inputs["frame"]["open"].items():
        assert abs(drawn[unit] / 6000 - 0.8 * weight / 28) < 0.02, unit


@pytest.mark.parametrize(("changed", "what"), [
    ({"people": ["p1"]}, "people"), ({"take": 1}, "people"), ({"excluded": dict.fromkeys(UNITS, "far")}, "units"),
])
def test_without_two_people_or_a_township_nothing_is_drawn(changed: dict[str, Any], what: str) -> None:
    with pytest.raises(NothingToDraw, match=what):
        draw(inputs_of(**changed), SECRET)


@given(secrets, st.integers(1, 2**63))
def test_a_number_is_below_its_bound(seed: str, n: int) -> None:
    assert all(0 <= Stream(seed).below(n) < n for _ in range(3))


def test_a_number_that_would_favour_the_small_ones_is_thrown_away() -> None:
    # With n = 2^63 + 1 about every other number is thrown away, and none of them comes out.
    stream, n = Stream("00" * 32), 2**63 + 1
    raw = Stream("00" * 32)
    every = [raw.below(2**64) for _ in range(40)]
    fair = [number for number in every if number < n]
    assert 5 < len(fair) < 35 and [stream.below(n) for _ in fair] == fair


def test_the_base_weight_can_be_halved_without_a_fraction() -> None:
    assert BASE_WEIGHT % 2 == 0


@given(st.binary(min_size=32, max_size=32), st.integers(1, DRAWS_MOST), st.integers(1, DRAWS_MOST))
def test_a_published_secret_leads_to_the_commitment_and_to_nothing_else(secret: bytes, number: int, other: int) -> None:
    committed, path = commitment(secret, "r"), path_of(secret, "r", number)
    assert len(path) == 10 and is_committed(committed, "r", number, secret_of(secret, number), path)
    assert not is_committed(committed, "r", number, secret_of(secret, number)[::-1] + "0", path)
    assert not is_committed(committed, "s", number, secret_of(secret, number), path)
    assert number == other or not is_committed(committed, "r", other, secret_of(secret, number), path)
    assert not is_committed(committed, "r", number, secret_of(secret, number), path[:-1])
