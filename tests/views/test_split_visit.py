"""A visit whose township was split and which names no village: the review's page asks for the part, and takes the answer."""

from __future__ import annotations

from fieldcheck.store import registers, visits
from tests.actions.test_review import seen
from tests.actions.test_units_change import NEW, ONE, WHOLE, changed, splitting, visited
from tests.desk import send_form, signed_in


def test_the_review_names_the_parts_and_takes_the_one_that_is_chosen(world) -> None:
    visit = visited(world, ONE, village=False)
    changed(world, *splitting())
    office, address = signed_in(world.app, "office"), f"/desk/visits/{visit}"
    page = office.get(address, headers={"Accept-Language": "en"}).get_data(as_text=True)
    parts = {registers.named(world.db, "", part)["code"]: part for part in visits.find(world.db, visit)["unplaced"]}
    assert "Its township was split" in page and parts.keys() == {WHOLE, NEW}
    # Its positions may lie well inside; only which part they count for is open.
    assert "into which part it fell" in page and "<strong>Outside</strong>" not in page
    assert all(f'<option value="{part}">' in page for part in parts.values())
    answer = send_form(office, address, f"{address}/acceptance", place_unit=parts[WHOLE], opened=seen(world, visit))
    assert answer.status_code == 302 and visits.find(world.db, visit)["counts_for"] == parts[WHOLE]
