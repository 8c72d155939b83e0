"""Two phones reckon one visit from what both hold and eight typed characters; a slip of the finger is another visit for nobody."""

from __future__ import annotations

import json
import uuid
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldcheck.rules.join_code import ALPHABET, NOISE_BITS, join_code, new_visit_id, visit_of_code

CASES = json.loads((Path(__file__).parent / "join_codes.json").read_text("utf-8"))
ROUND, TASK, OTHER_TASK = "r1", "a1", "a2"
NOW = 1_795_572_000_000
DAY_MS = 86_400_000
noises = st.integers(0, 2**NOISE_BITS - 1)


@pytest.mark.parametrize("case", CASES)
def test_code_and_id_are_those_that_the_phone_reckons(case: dict) -> None:
    names = case["round"], case["assignment"]
    assert new_visit_id(*names, case["now_ms"], case["noise"]) == case["visit"]
    assert join_code(*names, case["visit"]) == case["code"]
    assert visit_of_code(case["code"], *names, case["now_ms"]) == case["visit"]


@given(noises, st.integers(int(-2.8 * DAY_MS), int(2.8 * DAY_MS)))
def test_a_joining_phone_whose_clock_is_days_off_still_finds_the_visit(noise: int, off: int) -> None:
    visit = new_visit_id(ROUND, TASK, NOW, noise)
    code = join_code(ROUND, TASK, visit)
    assert code is not None and visit_of_code(code, ROUND, TASK, NOW + off) == visit


@given(noises)
def test_an_id_is_a_uuid_of_version_7_of_its_own_minute(noise: int) -> None:
    made = uuid.UUID(new_visit_id(ROUND, TASK, NOW, noise))
    assert (made.version, made.variant, made.int >> 80) == (7, uuid.RFC_4122, NOW // 60_000 * 60_000)


def test_mistyped_codes_are_refused_but_for_one_in_thirty_thousand() -> None:
    code = join_code(ROUND, TASK, new_visit_id(ROUND, TASK, NOW, 77)) or ""
    slips = {code[:place] + one + code[place + 1:] for place in range(8) for one in ALPHABET} - {code}
    assert len(slips) == 248 and not any(visit_of_code(slip, ROUND, TASK, NOW) for slip in slips)


def test_a_code_means_nothing_without_its_own_assignment_and_look_alikes_do_not_matter() -> None:
    visit = new_visit_id(ROUND, TASK, NOW, 5)
    code = join_code(ROUND, TASK, visit) or ""
    assert visit_of_code(code, ROUND, OTHER_TASK, NOW) is None and visit_of_code(code, "r2", TASK, NOW) is None
    assert join_code(ROUND, OTHER_TASK, visit) is None and join_code(ROUND, TASK, "no id") is None
    typed = f" {code[:4].lower().replace('1', 'l').replace('0', 'o')}-{code[4:]} "
    assert visit_of_code(typed, ROUND, TASK, NOW) == visit
    assert visit_of_code("", ROUND, TASK, NOW) is visit_of_code("UUUUUUUU", ROUND, TASK, NOW) is None
