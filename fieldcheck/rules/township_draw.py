"""Drawing who goes where (抽签, 双随机) so that a stranger can draw the same again. Prose and script: ``docs/draw.md``.

2026-11: every random number is a piece of an HMAC-SHA256 counter stream, every weight a whole number and every list in the
order of its ids, so the draw comes out alike on any machine, by hand too. No fractions, no library's random generator.
Source: ``docs/inspection-rules.md`` §2.5 and §4.3.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import Any, Iterable, Mapping

ALGORITHM = "fieldcheck-draw/1"
STRATA = ("open", "waiting", "again")
"""未访 first, then 已访待核, then 已覆盖; ``again`` is also drawn from on purpose, ``revisit_percent`` times in a hundred."""
PEOPLE_FEWEST = 2
"""So many people of one team go, at the least (R2)."""
BASE_WEIGHT = 4
STATIONED_TIMES = 2
SAME_COUNTY_DIVIDES = 2
_NUMBER_BYTES = 8
_NUMBERS = 1 << (8 * _NUMBER_BYTES)


class NothingToDraw(ValueError):
    """No township, or too few people, are left; ``str()`` is ``units`` or ``people``."""


@dataclass(frozen=True)
class Drawn:
    """What came out: account ids and the township's id, and the stratum it lay in."""

    people: tuple[str, ...]
    unit: str
    stratum: str


class Stream:
    """The k-th number is the first eight bytes (big-endian) of HMAC-SHA256 of the seed's bytes over the text ``k``, from 0."""

    def __init__(self, seed: str) -> None:
        self._seed = bytes.fromhex(seed)
        self._next = 0

    def below(self, n: int) -> int:
        """A number from 0 to ``n - 1``, each equally likely: what would favour the small ones is thrown away."""
        fair = _NUMBERS - _NUMBERS % n
        while True:
            block = hmac.digest(self._seed, str(self._next).encode(), "sha256")
            self._next += 1
            number = int.from_bytes(block[:_NUMBER_BYTES], "big")
            if number < fair:
                return number % n

    def pick(self, weights: Mapping[str, int]) -> str:
        """One id, each as likely as its weight; the ids stand in a line by their own order."""
        left = self.below(sum(weights.values()))
        for name in sorted(weights):
            left -= weights[name]
            if left < 0:
                return name
        raise AssertionError("weights are positive")


def draw_seed(inputs: Mapping[str, Any], secret: str) -> str:
    """The seed, 64 hex digits: from the draw's own secret, committed to beforehand, and the public value, entered afterwards."""
    return _hash(f"{ALGORITHM}|seed|{inputs['round']}|{inputs['number']}|{secret}|{inputs['public']['value']}")


def draw(inputs: Mapping[str, Any], secret: str) -> Drawn:
    """Draw people, then the township. ``inputs``: the document of ``draw_inputs``, as it was kept with the draw.

    :raises NothingToDraw: nobody or no township is left.
    """
    stream = Stream(draw_seed(inputs, secret))
    people = _people(stream, inputs["people"]["from"], inputs["people"]["take"])
    barred = {unit for person in people for unit in inputs["recused"].get(person, ())}
    strata = {name: {unit: weight for unit, weight in inputs["frame"][name].items() if unit not in barred} for name in STRATA}
    stratum = _stratum(stream, strata, inputs["revisit_percent"])
    return Drawn(people, stream.pick(strata[stratum]), stratum)


def _people(stream: Stream, whom: Iterable[str], take: int) -> tuple[str, ...]:
    left = dict.fromkeys(whom, 1)
    if not PEOPLE_FEWEST <= take <= len(left):
        raise NothingToDraw("people")
    drawn = []
    for _ in range(take):
        drawn.append(stream.pick(left))
        del left[drawn[-1]]
    return tuple(sorted(drawn))


def _stratum(stream: Stream, strata: Mapping[str, Mapping[str, int]], revisit_percent: int) -> str:
    back = stream.below(100) < revisit_percent
    for name in ("again", *STRATA) if back else STRATA:
        if strata[name]:
            return name
    raise NothingToDraw("units")


def draw_inputs(*, round: str, number: int, team: str, day: str, public: Mapping[str, str], people: Iterable[str], take: int,
                statuses: Mapping[str, str], counties: Mapping[str, str], excluded: Mapping[str, str],
                recused: Mapping[str, Iterable[str]], stationed: Iterable[str], last_county: str | None,
                revisit_percent: int) -> dict[str, Any]:
    """Everything that a draw depends on but its secret, as it is kept and printed.

    :param statuses: township in scope → status of coverage; ``counties``: township → county.
    :param excluded: township → reason; neither drawn now nor listed in the frame.
    :param recused: account → townships where it must not go (回避).
    :param last_county: where the team was last: its townships weigh half, so that teams cross counties.
    """
    doubled, frame = set(stationed), {name: {} for name in STRATA}  # type: dict[str, dict[str, int]]
    everybody = sorted(people)
    for unit in sorted(set(statuses) - set(excluded)):
        weight = BASE_WEIGHT * (STATIONED_TIMES if unit in doubled else 1)
        frame[_stratum_of(statuses[unit])][unit] = weight // (SAME_COUNTY_DIVIDES if counties[unit] == last_county else 1)
    return {
        "algorithm": ALGORITHM, "round": round, "number": number, "team": team, "day": day, "public": dict(public),
        "people": {"from": everybody, "take": take}, "revisit_percent": revisit_percent, "frame": frame,
        "excluded": {unit: excluded[unit] for unit in sorted(excluded) if unit in statuses},
        "recused": {person: sorted(set(recused.get(person, ())) & set(statuses)) for person in everybody if recused.get(person)}}


def _stratum_of(status: str) -> str:
    return {"unvisited": "open", "visited_unverified": "waiting"}.get(status, "again")


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
