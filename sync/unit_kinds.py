"""What the desk says of changes of units (区划变更): which unit became which, and what that does to the rounds under way."""

from typing import Literal, NotRequired, TypedDict

UnitLinkKind = Literal["recode", "rename", "type_change", "move_village", "merge", "split", "abolish", "create"]


class OutOfScope(TypedDict):
    """A unit that a round does not count from now on, and why; ``signer`` where somebody had answered for it before."""

    unit: str
    reason: str
    signer: NotRequired[str]


# ``from`` is a Python keyword, hence the other way of writing a TypedDict.
UnitLink = TypedDict("UnitLink", {"kind": UnitLinkKind, "date": str, "from": list[str], "to": list[str], "villages": list[str]})
"""变更: ``kind`` on a ``date`` (Beijing), from these internal ids to those; what keeps its id stands on both sides.
``villages``: those that were moved.
"""


class RoundChanged(TypedDict):
    """What became of one open round's scope (应覆盖): ``included`` and ``excluded`` are what differs from before."""

    round: str
    included: list[str]
    excluded: list[OutOfScope]


class UnitsChanged(TypedDict):
    """区划变更: another edition, ``register``, follows ``before``. ``size``: entries of the log before this one; ``rounds``:
    those that were open then and stand on the new edition from here on. Closed rounds are never among them.

    One that is longer than a line is told in ``parts``, this one being the ``part``-th; nothing changes before the last.
    """

    register: str
    before: str
    size: int
    links: list[UnitLink]
    rounds: list[RoundChanged]
    part: NotRequired[int]
    parts: NotRequired[int]


UNIT_KINDS: dict[str, type] = {"units.changed": UnitsChanged}
