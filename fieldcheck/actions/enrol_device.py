"""Enrol a phone: the only act that consumes an invitation. The phone's two public keys go on the log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Mapping

from sync.certificate import CERTIFICATE_TYPE, certificate_claims

from .. import jose
from ..chance import SYSTEM, Dice, new_id
from ..keys import Keys
from ..problems import Problem
from ..rules.invitations import invitation_hash
from ..rules.limits import place
from ..store import desk_log, devices, people, tries
from ..store.database import Database, write
from ..times import written

NAME_LONGEST = 64


@dataclass(frozen=True)
class NewPhone:
    """What a phone brings to its enrolment: a name for people, and two public keys as JWK."""

    name: str
    signing_key: Any
    transport_key: Any


@dataclass(frozen=True)
class Enrolled:
    """The phone's id, whose it is, and the server's word for it."""

    device: str
    account: people.Account
    certificate: str


def enrol_device(db: Database, keys: Keys, phone: NewPhone, now: datetime, *, token: str | None = None,
                 predecessor: str | None = None, unlocked: bool = True, address: str = "",
                 dice: Dice = SYSTEM) -> Enrolled:
    """Enrol with an invitation's ``token`` (link or code), or as the successor of ``predecessor``.

    The same call again, with the same two keys, is the same device: a phone whose answer was lost on the way asks again.
    A successor is how a phone goes on after a conflict (``docs/protocol.md`` §4.2): the caller has proved that it holds one of
    the predecessor's keys, so no new invitation is needed. ``unlocked``: it was the signing key; else the PIN was forgotten, or
    the phone is in other hands, and it waits until the office has confirmed it.

    ``address``: where the call comes from; too many unknown tokens from there and it waits.

    :raises Problem: ``too_many_tries``, ``token_unknown``, ``token_used``, ``token_expired``, ``key_malformed``, ``device_unknown``,
        ``device_revoked``, ``account_unknown``; the invitation stays as it was.
    """
    signing, transport = (jose.checked_public_jwk(key) for key in (phone.signing_key, phone.transport_key))
    if signing is None or transport is None or signing == transport:
        raise Problem("key_malformed")
    at, device, who = written(now), new_id(dice), place(address)
    tries.check(db, "enrol_address", who, now)
    if token is not None and devices.invitation(db, invitation_hash(token)) is None:
        tries.count(db, "enrol_address", who, now)
        raise Problem("token_unknown")
    with write(db):
        before = _enrolled_before(db, keys, token, predecessor, signing, transport)
        if before is not None:
            return before
        invitation = _invitation(db, token, at) if token is not None else None
        account_id = invitation["account"] if invitation else _holder(db, predecessor)
        account = people.account(db, account_id)
        if account is None or account.disabled:
            raise Problem("account_unknown")
        name = phone.name.strip() or _name(db, predecessor)
        if invitation and predecessor and not _same_holder(db, predecessor, account.id):
            predecessor = None
        body = {"device": device, "inspector": account.id, "team": account.team, "name": name[:NAME_LONGEST],
                "signing_key": signing, "transport_key": transport, "predecessor": predecessor,
                **({"returned": True} if invitation is None and (not unlocked or _waits(db, predecessor)) else {})}
        desk_log.append(db, keys, "device.enrolled", body, actor=account.id, at=at)
        if invitation:
            devices.use_invitation(db, invitation["token_hash"], device, at)
    return Enrolled(device, account, _certificate(keys, body, at))


def _certificate(keys: Keys, enrolled: Mapping[str, Any], at: str) -> str:
    return keys.sign(certificate_claims(enrolled, at), CERTIFICATE_TYPE)


def _enrolled_before(db: Database, keys: Keys, token: str | None, predecessor: str | None, signing: Any,
                     transport: Any) -> Enrolled | None:
    if token is not None:
        invitation = devices.invitation(db, invitation_hash(token))
        device = invitation and invitation["device"]
    else:
        device = devices.successor_of(db, predecessor or "")
    known = devices.device(db, device) if device else None
    if known is None or (known["signing_key"], known["transport_key"]) != (signing, transport):
        return None
    account = people.account(db, known["inspector"])
    return Enrolled(known["device"], account, _certificate(keys, known, known["enrolled_at"])) if account else None


def _invitation(db: Database, token: str, at: str) -> dict[str, Any]:
    invitation = devices.invitation(db, invitation_hash(token))
    if invitation is None:
        raise Problem("token_unknown")
    if invitation["used_at"] is not None:
        raise Problem("token_used")
    if invitation["expires_at"] < at:
        raise Problem("token_expired")
    return invitation


def _holder(db: Database, predecessor: str | None) -> str:
    known = devices.device(db, predecessor) if predecessor else None
    if known is None:
        raise Problem("device_unknown")
    if known["revoked_at"] is not None:
        raise Problem("device_revoked")
    return known["inspector"]


def _name(db: Database, predecessor: str | None) -> str:
    # A phone that lost its keys does not know what it was called.
    known = devices.device(db, predecessor) if predecessor else None
    return known["name"] if known else ""


def _waits(db: Database, predecessor: str | None) -> bool:
    # Whoever may not see the day's pack does not come by it under a new name.
    known = devices.device(db, predecessor) if predecessor else None
    return known is not None and known["unconfirmed_since"] is not None


def _same_holder(db: Database, predecessor: str, account: str) -> bool:
    known = devices.device(db, predecessor)
    return known is not None and known["inspector"] == account
