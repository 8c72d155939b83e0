"""What can be wrong with a register before it is imported: one table of faults, each by file and row.

An error stops an import; a warning does not. Sentences: `fault.<code>` in `static/texts/*/register.json`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

Severity = Literal["error", "warning"]

FAULTS: dict[str, Severity] = {
    "missing_file": "error",
    "not_utf8": "error",
    "not_json": "error",
    "not_features": "error",
    "not_about": "error",
    "missing_crs": "warning",
    "wrong_crs": "error",
    "missing_column": "error",
    "bad_row": "error",
    "missing_code": "error",
    "bad_code": "error",
    "missing_name": "error",
    "missing_kind": "error",
    "kind_from_code": "warning",
    "duplicate_code": "error",
    "orphan_township": "error",
    "orphan_village": "error",
    "code_prefix": "warning",
    "bad_number": "error",
    "half_point": "error",
    "bad_coordinates": "error",
    "coordinates_out_of_range": "error",
    "projected_coordinates": "error",
    "swapped_coordinates": "error",
    "zero_coordinates": "error",
    "outside_china": "warning",
    "no_outline": "warning",
    "unreadable_outline": "error",
    "invalid_outline": "error",
    "overlapping_outlines": "error",
    "overlap_accepted": "warning",
    "county_without_townships": "warning",
    "township_without_villages": "warning",
    "unknown_exclusion": "error",
    "missing_reason": "error",
}


@dataclass(frozen=True)
class Fault:
    """One fault: the file, its row (CSV line or number of the feature, from 1; None for the whole file), a code, values."""

    file: str
    row: int | None
    code: str
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def severity(self) -> Severity:
        """`error` stops an import, `warning` does not."""
        return FAULTS[self.code]

    @property
    def key(self) -> str:
        """The text key of its sentence; a fault with a `problem` has one sentence for each."""
        problem = self.values.get("problem")
        return f"fault.{self.code}.{problem}" if problem else f"fault.{self.code}"

    def document(self) -> dict[str, Any]:
        """The fault as JSON-ready values."""
        return {"file": self.file, "row": self.row, "code": self.code, "severity": self.severity, "values": self.values}


def errors(faults: Iterable[Fault]) -> list[Fault]:
    """Return the faults that stop an import."""
    return [fault for fault in faults if fault.severity == "error"]


def in_order(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """Return faults by file and row, those of a whole file first."""
    return tuple(sorted(faults, key=lambda fault: (fault.file, fault.row or 0, fault.code)))
