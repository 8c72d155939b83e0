"""The file of reviewed links between two editions of a register: CSV or JSON, as `fieldcheck register diff` writes it.

Columns or members: `kind`, `date`, `from`, `to`, `villages`; several codes of one cell stand apart by spaces, in JSON in a list.
Whatever else stands there (`sure`, `why`, names) was for the eye.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from typing import Any

from .register_difference import Proposal
from .unit_links import Link

COLUMNS = ("kind", "date", "from", "to", "villages")


class LinkFileFault(ValueError):
    """The file is not one of links: `row` counts lines or entries from 1, 0 for the whole file."""

    def __init__(self, row: int) -> None:
        super().__init__(f"row {row}")
        self.row = row


def read_links(content: bytes, day: str = "") -> list[Link]:
    """Return the links of a file; `day` (`2021-06-01`) is that of links which name none. Raises LinkFileFault."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise LinkFileFault(0) from None
    entries = _from_json(text) if text.lstrip().startswith(("[", "{")) else _from_csv(text)
    return [_link(row, entry, day) for row, entry in entries]


def proposal_row(proposal: Proposal, day: str = "") -> dict[str, Any]:
    """Return a proposal as the file holds it, with `sure` and `why` beside the link."""
    link = proposal.link
    return {"kind": link.kind, "date": link.day or day, "from": list(link.before), "to": list(link.after),
            "villages": list(link.villages), "sure": proposal.sure, "why": proposal.why}


def links_csv(rows: Iterable[Mapping[str, Any]]) -> str:
    """Return proposals as CSV that a spreadsheet opens and `read_links` reads."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow((*COLUMNS, "sure", "why"))
    for row in rows:
        cells = (row[name] for name in COLUMNS)
        writer.writerow([*(" ".join(cell) if isinstance(cell, list) else cell for cell in cells), "yes" if row["sure"] else "no", row["why"]])
    return "\ufeff" + out.getvalue()


def _from_json(text: str) -> list[tuple[int, Mapping[str, Any]]]:
    try:
        found = json.loads(text)
    except (json.JSONDecodeError, RecursionError):
        raise LinkFileFault(0) from None
    entries = found.get("links") if isinstance(found, dict) else found
    if not isinstance(entries, list):
        raise LinkFileFault(0)
    return list(enumerate(entries, 1))


def _from_csv(text: str) -> list[tuple[int, Mapping[str, Any]]]:
    try:
        reader = csv.DictReader(io.StringIO(text, newline=""))
        entries = [(reader.line_num, row) for row in reader]
    except csv.Error:
        raise LinkFileFault(0) from None
    if not set(COLUMNS[:4]) <= set(reader.fieldnames or ()):
        raise LinkFileFault(1)
    return entries


def _link(row: int, entry: Any, day: str) -> Link:
    if not isinstance(entry, Mapping):
        raise LinkFileFault(row)
    kind, date = entry.get("kind"), entry.get("date") or day
    if not isinstance(kind, str) or not isinstance(date, str):
        raise LinkFileFault(row)
    before, after, villages = (_codes(row, entry.get(name)) for name in ("from", "to", "villages"))
    return Link(kind.strip(), date.strip(), before, after, villages)


def _codes(row: int, cell: Any) -> tuple[str, ...]:
    codes = cell.split() if isinstance(cell, str) else [] if cell is None else cell
    if not isinstance(codes, list) or not all(isinstance(code, str) for code in codes):
        raise LinkFileFault(row)
    return tuple(codes)
