"""A visit of the demonstration (演示) as its scene tells it, recorded on a simulated phone."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Mapping

from . import texts
from .demo_plan import Scene
from .fleet.walk import Walk
from .rules.household_draw import draw_seed, rows_drawn
from .rules.proposal import proposed

#: Numbers that a village or household could give; the rest of the answers are the first choice, now and then another.
NUMBERS = {"V05": (2, 3), "V12": (0, 0), "V13": (0, 0), "V19": (3, 3), "V24": (0, 0), "V39": (420, 960), "H09": (1, 4)}
CHOSEN_FIRST = 0.86
#: What a note is about was answered so; what hangs on it is proposed by the answer and confirmed by the note.
ANSWERED: Mapping[str, Any] = {"V19": 1, "V18": "few", "V21": ["room"], "V13": 1}
#: What a noted fact is about: kind, topic group (专班), severity, the category of article 9, question.
NOTES: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "water": ("finding", {"topic": "ZB10", "severity": "serious", "a9": "A9-2a", "question": "V19"}),
    "handbook": ("finding", {"topic": "ZB11", "severity": "moderate", "question": "H10"}),
    "road": ("finding", {"topic": "ZB10", "severity": "moderate", "question": "V18"}),
    "clinic": ("finding", {"topic": "ZB02", "severity": "serious", "question": "V21"}),
    "list": ("lead", {"topic": "HQ", "question": "V13"}),
    "leak": ("lead", {"topic": "ZB12", "question": "V44"}),
    "orchard": ("commendation", {"topic": "ZB01", "question": "V48"}),
    "helper": ("commendation", {"topic": "ZB11", "question": "V48"}),
}
#: Questions beside which a photo of every demonstration stands.
PHOTOGRAPHED = ("V19",)


def words(key: str) -> str:
    """What people of the demonstration say: data in Chinese, whatever language a page speaks."""
    return texts.text("zh", "cli", f"demo.{key}")


@dataclass
class DemoWalk(Walk):
    """One scene on one phone. ``reused``: a picture that stands for the first house, where the scene says so."""

    scene: Scene = field(default_factory=Scene)
    reused: bytes | None = None
    claimed: dict[str, str] = field(default_factory=dict)

    def play(self) -> str:
        """Walk the scene from the first declaration to the seal, or until it is given up; returns the visit's id."""
        visit = self.open()
        self.confirm(visit)
        if self.scene.abandoned:
            self.clock.advance(minutes=25)
            self.phone.record("visit.abandoned", visit, {"reason_private": self.phone.private("reason", words("reason.flood"))})
            self.phone.save()
            return visit
        if self.scene.posted_list:
            self.clock.advance(minutes=6)
            self._draw_list(visit)
        self._households(visit)
        self._village(visit)
        for note in self.scene.notes:
            kind, about = NOTES[note]
            claimed = self.claimed.get(about["question"])
            if kind == "finding" and about["question"] not in PHOTOGRAPHED:
                self.phone.record("photo.absent", visit, {
                    "level": "village", "question": about["question"], "reason_private": self.phone.private("reason", words("reason.no_moment"))})
            self.note(visit, kind, words(f"note.{note}"), **about, **({"proposal": claimed} if claimed else {}))
        if self.scene.doubt is not None:
            self.phone.record("visit.doubted", visit, {"reason": self.scene.doubt})
        self.seal(visit)
        return visit

    def _draw(self, visit: str) -> None:
        # A list is drawn from once it was photographed.
        if not self.scene.posted_list:
            super()._draw(visit)

    def _draw_list(self, visit: str) -> None:
        photo, n = self.phone.new_id(), self.random.randint(28, 64)
        self._photo(visit, "notice", question="V10", photo=photo)
        seed = draw_seed(visit, self.phone.device, 1)
        self._rows = rows_drawn("posted_list", seed, n)
        self.phone.record("household.drawn", visit, {
            "draw": 1, "frame": "posted_list", "n": n, "seed": seed, "rows": list(self._rows), "photo": photo})

    def _households(self, visit: str) -> None:
        number = 0
        for index, kind in enumerate(self.scene.households):
            if index == 1 and self.scene.not_home:
                number += 1
                self._not_home(visit, number, kind)
            number += 1
            self.minutes = self.scene.minutes * self.random.uniform(0.95, 1.3)
            self.household(visit, number, kind, **self._how(index))
            if self.scene.cadre_after == index + 1:
                self.clock.advance(minutes=2)
                self.cadre(visit)

    def _how(self, index: int) -> dict[str, Any]:
        how: dict[str, Any] = {"frame": self._frame}
        if index == 1 and self.scene.not_home:
            how |= {"replaces": 2}
        if index == 2 and self.scene.photo_refused:
            how |= {"photo": False, "photo_refused_private": self.phone.private("reason", words("reason.no_photo"))}
        if self.scene.cadre_after is not None and index >= self.scene.cadre_after:
            how |= {"present_other": not self.scene.alone_after, "alone": self.scene.alone_after}
        return how

    def _not_home(self, visit: str, number: int, kind: str) -> None:
        self.clock.advance(minutes=7)
        self.phone.record("household.recorded", visit, {
            "household": self.phone.new_id(), "number": number, "type": kind, "selection": "random",
            "frame": self._frame, "draw": 1, "row": self._rows.pop(0), "outcome": "not_home"})

    @property
    def _frame(self) -> str:
        return "posted_list" if self.scene.posted_list else "walk"

    def _village(self, visit: str) -> None:
        self.clock.advance(minutes=self.scene.village_minutes)
        self._answer(visit, "village")
        fix = self.fix(visit, "photo")
        if self.scene.place_photo:
            self._photo(visit, "place", fix=fix)
        self._photo(visit, "water", question="V19", fix=fix)
        if self.scene.number % 3 == 0:
            self._photo(visit, "project", question="V38", fix=fix)
        self.phone.save()

    def _answer(self, visit: str, level: str, **more: Any) -> list[dict[str, Any]]:
        answers = super()._answer(visit, level, **more)
        for answer in answers:
            self._propose(visit, answer, {"level": level, **more})
        return answers

    def _propose(self, visit: str, answer: Mapping[str, Any], about: Mapping[str, Any]) -> None:
        """What a negative answer proposes: the scene's note confirms it, else it is dismissed; of a visit that waits for
        the office it is left open.
        """
        question = next(q for q in self.checklist["questions"] if q["code"] == answer["code"])
        given = proposed(self.checklist, question, answer)
        if given is None:
            return
        proposal = self.phone.new_id()
        self.phone.record("proposal.made", visit, {
            "proposal": proposal, "question": question["code"], **about, **{name: value for name, value in given.items() if value is not None}})
        if question["code"] in self._noted and question["code"] not in self.claimed:
            self.claimed[question["code"]] = proposal
        elif self.scene.decisions:
            self.phone.record("proposal.dismissed", visit, {
                "proposal": proposal, "why": "no_case", "reason_private": self.phone.private("reason", words("reason.no_case"))})

    @property
    def _noted(self) -> set[str]:
        return {NOTES[note][1]["question"] for note in self.scene.notes if NOTES[note][0] != "commendation"}

    def _value(self, question: Mapping[str, Any]) -> Any:
        code = question["code"]
        if code in self._noted and code in ANSWERED:
            return ANSWERED[code]
        if code == "V44":
            return list(self.scene.signs)
        if code in NUMBERS:
            return self.random.randint(*NUMBERS[code])
        usual = self.random.random() < CHOSEN_FIRST
        if question["type"] == "yesno":
            return "yes" if usual else "no"
        if question["type"] == "multi":
            every = [option["value"] for option in question["options"]]
            return every if usual else every[:-1]
        if question["type"] == "single":
            return question["options"][0 if usual else 1]["value"]
        return self.random.randint(0, 3)

    def _picture(self, kind: str) -> bytes:
        if kind == "house" and self.reused is not None:
            reused, self.reused = self.reused, None
            return reused
        return super()._picture(kind)
