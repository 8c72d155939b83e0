"""Requests that no honest phone makes, and requests that a tired one does: each has a code, none blocks a chain."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from fieldcheck import jose
from fieldcheck.actions.invite_device import invite_device
from fieldcheck.actions.revoke_device import revoke_device
from fieldcheck.actions.settle_fork import settle_fork
from fieldcheck.problems import Problem
from fieldcheck.store import devices, log, quarantine, visits
from sync.auth import auth_claims
from sync.chain import Chain, Head
from sync.segment import close_segment
from tests.problem_shape import assert_problem
from tests.world import NOW

TOWNSHIP = "420101100"
ORIGIN = "http://localhost"
NDJSON = "application/x-ndjson"


def bearer(phone, key=None, **changes):
    claims = {**auth_claims(phone.device, ORIGIN, int(datetime.now(UTC).timestamp())), **changes}
    return {"Authorization": "Bearer " + jose.sign(claims, key or phone.transport_key, changes.pop("typ", "fc-auth"))}


def post(world, body, headers, content_type=NDJSON):
    return world.app.test_client().post("/api/v1/segments", data=body, headers=headers, content_type=content_type)


def answers(response):
    assert response.status_code == 200, response.data
    return [(a["status"], a["code"]) for a in response.get_json()["answers"]]


def segment(phone, lines, start=Head(), key=None):
    payload = close_segment(phone.device, start, lines, [], lambda c, t: jose.sign(c, key or phone.signing, t))
    return jose.encrypt(payload, phone.server_keys["enc"])


def line(chain, kind="fix.taken", body=None, at="2026-11-23T02:00:00.000Z", visit="v1"):
    return chain.write(kind, body or {}, at=at, session="s", mono=0, visit=visit)


def test_a_call_without_with_a_forged_a_stale_or_a_foreign_proof_is_refused_by_name(world, phone):
    now = int(datetime.now(UTC).timestamp())
    cases = [
        ({}, "auth_missing"),
        (bearer(phone, jose.new_key("sig")), "auth_forged"),
        (bearer(phone, phone.signing), "auth_forged"),
        ({"Authorization": "Bearer " + jose.sign(auth_claims(phone.device, ORIGIN, now), phone.transport_key, "fc-order")}, "auth_forged"),
        (bearer(phone, iat=now - 900, exp=now - 600), "auth_stale"),
        (bearer(phone, iat=now + 900, exp=now + 1100), "auth_stale"),
        (bearer(phone, exp=now + 86_400), "auth_stale"),
        (bearer(phone, aud="http://elsewhere.example"), "auth_foreign"),
        (bearer(phone, iss="0193a5a0-0000-7000-8000-000000000000"), "device_unknown"),
        ({"Authorization": "Bearer not.a.jws"}, "device_unknown"),
    ]
    for headers, code in cases:
        assert_problem(world.app.test_client().get("/api/v1/head", headers=headers), code, 401)


def test_what_cannot_be_verified_is_refused_and_what_comes_after_it_is_taken(world, phone):
    chain = Chain(phone.device)
    good = segment(phone, [line(chain)])
    forged = segment(phone, [line(Chain(phone.device))], key=jose.new_key("sig"))
    response = post(world, "\n".join([forged, "rubbish", "a.b.c.d.e", good]), bearer(phone))
    assert answers(response) == [("refused", "segment_forged"), ("refused", "segment_unreadable"),
                                 ("refused", "segment_unreadable"), ("accepted", "ok")]
    assert response.get_json()["head"]["seq"] == 1


def test_a_replayed_segment_gets_the_same_receipt_and_changes_nothing(world, phone):
    jwe = segment(phone, [line(Chain(phone.device))])
    first, second = (post(world, jwe, bearer(phone)).get_json()["answers"][0] for _ in range(2))
    assert (first["status"], second["status"]) == ("accepted", "duplicate")
    assert first["receipt"] == second["receipt"]
    assert world.db.execute("SELECT count(*) FROM messages WHERE chain = ?", [phone.device]).fetchone()[0] == 1


def test_another_phones_segment_is_not_taken_in_this_ones_name(world, phone):
    other = world.phone("b1")
    assert answers(post(world, segment(other, [line(Chain(other.device))]), bearer(phone))) == [("refused", "segment_forged")]


def test_odd_bodies_are_logged_and_flagged_and_the_visit_goes_on(world, phone):
    chain = Chain(phone.device)
    ahead = (datetime.now(UTC) + timedelta(days=400)).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    lines = [line(chain, "visit.beamed", {"x": 1}), line(chain, "fix.taken", {"lon": "east"}),
             line(chain, "identity.disclosed", at=ahead), line(chain, "identity.disclosed", at="yesterday"),
             line(chain, "identity.disclosed", visit=None), line(chain, "round.opened", {"round": "r"})]
    assert answers(post(world, segment(phone, lines), bearer(phone))) == [("accepted", "ok")]
    rows = world.db.execute("SELECT seq, flag FROM message_flags WHERE chain = ? ORDER BY seq, flag", [phone.device])
    assert rows.fetchall() == [
        (1, "kind_unknown"), (2, "body_malformed"), (3, "clock_ahead"), (4, "time_malformed"), (5, "visit_missing"),
        (6, "body_malformed"), (6, "kind_not_theirs")]
    assert visits.find(world.db, "v1")["skipped"] == 3


def test_a_phone_cannot_act_as_the_desk(world, phone):
    body = {"device": phone.device, "reason": "no"}
    chain = Chain(phone.device)
    assert answers(post(world, segment(phone, [line(chain, "device.revoked", body)]), bearer(phone))) == [("accepted", "ok")]
    assert devices.device(world.db, phone.device)["revoked_at"] is None
    desk = Chain("desk", log.head(world.db, "desk"))
    as_desk = close_segment("desk", log.head(world.db, "desk"), [line(desk, "device.revoked", body)], [],
                            lambda c, t: jose.sign(c, phone.signing, t))
    assert answers(post(world, jose.encrypt(as_desk, phone.server_keys["enc"]), bearer(phone))) == [("refused", "segment_foreign")]


def test_a_body_of_the_wrong_type_size_or_length_is_refused_whole(world, phone):
    assert_problem(post(world, "x", bearer(phone), "application/json"), "content_type_unsupported", 415)
    assert_problem(post(world, "", bearer(phone)), "length_required", 411)
    assert_problem(post(world, "\n", bearer(phone)), "body_malformed", 400)
    assert_problem(post(world, b"x" * (4 * 1024 * 1024 + 1), bearer(phone)), "body_too_large", 413)
    assert_problem(post(world, "x\n" * 501, bearer(phone)), "body_malformed", 400)


def test_a_state_that_is_not_json_of_its_shape_is_refused_and_the_last_word_stays(world, phone):
    phone.report([])
    before = devices.devices(world.db)[0]["state"]
    for body in ("{", "[]", '{"app": 1}', "[" * 60_000):
        answer = world.app.test_client().put("/api/v1/devices/me/state", data=body, headers=bearer(phone))
        assert_problem(answer, "body_malformed", 400)
    assert devices.devices(world.db)[0]["state"] == before


def test_only_enrolling_consumes_an_invitation_and_only_once(world):
    invitation = invite_device(world.db, world.accounts["a1"].id, "cli", datetime.now(UTC))
    client = world.app.test_client()
    assert client.get("/phone/").status_code == 200
    keys = {"signing_key": jose.public_jwk(jose.new_key("sig")), "transport_key": jose.public_jwk(jose.new_key("sig"))}
    same = {"signing_key": keys["signing_key"], "transport_key": keys["signing_key"]}
    off_curve = {**keys, "signing_key": {**keys["signing_key"], "x": keys["signing_key"]["y"]}}
    for wrong in (same, off_curve, {**keys, "transport_key": {"kty": "oct", "k": "AAAA"}}):
        assert_problem(client.post("/api/v1/devices", json={"token": invitation.code, "name": "n", **wrong}), "key_malformed", 400)
    typed = invitation.code[:4].lower() + " - " + invitation.code[4:]
    first, again = (client.post("/api/v1/devices", json={"token": typed, "name": "n", **keys}) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.get_json()["device"] == again.get_json()["device"]
    assert len(devices.devices(world.db)) == 1
    others = {name: jose.public_jwk(jose.new_key("sig")) for name in keys}
    for token in (invitation.code, invitation.link_token):
        assert_problem(client.post("/api/v1/devices", json={"token": token, "name": "n", **others}), "token_used", 410)
    assert_problem(client.post("/api/v1/devices", json={"token": "ABCDEFGH", "name": "n", **keys}), "token_unknown", 404)
    old = invite_device(world.db, world.accounts["a1"].id, "cli", NOW - timedelta(days=2))
    assert_problem(client.post("/api/v1/devices", json={"token": old.code, "name": "n", **keys}), "token_expired", 410)


def test_a_revoked_phone_gets_nothing_and_its_work_goes_to_quarantine(world, phone):
    world.assign(TOWNSHIP, "a1", "a2")
    jwe = segment(phone, [line(Chain(phone.device))])
    revoke_device(world.db, world.keys, phone.device, "lost", "cli", datetime.now(UTC))
    assert_problem(world.app.test_client().get("/api/v1/pack", headers=phone.unlocked_bearer()), "device_revoked", 403)
    assert answers(post(world, jwe, bearer(phone))) == [("conflict", "device_revoked")]
    assert [kept["code"] for kept in quarantine.open_forks(world.db)] == ["device_revoked"]
    assert log.head(world.db, phone.device) == Head()


def test_a_fork_is_kept_whole_goes_on_as_a_successor_and_can_be_adopted_or_dismissed(world, phone):
    chain = Chain(phone.device)
    first = segment(phone, [line(chain)])
    after_first = chain.head
    main = segment(phone, [line(chain, body={"n": 1})], after_first)
    fork = Chain(phone.device, after_first)
    forked = segment(phone, [line(fork, "identity.disclosed")], after_first)
    assert answers(post(world, "\n".join([first, main, forked]), bearer(phone)))[2] == ("conflict", "chain_forked")
    successor = phone.enrol_successor("demo a1 again")
    assert devices.device(world.db, successor.device)["predecessor"] == phone.device
    kept = quarantine.open_forks(world.db)[0]["id"]
    with pytest.raises(Problem, match="reason_missing"):
        settle_fork(world.db, world.keys, kept, True, " ", "cli", datetime.now(UTC))
    settle_fork(world.db, world.keys, kept, True, "restored from a copy", "cli", datetime.now(UTC))
    assert visits.find(world.db, "v1")["disclosed_at"] is not None
    with pytest.raises(Problem, match="fork_settled"):
        settle_fork(world.db, world.keys, kept, False, "again", "cli", datetime.now(UTC))
    assert quarantine.open_forks(world.db) == []


def test_no_phone_learns_a_place_before_its_reveal_nor_another_teams(world, phone):
    unit = world.unit(TOWNSHIP)
    world.assign(TOWNSHIP, "a1", "a2", reveal_at=datetime.now(UTC) + timedelta(hours=8))
    world.assign("420102100", "b1")
    pack = phone.pack()
    assert pack["assignments"] == [] and len(pack["hidden"]) == 1
    text = json.dumps(pack, ensure_ascii=False)
    assert unit not in text and "演示镇" not in text and TOWNSHIP not in text
    assert [a["unit"] for a in world.phone("b1").pack()["assignments"]] == [world.unit("420102100")]


def test_a_pack_that_has_not_changed_is_not_sent_again(world, phone):
    world.assign(TOWNSHIP, "a1", "a2")
    client = world.app.test_client()
    first = client.get("/api/v1/pack", headers=phone.unlocked_bearer())
    again = client.get("/api/v1/pack", headers={**phone.unlocked_bearer(), "If-None-Match": first.headers["ETag"]})
    assert (first.status_code, again.status_code, again.data) == (200, 304, b"")
    assert client.get(f"/api/v1/pack?since={first.get_json()['cursor']}", headers=phone.unlocked_bearer()).status_code == 304


def test_a_reason_that_no_line_could_hold_is_refused_by_name(world, phone):
    with pytest.raises(Problem, match="reason_too_long"):
        revoke_device(world.db, world.keys, phone.device, "字" * 501, "cli", datetime.now(UTC))
    assert devices.device(world.db, phone.device)["revoked_at"] is None
