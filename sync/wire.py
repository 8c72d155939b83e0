"""What travels over HTTP, one ``TypedDict`` a document. Routes and prose: ``docs/protocol.md`` §5.

(No postponed annotations here: Python 3.11 would not see which members may be absent.)
"""

from typing import Any, Literal, NotRequired, TypedDict


class TimeAnswer(TypedDict):
    """Server time (RFC 3339, UTC) and a nonce that proves, in a later message, not-before this moment."""

    time: str
    nonce: str


class EnrolRequest(TypedDict):
    """A phone's enrolment. ``token``: the link's token or the 8-character code; a successor sends none."""

    name: str
    signing_key: dict[str, Any]
    transport_key: dict[str, Any]
    token: NotRequired[str]
    predecessor: NotRequired[str]


class Inspector(TypedDict):
    """Whose phone it is (暗访组员)."""

    id: str
    name: str
    team: Literal["A", "B"] | None


class KeySet(TypedDict):
    """A JWKS (RFC 7517): one ``sig`` and one ``enc`` key, pinned by the phone."""

    keys: list[dict[str, Any]]


class EnrolAnswer(TypedDict):
    """The phone is enrolled."""

    device: str
    inspector: Inspector
    keys: KeySet
    time: str


class HeadAnswer(TypedDict):
    """The last line that the server holds of the calling device."""

    seq: int
    hash: str


# "from" is a Python keyword, so the functional form.
SegmentAnswer = TypedDict("SegmentAnswer", {
    "status": Literal["accepted", "duplicate", "gap", "conflict", "refused"], "code": str, "detail": str,
    "next": Literal["none", "resend_from_head", "start_new_chain", "stop"], "from": int, "to": int,
    "receipt": NotRequired[str]})
SegmentAnswer.__doc__ = "The answer to one segment; ``receipt`` with accepted and duplicate, after the bytes are durable."


class SegmentsAnswer(TypedDict):
    """One answer for each line of the request, in order."""

    answers: list[SegmentAnswer]
    head: HeadAnswer


class Unsent(TypedDict):
    """What is still on the phone."""

    segments: int
    photos: int
    bytes: int
    oldest_at: str | None


class Storage(TypedDict):
    """What the browser says of its storage: granted for good or not, bytes used and allowed."""

    persisted: bool
    usage: int | None
    quota: int | None


class UnsentVisit(TypedDict):
    """A visit of which something is still on the phone."""

    visit: str
    unit: str
    photos_waiting: int


class PhoneState(TypedDict):
    """What a phone says about itself; kept as its last word, never logged. ``clock_offset_ms``: phone minus server."""

    app: str
    unsent: Unsent
    storage: Storage
    clock_offset_ms: int | None
    visits: list[UnsentVisit]


class Village(TypedDict):
    """A village (村) to choose."""

    id: str
    name: str


class PackAssignment(TypedDict):
    """A revealed assignment (任务). ``outline`` is GeoJSON, EPSG:4326; ``boundary_error_m`` in metres."""

    assignment: str
    unit: str
    unit_name: str
    county_name: str
    village: str | None
    village_name: str | None
    team: str
    reveal_at: str
    outline: dict[str, Any] | None
    boundary_error_m: float
    villages: list[Village]


class Hidden(TypedDict):
    """There is an assignment; what it is can be seen from ``reveal_at`` on."""

    reveal_at: str


class PackRound(TypedDict):
    """The round that the assignments belong to."""

    id: str
    name: str
    ends: str


class Pack(TypedDict):
    """What a phone needs for its day."""

    cursor: str
    time: str
    round: PackRound | None
    assignments: list[PackAssignment]
    hidden: list[Hidden]
    members: list[Inspector]
    checklist: dict[str, Any]
    params: dict[str, Any]
    results: list[dict[str, Any]]
    orders: list[str]


class ProblemDocument(TypedDict):
    """RFC 9457, with the stable ``code`` and ``next``: what to do now, in the caller's language."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    next: str
