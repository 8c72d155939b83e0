"""Review at the desk: what the pages show, to whom, and what the decisions do. Everything through real requests."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from fieldcheck.store import reviews
from tests.desk import send_form, signed_in
from tests.world import TOWNSHIPS, World

CODE = "420101100"
LON, LAT = (c + 0.05 for c in TOWNSHIPS[CODE])


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A world in which a visit to the first township waits for a decision."""
    world = World(tmp_path)
    world.visit = visited(world)  # type: ignore[attr-defined]
    return world


def visited(world: World) -> str:
    """One sealed demonstration visit by two of team A, photos and all."""
    world.assign(CODE, "a1", "a2")
    phone = world.phone("a1")
    visit = world.walk(phone, CODE).whole_visit()
    phone.sync()
    return visit


def show(world: World, address: str, who: str = "office", language: str = "en") -> str:
    """A page as this person sees it."""
    answer = signed_in(world.app, who).get(address, headers={"Accept-Language": language})
    assert answer.status_code == 200, answer.data
    return answer.get_data(as_text=True)


def page(world: World, who: str = "office", language: str = "en") -> str:
    """The visit's page."""
    return show(world, f"/desk/visits/{world.visit}", who, language)


def evidence(world: World) -> list[str]:
    """What the page says must be opened."""
    return re.findall(r'name="opened" value="([^"]+)"', page(world))


def decide(world: World, what: str, **fields: object):
    """Send one of the page's forms."""
    return send_form(signed_in(world.app, "office"), f"/desk/visits/{world.visit}",
                     f"/desk/visits/{world.visit}/{what}", **fields)  # type: ignore[arg-type]


def test_what_is_urgent_stands_out_among_what_the_team_noted(world: World) -> None:
    world.assign("420101101", "a1", "a2")
    phone = world.phone("a1")
    walk = world.walk(phone, "420101101")
    world.visit = walk.open()  # type: ignore[attr-defined]
    walk.note(world.visit, "finding", "DEMO children drink from the ditch", severity="urgent")  # type: ignore[attr-defined]
    phone.sync()
    assert '<span class="urgent">urgent (life or safety)</span>' in page(world)
    assert "紧急（生命、安全）" in page(world, language="zh")


def test_something_urgent_stands_first_in_the_queue_before_its_visit_is_sealed(world: World) -> None:
    world.assign("420101101", "a1", "a2")
    phone = world.phone("a1")
    walk = world.walk(phone, "420101101")
    visit = walk.open()
    phone.record("proposal.made", visit, {"proposal": phone.new_id(), "level": "village", "question": "V24", "makes": "finding",
                                          "severity": "urgent", "topics": ["ZB06"]})
    phone.save()
    phone.sync()
    shown = show(world, "/desk/reviews")
    assert shown.index("Under way, with something urgent") < shown.index(visit) < shown.index("urgent 1") < shown.index(world.visit)


def test_what_was_proposed_and_said_apart_is_shown_side_by_side(world: World) -> None:
    world.assign("420101101", "a1", "a2")
    phone = world.phone("a1")
    walk = world.walk(phone, "420101101")
    world.visit = visit = walk.open()
    household = walk.household(visit, 1, "poor")
    said = {side: phone.private("fact", f"演示：{side}") for side in ("says", "book", "seen")}
    phone.record("answers.recorded", visit, {"level": "household", "household": household, "answers": [
        {"code": "H10", "state": "answered", "value": [], **{f"{side}_private": told for side, told in said.items()}},
        {"code": "H11", "state": "answered", "value": "book_high", "figures": {"H11a": 4100, "H11b": 2600}},
        {"code": "H09", "state": "not_found", "reason_private": phone.private("reason", "演示：台账未提供")}]})
    made = {"level": "household", "household": household, "makes": "finding", "severity": "serious", "topics": ["HQ"]}
    for name, question in (("kept", "H11"), ("gone", "H10")):
        phone.record("proposal.made", visit, {**made, "proposal": name, "question": question})
    phone.record("proposal.dismissed", visit, {
        "proposal": "gone", "why": "no_case", "reason_private": phone.private("reason", "演示：手册在村部盖章")})
    walk.note(visit, "finding", "演示：册上四千一，户里算两千六。", proposal="kept")
    walk.seal(visit)
    phone.sync()
    shown = page(world)
    for words in ("Household says", "Book says", "Seen", "演示：says", "演示：book", "演示：seen", "演示：台账未提供",
                  "per-head income in the book", "4100", "2600", "Confirmed", "Dismissed", "演示：手册在村部盖章"):
        assert words in shown, words
    assert "演示：seen" not in world.db.execute("SELECT group_concat(line) FROM messages").fetchone()[0]


def test_a_finding_shows_its_photos_or_why_there_are_none_or_that_nobody_said_so(world: World) -> None:
    world.assign("420101101", "a1", "a2")
    phone = world.phone("a1")
    walk = world.walk(phone, "420101101")
    world.visit = visit = walk.open()
    walk._photo(visit, "water", question="V19")
    for question in ("V19", "V21", "V24"):
        walk.note(visit, "finding", f"演示：{question}", question=question)
    for question, reason in (("V21", "演示：只有人，没拍"), ("V02", "演示：门锁着")):
        phone.record("photo.absent", visit, {"level": "village", "question": question, "reason_private": phone.private("reason", reason)})
    walk.seal(visit)
    phone.sync()
    shown = page(world)
    _, with_photo, explained, bare = re.split("演示：V[0-9]+", shown)
    assert "water" in with_photo.lower() and "No photo" not in with_photo
    assert "No photo: 演示：只有人，没拍" in explained and "No photo, and nobody said why" in bare
    assert "Answers that wanted a photo" in shown and "演示：门锁着" in shown
    assert "演示：门锁着" not in world.db.execute("SELECT group_concat(line) FROM messages").fetchone()[0]


def test_the_queue_lists_what_waits_and_leads_to_it(world: World) -> None:
    assert "1 visit waits" in show(world, "/desk/reviews")
    assert f"/desk/visits/{world.visit}" in show(world, "/desk/reviews")
    assert "演示镇0" in show(world, "/desk/reviews") and "6/6" in show(world, "/desk/reviews")
    assert "No visit waits" not in show(world, "/desk/reviews")


def test_a_visit_shows_its_evidence_in_words_in_both_languages(world: World) -> None:
    english, chinese = page(world), page(world, language="zh-CN")
    for words in ("6 of 6 checked", "Household 5", "At random: 5", "every 9: ", "Drawn again from the record: the same.", "Inside", "Begun", "Sealed and handed in", "Companion confirmed"):
        assert words in english
    for words in ("已核对", "第 5 户", "在镇内", "同行人确认", "逐条核对"):
        assert words in chinese
    assert not re.search(r"[>\s](review|timeline|reviews|rule|reason)\.[a-z_]+", english + chinese)


def test_accept_covers_the_township_once_everything_was_opened(world: World) -> None:
    assert decide(world, "acceptance").status_code == 409
    assert world.status(CODE) == "visited_unverified"
    assert decide(world, "acceptance", opened=evidence(world)).status_code == 302
    assert world.status(CODE) == "covered"
    decided = page(world)
    assert "Accepted" in decided and 'id="accept"' not in decided
    assert "1 covered of 3 in scope" in show(world, "/desk/coverage") and "first week" in show(world, "/desk/coverage")


def test_a_return_says_what_to_mend_and_a_rejection_is_final(world: World) -> None:
    assert decide(world, "return").status_code == 400
    assert decide(world, "return", fix=["core"], note="演示：第 2 户").status_code == 302
    returned = page(world)
    assert "Sent back" in returned and "演示：第 2 户" in returned and 'id="accept"' not in returned
    assert decide(world, "acceptance").status_code == 409
    assert decide(world, "rejection", reason="recused", note="").status_code == 302
    assert "Should have been recused" in page(world) and "/rejection" not in page(world)
    assert "Rejected" in show(world, "/desk/reviews") or "Decided" in show(world, "/desk/reviews")


def test_compromised_is_set_and_cleared_with_a_reason(world: World) -> None:
    assert decide(world, "compromised", decision="set", reason=" ").status_code == 400
    assert decide(world, "compromised", decision="perhaps", reason="x").status_code == 400
    assert decide(world, "compromised", decision="set", reason="演示").status_code == 302
    assert 'value="clear"' in page(world) and world.township(CODE)["flags"] == ["compromised"]
    assert decide(world, "compromised", decision="clear", reason="演示").status_code == 302
    assert world.township(CODE)["flags"] == []


def test_only_the_reviewer_sees_exact_positions_and_only_while_the_decision_is_open(world: World) -> None:
    assert "shown to 500 m" not in page(world)
    assert "shown to 500 m" in page(world, "auditor")
    decide(world, "acceptance", opened=evidence(world))
    assert "shown to 500 m" in page(world)
    for shown in (page(world), show(world, "/desk/reviews"), show(world, "/desk/coverage")):
        assert f"{LAT:.3f}" not in shown and f"{LON:.3f}" not in shown


def test_the_maps_of_others_show_no_two_houses_apart(world: World) -> None:
    def points(shown: str) -> set[str]:
        return set(re.findall(r'class="point" cx="[^"]+" cy="[^"]+"', shown.split("</figure>")[1]))

    # Seven positions lie within some 50 m: the reviewer sees each, others at most the corners of a 500 m grid.
    assert len(points(page(world))) >= 7 and len(points(page(world, "auditor"))) <= 4


def test_the_auditor_reads_everything_and_decides_nothing(world: World) -> None:
    shown = page(world, "auditor")
    assert "Household 5" in shown and "The command office decides" in shown
    assert "<form" not in shown.replace('action="/sign-out"', "").split("<main")[1]
    for what in ("acceptance", "return", "rejection", "compromised"):
        auditor = signed_in(world.app, "auditor")
        answer = send_form(auditor, "/desk/coverage", f"/desk/visits/{world.visit}/{what}", reason="x", decision="set")
        assert answer.status_code == 403


def test_respondents_are_never_named(world: World) -> None:
    assert "DEMO household" not in page(world) + page(world, "auditor")


def test_photos_are_shown_small_and_kept_by_no_browser(world: World) -> None:
    found = re.findall(r'src="(/desk/photos/[0-9a-f]{64}/(?:320|1280))"', page(world))
    assert len(set(found)) >= 6
    answer = signed_in(world.app, "office").get(found[0])
    assert answer.mimetype == "image/jpeg" and answer.data[:2] == b"\xff\xd8" and answer.headers["Cache-Control"] == "no-store"
    office = signed_in(world.app, "office")
    for wrong in (found[0].rsplit("/", 1)[0] + "/640", "/desk/photos/../../x/320", f"/desk/photos/{'0' * 64}/320"):
        assert office.get(wrong).status_code == 404


def test_a_visit_without_a_confirmed_companion_says_that_it_cannot_be_accepted(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.assign(CODE, "a1", "a2")
    phone = world.phone("a1")
    walk = world.walk(phone, CODE)
    walk.companion = None
    world.visit = walk.whole_visit()  # type: ignore[attr-defined]
    phone.sync()
    assert "The companion did not confirm" in page(world)
    assert re.search(r'id="accept-button"\s+disabled', page(world))
    assert decide(world, "acceptance", opened=evidence(world)).status_code == 409


def test_what_is_unknown_is_said_so(world: World) -> None:
    answer = signed_in(world.app, "office").get("/desk/visits/unheard-of")
    assert answer.status_code == 404 and "visit_unknown" in answer.text


def test_a_member_of_a_team_makes_the_own_code_and_nobody_else_does(world: World) -> None:
    inspector = signed_in(world.app, "a2")
    assert "short code" in inspector.get("/desk/", headers={"Accept-Language": "en"}).text
    first, second = (send_form(inspector, "/desk/", "/desk/companion-code") for _ in range(2))
    codes = [re.search(r"<output>([2-9A-Z]{4}) ([2-9A-Z]{4})</output>", answer.text) for answer in (first, second)]
    assert all(codes) and first.headers["Cache-Control"] == "no-store"
    assert "short code" not in signed_in(world.app, "office").get("/desk/", headers={"Accept-Language": "en"}).text


def test_two_phones_answers_stand_side_by_side_and_the_mark_follows_the_button(world: World) -> None:
    mate, first = world.phone("a2"), world.visit  # type: ignore[attr-defined]
    walk = world.walk(mate, CODE)
    (opener,) = reviews.visit_page(world.db, first)["devices"]
    walk.clock.advance(minutes=3)
    walk.join(walk.code_of(first))
    mate.record("answers.recorded", first, {"level": "village", "answers": [
        {"code": "V44", "state": "answered", "value": ["escort_pressed"]}]})
    mate.save()
    mate.sync()
    shown = page(world)
    assert "Phones of this visit" in shown and "Two phones answered differently" in shown and 'href="#answer-village-V44"' in shown
    seen = re.findall(r'name="seen" value="([0-9a-f]{64})"', shown)[:2]
    decide(world, "answer", subject="village", code="V44", line=seen[0], seen=seen)
    after = page(world)
    assert "Two phones answered differently" not in after and 'class="counts"' in after
    doc = reviews.visit_page(world.db, first)
    assert doc["chosen"]["village"]["V44"]["line"] == doc["answers"]["village"]["V44"][opener]["line"]


@pytest.mark.parametrize(("at", "reason", "english", "chinese"), [
    ((0.0, 0.0), "location_nofix", "Zero coordinates (0, 0) × 4", "坐标是零（0, 0） × 4"),
    ((LAT, LON), "location_nofix", "Beyond any longitude and latitude (perhaps swapped) × 4", "超出经纬度范围（可能写反了） × 4"),
    ((30.05, 85.05), "location_outside", "Not near the township named", "不在所报的乡镇附近"),
], ids=["0/0", "swapped", "swapped, where a longitude can be a latitude"])
def test_positions_that_prove_no_place_cover_nothing_and_the_page_says_why(
        tmp_path: Path, at: tuple[float, float], reason: str, english: str, chinese: str) -> None:
    world = World(tmp_path)
    world.assign(CODE, "a1", "a2")
    phone = world.phone("a1")
    walk = world.walk(phone, CODE, at=at)
    walk.jitter_m = 0
    world.visit = walk.whole_visit(("poor",))  # type: ignore[attr-defined]
    phone.sync()
    told = world.township(CODE)
    assert told["status"] == "visited_unverified" and reason in told["reasons"]
    shown = page(world)
    assert english in shown and chinese in page(world, language="zh")
    # Positions that are nowhere on earth are in no map: the township would be a dot in it.
    assert ('class="spot' in shown) == (reason == "location_outside")
