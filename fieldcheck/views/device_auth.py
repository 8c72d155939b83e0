"""How a phone proves itself: a bearer JWS by its transport key, at most five minutes old. ``docs/protocol.md`` §5."""

from __future__ import annotations

import hashlib
from functools import wraps
from typing import Any, Callable, Mapping

from flask import Response, after_this_request, current_app, g, request

from sync.auth import AUTH_TYPE, claims_fault
from sync.order import ORDER_TYPE, order_claims
from sync.ports import Forged

from .. import jose
from ..problems import Problem
from ..store import devices
from . import current
from .access import for_phones

View = Callable[..., Any]

#: Where an order travels.
ORDER_HEADER = "Fc-Order"


def device_required(view: View) -> View:
    """The view runs only for an enrolled phone that is not revoked; ``g.device`` is its row."""
    return _checked(view, revoked_too=False)


def device_unlocked(view: View) -> View:
    """The view runs only for a phone in use that proves itself by its **signing** key, which no locked phone can use.

    What a thief copies from a locked phone sends what lies there, and reads nothing (``docs/protocol.md`` §5.2).
    """
    return _checked(view, revoked_too=False, key="signing_key")


def device_or_revoked(view: View) -> View:
    """The same for a phone that may be revoked: it may still hand in its work (``docs/protocol.md`` §4.4)."""
    return _checked(view, revoked_too=True)


def proven_device(revoked_too: bool = False, key: str = "transport_key") -> dict[str, Any]:
    """The row of the calling phone, proved by this key of its.

    :raises Problem: ``auth_missing``, ``auth_forged``, ``auth_stale``, ``auth_foreign``, ``device_unknown``,
        ``device_revoked``.
    """
    token = _bearer()
    device = devices.device(current.database(), jose.issuer(token) or "")
    if device is None:
        raise Problem("device_unknown")
    _check(token, device[key])
    if device["revoked_at"] is not None:
        _order_wipe(device)
        if not revoked_too:
            raise Problem("device_revoked")
    return device


def _order_wipe(device: Mapping[str, Any]) -> None:
    """Every answer to a revoked phone, whatever it asked, carries the order to destroy keys and drafts, always the same one."""
    order = hashlib.sha256(f"{device['device']} {device['revoked_at']}".encode()).hexdigest()
    said = current.keys().sign(order_claims(device["device"], order, device["revoked_at"]), ORDER_TYPE)

    @after_this_request
    def carry(response: Response) -> Response:
        response.headers[ORDER_HEADER] = said
        return response


def proven_predecessor() -> tuple[dict[str, Any], bool]:
    """The row of a phone that enrols its successor, and whether it is unlocked; one that forgot its PIN has no signing key.

    :raises Problem: as ``proven_device``.
    """
    try:
        return proven_device(key="signing_key"), True
    except Problem as problem:
        if problem.code != "auth_forged":
            raise
    return proven_device(), False


def prove_holder(enrolment: Mapping[str, Any]) -> None:
    """The caller is the phone of this certified enrolment: a certificate that somebody copied enrols nobody.

    :raises Problem: ``auth_missing``, ``auth_forged``, ``auth_stale``, ``auth_foreign``.
    """
    token = _bearer()
    if jose.issuer(token) != enrolment["device"]:
        raise Problem("auth_forged")
    _check(token, enrolment["transport_key"])


def _bearer() -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Problem("auth_missing")
    return token


def _check(token: str, transport_key: Mapping[str, Any]) -> None:
    try:
        claims = jose.verify(token, transport_key, AUTH_TYPE)
    except Forged:
        raise Problem("auth_forged") from None
    fault = claims_fault(claims, [current.origin()], int(current.now().timestamp()))
    if fault is not None:
        raise Problem(fault)


def _checked(view: View, revoked_too: bool, key: str = "transport_key") -> View:
    @wraps(view)
    def checked(*args: Any, **values: Any) -> Any:
        g.device = proven_device(revoked_too, key)
        current_app.extensions["fieldcheck_phone_pace"].call(g.device["device"], current.now())
        return view(*args, **values)

    return for_phones(checked)
