"""Whoever signs a certificate that contradicts itself: ``fieldcheck verify`` and the document's script both refuse it."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any, Callable, Iterator

import pytest

from fieldcheck import jose
from fieldcheck.rules.coverage_certificate import COVERAGE_TYPE, counts
from tests.certificates import KEY, digest, head, letters, packed, script_says, verify_says, visit, whole_claims

Claims = dict[str, Any]
Change = Callable[[Claims], Any]
HEADER = {"alg": "ES256", "typ": COVERAGE_TYPE, "kid": "k"}
LOST = "(lost)"


def put(path: str, value: Any) -> Change:
    """Another value at a path; ``LOST`` takes the member away."""
    *outer, last = [int(name) if name.isdigit() else name for name in path.split(".")]

    def change(claims: Claims) -> None:
        inner: Any = claims
        for name in outer:
            inner = inner[name]
        if value is LOST:
            del inner[last]
        else:
            inner[last] = value
    return change


def add(name: str, **row: Any) -> Change:
    return lambda claims: claims[name].append(row)


def stands(unit: str, status: str, *reasons: str) -> Change:
    """A township in another class, with sums that fit."""
    def change(claims: Claims) -> None:
        (town,) = (one for one in claims["townships"] if one["unit"] == unit)
        town.update(status=status, reasons=list(reasons))
        claims["scope"], claims["classes"] = counts(claims["townships"])
    return change


def both(*changes: Change) -> Change:
    return lambda claims: [change(claims) for change in changes]


def without(name: str, at: int) -> Change:
    return lambda claims: claims[name].pop(at)


def unknown_class(claims: Claims) -> None:
    claims["townships"][4]["status"] = "nearly"
    claims["classes"].update(unvisited=0, nearly=1)


def no_thresholds(claims: Claims) -> None:
    claims["thresholds"].update(twp_min_hh=0, twp_min_listed=0, twp_min_other=0, visit_min_hh=0)


CONTRADICTIONS: list[tuple[str, Change, str]] = [
    # what a merged township rests on (3a)
    ("one part of a merged township without a visit", without("visits", 4), "township_short"),
    ("a visit of a merged township without its part", put("visits.4.part", LOST), "township_short"),
    ("a merged township that tells no parts", put("townships.2.parts", LOST), "township_short"),
    ("a merged township both of whose parts only one team saw", stands("whole", "covered_both"), "township_short"),
    ("no part at all", put("townships.2.parts", []), "parts_wrong"),
    ("a part twice", put("townships.2.parts", ["left", "right", "left"]), "parts_wrong"),
    # classes, sums, visits (7)
    ("covered without a visit, by thresholds of nothing", both(no_thresholds, stands("open", "covered"), without("gaps", 0)), "township_short"),
    ("a class that does not exist", unknown_class, "class_unknown"),
    ("a wrong scope.excluded", put("scope.excluded", 9), "sums"),
    ("no scope.excluded", put("scope.excluded", LOST), "shape"),
    ("one class more", put("classes.nearly", 0), "sums"),
    ("a visit twice", lambda claims: claims["visits"].append(copy.deepcopy(claims["visits"][0])), "visit_misplaced"),
    ("one visit for two townships", lambda claims: claims["visits"].append({**claims["visits"][0], "unit": "open"}), "visit_misplaced"),
    ("a visit of no township", lambda claims: claims["visits"].append(visit("9", "nowhere", "A")), "visit_misplaced"),
    ("a version to come", put("v", 2), "version"),
    ("no version", put("v", LOST), "shape"),
    ("a visit that nobody accepted", put("visits.0.decision", LOST), "shape"),
    ("a visit to a waived village that no waiver names", put("waivers", []), "waiver_wrong"),
    ("a head longer than the log", lambda claims: claims["log"]["grew_from"].append({**head(38), "size": 64}), "log_rewritten"),
    ("a head of nothing", lambda claims: claims["log"]["grew_from"].append({**head(38), "size": 0}), "shape"),
    ("a printed head that is another", put("log.grew_from.0.head", digest("other")), "log_rewritten"),
    ("a path of nothing", put("log.grew_from.0.path", []), "log_rewritten"),
    # what the file says of itself (8)
    ("an unvisited township put aside without an exclusion", both(stands("open", "excluded", "prison"), without("gaps", 0)), "exclusion_wrong"),
    ("no exclusions", put("exclusions", []), "exclusion_wrong"),
    ("an exclusion for another reason than the township's", put("exclusions.0.reason", "演示"), "exclusion_wrong"),
    ("an exclusion twice", lambda claims: claims["exclusions"].append(claims["exclusions"][0]), "exclusion_wrong"),
    ("an exclusion of a covered township", add("exclusions", unit="one", reason="prison", signer=None), "exclusion_wrong"),
    ("an exclusion that nobody signed", put("exclusions.2.signer", ""), "shape"),
    ("a gap for a covered township", put("gaps.0.unit", "one"), "gap_wrong"),
    ("a gap for a township that is not counted", add("gaps", unit="left", reason="x", signer="y", at="2026-11-25T08:00:00.000Z"), "gap_wrong"),
    ("a gap for no township", add("gaps", unit="nowhere", reason="x", signer="y", at="2026-11-25T08:00:00.000Z"), "gap_wrong"),
    ("a gap twice", lambda claims: claims["gaps"].append(claims["gaps"][0]), "gap_wrong"),
    ("a gap without a reason", put("gaps.0.reason", " "), "shape"),
    ("a gap without a signer", put("gaps.0.signer", ""), "shape"),
    ("an open township that nobody signed", without("gaps", 0), "gap_unsigned"),
    ("the messages of one visit under another id", both(stands("open", "covered"), without("gaps", 0), lambda claims: claims["visits"].append(
        {**copy.deepcopy(claims["visits"][0]), "visit": "9", "unit": "open", "decision": digest("9")})), "evidence_twice"),
    ("one decision for two visits", lambda claims: claims["visits"][0].update(decision=claims["visits"][1]["decision"]), "evidence_twice"),
    ("a message twice", lambda claims: claims["visits"][0].update(messages=claims["visits"][0]["messages"] * 2), "evidence_twice"),
    ("a photo twice", lambda claims: claims["visits"][0].update(photos=claims["visits"][0]["photos"] * 2), "evidence_twice"),
    ("outside the township", put("visits.1.place", "outside"), "visit_short"),
    ("on the moon", put("visits.1.place", "moon"), "visit_short"),
    ("at the border, and nobody confirmed it", put("visits.1.confirmed", False), "visit_short"),
    ("one inspector", put("visits.0.inspectors", 1), "visit_short"),
    ("too short", put("visits.0.minutes", 29.9), "visit_short"),
    ("no photo", put("visits.0.photos", []), "visit_short"),
    ("a household of no type", put("visits.0.households.0.type", "zzz"), "shape"),
    ("a team of no name", put("visits.0.team", "Z"), "shape"),
    ("a message that is no hash", put("visits.0.messages.0", "x"), "shape"),
    ("a photo without a hash", put("visits.0.photos.0", ""), "shape"),
    ("a register without a hash", put("register.sha256", "zz"), "shape"),
    ("a head that is no hash", put("log.head", "zz"), "shape"),
    ("thresholds below nothing", put("thresholds.min_minutes", -1), "shape"),
    ("a round in no state", put("round.state", "Closed"), "shape"),
    ("a log of less than nothing", put("log.size", -1), "shape"),
    ("a waiver of less than nobody", put("waivers.0.listed", -5), "shape"),
    ("a waiver that waives nothing", put("waivers.0.listed", 99), "waiver_wrong"),
    ("a waiver twice", lambda claims: claims["waivers"].append(claims["waivers"][0]), "waiver_wrong"),
    ("a waiver that nobody signed", put("waivers.0.signer", ""), "shape"),
    ("a day that is not that of certifying", put("date", "2026-11-26"), "date_wrong"),
    # the wrong kind of member (6)
    *((f"{path} = {value!r}"[:60], put(path, value), "shape") for path, value in [
        ("thresholds.min_inspectors", "2"), ("thresholds.min_minutes", None), ("thresholds.twp_min_hh", []), ("thresholds.min_minutes", LOST),
        ("thresholds.visit_min_hh", True), ("thresholds.stale_days", None), ("thresholds", {}), ("round.name", LOST), ("round.state", LOST),
        ("round.id", LOST), ("round.name", "x\nEverything holds."), ("round.name", "x\x1b[2J"), ("round.name", ""), ("made_at", "yesterday"),
        ("made_at", "0000-01-01T00:00:00.000Z"), ("date", "never"), ("visits.0.inspectors", 2.0), ("visits.0.inspectors", 10**30),
        ("visits.0.date", "24 November"), ("visits.0.visit", ""), ("scope.units", 9.0), ("scope", []), ("classes", None), ("townships", {}),
        ("townships.0.reasons", "x"), ("visits.0.confirmed", 1), ("gaps.0.at", "z"), ("log.grew_from.0.date", "x\ny"), ("log.size", 2**60),
        ("log.grew_from.0.size", 19.0), ("checklist.version", 1), ("waivers", None), ("waivers.0.listed", "1"), ("visits.3.part", 1)]),
]


@pytest.mark.parametrize(("change", "code"), [row[1:] for row in CONTRADICTIONS], ids=[row[0] for row in CONTRADICTIONS])
def test_script_and_verify_refuse_the_same_changed_certificates(tmp_path: Path, change: Change, code: str) -> None:
    claims = whole_claims()
    change(claims)
    file = json.dumps(packed(claims)).encode()
    assert code in verify_says(file)
    assert script_says(file, tmp_path).startswith("does not hold: ")


def test_script_and_verify_hold_a_whole_certificate_of_every_class(tmp_path: Path) -> None:
    file = json.dumps(packed(whole_claims())).encode()
    assert (verify_says(file), script_says(file, tmp_path)) == ([], "holds")
    for change in (put("round.state", "active"), put("visits.0.date", None), put("visits.0.minutes", 78), put("townships.0.more", 1), put("visits.0.part", "x"),
                   put("thresholds.more", "07:00"), both(put("waivers", LOST), without("visits", 5), stands("waived", "unvisited"), put("round.state", "closing"))):
        claims = whole_claims()
        change(claims)
        file = json.dumps(packed(claims)).encode()
        assert (verify_says(file), script_says(file, tmp_path)) == ([], "holds")


def paths(value: Any, where: str = "") -> Iterator[str]:
    """Every member, of each list the first entry, and of the visits the two that name more."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, one in inner:
        if not isinstance(name, int) or name == 0 or where in (".visits", ".townships") and name in (2, 3, 5):
            yield f"{where}.{name}"[1:]
            yield from paths(one, f"{where}.{name}")


def test_whatever_stands_in_a_member_s_place_script_and_verify_say_the_same_of_it(tmp_path: Path) -> None:
    differing, every = [], list(paths(whole_claims()))
    for number, path in enumerate(every):
        # Each member is left out and takes a third of the values: all of them everywhere would cost more time than they tell.
        for value in (LOST, *(None, True, 0, -1, 0.5, "x", "", [], {})[number % 3::3]):
            claims = whole_claims()
            put(path, value)(claims)
            file = json.dumps(packed(claims)).encode()
            found, told = verify_says(file), script_says(file, tmp_path)
            if (found == []) != (told == "holds") or told != "holds" and not told.startswith("does not hold: "):
                differing.append((path, value, found, told))
    assert differing == [] and len(every) > 100


TEXTS = [
    ("Infinity", lambda text: text.replace('"minutes": 78.0', '"minutes": Infinity', 1)), ("NaN", lambda text: text.replace("78.0", "NaN", 1)),
    ("1e400", lambda text: text.replace("78.0", "1e400", 1)), ("-Infinity", lambda text: text.replace('"min_minutes": 30', '"min_minutes": -Infinity')),
    ("classes twice", lambda text: text.replace('"classes": {', '"classes": {"covered": 3}, "classes": {', 1)),
    ("round.state twice", lambda text: text.replace('"round": {', '"round": {"state": "active", ', 1)),
    ("round twice, one of them escaped", lambda text: text.replace('"round": {', '"\\u0072ound": {}, "round": {', 1)),
    ("byte order mark", lambda text: "\ufeff" + text), ("more after it", lambda text: text + " x"), ("a list", lambda text: f"[{text}]")]


@pytest.mark.parametrize("change", [row[1] for row in TEXTS], ids=[row[0] for row in TEXTS])
def test_a_payload_that_two_readers_could_read_differently_is_refused(tmp_path: Path, change: Callable[[str], str]) -> None:
    text = json.dumps(whole_claims())
    assert change(text) != text
    file = json.dumps(packed(change(text))).encode()
    assert verify_says(file) != [] and script_says(file, tmp_path) != "holds"


HEADERS: list[tuple[str, Any]] = [
    ("crit", {**HEADER, "crit": ["exp"], "exp": 1}), ("b64", {**HEADER, "b64": False, "crit": ["b64"]}), ("none", {**HEADER, "alg": "none"}),
    ("a key", {**HEADER, "jwk": jose.public_jwk(KEY)}), ("another type", {**HEADER, "typ": "fc-receipt"}), ("kid of a number", {**HEADER, "kid": 1}),
    ("alg twice", '{"alg":"none","alg":"ES256","typ":"fc-coverage"}')]


@pytest.mark.parametrize("header", [row[1] for row in HEADERS], ids=[row[0] for row in HEADERS])
def test_a_header_that_says_more_than_it_may_is_refused(tmp_path: Path, header: Any) -> None:
    file = json.dumps(packed(whole_claims(), header)).encode()
    assert verify_says(file) != [] and script_says(file, tmp_path) != "holds"


def spare_bits(signature: str) -> str:
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return signature[:-1] + alphabet[alphabet.index(signature[-1]) ^ 1]


FILES: list[tuple[str, Callable[[dict[str, Any]], Any]]] = [
    ("spare bits", lambda file: {**file, "signature": spare_bits(file["signature"])}), ("padded", lambda file: {**file, "signature": file["signature"] + "=="}),
    ("a space", lambda file: {**file, "signature": " " + file["signature"]}), ("another curve", lambda file: {**file, "header": {"jwk": {**jose.public_jwk(KEY), "crv": "P-384"}}}),
    ("other letters", lambda file: {**file, "payload": letters(json.dumps({**whole_claims(), "x": "???>>>~~~"}).encode()).replace("-", "+").replace("_", "/")}),
    ("no key", lambda file: {**file, "header": {"jwk": {}}}), ("a list", lambda file: [file]), ("payload of a number", lambda file: {**file, "payload": 1})]


@pytest.mark.parametrize("change", [row[1] for row in FILES], ids=[row[0] for row in FILES])
def test_a_file_that_is_written_another_way_is_refused(tmp_path: Path, change: Callable[[dict[str, Any]], Any]) -> None:
    file = json.dumps(change(packed(whole_claims()))).encode()
    assert verify_says(file) != [] and script_says(file, tmp_path) != "holds"


def test_a_file_that_names_its_payload_twice_is_refused(tmp_path: Path) -> None:
    file = json.dumps(packed(whole_claims())).encode()
    for other in (file.replace(b'{"payload"', b'{"payload":"AAAA","payload"', 1), b"\xef\xbb\xbf" + file):
        assert verify_says(other) != [] and script_says(other, tmp_path) != "holds"


def test_a_printed_line_is_held_by_day_size_and_head_and_one_of_later_is_said_to_be_later(tmp_path: Path) -> None:
    file = json.dumps(packed(whole_claims())).encode()
    old, later = head(19), digest("later")
    line = f"2026-11-23 19 {old['head']}"
    for typed in (line, line.upper(), line[:40] + "\n" + line[40:]):
        assert script_says(file, tmp_path, typed) == "holds"
    for wrong in (line.replace("23 19", "24 19"), f"2026-11-23 19 {later}", f"2026-11-23 20 {old['head']}", "yesterday"):
        assert script_says(file, tmp_path, wrong).startswith("does not hold: "), wrong
    assert script_says(file, tmp_path, f"2026-12-07 40 {later}") == "holds, but your line is younger than this certificate: it says nothing of it"
