"""Is a sealed photo the picture that its message promised? Judged outside the write transaction, written inside it."""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass
from mmap import mmap
from pathlib import Path
from typing import Any, Callable, Iterable, Mapping

from sqlite_utils import Database

from .. import picture_process, pictures, sealed_photo
from . import devices, jobs, photo_files, photos

RECEIPT_TYP = "fc-receipt"
Signer = Callable[[Mapping[str, Any], str], str]
# An open photo takes up to 20 MB, and one that has to be decoded more: not all threads at once.
_looking = threading.BoundedSemaphore(2)


@dataclass(frozen=True)
class Verdict:
    """The picture inside, or why it is refused: exactly one of the two."""

    sealed_sha256: str
    picture: pictures.Picture | None
    refused: pictures.PictureRefused | None


def judge(db: Database, data: Path, sealed_sha256: str, device: str) -> Verdict | None:
    """Open the photo with the key of a message that claims it, and look at all of it; ``None`` while none claims it.

    The first claim that is true decides. Where none is, only a claim by the phone that sent the bytes, or by another of
    its inspector's, refuses them: a stranger's false claim neither hides a true one nor forestalls it.

    :raises FileNotFoundError: the bytes are not here.
    """
    own = devices.of_same_inspector(db, device)
    claims = sorted(photos.claims_of(db, sealed_sha256), key=lambda claim: claim.device not in own)
    if not claims:
        return None
    with _looking:
        verdict = _judged(photo_files.read(data, sealed_sha256), sealed_sha256, claims)
    return verdict if verdict.picture or claims[0].device in own else None


def _judged(sealed: mmap, sealed_sha256: str, claims: list[photos.Claim]) -> Verdict:
    first = None
    for claim in claims:
        try:
            return Verdict(sealed_sha256, _looked_into(sealed, claim), None)
        except pictures.PictureRefused as refused:
            first = first or refused
    return Verdict(sealed_sha256, None, first)


def _looked_into(sealed: mmap, claim: photos.Claim) -> pictures.Picture:
    try:
        content = sealed_photo.open_sealed(sealed, sealed_photo.read_key(claim.key))
    except sealed_photo.NotOpened:
        raise pictures.PictureRefused("photo_not_opened") from None
    if len(content) != claim.size or hashlib.sha256(content).hexdigest() != claim.sha256:
        raise pictures.PictureRefused("photo_differs")
    return picture_process.inspect(content, claim.mime)


def record(db: Database, verdict: Verdict, sign: Signer, at: str) -> photos.Photo:
    """Write a verdict with its receipt. The first one stands; it is what is returned."""
    photo = photos.known(db, verdict.sealed_sha256)
    if photo.state != photos.WAITING:
        return photo
    if verdict.picture is None:
        refused = verdict.refused or pictures.PictureRefused("photo_undecodable")
        return photos.set_refused(db, verdict.sealed_sha256, refused.code, refused.details, at)
    claims = {"device": photo.device, "photo": photo.sealed_sha256, "size": photo.size, "verified": True, "at": at}
    # Its previews are made before anybody looks at it, and no request waits for them.
    jobs.ask(db, jobs.MAKE_PREVIEWS, photo.sealed_sha256, at)
    return photos.set_verified(db, verdict.sealed_sha256, verdict.picture, sign(claims, RECEIPT_TYP), at)


def ask_for_verdicts(db: Database, visits: Iterable[str], at: str) -> None:
    """After messages of these visits: photos that arrived before their message are verified without being asked for."""
    for sealed_sha256 in photos.waiting_of(db, visits):
        jobs.ask(db, jobs.VERIFY_PHOTO, sealed_sha256, at)
