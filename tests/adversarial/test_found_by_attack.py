"""What an attack on the whole server once broke: each hole by its promise, so that none of them opens again."""

from __future__ import annotations

import json
import tracemalloc
from datetime import UTC, datetime
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from joserfc import jws

from fieldcheck import jose
from fieldcheck.actions.rebuild_folds import rebuild_folds
from fieldcheck.actions.revoke_device import revoke_device
from fieldcheck.actions.settle_fork import settle_fork
from fieldcheck.actions.take_segments import take_segments
from fieldcheck.actions.verify_log import verify_log
from fieldcheck.fleet.demo_photo import demo_photo
from fieldcheck.fleet.phone import Refused
from fieldcheck.problems import Problem
from fieldcheck.rules.visit import Line, fold_visit
from fieldcheck.store import log, people, quarantine, visits
from sync.chain import Head
from sync.kinds import DESK_KINDS, PHONE_KINDS
from sync.message import GENESIS, NESTING_MAX, SEQ_MAX, line_hash, parse_line
from sync.private import references
from sync.segment import parse_segment
from tests.desk import signed_in
from tests.problem_shape import assert_problem
from tests.world import World

TOWNSHIP = "420101100"
AT = "2026-11-23T02:00:00.000Z"
HALF = "\\ud800"
"""Half a surrogate pair as JSON escapes it: what ``JSON.stringify`` makes of an emoji that was cut in two."""
DECLARED = {"not_notified": True, "not_escorted": True, "direct_entry": True}
FIX = {"fix": "f", "purpose": "start", "lon": 112.05, "lat": 30.05, "acc": 5.0, "t": AT, "datum": "wgs84", "source": "gps"}
PHOTO = {"photo": "p", "sha256": "a" * 64, "size": 9, "sealed_sha256": "b" * 64, "sealed_size": 9, "key": "k",
         "mime": "image/jpeg", "width": 1, "height": 1, "kind": "place", "taken_at": AT, "source": "camera"}


def opened(world, **changes):
    return {"assignment": None, "round": world.round, "unit": world.unit(TOWNSHIP), "village": None, "team": "A",
            "type": "covert", "checklist": "c", "app": "1", "declarations": DECLARED, **changes}


def line(phone, start=Head(), **members):
    """A line as a dishonest app may write it: any member may be anything."""
    return json.dumps({"v": 1, "device": phone.device, "seq": start.seq + 1, "prev": start.hash, "at": AT, "session": "s",
                       "mono": 0, "nonce": "", "kind": "fix.taken", "visit": "v1", "body": {}, **members},
                      separators=(",", ":"))


def sealed(phone, lines, start=Head(), private=(), signature=None):
    claims = {"device": phone.device, "from": start.seq + 1, "to": start.seq + len(lines), "prev": start.hash,
              "head": line_hash(lines[-1])}
    payload = {"lines": lines, "private": list(private),
               "signature": signature or jose.sign(claims, phone.signing, "fc-segment")}
    return jose.encrypt(json.dumps(payload).encode(), phone.server_keys["enc"])


def take(world, phone, *jwes):
    answers, _ = take_segments(world.db, world.keys, phone.device, jwes, datetime.now(UTC))
    return [answer.code for answer in answers]


def assert_whole(world):
    assert list(verify_log(world.db, world.config.data, world.keys)) == []
    assert rebuild_folds(world.db, world.config.data, check=True) == []


@pytest.mark.parametrize("members", [
    {"kind": ["visit.opened"]}, {"kind": {}}, {"kind": "HALF"}, {"visit": "HALF"}, {"at": "HALF"}, {"v": [1]},
    {"kind": "visit.opened", "body": {"unit": "HALF"}}, {"kind": "photo.taken", "body": {**PHOTO, "size": 2**70}},
    {"kind": "photo.taken", "body": {**PHOTO, "photo": "HALF"}}, {"body": {**FIX, "lon": 10**400}},
    {"body": {**FIX, "acc": "HUGE"}}, {"kind": "household.recorded", "body": []}, {"visit": "a\0b"},
], ids=str)
def test_no_member_of_a_line_holds_up_its_chain(world, phone, members):
    if members.get("kind") == "visit.opened":
        members = {**members, "body": opened(world, **members["body"])}
    odd = line(phone, **members).replace("HALF", HALF).replace('"HUGE"', "1e400")
    after = line(phone, Head(1, line_hash(odd)), kind="visit.opened", body=opened(world))
    assert take(world, phone, sealed(phone, [odd]), sealed(phone, [after], Head(1, line_hash(odd)))) == ["ok", "ok"]
    assert_whole(world)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5)
    | st.sampled_from([HALF, 2**63, -2**63, 10**400, AT, "", "\0", "\u2028"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3), max_leaves=5)


def near(world, kind):
    """A body of this kind in which some members are of the wrong sort."""
    known = {"visit.opened": opened(world), "fix.taken": FIX, "photo.taken": PHOTO,
             "visit.sealed": {"photos": ["a" * 64], "declarations": DECLARED, "heads": []},
             "household.recorded": {"household": "h", "number": 1, "type": "poor", "selection": "random",
                                    "frame": "walk", "outcome": "complete"},
             "answers.recorded": {"level": "household", "answers": [{"code": "H01", "state": "answered", "value": 1}]}}
    true, members = known.get(kind, {}), [*PHONE_KINDS.get(kind, DESK_KINDS.get(kind, dict)).__annotations__, "x"]
    return anything | st.dictionaries(st.sampled_from(members), anything, max_size=2).map(lambda odd: {**true, **odd})


@pytest.mark.parametrize("kind", [*PHONE_KINDS, *DESK_KINDS])
def test_no_body_does_more_than_be_flagged(tmp_path_factory, kind):
    world = World(tmp_path_factory.mktemp("world"))
    phone = world.phone()

    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(near(world, kind), st.sampled_from(["v1", "v2"]), anything)
    def holds(body, visit, at):
        start = log.head(world.db, phone.device)
        odd = line(phone, start, kind=kind, visit=visit, body=body, at=at).replace(json.dumps(HALF), f'"{HALF}"')
        assert take(world, phone, sealed(phone, [odd], start)) == ["ok"]

    holds()
    assert_whole(world)
    office = signed_in(world.app, "office")
    for page in ("/desk/", "/desk/coverage", f"/desk/coverage?unit={world.unit(TOWNSHIP)}", "/api/v1/coverage"):
        assert office.get(page).status_code == 200


def test_what_nests_too_deep_is_refused_everywhere_alike_and_what_comes_after_it_is_taken(world, phone):
    def nested(levels):  # the line and its body are two levels themselves
        return line(phone, body={"x": "DEEP"}).replace('"DEEP"', "[" * (levels - 2) + "]" * (levels - 2))

    claims = jws.serialize_compact({"alg": "ES256", "typ": "fc-segment"}, b"[" * 20_000, phone.signing, algorithms=["ES256"])
    jwes = [sealed(phone, [nested(NESTING_MAX + 1)]), sealed(phone, [nested(2)], signature=claims),
            sealed(phone, [nested(NESTING_MAX)])]
    assert take(world, phone, *jwes) == ["chain_broken", "segment_forged", "ok"]
    bearer = jws.serialize_compact({"alg": "ES256"}, b"[" * 5_000, phone.signing, algorithms=["ES256"])
    answer = world.app.test_client().get("/api/v1/head", headers={"Authorization": f"Bearer {bearer}"})
    assert_problem(answer, "device_unknown", 401)


def test_a_number_that_no_table_holds_is_refused_also_to_a_revoked_phone(world, phone):
    beyond = Head(SEQ_MAX, GENESIS)
    revoke_device(world.db, world.keys, phone.device, "lost", "cli", datetime.now(UTC))
    good = sealed(phone, [line(phone)])
    assert take(world, phone, sealed(phone, [line(phone, beyond)], beyond), good) == ["chain_broken", "device_revoked"]


def test_half_a_character_in_a_record_or_a_state_is_read_as_a_browser_encodes_it(world, phone):
    assert take(world, phone, sealed(phone, [line(phone)], private=["\ud800"])) == ["ok"]
    phone.report([])
    state = {"app": "\ud800", "unsent": {"segments": 0, "photos": 0, "bytes": 0, "oldest_at": None},
             "storage": {"persisted": True, "usage": None, "quota": None}, "clock_offset_ms": None, "visits": []}
    answer = world.app.test_client().put("/api/v1/devices/me/state", data=json.dumps(state), headers=phone._bearer())
    assert answer.status_code == 204
    assert signed_in(world.app, "office").get("/desk/devices").status_code == 200


@pytest.mark.parametrize("at", ["yesterday", "9999-12-31T23:59:59.999Z", "0001-01-01T00:00:00.000+14:00"])
def test_a_clock_that_shows_nothing_leaves_the_map_open(world, phone, at):
    assert take(world, phone, sealed(phone, [line(phone, at=at, kind="visit.opened", body=opened(world))])) == ["ok"]
    page = signed_in(world.app, "office").get(f"/desk/coverage?unit={world.unit(TOWNSHIP)}")
    assert page.status_code == 200
    shown = at in page.get_data(as_text=True)
    assert shown == at.startswith("9999"), "a time that is none is shown as the moment of arrival, a false one as it was said"


def test_one_phones_nonsense_does_not_hide_what_another_still_holds(world):
    for name, photos, oldest in (("a1", 7, AT), ("b1", -7, "0")):
        phone = world.phone(name)
        state = {"app": "1", "unsent": {"segments": 0, "photos": photos, "bytes": 0, "oldest_at": oldest},
                 "storage": {"persisted": True, "usage": None, "quota": None}, "clock_offset_ms": None,
                 "visits": [{"visit": name, "unit": "u", "photos_waiting": photos}]}
        world.app.test_client().put("/api/v1/devices/me/state", json=state, headers=phone._bearer())
    office = signed_in(world.app, "office")
    assert office.get("/api/v1/coverage").get_json()["unsent"] == {"visits": 2, "photos": 7, "oldest_at": AT}
    assert office.get("/desk/coverage").status_code == 200


def test_a_request_that_the_framework_refuses_is_the_callers_fault_and_not_the_servers(world):
    answer = world.app.test_client().get("/static/texts/zh/desk.json", headers={"Range": "bytes=99999999-"})
    assert answer.status_code == 400


def test_a_phone_of_the_other_team_neither_adds_to_a_visit_nor_writes_over_it(world):
    world.assign(TOWNSHIP, "a1", "a2")
    walk = world.walk(mine := world.phone("a1"), TOWNSHIP)
    visit = walk.whole_visit(("poor",))
    mine.sync()
    before, shown = visits.find(world.db, visit), world.township(TOWNSHIP)
    household, photo = before["households"][0], before["photos"][0]
    other, early = world.phone("b1"), "2020-01-01T00:00:00.000Z"
    first = line(other, kind="visit.opened", visit=visit, at=early, body=opened(world, team="B", unit=world.unit("420101101")))
    bodies = [("household.recorded", {**household, "outcome": "refused"}), ("household.recorded", {**household, "household": "x"}),
              ("photo.taken", {**photo, "photo": "x", "key": "k"}), ("identity.disclosed", {}), ("visit.abandoned", {})]
    lines = [first]
    for seq, (kind, body) in enumerate(bodies, 1):
        lines.append(line(other, Head(seq, line_hash(lines[-1])), kind=kind, visit=visit, at=early, body=body))
    assert take(world, other, sealed(other, lines)) == ["ok"]
    assert visits.find(world.db, visit) == {**before, "foreign": len(lines)}
    assert world.township(TOWNSHIP) == shown
    assert_whole(world)


def test_a_visit_is_its_phones_teams_whatever_the_app_says(world, phone):
    assert take(world, phone, sealed(phone, [line(phone, kind="visit.opened", body=opened(world, team="B"))])) == ["ok"]
    assert world.township(TOWNSHIP)["visits"][0]["team"] == "A"


def test_what_is_said_after_the_seal_makes_no_photo_verified(world):
    world.assign(TOWNSHIP, "a1", "a2")
    phone = world.phone()
    walk = world.walk(phone, TOWNSHIP)
    visit = walk.whole_visit(("poor",))
    walk.village(visit)
    phone.sync()
    counts = world.township(TOWNSHIP)["counts"]
    assert (counts["photos"], counts["photos_verified"]) == (2, 2)


def test_a_fork_is_adopted_once_however_often_and_in_whatever_pieces_it_was_sent(world, phone):
    main, one = line(phone), line(phone, visit="fork")
    after = Head(1, line_hash(one))
    two, other_two = line(phone, after, visit="fork"), line(phone, after, visit="other")
    far = Head(6, line_hash(two))
    jwes = [sealed(phone, lines) for lines in ([main], [one], [one], [one, two], [one, other_two])]
    jwes.append(sealed(phone, [line(phone, far)], far))
    assert take(world, phone, *jwes) == ["ok", *["chain_forked"] * 5]
    waiting = quarantine.open_forks(world.db)
    for kept in sorted(waiting, key=lambda kept: kept["last"] - kept["first"]):
        try:
            settle_fork(world.db, world.keys, kept["id"], True, "both count", "cli", datetime.now(UTC))
        except Problem as problem:
            assert problem.code == "fork_settled"
    rows = world.db.execute("SELECT chain, count(*) FROM messages WHERE chain <> 'desk' GROUP BY chain ORDER BY 2 DESC, 1")
    assert sorted(count for _, count in rows) == [1, 1, 1, 2]
    assert len(quarantine.open_forks(world.db)) == 1
    assert_whole(world)


def test_a_disabled_account_is_told_no_place_and_its_work_is_still_taken(world):
    world.assign(TOWNSHIP, "a1", "a2")
    phone = world.phone()
    people.set_disabled(world.db, world.accounts["a1"].id, True)
    assert_problem(world.app.test_client().get("/api/v1/pack", headers=phone.unlocked_bearer()), "device_revoked", 403)
    phone.record("identity.disclosed", "v1", {})
    phone.save()
    phone.send_segments()
    assert all(kept.receipt for kept in phone.outbox.kept)


def test_what_is_remembered_of_lines_stays_small(phone):
    blown_up = "[" + ",".join(["{}"] * 50_000) + "]"
    tracemalloc.start()
    try:
        for number in range(40):
            parse_segment(json.dumps({"lines": [str(number)], "private": [], "signature": "", "x": json.loads(blown_up)},
                                     separators=(",", ":")).encode())
            parse_line(f'{{"n":{number},"x":{blown_up}}}')
        assert tracemalloc.get_traced_memory()[0] < 10_000_000
    finally:
        tracemalloc.stop()


def test_a_strangers_false_claim_before_the_true_one_refuses_no_photo(world):
    mine, stranger = world.phone("a1"), world.phone("b1")
    mine.photo(demo_photo(Random(1), "place", (320, 240)), (320, 240), "v1", kind="place", source="demo")
    photo = mine.photos[0]
    false = line(stranger, kind="photo.taken", body={**PHOTO, "sealed_sha256": photo.sealed_sha256, "key": "A" * 43})
    assert take(world, stranger, sealed(stranger, [false])) == ["ok"]
    with pytest.raises(Refused, match="photo_waits_for_message"):
        mine.send_photo(photo)
    mine.save()
    mine.sync()
    assert photo.receipt is not None


@pytest.mark.parametrize("claims", [b'{"iss":"\\ud800"}', b"[]", b"\xff", b"{"])
def test_a_proof_of_nobody_is_refused_by_name(world, claims):
    bearer = jws.serialize_compact({"alg": "ES256"}, claims, jose.new_key("sig"), algorithms=["ES256"])
    answer = world.app.test_client().get("/api/v1/head", headers={"Authorization": f"Bearer {bearer}"})
    assert_problem(answer, "device_unknown", 401)


def test_a_host_that_is_none_is_the_callers_fault(world):
    assert world.app.test_client().get("/", headers={"Host": "x" * 300}).status_code == 400


def test_a_line_without_a_usable_time_counts_as_said_when_it_arrived():
    received = "2026-11-23T02:00:00.000Z"
    lines = [Line("d", seq, json.dumps({"kind": "identity.disclosed", "at": at, "body": {}}), received)
             for seq, at in enumerate(("", "yesterday", None, 7), 1)]
    assert fold_visit("v", lines)["disclosed_at"] == received


def test_only_a_hash_names_a_private_record():
    body = {"a_private": "", "b_private": "5", "c_private": "A" * 64, "d_private": "a" * 64}
    assert references(body) == ["a" * 64]
