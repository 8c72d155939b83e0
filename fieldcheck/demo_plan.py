"""The story of the demonstration (演示): which visits there are, how each went, and when. Pure: a seed and a moment decide.

Told in the fifth week of thirteen: two teams with two phones each, one visit after the other. What is not told of a scene
is a good visit of five households that the office accepts.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any, Literal, Mapping, Sequence

SEED = 4210
DAYS_BACK = 32
BEIJING = timedelta(hours=8)
#: Sign-in names of who walks together, by team in turn, so that every other scene is team A's.
PAIRS = (("demo-a3", "demo-a4"), ("demo-b1", "demo-b2"), ("demo-a5", "demo-a6"), ("demo-b3", "demo-b4"))
FIVE = ("poor", "exited", "exited", "edge", "general")
THREE = ("exited", "poor", "general")
#: 〔演示〕 Every so many visits find no signal in the evening and are sent the next morning.
NO_SIGNAL_EVERY = 6


@dataclass(frozen=True)
class Scene:
    """One visit. ``at``: the scene in whose township it is, else one of its own; ``right_after``: begun as soon as that
    scene of the same phone ended; ``sent``: what of it has arrived; ``decisions``: what the office did, one day after another.
    """

    number: int = 0
    at: int | None = None
    right_after: int | None = None
    confidence: str = "medium"
    households: Sequence[str] = FIVE
    minutes: float = 14
    village_minutes: float = 15
    companion: bool = True
    not_home: bool = False
    posted_list: bool = False
    photo_refused: bool = False
    place_photo: bool = True
    signs: Sequence[str] = ("none",)
    doubt: str | None = None
    cadre_after: int | None = None
    alone_after: bool = True
    notes: Sequence[str] = ()
    same_photo_as: int | None = None
    abandoned: bool = False
    sent: Literal["all", "lines", "nothing"] = "all"
    decisions: Sequence[str] = ("accept",)

    @property
    def pair(self) -> int:
        """Whose phone it is on, by its place in ``PAIRS``."""
        return self.number % len(PAIRS)


@dataclass(frozen=True)
class Timed:
    """A scene with its moments: the township is assigned, the visit begins, it is sent, the office decides."""

    scene: Scene
    assigned: datetime
    revealed: datetime
    begins: datetime
    sent: datetime
    decided: Sequence[datetime]


#: 〔演示〕 What is out of the ordinary, by the scene's number.
STORY: Mapping[int, Mapping[str, Any]] = {
    2: {"notes": ("water",)}, 3: {"not_home": True}, 5: {"photo_refused": True}, 6: {"posted_list": True},
    7: {"decisions": ("reject",)}, 10: {"notes": ("orchard",)}, 11: {"not_home": True, "posted_list": True},
    12: {"decisions": ("reject",)}, 13: {"notes": ("handbook",)}, 15: {"posted_list": True}, 18: {"notes": ("list",)},
    19: {"at": 12, "photo_refused": True}, 20: {"not_home": True}, 21: {"at": 4}, 22: {"posted_list": True},
    24: {"decisions": ("reject",)}, 25: {"notes": ("road", "orchard")}, 26: {"households": THREE}, 27: {"posted_list": True},
    30: {"at": 9}, 31: {"cadre_after": 3, "notes": ("helper",)}, 33: {"at": 26, "households": THREE},
    35: {"abandoned": True, "decisions": ()}, 36: {"not_home": True}, 37: {"at": 14},
    38: {"decisions": ("accept", "compromise")}, 39: {"posted_list": True}, 40: {"decisions": ("return", "mend", "accept")},
    42: {"notes": ("water", "list")}, 43: {"photo_refused": True}, 45: {"households": THREE}, 46: {"at": 17},
    48: {"posted_list": True}, 50: {"cadre_after": 2, "alone_after": False}, 51: {"not_home": True}, 52: {"at": 23},
    53: {"decisions": ("return",)}, 54: {"notes": ("clinic",)}, 55: {"at": 28}, 56: {"posted_list": True},
    57: {"companion": False, "decisions": ("return_alone",)}, 58: {"notes": ("helper",)}, 59: {"decisions": ()},
    60: {"households": THREE, "minutes": 5.6, "village_minutes": 3, "decisions": ()},
    61: {"households": THREE[:2], "not_home": True, "decisions": ()}, 62: {"photo_refused": True},
    63: {"right_after": 59, "decisions": ()}, 64: {"signs": ("leak",), "doubt": "leak", "notes": ("leak",), "decisions": ()},
    65: {"confidence": "low", "decisions": ()}, 66: {"minutes": 4.5, "village_minutes": 20, "decisions": ()},
    67: {"same_photo_as": 44, "posted_list": True, "decisions": ()},
    68: {"sent": "lines", "notes": ("road",), "decisions": ()}, 69: {"sent": "nothing", "decisions": ()},
}
SCENES = 70


def scenes(count: int = SCENES) -> list[Scene]:
    """The last ``count`` scenes of the story, earliest first; a township of a scene left out is one of their own."""
    kept = range(SCENES - count, SCENES)
    told = [Scene(number, **STORY.get(number, {})) for number in kept]
    return [replace(scene, **{name: None for name in ("at", "right_after", "same_photo_as")
                              if (other := getattr(scene, name)) is not None and other not in kept}) for scene in told]


def timeline(told: Sequence[Scene], now: datetime, random: Random) -> list[Timed]:
    """When it all happened: in working hours in Beijing, the last of them yesterday."""
    found: dict[int, Timed] = {}
    for scene in told:
        one = _timed(scene, now, random)
        if scene.right_after is not None:
            day = found[scene.right_after]
            one = replace(day, scene=scene, begins=day.begins + timedelta(seconds=1), decided=one.decided)
        found[scene.number] = one
    return list(found.values())


def _timed(scene: Scene, now: datetime, random: Random) -> Timed:
    days_ago = DAYS_BACK - scene.number * (DAYS_BACK - 1) // (SCENES - 1)
    local = now + BEIJING
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0) - BEIJING - timedelta(days=days_ago)
    begins = midnight + timedelta(hours=8, minutes=random.randint(10, 100), seconds=random.randint(0, 59))
    sent = midnight + timedelta(hours=19, minutes=random.randint(0, 110), seconds=random.randint(0, 59))
    if scene.number % NO_SIGNAL_EVERY == 1 and days_ago > 3:
        sent = midnight + timedelta(hours=31, minutes=random.randint(0, 25))
    first = midnight + timedelta(days=random.choice((1, 1, 2)), hours=random.randint(9, 16), minutes=random.randint(0, 59))
    decided = [first + timedelta(days=day) for day in range(len(scene.decisions))]
    return Timed(scene, midnight - timedelta(hours=6), midnight + timedelta(hours=6.5), begins, sent, decided)


def townships_of(told: Sequence[Scene], known: Sequence[Mapping[str, Any]], random: Random) -> dict[int, Mapping[str, Any]]:
    """A township for every scene, by its number. ``known``: those that may be walked, with their ``confidence``."""
    shuffled = {confidence: [t for t in known if t["confidence"] == confidence] for confidence in ("medium", "low")}
    for some in shuffled.values():
        random.shuffle(some)
    # Well drawn ones first; where they run out, the approximate ones are confirmed by the reviewer.
    found: dict[int, Mapping[str, Any]] = {}
    waiting = {"medium": shuffled["medium"] + shuffled["low"][:-1], "low": shuffled["low"][-1:]}
    for scene in told:
        found[scene.number] = found[scene.at] if scene.at is not None else waiting[scene.confidence].pop(0)
    return found
