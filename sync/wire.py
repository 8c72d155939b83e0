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


class ReturnRequest(TypedDict):
    """A phone that a restored server does not know hands back the certificate of its enrolment."""

    certificate: str


class Inspector(TypedDict):
    """Whose phone it is (暗访组员)."""

    id: str
    name: str
    team: Literal["A", "B"] | None


class KeySet(TypedDict):
    """A JWKS (RFC 7517): one ``sig`` and one ``enc`` key, pinned by the phone."""

    keys: list[dict[str, Any]]


class UnsentBefore(TypedDict):
    """What may be lost of the phone that this inspector had before, by its last report."""

    device: str
    name: str
    head: int
    lines: int
    photos: int
    at: str


class EnrolAnswer(TypedDict):
    """The phone is enrolled. ``certificate``: the server's word for it, to be kept; ``unsent_before``: work of an
    earlier phone that has not arrived.
    """

    device: str
    inspector: Inspector
    keys: KeySet
    time: str
    certificate: str
    unsent_before: NotRequired[UnsentBefore]


class HeadAnswer(TypedDict):
    """The last line that the server holds of the calling device; ``photos_missing`` where the device asks for its head."""

    seq: int
    hash: str
    photos_missing: NotRequired[list[str]]


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


class PhoneLoss(TypedDict):
    """Work that is no longer on the phone. ``missing``: records and photos that had not arrived, at that moment."""

    how: Literal["emptied", "set_back", "replaced"]
    device: str
    seq: int
    missing: int
    at: str


class PlannedReturn(TypedDict):
    """When an inspector means to be back today, and at most the township; said of one's own accord, forgotten the next day."""

    at: str
    unit: str | None


class PhoneState(TypedDict):
    """What a phone says about itself; kept as its last word, never logged. ``clock_offset_ms``: phone minus server.

    ``head``: the last line of its chain as written on the phone. ``holds``: every device whose work it holds.
    """

    app: str
    unsent: Unsent
    storage: Storage
    clock_offset_ms: int | None
    visits: list[UnsentVisit]
    head: NotRequired[int]
    holds: NotRequired[list[str]]
    lost: NotRequired[list[PhoneLoss]]
    planned_return: NotRequired[PlannedReturn | None]


class PhotoReceipt(TypedDict):
    """The receipt of a photo that is verified and durable: a JWS of the server."""

    receipt: str


class CoverageRound(TypedDict):
    """The round (轮次) that the figures belong to."""

    id: str
    name: str
    ends: str


class CoverageRule(TypedDict):
    """One rule of ``docs/inspection-rules.md`` §5.3 on the visit that comes nearest; ``reason`` where it fails."""

    rule: str
    result: Literal["pass", "fail"]
    reason: str | None


class CoverageVisit(TypedDict):
    """A visit (走访) that claims the township. ``households_counted`` are complete and covert; ``photos`` are announced,
    ``photos_verified`` of them have arrived.
    """

    visit: str
    team: str | None
    state: Literal["draft", "submitted", "returned", "accepted", "rejected", "abandoned"]
    opened_at: str | None
    sealed_at: str | None
    rules: list[CoverageRule]
    place: Literal["inside", "border", "outside", "nofix", "nopolygon"]
    households: int
    households_counted: int
    photos: int
    photos_verified: int


class TownshipCounts(TypedDict):
    """What all visits to a township add up to; ``households`` are complete ones of the covert phase."""

    visits: int
    households: int
    photos: int
    photos_verified: int


class Township(TypedDict):
    """A township (乡镇) and why it stands where it stands. ``code`` is of this edition, ``unit`` stays.

    ``latin`` is the name in machine pinyin, ``None`` where the register was taken in before there was any.
    ``rules`` and ``visits`` are left out of the brief document.
    """

    unit: str
    code: str
    name: str
    latin: str | None
    kind: str
    county: str
    county_name: str
    county_latin: str | None
    boundary_error_m: float
    confidence: str | None
    status: Literal["excluded", "covered_both", "covered", "visited_unverified", "unvisited"]
    flags: list[str]
    reasons: list[str]
    rules: NotRequired[list[CoverageRule]]
    visits: NotRequired[list[CoverageVisit]]
    counts: TownshipCounts


class TownshipFeature(TypedDict):
    """A GeoJSON feature (RFC 7946); its outline is simplified for the screen."""

    type: Literal["Feature"]
    id: str
    geometry: dict[str, Any] | None
    properties: Township


class CoverageCounts(TypedDict):
    """How many townships stand where; ``in_scope`` (应覆盖) is all of them but the excluded."""

    in_scope: int
    covered: int
    covered_both: int
    visited_unverified: int
    unvisited: int
    excluded: int


class CoverageUnsent(TypedDict):
    """What phones in service last said they still hold."""

    visits: int
    photos: int
    oldest_at: str | None


class CoverageExcluded(TypedDict):
    """A township that is not counted (不计入) and the reason."""

    unit: str
    name: str
    reason: str


class AttributionLine(TypedDict):
    """Whom to name beside the map: a key of the texts and its values."""

    key: str
    values: dict[str, str]


class Coverage(TypedDict):
    """The coverage (覆盖) of a round: a GeoJSON FeatureCollection of every township of its register."""

    type: Literal["FeatureCollection"]
    round: CoverageRound
    features: list[TownshipFeature]
    counts: CoverageCounts
    unsent: CoverageUnsent
    made_at: str
    attribution: list[AttributionLine]
    excluded: list[CoverageExcluded]


class ProblemDocument(TypedDict):
    """RFC 9457, with the stable ``code`` and ``next``: what to do now, in the caller's language."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    next: str
    instance: str
