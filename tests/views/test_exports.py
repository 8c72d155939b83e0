"""Exports: the same figures as the map, who made them and from what, no formula, no household, and nobody else's to have."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from openpyxl import load_workbook

from fieldcheck.export_file import workbook_of
from fieldcheck.rules.export_table import ABOUT, TOWNSHIP_COLUMNS, VISIT_COLUMNS, Table
from fieldcheck.store import access_log, visits

from tests.actions.test_review import accept, arrived
from tests.cli.typed import run
from tests.desk import signed_in
from tests.world import World

TOWNSHIP = "420101100"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    made = World(tmp_path_factory.mktemp("exports"))
    made.assign(TOWNSHIP, "a1", "a2")
    phone = made.phone()
    accept(made, arrived(phone, made.walk(phone, TOWNSHIP)))
    return made


@pytest.fixture(scope="module")
def office(world: World):
    return signed_in(world.app, "office")


def written(value: object) -> str:
    return "" if value is None else str(value)


def read_csv(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


@pytest.mark.parametrize(("what", "columns"), [("coverage", TOWNSHIP_COLUMNS), ("visits", VISIT_COLUMNS)])
def test_the_three_forms_say_the_same_and_where_it_comes_from(world: World, office, what: str, columns) -> None:
    rows = read_csv(office.get(f"/desk/exports/{what}.csv").get_data(as_text=True))
    features = json.loads(office.get(f"/desk/exports/{what}.geojson").data)
    book = load_workbook(io.BytesIO(office.get(f"/desk/exports/{what}.xlsx").data))
    head, *cells = [[cell.value for cell in row] for row in book[what].iter_rows()]
    assert head == list(columns)
    for row, feature, cell in zip(rows, features["features"], cells, strict=True):
        told = list(map(written, feature["properties"].values()))
        assert [row[name] for name in columns] == told
        assert list(map(written, cell)) == [one.removesuffix(".0") for one in told]
        assert (row["round"], row["datum"], row["made_by"]) == (world.round, "WGS-84", "office")
    about = dict([cell.value for cell in row] for row in book["about"].iter_rows())
    assert tuple(about) == tuple(features["about"]) == ABOUT and about["round"] == world.round


def test_a_visit_is_shown_on_a_coarse_grid_and_names_nobody(world: World, office) -> None:
    text = office.get("/desk/exports/visits.geojson").get_data(as_text=True)
    (feature,) = json.loads(text)["features"]
    doc = visits.find(world.db, feature["properties"]["visit"])
    exact = {(fix["lon"], fix["lat"]) for fix in doc["fixes"]}
    assert tuple(feature["geometry"]["coordinates"]) not in exact
    assert not [h["household"] for h in doc["households"] if h["household"] in text]
    assert world.accounts["a1"].id not in text and world.accounts["a2"].id not in text


def test_each_export_is_noted_and_a_county_gets_none(world: World, office) -> None:
    before = len(access_log.looks(world.db, object="visits"))
    assert office.get("/desk/exports/visits.csv").status_code == 200
    assert len(access_log.looks(world.db, object="visits")) == before + 1
    for name in ("county", "admin", "a1"):
        assert signed_in(world.app, name).get("/desk/exports/visits.csv").status_code == 403
    assert office.get("/desk/exports/people.csv").status_code == office.get("/desk/exports/visits.pdf").status_code == 404


def test_no_cell_of_a_workbook_is_ever_a_formula() -> None:
    about = dict.fromkeys(ABOUT, "=1+1")
    book = load_workbook(io.BytesIO(workbook_of(Table({**about, "what": "coverage"}, ["a"], [["=HYPERLINK(1)"], ["\x01+1"], [7], [None]]))))
    told = [(cell.data_type, cell.value) for (cell,) in book["coverage"].iter_rows(min_row=2)]
    assert told[:3] == [("s", "=HYPERLINK(1)"), ("s", "+1"), ("n", 7)]


@pytest.mark.parametrize("form", ["csv", "xlsx", "geojson"])
def test_the_command_line_writes_each_form(world: World, tmp_path: Path, form: str) -> None:
    out = tmp_path / f"visits.{form}"
    assert run("export", "visits", "--format", form, "--out", out, "--data", world.config.data).exit_code == 0
    assert out.stat().st_size > 100
