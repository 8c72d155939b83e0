"""The round of the demonstration (演示): simulated phones of both teams walk the story, a simulated office decides.

Everything goes through the same HTTP and the same actions as real work, in the order in which it happened; the server's
clock is set to each moment. ``demo_plan.py`` tells the story.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any, Callable, Collection, Mapping, Sequence

from sync.private import SALT_BYTES

from . import checklists, jose
from .actions.accept_visit import Acceptance, accept_visit
from .actions.assign_township import Task, assign_township
from .actions.change_account import Change, change_account
from .actions.confirm_finding import Confirmation, confirm_finding
from .actions.hand_over_finding import hand_over_finding
from .actions.invite_device import invite_device
from .actions.mark_compromised import mark_compromised
from .actions.reject_visit import reject_visit
from .actions.return_visit import return_visit
from .app import create_app
from .chance import Dice
from .cli_data import Data
from .demo_accounts import CODE
from .demo_plan import PAIRS, Scene, Timed, scenes, timeline, townships_of
from .demo_walk import DemoWalk, words
from .fleet.clock import Clock
from .fleet.phone import Phone
from .fleet.transport import WsgiTransport
from .store import access_log, findings, registers, reviews, rounds, sessions, visits
from .times import written

PHOTO_SIZE = (480, 360)
#: 〔演示〕 A second team walks at the other end of the village, some 200 m away.
BESIDE_DEGREES = 0.002
FROM_THE_SEAT_M = 900
METRES_PER_DEGREE = 111_320.0
BETWEEN_VISITS = timedelta(minutes=12)
#: A return's codes of what to mend, and what the office writes.
#: So long ago the office handed a finding over: the county may see it by now.
HANDED_OVER_BEFORE = timedelta(days=2)
RETURNS = {"return": (("place_photo",), "returned"), "return_alone": (("inspectors",), "returned_alone")}


@dataclass(frozen=True)
class Cast:
    """Who takes part: account ids by sign-in name; ``office`` decides, ``county`` is handed something by the
    ``administrator``'s word. ``seed`` and ``dice`` make every choice and id.
    """

    accounts: Mapping[str, str]
    office: str
    county: str
    administrator: str
    seed: str
    dice: Dice


@dataclass
class _Mobile:
    """A phone of a pair, with the clock of its last walk and the visits that are not sent."""

    phone: Phone
    members: list[str]
    random: Random
    last: Clock
    companion: Mapping[str, Any] | None = None
    unsent: list[str] = field(default_factory=list)


def play_round(data: Data, round_id: str, cast: Cast, begun: datetime, now: datetime, count: int,
               untouched: Collection[str]) -> None:
    """Play the last ``count`` scenes of the story from ``begun`` to ``now``.

    ``untouched``: codes of townships that are left to others.
    """
    told = scenes(count)
    random = Random(f"{cast.seed}-plan")
    plan = timeline(told, now, random)
    stage = _Stage(data, round_id, cast, begun, townships_of(told, _walkable(data, round_id, untouched), random))
    played = [*stage.acts(plan), (now - HANDED_OVER_BEFORE, len(plan), stage.hand_over)]
    for moment, _, act in sorted(played, key=lambda one: one[:2]):
        stage.clock.forward_to(moment)
        act()


def _walkable(data: Data, round_id: str, untouched: Collection[str]) -> list[dict[str, Any]]:
    units = rounds.units(data.db, round_id)
    register = rounds.round_of(data.db, round_id)["register"]  # type: ignore[index]
    return [t for t in registers.townships(data.db, register)
            if units.get(t["unit"], "") is None and t["code"] not in untouched]


class _Stage:
    """The installation while the story is played on it."""

    def __init__(self, data: Data, round_id: str, cast: Cast, begun: datetime, townships: Mapping[int, Mapping[str, Any]]) -> None:
        self.data, self.round, self.cast, self.townships = data, round_id, cast, townships
        self.clock = Clock(begun)
        self.transport = WsgiTransport(create_app(data.config, clock=self.clock, dice=cast.dice).test_client().open)
        self.mobiles: dict[int, _Mobile] = {}
        self.walks: dict[int, DemoWalk] = {}
        self.visits: dict[int, str] = {}
        self.days: set[str] = set()

    def acts(self, plan: Sequence[Timed]) -> list[tuple[datetime, int, Callable[[], None]]]:
        """Everything that happens, with its moment and its place among what happens at once."""
        last = {one.scene.pair: one.scene.number for one in plan}
        found: list[tuple[datetime, Callable[[], None]]] = []
        for one in plan:
            scene = one.scene
            found.append((one.assigned, lambda one=one: self._assign(one)))
            found.append((one.begins, lambda scene=scene: self._walk(scene)))
            found.append((one.sent, lambda scene=scene: self._send(scene, last[scene.pair] == scene.number)))
            found += [(moment, lambda scene=scene, what=what: self._decide(scene, what))
                      for what, moment in zip(scene.decisions, one.decided, strict=True)]
        return [(moment, place, act) for place, (moment, act) in enumerate(found)]

    def _assign(self, one: Timed) -> None:
        names = PAIRS[one.scene.pair]
        township = self.townships[one.scene.number]
        task = Task(self.round, names[0][len("demo-")].upper(), township["unit"], None,
                    [self.cast.accounts[name] for name in names], one.revealed)
        assign_township(self.data.db, self.data.keys, task, "cli", self.clock(), self.cast.dice)

    def _mobile(self, pair: int) -> _Mobile:
        if pair not in self.mobiles:
            names = PAIRS[pair]
            members = [self.cast.accounts[name] for name in names]
            random = Random(f"{self.cast.seed}-phone-{pair}")
            dice = random.randbytes
            phone = Phone(self.transport, self.clock, dice, jose.new_key("sig", dice), jose.new_key("sig", dice))
            token = invite_device(self.data.db, members[0], "cli", self.clock()).link_token
            phone.enrol(token, f"demo {names[0].removeprefix('demo-')}")
            self.mobiles[pair] = _Mobile(phone, members, random, self.clock)
        return self.mobiles[pair]

    def _walk(self, scene: Scene) -> None:
        mobile, unit = self._mobile(scene.pair), self.townships[scene.number]["unit"]
        phone = mobile.phone
        phone.now = self.clock
        phone.learn_time()
        pack = phone.pack()
        companion = next(member for member in pack["members"] if member["id"] == mobile.members[1])
        assignment = next(a for a in pack["assignments"] if a["unit"] == unit)
        village = mobile.random.choice(assignment["villages"])["id"] if assignment["villages"] else None
        before = self.walks.get(scene.at) if scene.at is not None else None
        if before is not None:  # two teams in one village can be held against one another
            village = before.assignment["village"]
        place = self._near_seat(scene.number, mobile.random)
        phone.now = mobile.last = Clock((mobile.last() if scene.right_after is not None else self.clock()) + BETWEEN_VISITS)
        phone.begin_session()
        reused = self.walks[scene.same_photo_as].pictures[0] if scene.same_photo_as is not None else None
        walk = DemoWalk(phone, mobile.last, mobile.random, self.round, {**assignment, "village": village}, checklists.checklist(),
                        place if before is None else (before.place[0] + BESIDE_DEGREES, before.place[1]), PHOTO_SIZE, companion if scene.companion else None, CODE,
                        scene=scene, reused=reused)
        self.visits[scene.number] = walk.play()
        self.walks[scene.number] = walk

    def _near_seat(self, number: int, random: Random) -> tuple[float, float]:
        township = self.townships[number]
        off = FROM_THE_SEAT_M / METRES_PER_DEGREE
        return (township["seat_lon"] + random.uniform(-off, off), township["seat_lat"] + random.uniform(-off, off))

    def _send(self, scene: Scene, reports: bool) -> None:
        phone = self._mobile(scene.pair).phone
        phone.now = self.clock
        phone.learn_time()
        if scene.sent != "nothing":
            phone.send_segments()
        if scene.sent == "all":
            phone.sync()
        if reports:
            waiting = sum(photo.receipt is None for photo in phone.photos)
            phone.report([{"visit": self.visits[scene.number], "unit": self.townships[scene.number]["unit"],
                           "photos_waiting": waiting}] if waiting else [])

    def hand_over(self) -> None:
        """The first finding of an accepted visit is confirmed and handed over; the county's account is given its county."""
        db, keys, now, cast = self.data.db, self.data.keys, self.clock(), self.cast
        found = findings.of_round(db, keys.private, self.round)
        if not found:
            return
        finding, (_note, doc) = found[0], findings.noted(db, found[0]["note"])
        change_account(db, keys, cast.county, Change("role", "county", None, findings.county_of(db, doc)), cast.administrator, now)
        confirm_finding(db, keys, finding["note"], Confirmation(finding["severity"], finding.get("a9"), finding["fact"]),
                        cast.office, now, cast.dice(SALT_BYTES))
        hand_over_finding(db, keys, finding["note"], "village_only", False, cast.office, now)

    def _looks(self, visit: str, now: datetime) -> None:
        """The office signs in once a day and opens what it decides on."""
        db, office, at = self.data.db, self.cast.office, written(now)
        if at[:10] not in self.days:
            self.days.add(at[:10])
            sessions.note_sign_in(db, office, at, "signed_in", "127.0.0.1", "")
        access_log.note(db, office, "visit", visit, at)

    def _decide(self, scene: Scene, what: str) -> None:
        db, keys, visit, now = self.data.db, self.data.keys, self.visits[scene.number], self.clock()
        self._looks(visit, now)
        if what == "accept":
            self._accept(visit)
        elif what == "mend":
            self._mend(scene)
        elif what == "reject":
            reject_visit(db, keys, visit, "fabricated", words("rejected"), self.cast.office, now)
        elif what == "compromise":
            mark_compromised(db, keys, visit, True, words("compromised"), self.cast.office, now)
        else:
            fix, note = RETURNS[what]
            return_visit(db, keys, visit, fix, words(note), self.cast.office, now)

    def _accept(self, visit: str) -> None:
        db = self.data.db
        doc = visits.find(db, visit) or {}
        opened = [photo["photo"] for photo in doc["photos"]] + [flag["code"] for flag in reviews.flags_of(db, visit)]
        confirmed = doc["place"]["result"] != "inside"
        accept_visit(db, self.data.keys, visit, Acceptance(None, confirmed, False, opened), self.cast.office, self.clock())

    def _mend(self, scene: Scene) -> None:
        """The phone hears of the return, takes the place photo again, seals and sends."""
        phone, walk, visit = self._mobile(scene.pair).phone, self.walks[scene.number], self.visits[scene.number]
        phone.now = walk.clock = self.clock
        phone.learn_time()
        result = next(one for one in phone.pack()["results"] if one["visit"] == visit)
        walk.reopen(visit, result["line"])
        walk.place_photo(visit)
        walk.seal(visit)
        phone.sync()
