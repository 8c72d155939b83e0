"""Where a village is, learned from visits: robust, the same in any order, and never more than a narrowing."""

from __future__ import annotations

from hypothesis import given, strategies as st

from fieldcheck.rules.datum import shift_between
from fieldcheck.rules.learned_place import Known, LearnedPlace, Lesson, learned, narrowed

METRE = 1 / 111_320
lessons = st.lists(st.builds(Lesson, st.uuids().map(str), st.floats(112.2, 112.21), st.floats(30.3, 30.31), st.integers(5, 80)),
                   min_size=1, max_size=9)


def place(n: int, lon: float = 112.2, lat: float = 30.3, error_m: int = 60) -> LearnedPlace:
    return LearnedPlace(lon, lat, error_m, tuple(f"w{i}" for i in range(n)))


def test_one_visit_teaches_its_own_middle_and_error() -> None:
    assert learned([Lesson("w", 112.2, 30.3, 25)]) == (112.2, 30.3, 25, ("w",))
    assert learned([]) is None


def test_one_wild_visit_among_three_does_not_move_the_place() -> None:
    good = [Lesson("a", 112.2, 30.3, 20), Lesson("b", 112.2 + 30 * METRE, 30.3, 20)]
    found = learned([*good, Lesson("c", 113.9, 31.2, 20)])
    assert found and shift_between(112.2, 30.3, found.lon, found.lat).metres < 40 and found.error_m < 60


@given(lessons, st.randoms(use_true_random=False))
def test_visits_in_any_order_teach_the_same(taught, random) -> None:
    mixed = list(taught)
    random.shuffle(mixed)
    assert learned(mixed) == learned(taught)


@given(lessons)
def test_half_of_the_visits_lie_within_the_error(taught) -> None:
    found = learned(taught)
    assert found is not None
    within = [shift_between(found.lon, found.lat, one.lon, one.lat).metres <= found.error_m + 1 for one in taught]
    assert sum(within) * 2 >= len(taught)


def test_a_place_taught_three_times_narrows_and_the_claim_always_stays() -> None:
    here = Lesson("v", 112.2 + 500 * METRE, 30.3, 30)
    near, far = Known("n", "B", place(3)), Known("f", "C", place(5, lat=30.4))
    assert narrowed(["A", "B", "C"], "A", here, [near, far]) == (["A", "B"], near)
    assert narrowed(["A", "B", "C"], "B", here, [near, far]) == (["B"], near)
    assert narrowed(["A", "B"], "A", here, [near, far]) == (["A", "B"], None)


def test_too_few_visits_too_far_away_or_no_candidate_narrow_nothing() -> None:
    here, every = Lesson("v", 112.2, 30.3, 30), ["A", "B", "C"]
    assert narrowed(every, "A", here, [Known("n", "B", place(2))]) == (every, None)
    assert narrowed(every, "A", here, [Known("n", "B", place(3, lat=30.32))]) == (every, None)
    assert narrowed(every, "A", here, [Known("n", "D", place(3))]) == (every, None)
    assert narrowed(every, "A", None, [Known("n", "B", place(3))]) == (every, None)
