"""What a second attack broke: evidence that nobody accepted, one phone that costs everybody's time, files that fill memory."""

from __future__ import annotations

import hashlib
import io
import json
import tracemalloc
from datetime import UTC, datetime

import pytest

from fieldcheck import rescue
from fieldcheck.actions import spool_photo
from fieldcheck.actions.accept_visit import Acceptance, accept_visit
from fieldcheck.actions.rebuild_folds import rebuild_folds
from fieldcheck.actions.take_segments import take_segments
from fieldcheck.checklists import CURRENT, checklist
from fieldcheck.problems import Problem
from fieldcheck.rescue import Import
from fieldcheck.rules import closing, flags, visit as visit_rules
from fieldcheck.rules.visit import Line, fold_visit
from fieldcheck.store import log, reviews, visits
from sync.message import line_hash
from sync.rescue import _FRAME, PHOTO as PHOTO_RECORD, frame, opening
from tests.adversarial.test_found_by_attack import AT, DECLARED, FIX, PHOTO, line, opened, sealed
from tests.desk import signed_in
from tests.world import NOW, World

TOWNSHIP = "420101100"
CORE = [question["code"] for question in checklist()["questions"] if question["level"] == "household" and question["core"]]


@pytest.fixture
def world(tmp_path):
    made = World(tmp_path)
    made.assign(TOWNSHIP, "a1", "a2")
    return made


@pytest.fixture
def accepted(world):
    """An accepted visit that alone does not cover its township: three households, where five are asked for."""
    phone = world.phone("a1")
    visit = world.walk(phone, TOWNSHIP).whole_visit(("poor", "exited", "general"))
    phone.sync()
    accept(world, visit)
    assert world.township(TOWNSHIP)["reasons"] == ["township_households"]
    return visit


def accept(world, visit):
    page = reviews.visit_page(world.db, visit)
    seen = [*page["place_photos"], *(flag["code"] for flag in page["flags"])]
    accept_visit(world.db, world.keys, visit, Acceptance(opened=seen), world.accounts["office"].id, datetime.now(UTC))


def says(world, phone, visit, *said, at=AT):
    """A dishonest app's lines, one after another, as one segment."""
    start, lines = log.head(world.db, phone.device), []
    for kind, body in said:
        head = type(start)(start.seq + len(lines), line_hash(lines[-1]) if lines else start.hash)
        lines.append(line(phone, head, kind=kind, visit=visit, body=body, at=at))
    answers, _ = take_segments(world.db, world.keys, phone.device, [sealed(phone, lines, start)], datetime.now(UTC))
    assert [answer.code for answer in answers] == ["ok"]


def joined(world):
    body = opened(world, checklist=CURRENT)
    return {**{name: value for name, value in body.items() if name != "declarations"}, "numbers_from": 101}


def household(number):
    """A household that nobody asked, with every core answer and a photo of which there are no bytes."""
    name = f"x{number}"
    yield "household.recorded", {"household": name, "number": number, "type": "poor", "selection": "random",
                                 "frame": "walk", "outcome": "complete"}
    yield "photo.taken", {**PHOTO, "photo": name, "household": name, "kind": "house", "sealed_sha256": f"{number:064x}"}
    yield "answers.recorded", {"level": "household", "household": name,
                               "answers": [{"code": code, "state": "answered", "value": "yes"} for code in CORE]}


def test_a_phone_that_joins_an_accepted_visit_covers_nothing_until_the_office_has_accepted_that_too(world, accepted):
    mate, at = world.phone("a2"), visits.find(world.db, accepted)["households"][-1]["at"]
    says(world, mate, accepted, ("visit.joined", joined(world)), *household(101), *household(102), at=at)
    township = world.township(TOWNSHIP)
    assert (township["status"], township["counts"]["households"]) == ("visited_unverified", 3)
    page = reviews.visit_page(world.db, accepted)
    assert (page["late"], len(page["households"]), sum(one["counts"] for one in page["households"])) == (7, 5, 3)
    assert rebuild_folds(world.db, world.config.data, check=True) == []
    told = signed_in(world.app, "office").get(f"/desk/visits/{accepted}").text
    assert "审核通过以后又到了记录或照片" in told and 'id="accept"' in told
    accept(world, accepted)
    township = world.township(TOWNSHIP)
    assert (township["status"], township["counts"]["households"]) == ("visited_unverified", 3), "their pictures never existed"
    with pytest.raises(Problem, match="visit_decided"):
        accept(world, accepted)


def test_a_seal_dated_back_takes_nothing_from_an_accepted_visit(world, accepted):
    before, mate = visits.find(world.db, accepted)["evidence"], world.phone("a2")
    seal = ("visit.sealed", {"photos": [], "declarations": DECLARED, "heads": []})
    says(world, mate, accepted, ("visit.joined", joined(world)), seal, at="2026-01-01T00:00:00.000Z")
    assert visits.find(world.db, accepted)["evidence"] == before


@pytest.mark.parametrize(("kind", "body"), [
    ("visit.doubted", {"reason": "leak"}),
    ("answers.recorded", {"level": "village", "answers": [{"code": "V44", "state": "answered", "value": ["leak"]}]}),
    ("visit.sealed", {"photos": [], "declarations": {**DECLARED, "not_escorted": False}, "heads": []})])
def test_what_speaks_against_an_accepted_visit_is_heard_at_once(world, accepted, kind, body):
    at = visits.find(world.db, accepted)["households"][-1]["at"]
    says(world, world.phone("a2"), accepted, ("visit.joined", joined(world)), (kind, body), at=at)
    assert "compromised" in world.township(TOWNSHIP)["flags"]


def test_chatter_after_the_seal_asks_nobody_to_accept_again(world, accepted):
    phone = world.phone("a2")
    says(world, phone, accepted, ("finding.noted", {}), ("identity.disclosed", {}), at="2026-12-31T00:00:00.000Z")
    with pytest.raises(Problem, match="visit_decided"):
        accept(world, accepted)


def told(device, kind, number, **body):
    said = {"kind": kind, "at": AT, "visit": "v", "device": device, "body": body}
    return Line(device, number, json.dumps(said), AT)


def counted(monkeypatch, module, name):
    """How often a function was called."""
    calls, real = [], getattr(module, name)
    monkeypatch.setattr(module, name, lambda *args: calls.append(1) or real(*args))
    return calls


def test_two_phones_that_seal_and_disclose_without_end_cost_no_more_than_their_lines(monkeypatch):
    asked, number = counted(monkeypatch, closing, "parse_time"), 300
    lines = [told("d", kind, 2 * i + j, **body) for i in range(1, number) for j, (kind, body) in enumerate((
        ("identity.disclosed", {}), ("visit.sealed", {"photos": [], "declarations": DECLARED, "heads": []})))]
    lines += [told("e", "identity.disclosed", i) for i in range(1, number)]
    doc = fold_visit("v", lines)
    assert len(asked) <= 2 * len(lines)
    assert len(doc["moments"]["identity.disclosed"]) == 2


def test_draws_without_end_are_not_all_drawn_again(monkeypatch):
    asked = counted(monkeypatch, visit_rules, "draw_holds")
    doc = fold_visit("v", [told("d", "household.drawn", i, draw=i, frame="posted_list", n=2000, seed="a" * 64, rows=[1])
                           for i in range(1, 500)])
    assert (len(asked), len(doc["draws"]), doc["draws"][-1]["holds"]) == (100, 499, False)


def test_positions_without_end_do_not_hold_up_the_reviewer(monkeypatch):
    asked = counted(monkeypatch, flags, "_km")
    doc = fold_visit("v", [told(device, "fix.taken", i, **{**FIX, "fix": str(i)}) for device in ("d", "e") for i in range(1, 2000)])
    assert flags.phones_apart(doc, {}) is None
    assert len(asked) <= flags.FIXES_COMPARED ** 2


def test_photos_that_a_rescue_file_lays_at_a_phones_door_leave_it_room_to_send_its_own(world, monkeypatch):
    phone, junk = world.phone("b1"), [bytes([number]) * 1000 for number in range(20)]
    monkeypatch.setattr(spool_photo, "WAITING_MAX_BYTES", 5000)
    file = io.BytesIO(opening(phone.device, {}) + b"".join(frame(PHOTO_RECORD, phone.device, one) for one in junk))
    done = Import(world.db, world.config, world.keys, NOW).take(file.read)
    assert (done.photos_waiting, done.photos_refused) == (5, {"upload_limit_reached": 15})


def test_a_rescue_file_that_names_phones_without_end_fills_no_memory(world):
    empty, count = hashlib.sha256(b"").digest(), 5000
    records = (_FRAME.pack(b"S", f"{number:036d}".encode(), 0, empty) for number in range(count))
    pieces, left = iter([opening(world.phone().device, {"segments": count}), *records]), b""

    def read(size):
        nonlocal left
        left = left or next(pieces, b"")
        piece, left = left[:size], left[size:]
        return piece

    taken = Import(world.db, world.config, world.keys, NOW)
    tracemalloc.start()
    try:
        assert taken.take(read).refused == {"device_unknown": count}
        by = tracemalloc.take_snapshot().filter_traces([tracemalloc.Filter(True, rescue.__file__)])
        assert sum(one.size for one in by.statistics("filename")) < 50_000
    finally:
        tracemalloc.stop()


def test_a_household_counts_by_pictures_that_arrived_and_later_ones_once_the_visit_is_accepted_again(world):
    phone = world.phone("a1")
    visit = world.walk(phone, TOWNSHIP).whole_visit(("poor", "exited", "general", "edge", "poor"))
    phone.now = lambda: datetime.now(UTC)
    phone.learn_time()
    phone.send_segments()
    place = {photo["sealed_sha256"] for photo in visits.find(world.db, visit)["photos"] if photo["kind"] == "place"}
    for photo in phone.photos:
        if photo.sealed_sha256 in place:
            phone.send_photo(photo)
    page = signed_in(world.app, "office").get(f"/desk/visits/{visit}").text
    assert "还有 5 张照片没有传到" in page or "5 photos have not arrived" in page
    accept(world, visit)
    assert (world.status(TOWNSHIP), world.township(TOWNSHIP)["counts"]["households"]) == ("visited_unverified", 0)
    with pytest.raises(Problem):
        accept(world, visit)
    phone.sync()
    assert world.status(TOWNSHIP) == "visited_unverified", "nothing counts that nobody accepted"
    accept(world, visit)
    assert world.status(TOWNSHIP) == "covered"
    assert rebuild_folds(world.db, world.config.data, True) == []
