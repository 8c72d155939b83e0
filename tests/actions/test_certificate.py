"""The coverage certificate: the same from any order of arrival, and no digit of it can be changed unseen."""

from __future__ import annotations

import base64
import json
import shutil
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fieldcheck import jose
from fieldcheck.actions.accept_visit import Acceptance, accept_visit
from fieldcheck.actions.add_account import add_account
from fieldcheck.actions.certify_coverage import certify_coverage
from fieldcheck.actions.mark_compromised import mark_compromised
from fieldcheck.actions.sign_log_head import sign_log_head
from fieldcheck.actions.take_segments import take_segments
from fieldcheck.actions.verify_certificate import read_certificate, verify_certificate
from fieldcheck.actions.verify_log import grown_since, verify_log
from fieldcheck.config import Config
from fieldcheck.fleet.phone import Refused
from fieldcheck.keys import load_keys
from fieldcheck.problems import Problem
from fieldcheck.rules.coverage_certificate import COVERAGE_TYPE, arrangement, faults
from fieldcheck.store import log, reviews
from fieldcheck.store.database import Database, open_database, write
from fieldcheck.work import run_due
from tests.world import CODE, NOW, PASSWORD, World

FIRST, NEXT = "420101100", "420101101"
SOON = datetime(2026, 11, 30, 2, 0, tzinfo=UTC)


class Filled:
    """An installation in a folder of its own, and what its phones still hold."""

    def __init__(self, folder: Path) -> None:
        self.config = Config(data=folder)
        self.keys = load_keys(self.config.keys)
        self.db: Database = open_database(self.config.database)

    def take(self, device: str, jwes: list[str]) -> None:
        take_segments(self.db, self.keys, device, jwes, datetime.now(UTC))

    def accept(self, visit: str, actor: str) -> None:
        run_due(self.db, self.config, self.keys)
        page = reviews.visit_page(self.db, visit)
        opened = [*page["place_photos"], *(flag["code"] for flag in page["flags"])]
        accept_visit(self.db, self.keys, visit, Acceptance(opened=opened), actor, datetime.now(UTC))

    def certificate(self, round_id: str) -> dict[str, Any]:
        return certify_coverage(self.db, self.keys, round_id, SOON)


class Story:
    """Three phones came home, both teams were in one township; their photos are here, not one line is."""

    def __init__(self, folder: Path) -> None:
        world = World(folder)
        world.accounts["b2"] = add_account(world.db, name="b2", display_name="b2", role="inspector", team="B",
                                           password=PASSWORD, now=NOW, companion_code=CODE)
        for code, *team in ((FIRST, "a1", "a2"), (NEXT, "a1", "a2"), (FIRST, "b1", "b2")):
            world.assign(code, *team)
        self.round, self.folder, self.office = world.round, folder, world.accounts["office"].id
        self.sent: dict[str, list[str]] = {}
        self.of_visit: dict[str, str] = {}
        for name, code in (("a1", FIRST), ("a2", NEXT), ("b1", FIRST)):
            phone = world.phone(name)
            self.of_visit[world.walk(phone, code).whole_visit()] = phone.device
            phone.learn_time()
            for photo in phone.photos:
                with pytest.raises(Refused, match="photo_waits_for_message"):  # no receipt before its line
                    phone.send_photo(photo)
            self.sent[phone.device] = [kept.jwe for kept in phone.outbox.kept]
        world.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        world.db.close()

    def arrives(self, random: Random, folder: Path) -> Filled:
        """All of it in a drawn order: any phone next, some segments at a time, some twice, decisions when they can be made."""
        filled = Filled(shutil.copytree(self.folder, folder))
        waiting = {device: list(jwes) for device, jwes in self.sent.items()}
        undecided = dict(self.of_visit)
        while undecided:
            if random.random() < 0.3:
                sign_log_head(filled.db, filled.keys, datetime.now(UTC))
            device = random.choice(sorted(undecided.values()))
            batch, waiting[device] = waiting[device][:(size := random.randint(1, 9))], waiting[device][size:]
            filled.take(device, batch + batch[:random.randint(0, 2)])
            whole = [visit for visit, of in sorted(undecided.items()) if not waiting[of]]
            for visit in whole if random.random() < 0.5 or not any(waiting.values()) else ():
                filled.accept(visit, self.office)
                del undecided[visit]
        return filled


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    return Story(tmp_path_factory.mktemp("story"))


@pytest.fixture
def filled(story: Story, tmp_path: Path) -> Filled:
    return story.arrives(Random(7), tmp_path / "filled")


def claims_of(certificate: dict[str, Any]) -> dict[str, Any]:
    return read_certificate(json.dumps(certificate).encode()).claims


def codes(claims: dict[str, Any], db: Database | None = None) -> list[str]:
    return [fault.code for fault in verify_certificate(claims, db)]


@given(st.randoms(use_true_random=False))
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_came_first_the_certificate_says_the_same(story: Story, random: Random) -> None:
    with tempfile.TemporaryDirectory() as place:
        one, other = (story.arrives(random, Path(place) / name) for name in ("one", "other"))
        ours, theirs = (claims_of(filled.certificate(story.round)) for filled in (one, other))
        assert arrangement(ours) == arrangement(theirs)
        assert ours["classes"] == {"excluded": 1, "covered_both": 1, "covered": 1, "visited_unverified": 0, "unvisited": 1}
        assert ours["scope"] == {"units": 4, "excluded": 1, "in_scope": 3} and len(ours["visits"]) == 3
        for filled, claims in ((one, ours), (other, theirs)):
            assert codes(claims, filled.db) == [] and list(verify_log(filled.db, filled.config.data, filled.keys)) == []


def test_a_certificate_reads_and_judges_each_visit_once(story: Story, filled: Filled, monkeypatch: pytest.MonkeyPatch) -> None:
    read, real = [], log.messages_of_visit
    monkeypatch.setattr(log, "messages_of_visit", lambda db, visit, size=None: (read.append(visit), real(db, visit, size))[1])
    claims = claims_of(filled.certificate(story.round))
    assert sorted(read) == [one["visit"] for one in claims["visits"]] == sorted(story.of_visit)
    held = [json.loads(line) for (line,) in filled.db.execute("SELECT line FROM messages WHERE chain != 'desk'")]
    assert [len(one["messages"]) for one in claims["visits"]] == [sum(line["visit"] == visit for line in held) for visit in sorted(read)]


def test_a_certificate_stays_true_of_its_time_whatever_is_logged_afterwards(story: Story, filled: Filled) -> None:
    before = claims_of(filled.certificate(story.round))
    visit = before["visits"][0]["visit"]
    mark_compromised(filled.db, filled.keys, visit, True, "演示", story.office, datetime.now(UTC))
    after = claims_of(filled.certificate(story.round))
    assert len(after["visits"]) == 2 and after["classes"] != before["classes"]
    assert codes(before, filled.db) == codes(after, filled.db) == []


def test_one_changed_character_of_the_file_is_seen(story: Story, filled: Filled) -> None:
    certificate = filled.certificate(story.round)
    for member in ("payload", "signature", "protected"):
        text = certificate[member]
        middle = len(text) // 2
        changed = text[:middle] + ("A" if text[middle] != "A" else "B") + text[middle + 1:]
        with pytest.raises(Problem) as caught:
            read_certificate(json.dumps({**certificate, member: changed}).encode())
        assert caught.value.code == "coverage_certificate_forged"


def test_another_key_s_certificate_is_not_the_one_that_was_asked_for(story: Story, filled: Filled) -> None:
    certificate = filled.certificate(story.round)
    stranger = jose.new_key("sig")
    token = jose.sign(claims_of(certificate), stranger, COVERAGE_TYPE).split(".")
    forged = json.dumps({**dict(zip(("protected", "payload", "signature"), token)), "header": {"jwk": jose.public_jwk(stranger)}})
    assert read_certificate(forged.encode()).signer == jose.thumbprint(jose.public_jwk(stranger))
    with pytest.raises(Problem) as caught:
        read_certificate(forged.encode(), filled.keys.signing_jwk)
    assert caught.value.code == "coverage_certificate_forged"


@pytest.mark.parametrize("file", [b"", b"[]", b"{}", b"\xff", b'{"payload":1,"protected":2,"signature":3,"header":{"jwk":{}}}'])
def test_what_is_no_certificate_is_said_to_be_none(file: bytes) -> None:
    with pytest.raises(Problem) as caught:
        read_certificate(file)
    assert caught.value.code == "coverage_certificate_unreadable"


def changed_sum(claims: dict[str, Any]) -> None:
    claims["classes"]["covered"] += 1


def moved_township(claims: dict[str, Any]) -> None:
    next(one for one in claims["townships"] if one["status"] == "unvisited")["status"] = "covered"
    claims["classes"].update(unvisited=0, covered=2)


def doubled_township(claims: dict[str, Any]) -> None:
    claims["townships"].append(claims["townships"][0])


def unknown_class(claims: dict[str, Any]) -> None:
    claims["townships"][0]["status"] = "nearly"


def fewer_households(claims: dict[str, Any]) -> None:
    claims["visits"][0]["households"] = claims["visits"][0]["households"][:2]


def doubled_visit(claims: dict[str, Any]) -> None:
    claims["visits"].append(claims["visits"][0])


def rewritten_log(claims: dict[str, Any]) -> None:
    claims["log"]["grew_from"][0]["head"] = "0" * 64


def lost_member(claims: dict[str, Any]) -> None:
    del claims["visits"][0]["messages"]


def later_version(claims: dict[str, Any]) -> None:
    claims["v"] = 2


@pytest.mark.parametrize(("change", "code"), [
    (changed_sum, "sums"), (moved_township, "township_short"), (doubled_township, "township_twice"), (unknown_class, "class_unknown"),
    (fewer_households, "visit_short"), (doubled_visit, "visit_misplaced"), (rewritten_log, "log_rewritten"), (lost_member, "shape"),
    (later_version, "version")])
def test_claims_that_contradict_themselves_are_seen_without_the_log_whoever_signed_them(story: Story, filled: Filled, change, code) -> None:
    sign_log_head(filled.db, filled.keys, SOON - timedelta(days=7))
    claims = claims_of(filled.certificate(story.round))
    change(claims)
    assert code in [fault.code for fault in faults(claims)]


def test_claims_that_only_the_log_contradicts_are_seen_with_it(story: Story, filled: Filled) -> None:
    claims = claims_of(filled.certificate(story.round))
    claims["visits"][0]["photos"][0] = "0" * 64
    assert codes(claims) == []
    assert [tuple(fault) for fault in verify_certificate(claims, filled.db)] == [("recomputed", "visits[0].photos[0]")]
    assert codes({**claims, "round": {**claims["round"], "id": "another"}}, filled.db) == ["round_unknown"]
    later = {**claims, "log": {**claims["log"], "size": claims["log"]["size"] + 1, "grew_from": []}}
    assert codes(later, filled.db) == ["log_shorter"]


def test_a_log_that_its_owner_rewrote_with_the_keys_does_not_carry_the_line_that_was_printed(story: Story, filled: Filled) -> None:
    line = sign_log_head(filled.db, filled.keys, SOON).head
    assert list(grown_since(filled.db, line)) == []
    index, receipt = filled.db.execute("SELECT log_index, receipt FROM segments WHERE chain != 'desk' ORDER BY log_index LIMIT 1").fetchone()
    claims = jose.verify(receipt, filled.keys.signing_jwk, "fc-receipt")
    again = filled.keys.sign({**claims, "at": "2026-01-01T00:00:00.000Z"}, "fc-receipt")
    with write(filled.db):
        filled.db.execute("UPDATE segments SET at = '2026-01-01T00:00:00.000Z', receipt = ? WHERE log_index = ?", [again, index])
        filled.db.execute("DELETE FROM log_heads")
    # With the owner's keys all hashes and signatures hold; the paper does not.
    assert list(verify_log(filled.db, filled.config.data, filled.keys)) == []
    assert [doubt.code for doubt in grown_since(filled.db, line)] == ["log_rewritten"]
    assert [doubt.code for doubt in grown_since(filled.db, line._replace(size=10**6))] == ["log_shorter"]


def test_a_head_that_was_kept_is_part_of_what_verify_looks_at(filled: Filled) -> None:
    kept = sign_log_head(filled.db, filled.keys, SOON)
    assert sign_log_head(filled.db, filled.keys, SOON + timedelta(days=7)) == kept
    with write(filled.db):
        filled.db.execute("UPDATE log_heads SET head = ?", ["0" * 64])
    assert {doubt.code for doubt in verify_log(filled.db, filled.config.data, filled.keys)} == {"log_head_forged", "log_rewritten"}


def test_the_payload_names_nobody(story: Story, filled: Filled) -> None:
    with write(filled.db):
        filled.db.execute("UPDATE rounds SET params = json_set(params, '$.duty_phone', '演示-0000')")
    assert "演示-0000" not in json.dumps(claims_of(filled.certificate(story.round)), ensure_ascii=False)
    text = base64.urlsafe_b64decode(filled.certificate(story.round)["payload"] + "==").decode()
    assert not [word for word in ("a1", "b1", "office", "respondent", "lon", "lat") if f'"{word}"' in text]
