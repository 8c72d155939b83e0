"""Links between two editions of a register (区划变更): which unit became which. Source: `docs/inspection-rules.md` §5.5.

Here units are named by their codes, as people write them; `in_ids` turns reviewed links into what the log carries. A unit
keeps its internal id through recode, rename and type change; nobody guesses: what no link says is another unit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from .register import CODE_DIGITS, Level, Register, Unit, unit_id, with_ids

KINDS = ("recode", "rename", "type_change", "move_village", "merge", "split", "abolish", "create")
"""In the order in which they are applied."""
KEEPING = KINDS[:3]
_ENDS: Mapping[str, tuple[range, range]] = {
    **dict.fromkeys(KEEPING, (range(1, 2), range(1, 2))), "move_village": (range(1, 2), range(1, 2)),
    "merge": (range(2, 99), range(1, 2)), "split": (range(1, 2), range(2, 99)),
    "abolish": (range(1, 2), range(1)), "create": (range(1), range(1, 2)),
}


@dataclass(frozen=True)
class Link:
    """One change on a day (Beijing, `2021-06-01`; empty while nobody said it): codes of the edition before and of the
    one after. `villages`: those that were moved, by the codes that they had before.
    """

    kind: str
    day: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    villages: tuple[str, ...] = ()


class WrongLink(ValueError):
    """A link cannot be applied: `number` counts links from 1, `why` is one of `WHY_WRONG`, `code` what it is about."""

    def __init__(self, number: int, why: str, code: str = "") -> None:
        super().__init__(f"link {number}: {why} {code}".rstrip())
        self.number, self.why, self.code = number, why, code


WHY_WRONG = ("malformed", "undated", "unit_unknown", "twice")


def check_links(before: Register, after: Register, links: Sequence[Link], today: str) -> None:
    """Raises WrongLink for the first link that is malformed, undated, in the future, names an unknown code or a unit twice."""
    olds, news = _by_code(before), _by_code(after)
    seen_old: set[str] = set()
    seen_new: set[str] = set()
    for number, link in enumerate(links, 1):
        _check_shape(number, link, today)
        for code in (*link.before, *link.villages):
            if code not in olds:
                raise WrongLink(number, "unit_unknown", code)
        for code in link.after:
            if code not in news:
                raise WrongLink(number, "unit_unknown", code)
        if link.kind != "move_village":
            # A unit can be renamed and recoded in one link, not in two: then nobody knows which came first.
            for codes, seen in ((link.before, seen_old), (link.after, seen_new)):
                twice = next((code for code in codes if code in seen), None)
                if twice is not None:
                    raise WrongLink(number, "twice", twice)
                seen.update(codes)


def _check_shape(number: int, link: Link, today: str) -> None:
    if link.kind not in KINDS:
        raise WrongLink(number, "malformed", link.kind)
    if len(link.before) not in _ENDS[link.kind][0] or len(link.after) not in _ENDS[link.kind][1]:
        raise WrongLink(number, "malformed", link.kind)
    if (link.kind == "move_village") != bool(link.villages):
        raise WrongLink(number, "malformed", link.kind)
    try:
        date.fromisoformat(link.day)
    except ValueError:
        raise WrongLink(number, "undated", link.day) from None
    if link.day > today:
        raise WrongLink(number, "undated", link.day)


def linked(before: Register, after: Register, known: Mapping[tuple[str, str], str], links: Iterable[Link]) -> Register:
    """Return the edition after with the ids that its units have by these links; the others' by level and code from `known`.

    Villages of linked townships are the same where their code is, or else their name, if it stands once on each side.
    """
    links, first = tuple(links), after.hash
    olds = _by_code(before)
    said: dict[tuple[str, str], str] = {}
    for link in links:
        if link.kind in KEEPING:
            level = level_of(link.after[0])
            said[level, link.after[0]] = olds[link.before[0]].unit
        elif link.kind == "create":
            said["township", link.after[0]] = unit_id(first, "township", link.after[0])
    said |= _villages_said(before, after, links)
    taken = set(said.values())
    ids = {}
    for unit in after.units:
        key = (unit.level, unit.code)
        by_code = known.get(key)
        # A code that was given to another unit since must not bring the former's id along.
        ids[key] = said.get(key) or (by_code if by_code and by_code not in taken else unit_id(first, *key))
    return with_ids(after, ids)


def _villages_said(before: Register, after: Register, links: Iterable[Link]) -> dict[tuple[str, str], str]:
    old_codes, new_codes = ({v.code for v in register.of_level("village")} for register in (before, after))
    said = {}
    for link in links:
        gone = [v for v in before.of_level("village") if v.code not in new_codes
                and (v.code in link.villages if link.villages else v.parent_code in link.before)]
        come = [v for v in after.of_level("village") if v.code not in old_codes and v.parent_code in link.after]
        said |= {("village", new.code): old.unit for old, new in known_again(gone, come)}
    return said


def known_again(olds: Iterable[Unit], news: Iterable[Unit]) -> list[tuple[Unit, Unit]]:
    """Return the villages that are the same: by a name that stands once on each side, else by it and the code's last digits."""
    left, right = list(olds), list(news)
    found: list[tuple[Unit, Unit]] = []
    for key in (lambda unit: unit.name, lambda unit: (unit.name, unit.code[6:])):
        one, other = _once(left, key), _once(right, key)
        found += [(one[name], other[name]) for name in one if name in other]
        done = {unit.code for pair in found for unit in pair}
        left, right = ([unit for unit in side if unit.code not in done] for side in (left, right))
    return found


def in_ids(before: Register, after: Register, links: Iterable[Link]) -> list[dict[str, Any]]:
    """Return the links as `units.changed` carries them, in the order in which they are applied.

    `after` has its ids by `linked`. Links of one kind and day that keep their units' ids stand in one.
    """
    olds, news = _by_code(before), _by_code(after)
    found: list[dict[str, Any]] = []
    together: dict[tuple[str, str], dict[str, Any]] = {}
    for link in sorted(links, key=lambda one: (KINDS.index(one.kind), one.day, one.before, one.after)):
        told = {"kind": link.kind, "date": link.day, "from": [olds[code].unit for code in link.before],
                "to": [news[code].unit for code in link.after], "villages": [olds[code].unit for code in link.villages]}
        earlier = together.get((link.kind, link.day))
        if link.kind in KEEPING and earlier is not None:
            earlier["from"] += told["from"]
            earlier["to"] += told["to"]
        else:
            together[link.kind, link.day] = told
            found.append(told)
    return found


def level_of(code: str) -> Level:
    """Return the level that a code's length stands for; a township's for any other length."""
    return next((level for level, digits in CODE_DIGITS.items() if digits == len(code)), "township")


def _by_code(register: Register) -> dict[str, Unit]:
    return {unit.code: unit for unit in register.units}


def _once(units: Iterable[Unit], key: Callable[[Unit], Any]) -> dict[Any, Unit]:
    found: dict[Any, Unit | None] = {}
    for unit in units:
        found[key(unit)] = None if key(unit) in found else unit
    return {name: unit for name, unit in found.items() if unit is not None}
