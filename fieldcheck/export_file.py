"""A table as the bytes of a file (导出): CSV, XLSX or GeoJSON. Nothing in it is ever a formula."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any, Callable, Mapping

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font

from .rules.csv_text import csv_text
from .rules.export_table import Table, township_features, visit_features, with_origin

TYPES = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
         "geojson": "application/geo+json"}


def file_of(form: str, table: Table, picture: Mapping[str, Any], positions: Callable[[], Mapping[str, Any]]) -> bytes:
    """A table in one of ``TYPES``. ``picture``: the coverage document; ``positions``: of the visits, asked only for a map."""
    if form == "csv":
        return csv_text(*with_origin(table)).encode()
    if form == "xlsx":
        return workbook_of(table)
    found = township_features(picture, table.about) if table.about["what"] == "coverage" else \
        visit_features(table.rows, positions(), table.about)
    return json.dumps(found, ensure_ascii=False).encode()


def workbook_of(table: Table) -> bytes:
    """As XLSX: one sheet of rows, one that says where they come from."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(table.about["what"])
    sheet.freeze_panes = "A2"
    sheet.append([_cell(sheet, name, bold=True) for name in table.columns])
    for row in table.rows:
        sheet.append([_cell(sheet, value) for value in row])
    about = book.create_sheet("about")
    for name, value in table.about.items():
        about.append([_cell(about, name, bold=True), _cell(about, value)])
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(sheet: Any, value: Any, bold: bool = False) -> Cell:
    cell: Cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", value) if isinstance(value, str) else value)
    if isinstance(value, str):
        cell.data_type = "s"  # whatever it begins with
    if bold:
        cell.font = Font(bold=True)
    return cell
