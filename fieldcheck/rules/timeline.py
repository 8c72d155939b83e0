"""What happened when during a visit (时间线), by the phones' clocks: the first thing a reviewer reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Mapping


@dataclass(frozen=True)
class Moment:
    """``kind`` is a stable word (texts: ``timeline.<kind>``), ``n`` a household's number where it is about one."""

    at: str
    kind: str
    n: int = 0


def timeline(doc: Mapping[str, Any]) -> list[Moment]:
    """The moments of a folded visit (``rules/visit.py``), earliest first; what did not happen is left out."""
    single = {"opened": "opened_at", "cadre": "cadre_arrived_at", "disclosed": "disclosed_at", "abandoned": "abandoned_at"}
    moments = [Moment(doc[name], kind) for kind, name in single.items() if doc[name]]
    moments += [Moment(one["at"], "joined") for one in doc["members"] if one["how"] == "joined"]
    moments += [Moment(one["at"], "companion") for one in doc["companions"]]
    moments += [Moment(one["at"], f"household_{one['outcome']}", one["number"]) for one in doc["households"]]
    moments += [Moment(one["at"], "drawn", one["n"]) for one in doc["draws"]]
    moments += [Moment(one["at"], "doubted") for one in doc["doubts"]]
    moments += [Moment(photo["at"], "place_photo") for photo in doc["photos"] if photo["kind"] == "place"]
    moments += [Moment(fix["at"], "left") for fix in doc["fixes"] if fix["purpose"] == "leaving"]
    # Last, so that what the same minute holds stands before its seal.
    moments += [Moment(seal["at"], "sealed") for seal in doc["seals"]]
    moments += [Moment(one["at"], one["kind"]) for one in doc["decisions"]]
    return sorted(moments, key=lambda moment: moment.at)
