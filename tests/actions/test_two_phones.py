"""Two phones in one visit, over real HTTP: joined without a network, merged in either order, decided by the reviewer."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from fieldcheck.actions.accept_visit import Acceptance, accept_visit
from fieldcheck.actions.choose_answer import choose_answer
from fieldcheck.actions.rebuild_folds import rebuild_folds
from fieldcheck.actions.verify_log import verify_log
from fieldcheck.problems import Problem
from fieldcheck.rules.answers import undecided
from fieldcheck.store import reviews, visits

TOWNSHIP = "420101100"


class Pair:
    """An opener and a team-mate who joined by the code, five households between them, two words on V44."""

    def __init__(self, world):
        self.world = world
        self.phones = [world.phone("a1"), world.phone("a2")]
        # Both walk on their own phone: nobody types a code on the other's.
        self.opener, self.mate = (world.walk(phone, TOWNSHIP) for phone in self.phones)
        self.opener.companion = self.mate.companion = None
        self.mate.given = {"V44": ["escort_pressed"]}
        self.visit = self.opener.open()
        self.mate.clock.advance(minutes=3)
        assert self.mate.join(self.opener.code_of(self.visit)) == self.visit
        for number, kind in enumerate(("poor", "exited", "general"), 1):
            self.opener.household(self.visit, number, kind)
        for number, kind in enumerate(("poor", "edge"), 201):
            self.mate.household(self.visit, number, kind)
        self.mate.village(self.visit, photo=False)
        self.opener.village(self.visit)

    def arrive(self, *order):
        for phone in order or self.phones:
            phone.sync()

    def doc(self):
        return visits.find(self.world.db, self.visit)

    def accept(self):
        page = reviews.visit_page(self.world.db, self.visit)
        seen = [*page["place_photos"], *(flag["code"] for flag in page["flags"])]
        accept_visit(self.world.db, self.world.keys, self.visit, Acceptance(opened=seen),
                     self.world.accounts["office"].id, datetime.now(UTC))

    def choose(self, device, seen=None):
        given = self.doc()["answers"]["village"]["V44"]
        lines = [one["line"] for one in given.values()] if seen is None else seen
        choose_answer(self.world.db, self.world.keys, self.visit, "village", "V44", given[device]["line"], lines,
                      self.world.accounts["office"].id, datetime.now(UTC))


@pytest.fixture
def pair(world):
    return Pair(world)


def refusal(act, *args):
    with pytest.raises(Problem) as caught:
        act(*args)
    return caught.value.code


def test_the_team_mates_part_may_come_first_and_both_are_confirmed_by_their_phones(world, pair):
    pair.opener.seal(pair.visit)
    pair.arrive(pair.phones[1])
    (early,) = world.township(TOWNSHIP)["visits"]
    assert (early["state"], early["households"]) == ("draft", 2)
    pair.arrive(pair.phones[0])
    doc = pair.doc()
    assert (doc["state"], [h["number"] for h in doc["households"]]) == ("submitted", [1, 2, 3, 201, 202])
    assert [one["how"] for one in doc["inspectors"]] == ["device", "device"]
    assert rebuild_folds(world.db, world.config.data, check=True) == []


def test_a_differing_answer_stops_acceptance_until_the_reviewer_marks_one_and_a_rebuild_says_the_same(world, pair):
    pair.opener.seal(pair.visit)
    pair.arrive()
    assert ("village", "V44") in undecided(pair.doc())
    assert refusal(pair.accept) == "answers_undecided"
    for subject, code in undecided(pair.doc()):
        given = pair.doc()["answers"][subject][code]
        line = given[pair.phones[0].device]["line"]
        choose_answer(world.db, world.keys, pair.visit, subject, code, line, [one["line"] for one in given.values()],
                      world.accounts["office"].id, datetime.now(UTC))
    pair.accept()
    assert world.township(TOWNSHIP)["status"] == "covered"
    assert pair.doc()["evidence"]["V44"] == ["none"]
    assert rebuild_folds(world.db, world.config.data, check=True) == []
    assert list(verify_log(world.db, world.config.data, world.keys)) == []


def test_marking_is_the_command_offices_and_only_for_the_answers_that_were_seen(world, pair):
    pair.opener.seal(pair.visit)
    pair.arrive()
    device = pair.phones[0].device
    line = pair.doc()["answers"]["village"]["V44"][device]["line"]
    assert refusal(pair.choose, device, [line]) == "answer_changed"
    assert refusal(choose_answer, world.db, world.keys, pair.visit, "village", "V44", line, [line],
                   world.accounts["a1"].id, datetime.now(UTC)) == "not_permitted"
    assert pair.doc()["chosen"] == {}


def test_the_sealing_phone_names_what_it_heard_of_the_other_and_the_other_hears_of_the_seal(world, pair):
    pair.arrive()
    (known,) = pair.phones[0].pack()["visits"]
    (mate,) = [one for one in known["phones"] if one["device"] == pair.phones[1].device]
    assert (mate["name"], mate["households"], known["sealed_at"]) == ("a2", 2, None)
    pair.opener.seal(pair.visit, [mate])
    pair.arrive()
    assert pair.doc()["heads"] == [{name: mate[name] for name in ("device", "seq", "hash")}]
    assert pair.phones[1].pack()["visits"][0]["sealed_at"] == pair.doc()["sealed_at"]
    assert world.phone("b1").pack()["visits"] == []


def test_what_was_recorded_before_the_seal_and_arrives_after_the_decision_is_kept_and_told(world, pair):
    pair.mate.given = pair.opener.given
    pair.arrive(pair.phones[1])
    pair.mate.household(pair.visit, 203, "general")
    pair.opener.seal(pair.visit)
    pair.arrive(pair.phones[0])
    for subject, code in undecided(pair.doc()):
        lines = [one["line"] for one in pair.doc()["answers"][subject][code].values()]
        choose_answer(world.db, world.keys, pair.visit, subject, code, lines[0], lines, world.accounts["office"].id,
                      datetime.now(UTC))
    pair.accept()
    assert reviews.visit_page(world.db, pair.visit)["late"] == 0
    pair.arrive(pair.phones[1])
    page = reviews.visit_page(world.db, pair.visit)
    assert (page["state"], page["late"] > 0, len(page["households"])) == ("accepted", True, 6)
    assert [(phone["name"], phone["how"], phone["households"]) for phone in page["phones"]] == [("a1", "opened", 3), ("a2", "joined", 3)]
