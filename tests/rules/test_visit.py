"""A visit is the same whatever order its lines arrive in, and desk and phones are ordered by hashes, never by clocks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fieldcheck.checklists import checklist
from fieldcheck.rules.evidence import core_missing, core_of, evidence_of
from fieldcheck.rules.review import may_review
from fieldcheck.rules.visit import Line, counted_households, fold_visit
from fieldcheck.times import written
from sync.chain import Chain
from sync.message import line_hash

VISIT, FIRST, SECOND = "v1", "d1", "d2"
DECLARED = {"not_notified": True, "not_escorted": True, "direct_entry": True}
HASH = "a" * 64
START = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
OPENED = {"assignment": None, "round": "r", "unit": "u", "village": None, "team": "A", "type": "covert",
          "checklist": "2026-1", "app": "test", "declarations": DECLARED}
DRAWN = {"draw": 1, "frame": "walk", "n": 9, "seed": HASH, "rows": [1, 2], "step": 1}
ACCEPTED = {"visit": VISIT, "place_unit": None, "place_confirmed": False, "leak_confirmed": False, "photos": [], "opened": []}


class Told:
    """Chains that tell one visit, minute by minute by their own clocks."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.chains: dict[str, Chain] = {}

    def say(self, chain: str, minute: float, kind: str, body: dict[str, Any]) -> str:
        """Write one line; returns its hash."""
        writer = self.chains.setdefault(chain, Chain(chain))
        line = writer.write(kind, body, at=written(START + timedelta(minutes=minute)), session="s", mono=0, visit=VISIT,
                            **({"actor": "office"} if chain == "desk" else {}))
        self.lines.append(Line(chain, writer.head.seq, line, written(START + timedelta(days=1, minutes=len(self.lines)))))
        return line_hash(line)

    def household(self, chain: str, minute: float, number: int, **more: Any) -> None:
        """One complete household."""
        self.say(chain, minute, "household.recorded", {
            "household": f"h{number}", "number": number, "type": "poor", "selection": "random", "frame": "walk",
            "outcome": "complete", **more})

    def fix(self, chain: str, minute: float) -> None:
        """One good position."""
        self.say(chain, minute, "fix.taken", {
            "fix": f"f{minute}", "purpose": "watch", "lon": 112.0, "lat": 30.0, "acc": 5.0,
            "t": written(START + timedelta(minutes=minute)), "datum": "wgs84", "source": "gps"})

    def seal(self, chain: str, minute: float, **declared: bool) -> None:
        """The seal."""
        self.say(chain, minute, "visit.sealed", {"photos": [], "declarations": {**DECLARED, **declared}, "heads": []})

    def returned(self, minute: float) -> str:
        """The desk's return."""
        return self.say("desk", minute, "visit.returned", {"visit": VISIT, "fix": ["core"], "note": ""})

    def doc(self) -> dict[str, Any]:
        """The fold."""
        return fold_visit(VISIT, self.lines)


@pytest.fixture
def told() -> Told:
    made = Told()
    made.say(FIRST, 0, "visit.opened", OPENED)
    return made


def whole_story() -> Told:
    """Every kind at least once, by two phones and the desk."""
    told = Told()
    told.say(FIRST, 0, "visit.opened", OPENED)
    told.say(FIRST, 1, "companion.confirmed", {"inspector": "i2", "how": "code", "proof": HASH})
    told.fix(FIRST, 2)
    told.say(FIRST, 3, "household.drawn", DRAWN)
    told.household(FIRST, 12, 1, draw=1, row=7)
    told.household(SECOND, 14, 2)
    told.say(SECOND, 15, "cadre.arrived", {})
    told.household(SECOND, 20, 3, alone=False, present_other=True)
    told.household(FIRST, 22, 4, photo_refused_private=HASH)
    told.say(FIRST, 23, "answers.recorded", {"level": "village", "answers": [{"code": "V01", "state": "na", "reason_private": HASH}]})
    for kind in ("finding", "lead", "commendation"):
        told.say(FIRST, 24, f"{kind}.noted", {"note": kind, "level": "village", "fact_private": HASH})
    told.say(FIRST, 25, "identity.disclosed", {})
    told.seal(FIRST, 30)
    first = told.returned(-600)
    told.say(FIRST, 40, "visit.reopened", {"returned": first})
    told.household(FIRST, 41, 1, photo_refused_private=HASH)
    told.seal(FIRST, 42)
    doubt = told.say(SECOND, 43, "visit.doubted", {"reason": "leak", "note_private": HASH})
    told.say("desk", -500, "visit.compromised_set", {"visit": VISIT, "reason": "x"})
    told.say("desk", -400, "visit.compromised_cleared", {"visit": VISIT, "reason": "y", "doubts": [doubt]})
    told.say("desk", -300, "visit.accepted", ACCEPTED)
    return told


@settings(max_examples=100, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(0, 30))
def test_no_order_of_arrival_changes_a_visit_not_even_half_told(random: Random, lost: int) -> None:
    lines = whole_story().lines
    del lines[max(0, len(lines) - lost):]
    assert fold_visit(VISIT, random.sample(lines, len(lines))) == fold_visit(VISIT, lines)


def test_a_whole_story_ends_accepted_with_nothing_lost() -> None:
    doc = whole_story().doc()
    assert (doc["state"], doc["compromised"], doc["skipped"], doc["after_seal"]) == ("accepted", False, 0, 0)
    assert [one["kind"] for one in doc["decisions"]] == ["returned", "compromised_set", "compromised_cleared", "accepted"]
    assert [note["kind"] for note in doc["notes"]] == ["finding", "lead", "commendation"]
    assert [household["number"] for household in counted_households(doc)] == [1, 2, 4]


def test_mending_a_household_after_the_return_does_not_move_the_interview() -> None:
    mended = whole_story().doc()["households"][0]
    assert mended["photo_refused_private"] == HASH and mended["at"] == written(START + timedelta(minutes=12))


@pytest.mark.parametrize("minute", [-10_000, 10_000])
def test_a_seal_answers_a_return_by_its_hash_whatever_the_clocks_say(told: Told, minute: float) -> None:
    told.seal(FIRST, 30)
    assert told.doc()["state"] == "submitted"
    line = told.returned(minute)
    assert told.doc()["state"] == "returned"
    told.say(FIRST, 31, "visit.reopened", {"returned": line})
    assert told.doc()["state"] == "returned"
    told.seal(FIRST, 32)
    assert told.doc()["state"] == "submitted" and told.doc()["sealed_at"] == written(START + timedelta(minutes=32))
    told.returned(minute)
    assert told.doc()["state"] == "returned"


def test_a_returned_visit_may_be_given_up_instead_of_sealed_again(told: Told) -> None:
    told.seal(FIRST, 30)
    told.say(FIRST, 31, "visit.reopened", {"returned": told.returned(0)})
    told.say(FIRST, 32, "visit.abandoned", {})
    assert told.doc()["state"] == "abandoned"


def test_nothing_is_reopened_for_a_return_that_the_desk_never_made(told: Told) -> None:
    told.seal(FIRST, 30)
    told.say(FIRST, 31, "visit.reopened", {"returned": HASH})
    told.household(FIRST, 32, 1)
    assert (told.doc()["state"], told.doc()["households"], told.doc()["after_seal"]) == ("submitted", [], 1)


def test_a_phone_cannot_speak_for_the_desk_nor_the_desk_for_another_visit(told: Told) -> None:
    told.say(FIRST, 29, "visit.accepted", ACCEPTED)
    told.seal(FIRST, 30)
    told.say("desk", 32, "visit.accepted", {**ACCEPTED, "visit": "another"})
    assert told.doc()["state"] == "submitted" and told.doc()["decisions"] == []


def test_households_after_disclosure_do_not_count_and_on_one_phone_the_chain_says_what_came_after(told: Told) -> None:
    told.household(FIRST, 10, 1)
    told.say(FIRST, 20, "identity.disclosed", {})
    told.household(FIRST, 5, 2)
    told.household(SECOND, 19, 3)
    told.household(SECOND, 21, 4)
    assert [household["number"] for household in counted_households(told.doc())] == [1, 3]


def test_what_is_first_recorded_after_a_return_proves_neither_place_nor_time(told: Told) -> None:
    told.household(FIRST, 10, 1, photo_refused_private=HASH)
    told.fix(FIRST, 15)
    told.seal(FIRST, 20)
    told.say(FIRST, 30, "visit.reopened", {"returned": told.returned(25)})
    told.household(FIRST, 31, 2, photo_refused_private=HASH)
    told.fix(FIRST, 500)
    told.seal(FIRST, 600)
    doc = {**told.doc(), "place": {"result": "inside"}, "inspectors": []}
    assert [household["number"] for household in counted_households(doc)] == [1]
    evidence = evidence_of(doc, None, {})
    assert (evidence["minutes"], evidence["hh"]) == (20.0, [{"id": "h1", "type": "poor"}])


def test_a_household_without_a_photo_or_the_reason_why_not_does_not_count(told: Told) -> None:
    told.household(FIRST, 10, 1)
    told.household(FIRST, 20, 2, photo_refused_private=HASH)
    told.fix(FIRST, 1)
    told.fix(FIRST, 36)
    evidence = evidence_of({**told.doc(), "place": {"result": "inside"}, "inspectors": []}, None, {})
    assert ([one["id"] for one in evidence["hh"]], evidence["minutes"]) == (["h2"], 35.0)


def test_a_reviewer_is_in_the_command_office_of_neither_team_and_in_service() -> None:
    assert may_review("supervisor", None, False)
    assert not any((may_review("supervisor", "A", False), may_review("supervisor", None, True), may_review("leader", None, False)))


def test_a_declaration_that_was_once_not_made_stays_so(told: Told) -> None:
    told.seal(FIRST, 30, not_escorted=False)
    told.seal(SECOND, 31)
    assert told.doc()["declarations_sealed"] == {**DECLARED, "not_escorted": False}


def doubted(told: Told) -> bool:
    """Whether the evidence says that the team doubts its visit."""
    return evidence_of({**told.doc(), "place": {"result": "inside"}, "inspectors": []}, None, {})["doubted"]


def test_a_doubt_stands_even_after_the_seal_until_a_clearing_names_it(told: Told) -> None:
    told.seal(FIRST, 30)
    first = told.say(FIRST, 40, "visit.doubted", {"reason": "leak"})
    assert doubted(told) and told.doc()["after_seal"] == 0
    told.say("desk", 50, "visit.compromised_cleared", {"visit": VISIT, "reason": "y", "doubts": [first]})
    assert not doubted(told)
    # Recorded before the clearing by its clock, seen by nobody then.
    told.say(SECOND, 41, "visit.doubted", {"reason": "escort_accepted"})
    assert doubted(told)


def test_core_is_answered_by_any_phone_and_a_missing_answer_needs_its_reason(told: Told) -> None:
    for chain, code, more in ((FIRST, "V01", {"state": "refused"}), (SECOND, "V02", {"state": "answered", "value": "x"}),
                              (FIRST, "V03", {"state": "na", "reason_private": HASH})):
        told.say(chain, 5, "answers.recorded", {"level": "village", "answers": [{"code": code, **more}]})
    core = {"village": ["V01", "V02", "V03"], "household": ["H01"]}
    assert core_missing(told.doc(), core, ["h1"]) == [("village", "V01"), ("h1", "H01")]


@pytest.mark.parametrize("kind, missing", [("general", []), ("edge", []), ("poor", ["H09", "H10", "H11"]),
                                           ("exited", ["H09", "H10", "H11"])])
def test_what_is_asked_of_listed_households_only_is_not_missed_at_another(kind: str, missing: list[str]) -> None:
    """The phone does not ask it there (``static/js/model/checklist.js``), so no ordinary household would ever count."""
    core = core_of(checklist())
    asked = [{"code": code} for code in core["household"] if code not in ("H09", "H10", "H11")]
    answers = {"h1": {one["code"]: {"phone": {"state": "answered", "value": "ok"}} for one in asked}}
    doc = {"households": [{"household": "h1", "type": kind}], "answers": answers}
    assert core_missing(doc, {**core, "village": []}, ["h1"]) == [("h1", code) for code in missing]
