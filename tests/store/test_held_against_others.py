"""What one visit teaches or shows of others: learned places, pictures that look alike, spots; folds that any order makes the same."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, strategies as st
from PIL import Image, ImageEnhance

from fieldcheck.actions.accept_visit import Acceptance, accept_visit
from fieldcheck.actions.rebuild_folds import rebuild_folds
from fieldcheck.actions.reject_visit import reject_visit
from fieldcheck.likeness import likeness
from fieldcheck.rules.household_draw import draw_seed, rows_drawn
from fieldcheck.store import learned_places, likenesses, past, reviews, rounds, visits
from fieldcheck.times import written
from fieldcheck.work import run_due
from tests.world import World

TOWNSHIP, NEXT = "420101100", "420101101"


@pytest.fixture
def world(tmp_path) -> World:
    return World(tmp_path)


def visited(world: World, name: str, code: str = TOWNSHIP, change: Any = None, **more: Any) -> str:
    """A whole visit of a village by one of the teams, on the server; its id."""
    members = {"a1": ("a1", "a2"), "b1": ("b1", "b2")}[name]
    world.assign(code, *(one for one in members if one in world.accounts))
    phone = world.phone(name)
    walk = world.walk(phone, code)
    walk.assignment = {**walk.assignment, "village": walk.assignment["villages"][0]["id"]}
    for key, value in more.items():
        setattr(walk, key, value)
    if change:
        change(walk)
    visit = walk.whole_visit()
    phone.sync()
    return visit


def accepted(world: World, visit: str) -> str:
    opened = [*reviews.visit_page(world.db, visit)["place_photos"], *(flag["code"] for flag in reviews.flags_of(world.db, visit))]
    accept_visit(world.db, world.keys, visit, Acceptance(None, True, False, opened), world.accounts["office"].id, datetime.now(UTC))
    return visit


def taught(world: World, phone_of: str) -> list[dict[str, Any]]:
    return world.phone(phone_of).pack()["learned"]


def test_an_accepted_visit_teaches_its_village_until_it_is_rejected(world: World) -> None:
    visit = visited(world, "a1")
    assert taught(world, "a1") == []
    accepted(world, visit)
    (found,) = taught(world, "a1")
    assert abs(found["lon"] - 112.05) < 0.001 and found["visits"] == 1 and found["error_m"] < 60
    assert rebuild_folds(world.db, world.config.data, check=True) == []
    reject_visit(world.db, world.keys, visit, "fabricated", "", world.accounts["office"].id, datetime.now(UTC))
    assert taught(world, "a1") == []
    assert rebuild_folds(world.db, world.config.data, check=True) == []


def test_what_the_other_team_found_never_reaches_a_teams_pack(world: World) -> None:
    accepted(world, visited(world, "a1"))
    world.assign(TOWNSHIP, "b1")
    assert taught(world, "b1") == [] and len(taught(world, "a1")) == 1
    assert learned_places.of_team(world.db, None, [world.unit(TOWNSHIP)]) == []


def test_a_village_of_a_township_that_is_no_task_is_not_in_the_pack(world: World) -> None:
    accepted(world, visited(world, "a1"))
    assert learned_places.of_team(world.db, "A", [world.unit(NEXT)]) == []


def looking(pictures: list[bytes]) -> Any:
    """A walk whose photos are taken in the app and are these, one after the other."""
    def change(walk: Any) -> None:
        left = list(pictures)

        def photo(visit: str, kind: str, **body: Any) -> None:
            content = left.pop(0) if left else plain(len(walk._photos) + 50)
            walk._photos.append(walk.phone.photo(content, (320, 240), visit, kind=kind, source="camera", **body))

        walk._photo = photo
    return change


def plain(seed: int) -> bytes:
    """A picture of coarse noise, another for every seed."""
    from random import Random
    dice = Random(seed)
    small = Image.frombytes("L", (48, 36), dice.randbytes(48 * 36)).resize((320, 240), Image.Resampling.BICUBIC)
    return jpeg(small.convert("RGB"))


def jpeg(image: Image.Image, quality: int = 90) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality)
    return out.getvalue()


def worked_over(content: bytes) -> bytes:
    image = Image.open(io.BytesIO(content))
    return jpeg(ImageEnhance.Brightness(image).enhance(1.15).resize((300, 225)).resize((320, 240)), 60)


def test_a_picture_worked_over_looks_like_it_was_and_others_do_not() -> None:
    def bits(one: bytes, other: bytes) -> int:
        return (int(likeness(one) or "", 16) ^ int(likeness(other) or "", 16)).bit_count()

    assert bits(plain(1), worked_over(plain(1))) <= 20
    assert bits(plain(1), plain(2)) > 60  # by chance half of them
    assert likeness(jpeg(Image.new("RGB", (320, 240), "white"))) is None


def test_a_photo_worked_over_is_flagged_in_both_visits_with_how_far_it_differs(world: World) -> None:
    one = visited(world, "a1", change=looking([plain(1)]))
    other = visited(world, "b1", NEXT, change=looking([plain(7), worked_over(plain(1))]))
    assert [flag for flag in reviews.flags_of(world.db, one) if flag["code"] == "photo_alike"] == []
    run_due(world.db, world.config, world.keys)
    for visit, their in ((one, other), (other, one)):
        (flag,) = [flag for flag in reviews.flags_of(world.db, visit) if flag["code"] == "photo_alike"]
        assert flag["visits"] == [their] and flag["figures"]["n"] == 1 and 0 <= flag["figures"]["bits"] <= 20


def test_a_picture_that_is_erased_leaves_no_trace_of_its_looks(world: World) -> None:
    visited(world, "a1", change=looking([plain(1)]))
    visited(world, "b1", NEXT, change=looking([worked_over(plain(1))]))
    run_due(world.db, world.config, world.keys)
    (photo, *_) = [row[0] for row in world.db.execute("SELECT one FROM photo_pairs")]
    likenesses.forget(world.db, photo)
    for table, column in (("photo_likenesses", "sealed_sha256"), ("photo_bands", "sealed_sha256"), ("photo_pairs", "one"), ("photo_pairs", "other")):
        assert not world.db.execute(f"SELECT 1 FROM {table} WHERE {column} = ?", [photo]).fetchone()


def test_drawn_pictures_of_a_demonstration_are_not_compared(world: World) -> None:
    visited(world, "a1")
    run_due(world.db, world.config, world.keys)
    assert world.db.execute("SELECT count(*) FROM photo_pairs").fetchone()[0] == 0


def test_a_household_on_the_spot_of_another_visits_household_names_that_visit(world: World) -> None:
    def exact(walk: Any) -> None:
        walk.jitter_m = 0
        draw = walk.random.uniform
        walk.random.uniform = lambda low, high: 6.0 if (low, high) == (6, 30) else draw(low, high)

    one = visited(world, "a1", change=exact)
    other = visited(world, "b1", change=exact)
    (flag,) = [flag for flag in reviews.flags_of(world.db, other) if flag["code"] == "spots_shared"]
    assert flag["visits"] == [one] and flag["figures"]["metres"] == 0
    assert rebuild_folds(world.db, world.config.data, check=True) == []


def test_villages_learned_three_times_narrow_what_a_reviewer_chooses_from(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    doc = visits.find(world.db, accepted(world, visited(world, "a1")))
    assert doc is not None
    near = {**doc, "visit": "v", "counts_for": world.unit(NEXT),
            "place": {"candidates": [{"unit": world.unit(TOWNSHIP)}, {"unit": world.unit(NEXT)}, {"unit": world.unit("420102100")}]}}
    params = rounds.round_of(world.db, world.round)["params"]  # type: ignore[index]
    every = [one["unit"] for one in near["place"]["candidates"]]
    assert learned_places.narrowing(world.db, near, params) == (every, None)
    for n in (1, 2):
        world.db.execute("INSERT INTO village_lessons SELECT ?, village, unit, team, lon, lat, error_m FROM village_lessons WHERE visit = ?",
                         [f"w{n}", doc["visit"]])
    found = learned_places.narrowing(world.db, near, params)
    assert found.left == every[:2] and found.by and (found.by.village, len(found.by.place.visits)) == (doc["village"], 3)


def test_what_a_learned_place_set_aside_is_on_record_with_the_acceptance_and_changes_no_verdict(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from fieldcheck.rules.learned_place import Known, LearnedPlace, Narrowing
    visit = visited(world, "a1")
    before = visits.find(world.db, visit)
    assert before is not None
    by = Known("village", world.unit(TOWNSHIP), LearnedPlace(112.05, 30.05, 20, ("x", "y", "z")))
    monkeypatch.setattr(learned_places, "narrowing", lambda *_: Narrowing([world.unit(TOWNSHIP)], by))
    after = visits.find(world.db, accepted(world, visit))
    assert after is not None and after["place"] == before["place"]
    assert after["decisions"][-1]["narrowed"] == {"left": [world.unit(TOWNSHIP)], "village": "village", "visits": 3}
    explained = past.explained_at(world.db, world.round, TOWNSHIP, written(datetime.now(UTC)))
    assert explained is not None
    place = next(rule for rule in explained["visits"][0]["rules"] if rule["rule"] == "R4")
    assert (place["looked_at"]["narrowed_to"], place["looked_at"]["learned_from"], place["result"]) == (1, 3, "pass")
    assert rebuild_folds(world.db, world.config.data, check=True) == []


def test_a_place_shifted_like_gcj02_is_flagged_against_what_others_taught(world: World) -> None:
    from fieldcheck.rules.datum import gcj02_of
    one = accepted(world, visited(world, "a1"))
    shifted = visited(world, "b1", change=lambda walk: setattr(walk, "place", gcj02_of(*walk.place)))
    (flag,) = [flag for flag in reviews.flags_of(world.db, shifted) if flag["code"] == "position_shifted"]
    assert flag["visits"] == [one] and 400 < flag["figures"]["metres"] < 800


@given(st.integers(0, 2**256 - 1), st.sets(st.integers(0, 255), max_size=likenesses.BITS_MOST))
def test_every_pair_up_to_the_promised_difference_is_found_by_the_look_ups(one: int, flipped: set[int]) -> None:
    other = one
    for bit in flipped:
        other ^= 1 << bit
    asked = {(band, near) for band, bits in likenesses._bands(f"{one:064x}") for near in likenesses._within_one(bits)}
    assert asked & set(likenesses._bands(f"{other:064x}"))


def from_a_list_of_six(walk: Any) -> None:
    """The walk draws its households from a list so short that any two visits meet."""
    def draw(visit: str) -> None:
        seed = draw_seed(visit, walk.phone.device, 1)
        walk._rows = rows_drawn("posted_list", seed, 6)
        walk.phone.record("household.drawn", visit, {"draw": 1, "frame": "posted_list", "n": 6, "seed": seed, "rows": list(walk._rows)})
    walk._draw = draw


def test_a_household_of_the_list_that_two_visits_to_a_village_asked_is_flagged_in_both(world: World) -> None:
    one = visited(world, "a1", change=from_a_list_of_six)
    assert not [flag for flag in reviews.flags_of(world.db, one) if flag["code"] == "household_again"]
    other = visited(world, "b1", change=from_a_list_of_six, place=(112.06, 30.06))
    for visit, against in ((one, other), (other, one)):
        (flag,) = (flag for flag in reviews.flags_of(world.db, visit) if flag["code"] == "household_again")
        assert flag["visits"] == [against] and flag["figures"]["n"] >= 4 and flag["figures"]["of"] == 6
    reject_visit(world.db, world.keys, one, "fabricated", "", world.accounts["office"].id, datetime.now(UTC))
    assert not [flag for flag in reviews.flags_of(world.db, other) if flag["code"] == "household_again"]
