"""What stands beside a finding: its photos, also those taken later, or the last word on why there are none."""

from __future__ import annotations

from fieldcheck.rules.note_evidence import of_answers, photos_beside, why_no_photo

NAMED = {"photo": "p1", "question": "V02"}
LATER = {"photo": "p2", "question": "V19"}
AT_A_HOUSE = {"photo": "p3", "question": "V19", "household": "h1"}
FINDING = {"note": "n1", "kind": "finding", "question": "V19", "photos": ["p1"]}
FREE = {"note": "n2", "kind": "finding"}


def doc(*no_photo, notes=(FINDING, FREE)):
    return {"photos": [NAMED, LATER, AT_A_HOUSE], "notes": list(notes), "no_photo": list(no_photo)}


def test_named_photos_and_later_ones_of_the_same_question_and_place_stand_beside_it():
    assert photos_beside(doc(), FINDING) == [NAMED, LATER]
    assert photos_beside(doc(), FREE) == []


def test_the_last_reason_of_its_question_or_of_itself_counts_and_no_other():
    first, last, own = {"question": "V19", "reason": "1"}, {"question": "V19", "reason": "2"}, {"note": "n2", "reason": "3"}
    elsewhere = {"question": "V19", "household": "h1", "reason": "4"}
    told = doc(first, last, own, elsewhere)
    assert why_no_photo(told, FINDING) == last and why_no_photo(told, FREE) == own
    assert why_no_photo(doc(elsewhere), FINDING) is None
    assert of_answers(told) == [elsewhere]


def test_what_belongs_to_a_lead_alone_is_told_of_the_answer():
    lead = {**FINDING, "kind": "lead"}
    assert of_answers(doc({"question": "V19"}, notes=[lead])) == [{"question": "V19"}]
