"""A phone whose positions are shifted: tested at the known point, said in each fix, judged by what the server makes of it."""

from __future__ import annotations

import pytest

from fieldcheck.actions.name_known_point import name_known_point
from fieldcheck.actions.rebuild_folds import rebuild_folds
from fieldcheck.problems import Problem
from fieldcheck.rules.datum import gcj02_of, wgs84_of_gcj02
from fieldcheck.rules.flags import datum_differs, datum_unknown
from fieldcheck.store import datum_checks, known_point, visits
from fieldcheck.store.reviews import flags_of
from tests.desk import form_token, signed_in

GATE = (112.239, 30.335)


def checked(phone, said, found):
    """The phone's own word on what it measured at the gate."""
    phone.record("datum.checked", None, {
        "point": "演示大院", "lon": GATE[0], "lat": GATE[1], "said": {"lon": said[0], "lat": said[1]}, "acc": 8.0,
        "t": "2026-11-23T02:00:00.000Z", "verdict": found})
    phone.save()
    phone.send_segments()


def visited(world, monkeypatch, frame, phone=None):
    """A whole visit whose every fix is what ``frame`` makes of it; its folded document."""
    phone = phone or world.phone("a1")
    record = phone.record
    monkeypatch.setattr(phone, "record", lambda kind, visit, body: record(kind, visit, frame(body) if kind == "fix.taken" else body))
    visit = world.walk(phone, "420101100").whole_visit()
    phone.sync()
    return visits.find(world.db, visit)


def shifted(body):
    """As a phone gives it that was found to be in GCJ-02."""
    lon, lat = gcj02_of(body["lon"], body["lat"])
    own = wgs84_of_gcj02(lon, lat)
    return {**body, "lon": lon, "lat": lat, "datum": "gcj02", "wgs84": {"lon": own[0], "lat": own[1]}}


@pytest.mark.parametrize(("said", "found"), [(GATE, "wgs84"), (gcj02_of(*GATE), "gcj02"), ((112.25, 30.335), "odd")])
def test_the_test_at_the_known_point_is_a_logged_fact_that_the_server_reckons_again(world, said, found):
    phone = world.phone()
    checked(phone, said, "wgs84")
    kept = datum_checks.by_device(world.db)[phone.device]
    assert (kept["verdict"], kept["phone_verdict"], kept["point"]) == (found, "wgs84", "演示大院")
    assert rebuild_folds(world.db, world.config.data, check=True) == []
    assert not list(world.db.query("SELECT * FROM message_flags"))


def test_a_visit_of_a_shifted_phone_is_judged_where_it_was(world, monkeypatch):
    doc = visited(world, monkeypatch, shifted)
    assert doc["place"]["result"] == "inside"
    assert {fix["datum"] for fix in doc["fixes"]} == {"wgs84"}
    assert {fix["given"]["datum"] for fix in doc["fixes"]} == {"gcj02"}
    assert datum_differs(doc) is datum_unknown(doc) is None


def datum_flags(world, doc):
    """The codes of the flags about frames."""
    return [flag["code"] for flag in flags_of(world.db, doc["visit"]) if flag["code"].startswith("datum")]


def test_a_conversion_that_no_test_bears_out_is_flagged(world, monkeypatch):
    assert datum_flags(world, visited(world, monkeypatch, shifted)) == ["datum_unknown"]


def test_a_phone_that_went_on_under_a_new_number_has_the_test_that_it_made_before(world, monkeypatch):
    before = world.phone("a1")
    checked(before, gcj02_of(*GATE), "gcj02")
    doc = visited(world, monkeypatch, shifted, before.enrol_successor("demo a1"))
    assert doc["devices"] != [before.device] and datum_flags(world, doc) == []


def test_a_conversion_that_the_server_does_not_come_to_is_flagged_and_not_used(world, monkeypatch):
    doc = visited(world, monkeypatch, lambda body: {**shifted(body), "wgs84": {"lon": 112.06, "lat": 30.05}})
    assert doc["place"]["result"] == "inside"
    assert datum_differs(doc)["figures"]["n"] == len(doc["fixes"])
    without = visited_without_own(doc)
    assert datum_differs(without)["figures"] == {"n": len(doc["fixes"]), "metres": 0}


def visited_without_own(doc):
    """The same visit as if the phone had converted nothing."""
    return {**doc, "fixes": [{**fix, "given": {**fix["given"], "off_m": None}} for fix in doc["fixes"]]}


def test_positions_with_an_unknown_shift_prove_no_place(world, monkeypatch):
    odd = visited(world, monkeypatch, lambda body: {**body, "datum": "odd"})
    assert odd["place"]["result"] == "nofix" and dict(odd["place"]["unusable"]) == {"fix_datum": len(odd["fixes"])}
    assert datum_unknown(odd)["figures"] == {"n": len(odd["fixes"]), "odd": len(odd["fixes"])}


def test_positions_of_an_untested_phone_are_taken_at_its_word_and_flagged(world, monkeypatch):
    untested = visited(world, monkeypatch, lambda body: {**body, "datum": "untested"})
    assert untested["place"]["result"] == "inside"
    assert datum_unknown(untested)["figures"]["odd"] == 0


@pytest.mark.parametrize(("name", "lon", "lat", "code"), [
    ("", *GATE, "point_malformed"), ("x" * 61, *GATE, "point_malformed"), ("gate", 200.0, 30.0, "point_malformed"),
    ("gate", float("nan"), 30.0, "point_malformed"), ("sea", 96.5, 2.25, "point_cannot_tell")])
def test_a_point_that_tells_nothing_is_refused_and_the_one_before_stays(world, name, lon, lat, code):
    name_known_point(world.db, "gate", *GATE)
    with pytest.raises(Problem) as refused:
        name_known_point(world.db, name, lon, lat)
    assert refused.value.code == code
    assert known_point.read(world.db)["name"] == "gate"


def test_the_office_names_the_point_on_the_page_of_phones_and_sees_what_each_phone_was_found_to_give(world):
    client = signed_in(world.app, "office")
    form = {"csrf_token": form_token(client, "/desk/devices"), "name": "演示大院", "lon": "112.239", "lat": "30.335"}
    assert client.post("/desk/devices/known-point", data=form).status_code == 302
    checked(world.phone(), gcj02_of(*GATE), "gcj02")
    page = client.get("/desk/devices").get_data(as_text=True)
    assert "GCJ-02" in page and "112.239" in page
    assert client.post("/desk/devices/known-point", data={**form, "lon": "east"}).status_code == 400
