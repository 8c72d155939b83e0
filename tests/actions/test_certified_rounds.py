"""What a whole round puts into its certificate: gaps that are still gaps, the days of its printed lines, whose key it is."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from fieldcheck import jose
from fieldcheck.actions.begin_closing import begin_closing
from fieldcheck.actions.certify_coverage import certify_coverage
from fieldcheck.actions.close_round import close_round
from fieldcheck.actions.open_round import open_round
from fieldcheck.actions.sign_gap import sign_gap
from fieldcheck.actions.sign_log_head import sign_log_head
from fieldcheck.actions.verify_certificate import read_certificate, read_key, signed_elsewhere, verify_certificate
from fieldcheck.actions.verify_log import grown_since, verify_log
from fieldcheck.checklists import CURRENT
from fieldcheck.cli_round import read_exclusions
from fieldcheck.problems import Problem
from fieldcheck.store.planned_rounds import Plan
from tests.actions.test_certificate import claims_of
from tests.actions.test_review import accept, arrived
from tests.actions.test_round_life import by_office, draft
from tests.actions.test_units_change import FAR, ONE, TWO, WHOLE, changed, merger, visited
from tests.certificates import packed, script_says
from tests.world import NOW, PRISON, World


def certified(world: World) -> dict:
    return certify_coverage(world.db, world.keys, world.round, datetime.now(UTC))


def test_what_was_signed_off_and_then_covered_or_merged_away_is_no_gap_of_the_closed_round(world: World, tmp_path: Path) -> None:
    for code in (ONE, TWO):
        world.assign(code, "a1", "a2")
    phone = world.phone()
    accept(world, arrived(phone, world.walk(phone, ONE)))
    waiting = arrived(phone, world.walk(phone, TWO))
    draft(world)
    by_office(world, begin_closing, world.round)
    far = world.unit(FAR)
    for unit in (world.unit(TWO), far):
        by_office(world, sign_gap, world.round, unit, ("演示：洪水", "演示·主任"))
    accept(world, waiting)
    by_office(world, close_round, world.round)
    certificate = certified(world)
    claims = claims_of(certificate)
    assert [gap["unit"] for gap in claims["gaps"]] == [far] and claims["classes"]["covered"] == 2
    assert list(verify_certificate(claims, world.db)) == [] and script_says(json.dumps(certificate).encode(), tmp_path) == "holds"
    assert list(verify_log(world.db, world.config.data, world.keys)) == []


def test_a_gap_of_a_township_that_was_merged_away_is_asked_for_again_of_the_one_that_took_it_in(world: World) -> None:
    visited(world, ONE)
    draft(world)
    by_office(world, begin_closing, world.round)
    for code in (TWO, FAR):
        by_office(world, sign_gap, world.round, world.unit(code), ("演示：洪水", "演示·主任"))
    changed(world, *merger())
    with pytest.raises(Problem) as caught:
        by_office(world, close_round, world.round)
    assert (caught.value.code, caught.value.details) == ("round_gaps_open", {"n": 1})
    by_office(world, sign_gap, world.round, world.unit(WHOLE), ("演示：洪水", "演示·主任"))
    by_office(world, close_round, world.round)
    claims = claims_of(certified(world))
    assert {gap["unit"] for gap in claims["gaps"]} == {world.unit(WHOLE), world.unit(FAR)} and list(verify_certificate(claims, world.db)) == []


@pytest.mark.parametrize("file", [b"{}", b"null", b"", b"[]", b'{"keys":[{}]}', b'{"keys":[]}', b'"keys"', b'{"keys":"keys"}', b'{"keys":null}',
                                  b'{"keys":[null]}', b'{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}', b"\xff"])
def test_a_key_file_without_a_key_is_refused_and_never_replaced_by_the_certificate_s_own(file: bytes) -> None:
    with pytest.raises(Problem) as caught:
        read_key(file)
    assert caught.value.code == "coverage_certificate_unreadable"
    with pytest.raises(Problem):
        read_certificate(json.dumps(packed({})).encode(), {})


def test_a_key_file_is_one_key_or_the_signing_one_of_several(world: World) -> None:
    certificate = json.dumps(certified(world)).encode()
    ours = world.keys.public()
    for file in (world.keys.signing_jwk, ours, {"keys": ours["keys"][::-1]}):
        assert read_certificate(certificate, read_key(json.dumps(file).encode())).signer == jose.thumbprint(world.keys.signing_jwk)


def test_a_certificate_that_a_stranger_signed_is_not_this_installation_s_however_true_it_is(world: World) -> None:
    certificate = certified(world)
    read = read_certificate(json.dumps(certificate).encode())
    assert list(signed_elsewhere(read, world.keys)) == []
    stranger = read_certificate(json.dumps(packed(read.claims)).encode())
    assert [tuple(fault) for fault in signed_elsewhere(stranger, world.keys)] == [("signer_unknown", stranger.signer)]


def test_the_day_of_a_printed_line_is_held_against_the_head_that_was_kept(world: World) -> None:
    line = sign_log_head(world.db, world.keys, NOW).head
    claims = claims_of(certified(world))
    wrong = line._replace(date="1999-01-01")
    assert list(grown_since(world.db, line)) == [] and [doubt.code for doubt in grown_since(world.db, wrong)] == ["log_line_day"]
    claims["log"]["grew_from"][0]["date"] = wrong.date
    assert [tuple(fault) for fault in verify_certificate(claims, world.db)] == [("printed_day", wrong.date)]


def test_what_the_office_names_with_spaces_and_line_breaks_makes_a_certificate_that_holds(world: World, tmp_path: Path) -> None:
    named = tmp_path / "out.csv"
    named.write_text(f"code,reason,signer\n{PRISON}, 演示：监狱 , \n", "utf-8")
    with pytest.raises(Problem) as caught:
        open_round(world.db, world.keys, Plan(" \n", NOW, timedelta(days=91), CURRENT, {}, []), "cli", NOW)
    assert caught.value.code == "round_unnamed"
    world.round = open_round(world.db, world.keys, Plan("演示\n轮次", NOW, timedelta(days=91), CURRENT, {}, read_exclusions(named)), "cli", NOW)
    claims = claims_of(certified(world))
    assert claims["round"]["name"] == "演示 轮次" and claims["exclusions"] == [{"unit": world.unit(PRISON), "reason": "演示：监狱", "signer": None}]
    assert list(verify_certificate(claims, world.db)) == []
