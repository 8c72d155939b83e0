"""Tables as CSV that spreadsheets open as they are meant: RFC 4180, with the mark by which Excel knows UTF-8."""

from __future__ import annotations

import csv
import io
from typing import Any, Iterable, Sequence

#: A cell that begins so would be reckoned instead of read, the wide signs of Chinese keyboards included. OWASP, CSV Injection.
_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", *map(chr, (0xFF1D, 0xFF0B, 0xFF0D, 0xFF20)))


def csv_text(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Head and rows; a word that a spreadsheet would take for a formula gets an apostrophe before it."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(head)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return "\ufeff" + out.getvalue()


def _harmless(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_BEGINS_A_FORMULA) else cell
