"""The server's word for an enrolment, which the phone keeps: what a restored server has forgotten it hears from there.

Source: ``docs/protocol.md`` §4.3 and §5.4.
"""

from __future__ import annotations

from typing import Any, Mapping

CERTIFICATE_TYPE = "fc-certificate"
ENROLMENT = ("device", "inspector", "team", "name", "signing_key", "transport_key", "predecessor")
"""The members of device.enrolled that a certificate repeats."""


def certificate_claims(enrolled: Mapping[str, Any], at: str) -> dict[str, Any]:
    """What the server signs: the enrolment as it stands on the log, and when it was made."""
    return {**{name: enrolled[name] for name in ENROLMENT}, "at": at}


def enrolment_of(claims: Mapping[str, Any]) -> dict[str, Any] | None:
    """The enrolment that verified claims repeat, or ``None`` where something of it is missing."""
    return {name: claims[name] for name in ENROLMENT} if all(name in claims for name in ENROLMENT) else None
