"""A covert visit (暗访走访) from door to door, recorded by a simulated phone as an inspector would record it.

Everything it makes is marked as a demonstration: positions with ``source=demo``, photos in their pixels.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any, Mapping, Sequence

from ..times import written
from .clock import Clock
from .demo_photo import demo_photo
from .phone import Phone

DECLARED = {"not_notified": True, "not_escorted": True, "direct_entry": True}
METRES_PER_DEGREE = 111_320.0


@dataclass
class Walk:
    """One visit on one phone. ``place`` is lon, lat in degrees WGS-84; ``photo_size`` in pixels."""

    phone: Phone
    clock: Clock
    random: Random
    round: str
    assignment: Mapping[str, Any]
    checklist: Mapping[str, Any]
    place: tuple[float, float]
    photo_size: tuple[int, int] = (1600, 1200)

    def whole_visit(self, types: Sequence[str] = ("poor", "exited", "exited", "edge", "general")) -> str:
        """Open, interview one household of each given type, disclose, seal; returns the visit's id."""
        visit = self.open()
        for number, kind in enumerate(types, 1):
            self.household(visit, number, kind)
        self.village(visit)
        self.seal(visit)
        return visit

    def open(self) -> str:
        """走访开始: declarations and the first fix, one save point."""
        visit = self.phone.new_id()
        self._photos: list[str] = []
        self.phone.record("visit.opened", visit, {
            "assignment": self.assignment["assignment"], "round": self.round, "unit": self.assignment["unit"],
            "village": self.assignment["village"], "team": self.assignment["team"], "type": "covert",
            "checklist": self.checklist["version"], "app": "fleet", "declarations": dict(DECLARED)})
        self.fix(visit, "start")
        self.phone.save()
        return visit

    def fix(self, visit: str, purpose: str, **more: Any) -> str:
        """One position within some 40 m of the place, as a phone outdoors reports it."""
        lon, lat = (c + self.random.gauss(0, 15) / METRES_PER_DEGREE for c in self.place)
        fix = self.phone.new_id()
        self.phone.record("fix.taken", visit, {
            "fix": fix, "purpose": purpose, "lon": round(lon, 6), "lat": round(lat, 6),
            "acc": round(self.random.uniform(6, 30), 1), "t": written(self.clock()), "datum": "wgs84",
            "source": "demo", **more})
        return fix

    def household(self, visit: str, number: int, kind: str) -> None:
        """户访: twelve minutes, core questions, one photo, one save point."""
        household = self.phone.new_id()
        self.clock.advance(minutes=12)
        fix = self.fix(visit, "household", household=household)
        self.phone.record("household.recorded", visit, {
            "household": household, "number": number, "type": kind, "selection": "random", "frame": "walk",
            "outcome": "complete", "fix": fix,
            "respondent_private": self.phone.private("respondent", f"DEMO household {number}")})
        self._answer(visit, "household", household=household)
        self._photo(visit, "house", household=household, fix=fix, question="H05")
        self.phone.save()

    def village(self, visit: str) -> None:
        """村级核心题 and the place photo (村牌)."""
        self.clock.advance(minutes=15)
        self._answer(visit, "village")
        self._photo(visit, "place", fix=self.fix(visit, "photo"))
        self.phone.save()

    def seal(self, visit: str) -> None:
        """亮明身份, last fix, 封存."""
        self.phone.record("identity.disclosed", visit, {})
        self.clock.advance(minutes=3)
        self.fix(visit, "leaving")
        self.phone.record("visit.sealed", visit, {
            "photos": list(self._photos), "declarations": dict(DECLARED), "heads": []})
        self.phone.save()

    def _answer(self, visit: str, level: str, **more: Any) -> None:
        core = [q for q in self.checklist["questions"] if q["level"] == level and q["core"]]
        self.phone.record("answers.recorded", visit, {
            "level": level, **more,
            "answers": [{"code": q["code"], "state": "answered", "value": self._value(q)} for q in core]})

    def _value(self, question: Mapping[str, Any]) -> Any:
        if question["type"] == "yesno":
            return "yes" if self.random.random() < 0.8 else "no"
        if question["type"] == "single":
            return question["options"][0]["value"]
        if question["type"] == "multi":
            return [question["options"][-1]["value"]]
        return self.random.randint(0, 3)

    def _photo(self, visit: str, kind: str, **body: Any) -> None:
        jpeg = demo_photo(self.random, kind, self.photo_size)
        self._photos.append(self.phone.photo(jpeg, self.photo_size, visit, kind=kind, source="demo", **body))
