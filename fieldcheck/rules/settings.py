"""Every threshold of coverage by name, with its default. A round freezes those it changes (``params``).

Source: ``docs/inspection-rules.md`` §5.1–§5.4; the names are those of ``tests/rules/coverage_cases.json``.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import Any, Callable, Mapping

DEFAULTS: Mapping[str, Any] = MappingProxyType({
    # the place test (§5.4): metres, seconds, metres, a share, a number of fixes, which sources are measured
    "acc_max_m": 100, "fix_age_max_s": 300, "border_out_m": 300, "outside_share_max": 0.2, "min_fixes": 2,
    "fix_sources": ("gps",),
    # one visit (§5.3): people, minutes between first and last fix, households
    "min_inspectors": 2, "min_minutes": 30, "visit_min_hh": 3,
    # a township (§5.3): households in all, listed (poor or exited) ones, other ones; days until it is stale (§5.1)
    "twp_min_hh": 5, "twp_min_listed": 2, "twp_min_other": 1, "stale_days": 90,
    # team-mates' phones in one visit: kilometres apart, within minutes, that a reviewer looks at (flags)
    "phones_apart_km": 1, "phones_apart_minutes": 10,
    # what is held against other visits (flags): bits of 256 in which pictures that look alike differ; metres between
    # households on one spot, and the accuracy of both; metres from the shift of GCJ-02; unusual answers and the share alike
    "photo_alike_bits": 20, "spot_shared_m": 5, "spot_acc_m": 10, "shift_within_m": 150, "alike_min_answers": 4, "alike_share": 0.9,
    # the phone's lock: wrong PINs in a row after which it destroys keys and drafts, 0 never (docs/protocol.md §8)
    "wipe_after_tries": 0,
    # a planned return (§6): minutes after it until the leader is told
    "return_overdue_minutes": 60,
    # draws (§4.3): when phones see the place, in Beijing; how many in a hundred go back to covered ones; days for which a
    # township that was drawn is not drawn again
    "reveal_time": "06:30", "revisit_percent": 20, "draw_rest_days": 7,
})


WIPE_LEAST, WIPE_MOST = 5, 50
PHONE = re.compile(r"\+?[0-9](?:[0-9 -]{1,18}[0-9])")
CLOCK = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")
#: What the office itself sets for a round. A phone that forgets its keys after a slip or two destroys honest work.
OFFICE_SETS: Mapping[str, Callable[[Any], bool]] = MappingProxyType({
    "duty_phone": lambda given: bool(PHONE.fullmatch(given)), "complaint_phone": lambda given: bool(PHONE.fullmatch(given)),
    "wipe_after_tries": lambda given: given == 0 or WIPE_LEAST <= given <= WIPE_MOST,
    "reveal_time": lambda given: bool(CLOCK.fullmatch(given)),
})


def malformed(params: Mapping[str, Any]) -> str | None:
    """The first of the parameters the office sets that is no number to dial, time of day or count of tries; else ``None``."""
    return next((name for name, is_fit in OFFICE_SETS.items() if name in params and not is_fit(params[name])), None)


def thresholds(params: Mapping[str, Any]) -> dict[str, Any]:
    """A round's parameters with the defaults for what it does not name; other parameters of it stay."""
    return {**DEFAULTS, "fix_sources": list(DEFAULTS["fix_sources"]), **params}


def photo_sources(params: Mapping[str, Any]) -> tuple[str, ...]:
    """Which photos count: those taken in the app; drawn ones only where the round admits demonstrations (演示)."""
    return ("camera", "demo") if "demo" in thresholds(params)["fix_sources"] else ("camera",)
