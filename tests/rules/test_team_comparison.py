"""Two teams in one village: what is comparable is compared, what is not is only counted, and nothing depends on the order."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, strategies as st

from fieldcheck.rules.team_comparison import Agreed, compared

CHECKLIST = {"params": {}, "questions": [
    {"code": "V1", "level": "village", "type": "single"}, {"code": "V2", "level": "village", "type": "multi"},
    {"code": "V3", "level": "village", "type": "number"},
    {"code": "H1", "level": "household", "type": "single", "negative_when": {"op": "in", "value": ["bad"]}},
    {"code": "H9", "level": "household", "type": "number", "negative_when": None}]}


def answer(value: Any, device: str = "d") -> dict[str, Any]:
    return {device: {"state": "answered", "value": value, "line": f"{device}{value}"}}


def visit(name: str, by: str, said: dict[str, Any], households: tuple[str, ...] = (), **more: Any) -> dict[str, Any]:
    """A sealed visit of village v in unit u, with the village's answers and one answer to H1 a household."""
    asked = [{"household": f"{name}-{n}", "number": n, "outcome": "complete", "reopened": False, "seq": n, "device": "d", "at": ""}
             for n, _ in enumerate(households)]
    answers = {"village": {code: answer(value) for code, value in said.items()},
               **{f"{name}-{n}": {"H1": answer(value), "H9": answer(4)} for n, value in enumerate(households)}}
    return {"visit": name, "team": by, "state": "accepted", "unit": "u", "counts_for": "u", "village": "v", "sealed_at": name,
            "households": asked, "answers": answers, "chosen": {}, "moments": {"identity.disclosed": [], "cadre.arrived": []}, **more}


def test_chosen_answers_about_the_village_are_compared_and_numbers_are_not() -> None:
    found = compared([visit("1", "A", {"V1": "x", "V2": ["p", "q"], "V3": 4}), visit("2", "B", {"V1": "y", "V2": ["q", "p"], "V3": 5})], CHECKLIST)
    assert found.overall == Agreed(1, 2) and found.overall.percent == 50
    assert found.questions == {"V1": Agreed(0, 1), "V2": Agreed(1, 1)}
    (village,) = found.villages
    assert village.visits == {"A": "1", "B": "2"} and village.answers["V1"]["B"]["value"] == "y"


def test_households_are_counted_by_team_and_never_compared_one_by_one() -> None:
    found = compared([visit("1", "A", {}, ("bad", "fine", "fine")), visit("2", "B", {}, ("bad", "bad"))], CHECKLIST)
    (township,) = found.townships
    assert township.rates == {"H1": {"A": (1, 3), "B": (2, 2)}} and found.overall.percent is None


@pytest.mark.parametrize("more", [{"state": "draft"}, {"state": "rejected"}, {"village": "w"}, {"team": "A"}, {"team": None}])
def test_a_village_that_one_team_alone_has_sealed_is_not_shown(more: dict[str, Any]) -> None:
    found = compared([visit("1", "A", {"V1": "x"}), visit("2", "B", {"V1": "x"}, **more)], CHECKLIST)
    assert list(found.villages) == [] and found.overall == Agreed(0, 0)


def test_a_teams_latest_visit_stands_for_it_and_what_its_phones_disagree_on_is_left_out() -> None:
    late = visit("3", "B", {"V1": "x"})
    late["answers"]["village"]["V2"] = {**answer(["p"], "d"), **answer(["q"], "e")}
    found = compared([late, visit("1", "A", {"V1": "x", "V2": ["p"]}), visit("2", "B", {"V1": "y"})], CHECKLIST)
    assert found.villages[0].visits == {"A": "1", "B": "3"} and found.questions == {"V1": Agreed(1, 1)}


answers = st.fixed_dictionaries({}, optional={"V1": st.sampled_from("xyz"), "V2": st.lists(st.sampled_from("pq"), unique=True)})
some_visits = st.lists(st.tuples(st.sampled_from("AB"), answers, st.sampled_from("vw"), st.lists(st.sampled_from(["bad", "fine"]), max_size=3)), max_size=8)


@given(some_visits, st.randoms(use_true_random=False))
def test_any_order_gives_the_same_and_the_parts_add_up(told, random) -> None:
    docs = [visit(f"{n:02}", team, said, tuple(asked), village=village) for n, (team, said, village, asked) in enumerate(told)]
    found = compared(docs, CHECKLIST)
    random.shuffle(docs)
    assert compared(docs, CHECKLIST) == found
    for parts in ([one.agreed for one in found.villages], list(found.questions.values())):
        assert found.overall == Agreed(sum(one.agree for one in parts), sum(one.n for one in parts))
    assert 0 <= found.overall.agree <= found.overall.n
