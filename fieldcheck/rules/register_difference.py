"""What differs between two editions of a register, as links that somebody reviews. Source: `docs/inspection-rules.md` §5.5.

Evidence are codes, names, kinds and which villages went where. A proposal says whether it is sure and what it rests on; what
cannot be told is proposed as the least that can have happened and said to be unsure. Nothing here changes anything.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .register import Level, Register, Unit
from .register_words import STEM_ENDS
from .unit_links import KINDS, Link, known_again

WHYS = ("same_code", "same_name", "stem", "villages", "villages_differ", "villages_in_part", "no_successor", "no_origin")
"""What a proposal rests on; texts: `difference.<word>`."""
MOST = 0.5


@dataclass(frozen=True)
class Proposal:
    """A link without a day. `sure`: codes, names and villages agree; `why`: one of `WHYS`."""

    link: Link
    sure: bool
    why: str


@dataclass
class _Level:
    """The two editions of one level, and what is already explained: old code → new code."""

    olds: dict[str, Unit]
    news: dict[str, Unit]
    same: dict[str, str] = field(default_factory=dict)
    found: list[Proposal] = field(default_factory=list)

    @property
    def gone(self) -> list[Unit]:
        return [unit for code, unit in self.olds.items() if code not in self.same]

    @property
    def come(self) -> list[Unit]:
        known = set(self.same.values())
        return [unit for code, unit in self.news.items() if code not in known]


def difference(before: Register, after: Register) -> list[Proposal]:
    """Return proposals for counties and townships, in the order of kinds and codes; none for equal editions."""
    counties = _level(before, after, "county")
    _same_code(counties, {}, set())
    _by_name(counties, _Moves(before, after, {}).between(counties.olds, counties.news, _grandparent))
    _rest_unsure(counties)
    moves = _Moves(before, after, counties.same)
    townships = _level(before, after, "township")
    flows = moves.between(townships.olds, townships.news, _parent)
    peopled = [{_parent(village) for village in register.of_level("village")} for register in (before, after)]
    _same_code(townships, flows, peopled[0] & peopled[1])
    _by_name(townships, flows, counties.same)
    _by_villages(townships, flows)
    _rest_unsure(townships)
    moved = _moved(townships, moves)
    return sorted((*counties.found, *townships.found, *moved),
                  key=lambda one: (KINDS.index(one.link.kind), one.link.before, one.link.after))


Flows = dict[str, Counter[str]]


class _Moves:
    """Every village that stands in both editions: by code and name, or by a name that stands once among those whose codes changed."""

    def __init__(self, before: Register, after: Register, counties: Mapping[str, str]) -> None:
        olds, news = ({unit.code: unit for unit in register.of_level("village")} for register in (before, after))
        self.pairs = [(olds[code], news[code]) for code in olds if code in news and olds[code].name == news[code].name]
        left: dict[str, list[Unit]] = defaultdict(list)
        right: dict[str, list[Unit]] = defaultdict(list)
        for side, one, other, named in ((left, olds, news, counties), (right, news, olds, {})):
            for code, village in one.items():
                if code not in other:
                    # A name that stands once in a county is known again there; many counties have a village of that name.
                    side[named.get(code[:6], code[:6]) if counties else ""].append(village)
        for county in left:
            self.pairs += known_again(left[county], right.get(county, ()))

    def between(self, olds: dict[str, Unit], news: dict[str, Unit], above: Any) -> Flows:
        """How many villages went from which unit to which."""
        flows: Flows = defaultdict(Counter)
        for old, new in self.pairs:
            a, b = above(old), above(new)
            if a in olds and b in news:
                flows[a][b] += 1
        return flows


def _parent(village: Unit) -> str:
    return village.parent_code or ""


def _grandparent(village: Unit) -> str:
    return (village.parent_code or "")[:6]


def _once(units: Iterable[Unit], key: Any) -> dict[Any, Unit]:
    found: dict[Any, Unit | None] = {}
    for unit in units:
        found[key(unit)] = None if key(unit) in found else unit
    return {name: unit for name, unit in found.items() if unit is not None}


def _level(before: Register, after: Register, level: Level) -> _Level:
    return _Level(*({unit.code: unit for unit in register.of_level(level)} for register in (before, after)))


def _same_code(level: _Level, flows: Flows, peopled: set[str]) -> None:
    """Units of one code; `peopled`: those with villages in both editions."""
    for code, old in level.olds.items():
        if code not in level.news:
            continue
        new = level.news[code]
        level.same[code] = code
        if (old.name, old.kind) != (new.name, new.kind):
            kind = "type_change" if old.kind != new.kind else "rename"
            # A code that was given to another place keeps neither name nor villages.
            agrees = _mostly(flows, code, code)
            agrees = code not in peopled if agrees is None else agrees
            level.found.append(Proposal(Link(kind, "", (code,), (code,)), agrees, "same_code" if agrees else "villages_differ"))


def _by_name(level: _Level, flows: Flows, counties: dict[str, str] | None = None) -> None:
    """Units with another code, under the same unit above: the same name first, then the same name but for what kind it is."""
    for why, name_of in (("same_name", _name), ("stem", _stem)):
        news = _once(level.come, lambda unit: (unit.parent_code, name_of(unit)))
        olds = _once(level.gone, lambda unit: (unit.parent_code, name_of(unit)))
        for (above, name), old in olds.items():
            new = news.get((counties.get(above, above) if counties is not None else above, name))
            if new is None:
                continue
            agrees = _mostly(flows, old.code, new.code)
            level.same[old.code] = new.code
            kind = "type_change" if old.kind != new.kind else "recode"
            sure = agrees is True or (agrees is None and why == "same_name")
            level.found.append(Proposal(Link(kind, "", (old.code,), (new.code,)), sure, why if agrees is not False else "villages_differ"))


def _mostly(flows: Flows, old: str, new: str) -> bool | None:
    """Whether most villages of the one went to the other; None where none of them is known again."""
    out = flows.get(old, Counter())
    return None if not out else out[new] >= MOST * sum(out.values())


def _by_villages(level: _Level, flows: Flows) -> None:
    """What became of townships that no name finds again: merged, split, or recoded under another name."""
    sources: dict[str, set[str]] = defaultdict(set)
    for old, out in flows.items():
        for new in out:
            sources[new].add(old)
    back = {new: old for old, new in level.same.items()}
    come = {unit.code for unit in level.come}
    merged: dict[str, list[str]] = defaultdict(list)
    for old in level.gone:
        targets = sorted(flows.get(old.code, ()))
        if len(targets) == 1 and targets[0] in come and sources[targets[0]] == {old.code}:
            level.same[old.code] = targets[0]
            level.found.append(Proposal(Link("recode", "", (old.code,), (targets[0],)), False, "villages"))
        elif len(targets) == 1:
            merged[targets[0]].append(old.code)
        elif targets:
            new_ones = [code for code in targets if code in come]
            after = new_ones if len(new_ones) > 1 else targets
            _explain(level, Link("split", "", (old.code,), tuple(after)), new_ones == targets, flows)
    for new, olds in merged.items():
        before = sorted({*olds, *([back[new]] if new in back else sources[new] - level.same.keys())})
        if len(before) > 1:
            _explain(level, Link("merge", "", tuple(before), (new,)), True, flows)
    for new in sorted(come - set(level.same.values())):
        _split_off(level, new, sources[new], flows)


def _split_off(level: _Level, new: str, sources: set[str], flows: Flows) -> None:
    living = sorted(old for old in sources if old in level.same and level.same[old] != new)
    if len(living) == 1 and len(sources) == 1 and not any(new in one.link.after for one in level.found):
        old = living[0]
        _explain(level, Link("split", "", (old,), (level.same[old], new)), True, flows)


def _explain(level: _Level, link: Link, clean: bool, flows: Flows) -> None:
    whole = all(sum(flows[code][new] for new in link.after) == sum(flows[code].values()) for code in link.before if code in flows)
    sure = clean and whole
    level.found.append(Proposal(link, sure, "villages" if sure else "villages_in_part"))
    for code in link.before:
        level.same.setdefault(code, link.after[0])


def _rest_unsure(level: _Level) -> None:
    named = {code for one in level.found for code in one.link.after}
    level.found += [Proposal(Link("abolish", "", (unit.code,), ()), False, "no_successor") for unit in level.gone]
    level.found += [Proposal(Link("create", "", (), (unit.code,)), False, "no_origin") for unit in level.come if unit.code not in named]


def _moved(level: _Level, moves: _Moves) -> list[Proposal]:
    """Villages that went to another township which no other link explains."""
    led = {(old, new) for one in level.found for old in one.link.before for new in one.link.after}
    away: dict[tuple[str, str], list[str]] = defaultdict(list)
    for old, new in moves.pairs:
        a, b = _parent(old), _parent(new)
        if a in level.olds and b in level.news and level.same.get(a) != b and (a, b) not in led and b in level.same.values():
            away[a, b].append(old.code)
    return [Proposal(Link("move_village", "", (a,), (b,), tuple(sorted(codes))), True, "villages") for (a, b), codes in away.items()]


def _name(unit: Unit) -> str:
    return unit.name


def _stem(unit: Unit) -> str:
    """The name without the word for what kind of unit it is (监利县, 监利市; 立新乡, 立新街道)."""
    end = next((end for end in STEM_ENDS if unit.name.endswith(end) and len(unit.name) > len(end) + 1), "")
    return unit.name.removesuffix(end)
