"""A covert visit (暗访走访) from door to door, recorded by a simulated phone as an inspector would record it.

Everything it makes is marked as a demonstration: positions with ``source=demo``, photos in their pixels.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Any, Mapping, Sequence

from ..rules.companion import OLD_ROUNDS, companion_key, proof
from ..rules.household_draw import draw_seed, rows_drawn, walk_step
from ..rules.join_code import NOISE_BITS, join_code, new_visit_id, visit_of_code
from ..times import written
from .clock import Clock
from .demo_photo import demo_photo
from .phone import Phone

DECLARED = {"not_notified": True, "not_escorted": True, "direct_entry": True}
HOUSES = 46
"""As many houses the way has along which households are drawn."""
METRES_PER_DEGREE = 111_320.0


@dataclass
class Walk:
    """One visit on one phone. ``place`` is lon, lat in degrees WGS-84; ``photo_size`` in pixels.

    ``companion``: the second inspector as the pack's ``members`` names them, with ``code``, the own short code; without
    one nobody is confirmed. ``given``: answers by question code instead of drawn ones; ``minutes`` each interview takes.
    """

    phone: Phone
    clock: Clock
    random: Random
    round: str
    assignment: Mapping[str, Any]
    checklist: Mapping[str, Any]
    place: tuple[float, float]
    photo_size: tuple[int, int] = (1600, 1200)
    companion: Mapping[str, Any] | None = None
    code: str = ""
    given: Mapping[str, Any] = field(default_factory=dict)
    minutes: float = 12
    jitter_m: float = 15
    pictures: list[bytes] = field(default_factory=list)

    def whole_visit(self, types: Sequence[str] = ("poor", "exited", "exited", "edge", "general")) -> str:
        """Open, interview one household of each given type, disclose, seal; returns the visit's id."""
        visit = self.open()
        self.confirm(visit)
        for number, kind in enumerate(types, 1):
            self.household(visit, number, kind)
        self.village(visit)
        self.seal(visit)
        return visit

    def open(self) -> str:
        """走访开始: declarations and the first fix, one save point."""
        now_ms = int(self.clock().timestamp() * 1000)
        visit = new_visit_id(self.round, self.assignment["assignment"], now_ms, self.random.getrandbits(NOISE_BITS))
        self._photos: list[str] = []
        self.phone.record("visit.opened", visit, {**self._named(), "declarations": dict(DECLARED)})
        self.fix(visit, "start")
        self._draw(visit)
        self.phone.save()
        return visit

    def code_of(self, visit: str) -> str:
        """The join code (加入码) that the opener's phone shows."""
        return join_code(self.round, self.assignment["assignment"], visit) or ""

    def join(self, code: str) -> str:
        """A team-mate's own phone joins by the typed code, without a network; returns the visit's id.

        :raises ValueError: the code is not one of this assignment.
        """
        visit = visit_of_code(code, self.round, self.assignment["assignment"], int(self.clock().timestamp() * 1000))
        if visit is None:
            raise ValueError(code)
        self._photos = []
        members = sorted(self.assignment["members"])
        numbers_from = 100 * (members.index(self.phone.inspector["id"]) + 1) + 1
        self.phone.record("visit.joined", visit, {**self._named(), "numbers_from": numbers_from})
        self.fix(visit, "start")
        self._draw(visit)
        self.phone.save()
        return visit

    def leave(self, visit: str) -> None:
        """我的部分记完了: this phone is done, another one seals."""
        self.phone.record("visit.left", visit, {})
        self.phone.save()

    def _named(self) -> dict[str, Any]:
        return {"assignment": self.assignment["assignment"], "round": self.round, "unit": self.assignment["unit"],
                "village": self.assignment["village"], "team": self.assignment["team"], "type": "covert",
                "checklist": self.checklist["version"], "app": "fleet"}

    def confirm(self, visit: str) -> None:
        """同行人确认: the companion types the own short code on this phone. Nothing where there is no companion."""
        if self.companion is None:
            return
        key = companion_key(self.code, self.companion["code_salt"], self.companion.get("code_rounds") or OLD_ROUNDS)
        inspector = self.companion["id"]
        self.phone.record("companion.confirmed", visit, {
            "inspector": inspector, "how": "code", "proof": proof(key, visit, inspector)})
        self.phone.save()

    def fix(self, visit: str, purpose: str, **more: Any) -> str:
        """One position within some 40 m of the place, as a phone outdoors reports it."""
        lon, lat = (c + self.random.gauss(0, self.jitter_m) / METRES_PER_DEGREE for c in self.place)
        fix = self.phone.new_id()
        self.phone.record("fix.taken", visit, {
            "fix": fix, "purpose": purpose, "lon": round(lon, 6), "lat": round(lat, 6),
            "acc": round(self.random.uniform(6, 30), 1), "t": written(self.clock()), "datum": "wgs84",
            "source": "demo", **more})
        return fix

    def household(self, visit: str, number: int, kind: str, photo: bool = True, **more: Any) -> str:
        """户访: core questions, one photo, one save point; ``more`` goes into household.recorded. Returns its id."""
        household = self.phone.new_id()
        self.clock.advance(minutes=self.minutes)
        fix = self.fix(visit, "household", household=household)
        self.phone.record("household.recorded", visit, {
            "household": household, "number": number, "type": kind, "selection": "random", "frame": "walk",
            "draw": 1, "row": self._rows.pop(0) if self._rows else HOUSES, "outcome": "complete", "fix": fix,
            "respondent_private": self.phone.private("respondent", f"DEMO household {number}"), **more})
        self._answer(visit, "household", household=household)
        if photo:
            self._photo(visit, "house", household=household, fix=fix, question="H05")
        self.phone.save()
        return household

    def village(self, visit: str, photo: bool = True) -> None:
        """村级核心题 and the place photo (村牌)."""
        self.clock.advance(minutes=15)
        self._answer(visit, "village")
        if photo:
            self.place_photo(visit)
        self.phone.save()

    def place_photo(self, visit: str) -> None:
        """A photo of the village's sign (村牌) at the place."""
        self._photo(visit, "place", fix=self.fix(visit, "photo"))

    def note(self, visit: str, kind: str, words: str, **more: Any) -> None:
        """问题、线索、亮点: ``kind`` is finding, lead or commendation, ``words`` travel as a private record."""
        self.phone.record(f"{kind}.noted", visit, {
            "note": self.phone.new_id(), "level": "household" if "household" in more else "village",
            "fact_private": self.phone.private("fact", words), **more})
        self.phone.save()

    def cadre(self, visit: str) -> None:
        """干部到场."""
        self.phone.record("cadre.arrived", visit, {})

    def reopen(self, visit: str, returned: str) -> None:
        """After a return: ``returned`` is the ``line`` of the pack's result."""
        self.phone.record("visit.reopened", visit, {"returned": returned})

    def seal(self, visit: str, heads: Sequence[Mapping[str, Any]] = ()) -> None:
        """亮明身份, last fix, 封存. ``heads``: last lines of joined phones as the pack names them."""
        self.phone.record("identity.disclosed", visit, {})
        self.clock.advance(minutes=3)
        self.fix(visit, "leaving")
        self.phone.record("visit.sealed", visit, {
            "photos": list(self._photos), "declarations": dict(DECLARED),
            "heads": [{name: head[name] for name in ("device", "seq", "hash")} for head in heads]})
        self.phone.save()

    def _draw(self, visit: str) -> None:
        seed = draw_seed(visit, self.phone.device, 1)
        self._rows = rows_drawn("walk", seed, HOUSES)
        self.phone.record("household.drawn", visit, {
            "draw": 1, "frame": "walk", "n": HOUSES, "seed": seed, "rows": list(self._rows), "step": walk_step(HOUSES)})

    def _answer(self, visit: str, level: str, **more: Any) -> list[dict[str, Any]]:
        core = [q for q in self.checklist["questions"] if q["level"] == level and q["core"]]
        answers = [{"code": q["code"], "state": "answered", "value": self._value(q)} for q in core]
        self.phone.record("answers.recorded", visit, {"level": level, **more, "answers": answers})
        return answers

    def _value(self, question: Mapping[str, Any]) -> Any:
        if question["code"] in self.given:
            return self.given[question["code"]]
        if question["type"] == "yesno":
            return "yes" if self.random.random() < 0.8 else "no"
        if question["type"] == "single":
            return question["options"][0]["value"]
        if question["type"] == "multi":
            return [question["options"][-1]["value"]]
        return self.random.randint(0, 3)

    def _photo(self, visit: str, kind: str, **body: Any) -> None:
        self.pictures.append(self._picture(kind))
        self._photos.append(self.phone.photo(self.pictures[-1], self.photo_size, visit, kind=kind, source="demo", **body))

    def _picture(self, kind: str) -> bytes:
        return demo_photo(self.random, kind, self.photo_size)
