"""Time, enrolment, head and state of a phone. Contract: ``docs/protocol.md`` §5."""

from __future__ import annotations

from flask import Blueprint, Response, g, jsonify, request

from sync.wire import EnrolRequest, PhoneState, ReturnRequest, UnsentBefore

from ..actions.enrol_device import Enrolled, NewPhone, enrol_device
from ..actions.hear_state import hear_state
from ..actions.readmit_device import certified_enrolment, readmit_device
from ..rules.nonces import make_nonce
from ..store import devices, log, photos
from ..times import written
from . import current
from .access import for_phones
from .bodies import read_json
from .device_auth import device_required, prove_holder, proven_predecessor

bp = Blueprint("api_devices", __name__, url_prefix="/api/v1")

#: A phone with more photos than this under way hears of the others once these have arrived.
PHOTOS_NAMED_MAX = 200


@bp.get("/time")
@for_phones
def time() -> Response:
    """The server's clock and a nonce."""
    now = current.now()
    nonce = make_nonce(current.keys().session, int(now.timestamp() * 1000))
    return jsonify(time=written(now), nonce=nonce)


@bp.post("/devices")
@for_phones
def enrol() -> tuple[Response, int]:
    """Enrol a phone: the only call that consumes an invitation; or take one in again by its certificate."""
    wanted = read_json(EnrolRequest, instead={"certificate": ReturnRequest})
    enrolled = _returned(wanted["certificate"]) if "certificate" in wanted else _enrolled(wanted)
    account = enrolled.account
    return jsonify(
        device=enrolled.device, inspector={"id": account.id, "name": account.display_name, "team": account.team},
        keys=current.keys().public(), time=written(current.now()), certificate=enrolled.certificate,
        **_unsent_before(account.id)), 201


def _returned(certificate: str) -> Enrolled:
    enrolment = certified_enrolment(current.keys(), certificate)
    prove_holder(enrolment)
    account = readmit_device(current.database(), current.keys(), enrolment, current.now())
    return Enrolled(enrolment["device"], account, certificate)


def _enrolled(wanted: EnrolRequest) -> Enrolled:
    token, predecessor, unlocked = wanted.get("token"), wanted.get("predecessor"), True
    if token is None:
        before, unlocked = proven_predecessor()
        predecessor = before["device"]
    phone = NewPhone(wanted["name"], wanted["signing_key"], wanted["transport_key"])
    return enrol_device(current.database(), current.keys(), phone, current.now(),
                        token=token, predecessor=predecessor, unlocked=unlocked, address=request.remote_addr or "",
                        dice=current.dice())


def _unsent_before(inspector: str) -> dict[str, UnsentBefore]:
    """What may be lost of the inspector's earlier phones: the newest of them, told while people still remember."""
    db = current.database()
    lost = devices.losses(db)
    for phone in devices.devices(db):
        loss = lost.get(phone["device"])
        if loss and phone["inspector"] == inspector:
            return {"unsent_before": {"device": phone["device"], "name": phone["name"], "head": phone["state"]["head"],
                                      "lines": loss.lines, "photos": loss.photos, "at": loss.at}}
    return {}


@bp.get("/head")
@device_required
def head() -> Response:
    """The last line held of the calling device."""
    device = g.device["device"]
    held = log.head(current.database(), device)
    return jsonify(seq=held.seq, hash=held.hash,
                   photos_missing=photos.missing_of(current.database(), device, PHOTOS_NAMED_MAX))


@bp.put("/devices/me/state")
@device_required
def state() -> tuple[str, int]:
    """What the phone says about itself."""
    said: PhoneState = read_json(PhoneState)
    hear_state(current.database(), g.device["device"], dict(said), current.now())
    return "", 204
