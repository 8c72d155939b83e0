"""A new edition of the register on a page: looked at by kind of change, confirmed by a second act, refused once it is stale."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from fieldcheck.actions.import_register import import_register
from fieldcheck.app import create_app
from fieldcheck.store import log, registers, round_editions
from tests.actions.test_units_change import clean, link, recoded, edition as small_edition
from tests.cli.test_edition import NEW, OLD, VISITED, jianli, told  # noqa: F401
from tests.desk import form_token, signed_in
from tests.rules.register_files import Draft, jingzhou, jingzhou_files
from tests.world import PASSWORD, World

PAGE = "/desk/registers"
SEEN = re.compile(r'name="seen" value="([0-9a-f]{64})"')
TICKED = re.compile(r'name="take" value="(\d+)"[^>]* checked>')
DAY = re.compile(r'name="day-(\d+)"[^>]* value="([^"]*)"')


class Office:
    """A browser of somebody who looks at editions, and what the log and the data folder hold."""

    def __init__(self, world: World, name: str = "admin") -> None:
        self.world = world
        self.client = signed_in(world.app, name)

    def hand_in(self, files: dict[str, bytes], day: str = "2021-06-01", links: bytes | None = None, **more: str) -> Any:
        data: dict[str, Any] = {"csrf_token": form_token(self.client, PAGE), "day": day, **more,
                                "files": [FileStorage(io.BytesIO(content), f"edition/{name}") for name, content in files.items()]}
        if links is not None:
            data["links"] = FileStorage(io.BytesIO(links), "changes.csv")
        boundary, body = encode_multipart(data)
        return self.client.post(PAGE, data=body, content_type=f"multipart/form-data; boundary={boundary}")

    def see(self, address: str) -> str:
        return self.client.get(address).get_data(as_text=True)

    def confirm(self, address: str, **other: Any) -> Any:
        """The form as the page shows it, sent without touching a field but those in ``other``."""
        shown = self.see(address)
        form = {"csrf_token": form_token(self.client, address), "seen": SEEN.search(shown)[1], "take": TICKED.findall(shown),  # type: ignore[index]
                **{f"day-{number}": day for number, day in DAY.findall(shown)}, **other}
        return self.client.post(f"{address}/import", data=form)

    @property
    def stored(self) -> tuple[int, list[str], int]:
        return log.size_at(self.world.db), registers.hashes(self.world.db), len(list((self.world.config.data / "registers").iterdir()))


def files_of(register: Any) -> dict[str, bytes]:
    """A register as the files that somebody hands in."""
    def features(level: str) -> bytes:
        return json.dumps({"type": "FeatureCollection", "features": [
            {"type": "Feature", "geometry": unit.outline, "properties": {
                "code": unit.code, "name": unit.name, "kind": unit.kind, **({"county_code": unit.parent_code} if unit.parent_code else {})}}
            for unit in register.of_level(level)]}).encode()

    rows = ["code,name,township_code", *(f"{unit.code},{unit.name},{unit.parent_code}" for unit in register.of_level("village"))]
    return {"counties.geojson": features("county"), "townships.geojson": features("township"), "villages.csv": "\n".join(rows).encode(),
            "register.json": json.dumps({"edition": register.edition, "datum": "WGS-84"}).encode()}


def test_the_recoding_of_jianli_is_looked_at_confirmed_and_taken_in_on_the_page(jianli: World) -> None:  # noqa: F811
    office, before, (statuses, counts) = Office(jianli), Office(jianli).stored, told(jianli)
    looked = office.hand_in(jingzhou_files())
    assert looked.status_code == 302 and office.stored == before
    shown = office.see(looked.location)
    assert "改码 24" in shown and f"{OLD}100" in shown and f"{NEW}100" in shown and "监利" in shown and "只换代码" in shown
    assert "应覆盖的乡镇涉及 21 个" in shown and "应覆盖的乡镇数不变" in shown and "可以导入" in shown and "2021-06-01" in shown
    assert "走访次数只给" in shown and "涉及的走访" not in shown
    auditor = Office(jianli, "auditor")
    assert "涉及的走访 1 次" in auditor.see(looked.location) and "确认，按勾选" not in auditor.see(looked.location)
    assert auditor.client.get(f"{looked.location}/links.csv").get_data(as_text=True).count("recode") == 24
    assert office.stored == before and len(TICKED.findall(shown)) == 24
    assert office.confirm(looked.location).location == PAGE
    after, counts_after = told(jianli)
    assert after == {code.replace(OLD, NEW, 1) if code.startswith(OLD) else code: status for code, status in statuses.items()}
    assert counts_after == counts and registers.hashes(jianli.db)[-1] == jingzhou().hash and clean(jianli)
    assert office.client.get(looked.location).status_code == 404 and "区划名册" in office.see(PAGE)


def test_ticks_taken_away_leave_a_township_in_use_unexplained_and_nothing_is_taken_in(world: World) -> None:
    office = Office(world)
    looked, before = office.hand_in(files_of(small_edition(recoded("420101100", "420101110")))).location, office.stored
    refused = office.confirm(looked, take=[])
    assert refused.status_code == 409 and "420101100" in refused.get_data(as_text=True)
    undated = office.confirm(looked, **{"day-0": ""})
    assert undated.status_code == 400 and "link_undated" in undated.get_data(as_text=True)
    assert office.stored == before


def test_whoever_is_asked_who_they_are_fills_in_nothing_twice(world: World) -> None:
    office = Office(world)
    looked, before = office.hand_in(files_of(small_edition(recoded("42010110", "42010111")))).location, office.stored
    world.db.execute("UPDATE accounts SET demo = 0 WHERE name = 'admin'")
    world.db.execute("UPDATE sessions SET confirmed_at = ''")
    asked = office.confirm(looked)
    page = asked.get_data(as_text=True)
    assert asked.status_code == 401 and page.count('name="take"') == 2 and page.count('name="day-') == 2 and office.stored == before
    main = page.partition("<main")[2]
    fields = {name: re.findall(rf'name="{name}"[^>]*value="([^"]*)"', main) for name in re.findall(r'name="([^"]+)"', main)}
    done = office.client.post(f"{looked}/import", data={**fields, "confirm_password": PASSWORD, "confirm_from": looked})
    assert done.status_code == 302 and len(registers.hashes(world.db)) == 2


def test_what_cannot_be_told_is_not_ticked_and_what_it_blocks_is_said_by_name(world: World) -> None:
    office = Office(world)
    lacking = files_of(small_edition(lambda unit: None if unit.code.startswith("420102100") else unit))
    shown = office.see(office.hand_in(lacking).location)
    assert "撤销 1" in shown and "说不准" in shown and TICKED.findall(shown) == []
    assert "进行中的轮次在用 演示镇0（420102100）" in shown and "可以导入" not in shown


def test_scope_that_changes_is_said_for_each_open_round(world: World) -> None:
    office = Office(world)
    street = small_edition(lambda unit: None if unit.code.startswith("4201011002") else replace(unit, kind="街道") if unit.code == "420101100" else unit)
    looked = office.hand_in(files_of(street))
    shown = office.see(looked.location)
    assert "改类型 1" in shown and "演示镇0（420101100）不再计入" in shown and "演示轮次" in shown
    assert office.confirm(looked.location).status_code == 302
    assert round_editions.units(world.db, world.round)[world.unit("420101100")] == "no_village" and clean(world)


def test_a_corrected_file_of_changes_stands_in_place_of_the_proposals(world: World) -> None:
    office, renamed = Office(world), small_edition(lambda unit: replace(unit, name="演示别名镇") if unit.code == "420101100" else unit)
    links = "kind,date,from,to,villages\nrename,2024-05-01,420101100,420101100,\n".encode()
    shown = office.see(office.hand_in(files_of(renamed), links=links).location)
    assert "来自改好的文件" in shown and ("0", "2024-05-01") in DAY.findall(shown)
    before = office.stored
    for wrong, word in ((b"nonsense", "link_malformed"), (b"\xff\xfe", "link_malformed")):
        assert word in office.hand_in(files_of(renamed), links=wrong).get_data(as_text=True)
    unknown = office.hand_in(files_of(renamed), links=links.replace(b",420101100,420", b",420101199,420"))
    assert "420101199" in office.see(unknown.location) and "可以导入" not in office.see(unknown.location)
    assert office.stored == before


def test_a_difference_that_is_no_longer_what_was_seen_is_refused(world: World) -> None:
    office = Office(world)
    looked = office.hand_in(files_of(small_edition(recoded("420101100", "420101110")))).location
    seen = SEEN.search(office.see(looked))[1]  # type: ignore[index]
    other = small_edition(lambda unit: replace(unit, name="演示别名镇") if unit.code == "420101101" else unit)
    import_register(world.db, world.config.data, world.keys, other, "cli", world.app.extensions["fieldcheck"].clock(),
                    [link("rename", ["420101101"], ["420101101"])])
    before = office.stored
    refused = office.confirm(looked, seen=seen)
    assert refused.status_code == 409 and "名册又变了" in refused.get_data(as_text=True) and office.stored == before


@pytest.mark.parametrize("spoil, word", [
    (lambda files: files.pop("villages.csv"), "没有这个文件"),
    (lambda files: files.update({"townships.geojson": b"{"}), "不是有效的 JSON"),
    (lambda files: files.update({"villages.csv": b"\xff\xfe\x00"}), "UTF-8"),
    (lambda files: files.clear(), "没有这个文件"),
])
def test_files_that_are_no_register_are_said_fault_by_fault_and_keep_nothing(world: World, spoil: Any, word: str) -> None:
    office, files = Office(world), Draft().files()
    spoil(files)
    before, answer = office.stored, office.hand_in(files)
    assert answer.status_code == 422 and word in answer.get_data(as_text=True) and office.stored == before
    assert not (world.config.data / "looked_at").exists()


def test_an_edition_that_is_held_is_said_and_one_that_nobody_confirmed_is_dropped_after_a_day(world: World) -> None:
    moment = [world.app.extensions["fieldcheck"].clock()]
    world.app = create_app(world.config, clock=lambda: moment[0])
    office = Office(world)
    looked = office.hand_in(files_of(small_edition(recoded("420101100", "420101110")))).location
    moment[0] += timedelta(hours=23)
    office = Office(world)
    assert office.client.get(looked).status_code == 200 and "正在核对的新版本" in office.see(PAGE)
    moment[0] += timedelta(hours=2)
    office = Office(world)
    assert office.client.get(looked).status_code == 404 and "正在核对的新版本" not in office.see(PAGE)
    again = office.hand_in(files_of(small_edition(recoded("420101100", "420101110")))).location
    assert office.confirm(again).status_code == 302
    held = office.hand_in(files_of(registers.current_register(world.db)))
    assert held.status_code == 409 and "以前导入过" in held.get_data(as_text=True)
