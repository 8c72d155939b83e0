"""Facts of visits for made-up histories: every one of them is of its kind's shape."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

VISITS = ("0190b1e4-0000-7000-8000-0000000000f1", "0190b1e4-0000-7000-8000-0000000000f2")
DECLARED = {"not_notified": True, "not_escorted": True, "direct_entry": True}
OPENED = {"assignment": None, "round": "r", "unit": "u", "village": None, "team": "A", "type": "covert",
          "checklist": "2026-1", "app": "model", "declarations": DECLARED}


def _fix(number: int) -> dict[str, Any]:
    return {"fix": f"fix-{number}", "purpose": "watch", "lon": 112.0, "lat": 30.0, "acc": float(number), "t": "2026-11-23T01:00:00.000Z",
            "datum": "wgs84", "source": "gps"}


def _household(number: int) -> dict[str, Any]:
    return {"household": f"household-{number % 3}", "number": number % 3, "type": "poor", "selection": "random", "frame": "walk",
            "outcome": ("complete", "partial", "refused")[number % 3]}


def _answers(number: int) -> dict[str, Any]:
    return {"level": "household", "household": f"household-{number % 3}",
            "answers": [{"code": f"H0{number % 4}", "state": "answered", "value": number}]}


def _photo(number: int) -> dict[str, Any]:
    digest = f"{number:064x}"
    return {"photo": f"photo-{number}", "sha256": digest, "size": 1, "sealed_sha256": digest, "sealed_size": 29, "key": "k",
            "mime": "image/jpeg", "width": 1, "height": 1, "kind": "house", "taken_at": "2026-11-23T01:00:00.000Z", "source": "camera"}


BODIES = {
    "visit.opened": lambda n: OPENED, "fix.taken": _fix, "household.recorded": _household, "answers.recorded": _answers,
    "photo.taken": _photo, "identity.disclosed": lambda n: {}, "cadre.arrived": lambda n: {},
    "visit.sealed": lambda n: {"photos": [], "declarations": DECLARED, "heads": []}, "visit.abandoned": lambda n: {},
    "from.a.newer.app": lambda n: {"n": n},
}
FACTS = st.builds(lambda kind, visit, number: (kind, visit, BODIES[kind](number)),
                  st.sampled_from(sorted(BODIES)), st.sampled_from(VISITS), st.integers(0, 9))
