"""Editions of the register whose difference somebody looks at: files beside the log, kept for a day, of no effect.

The log and the tables know nothing of them; what is imported is imported by ``actions/import_register.py``.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Iterator, NamedTuple

from ..rules.register import Register
from . import registers
from .disk import full_is_a_problem

KEPT_FOR = timedelta(days=1)
KEPT = 4
"""Editions kept at most: the oldest goes first."""


class LookedAt(NamedTuple):
    """One edition: ``day`` is when its changes took effect (Beijing); ``links`` the rows of a corrected file, ``None`` where
    the program's proposals stand; ``faults`` what its reading warned of; ``until`` when it is dropped.
    """

    hash: str
    edition: str
    day: str
    links: list[dict[str, Any]] | None
    faults: list[dict[str, Any]]
    until: datetime


def keep(data: Path, register: Register, day: str, links: list[dict[str, Any]] | None, faults: list[dict[str, Any]],
         now: datetime) -> None:
    """Keep an edition to be looked at; what is too old, or one too many, goes.

    :raises Problem: ``storage_full``.
    """
    place = _place(data)
    registers.write_register_file(place, register)
    about = {"edition": register.edition, "day": day, "links": links, "faults": faults, "until": (now + KEPT_FOR).isoformat()}
    file = _about(place, register.hash)
    part = file.with_suffix(".part")
    with full_is_a_problem():
        part.write_text(json.dumps(about, ensure_ascii=False), "utf-8")
        part.replace(file)
    for one in [one for one in _all(place) if one.until <= now] + list(every(data, now))[KEPT:]:
        forget(data, one.hash)


def every(data: Path, now: datetime) -> Iterator[LookedAt]:
    """The editions that are looked at, the newest first."""
    yield from sorted((one for one in _all(_place(data)) if one.until > now), key=lambda one: (one.until, one.hash), reverse=True)


def held(data: Path, register: str, now: datetime) -> tuple[LookedAt, Register] | None:
    """An edition that is looked at, and its content; ``None`` where it is not kept, or no more."""
    about = next((one for one in every(data, now) if one.hash == register), None)
    try:
        return about and (about, registers.load_register_file(registers.register_path(_place(data), register)))
    except ValueError:
        return None


def forget(data: Path, register: str) -> None:
    """Drop an edition."""
    _about(_place(data), register).unlink(missing_ok=True)
    registers.register_path(_place(data), register).unlink(missing_ok=True)


def _place(data: Path) -> Path:
    return data / "looked_at"


def _about(place: Path, register: str) -> Path:
    return registers.register_path(place, register).with_name(f"{register}.json")


def _all(place: Path) -> Iterator[LookedAt]:
    for file in (place / "registers").glob("*.json"):
        try:
            kept = json.loads(file.read_text("utf-8"))
        except FileNotFoundError:  # somebody else dropped it just now
            continue
        yield LookedAt(file.stem, kept["edition"], kept["day"], kept["links"], kept["faults"],
                       datetime.fromisoformat(kept["until"]).astimezone(UTC))
