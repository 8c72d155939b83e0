"""A change of units (区划变更) that is longer than one line of the log: told in parts, heard as one. Source: `docs/protocol.md` §6.

Pure. What is split is joined again to the very same change, so that nothing hangs on where it was split.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sync.message import LINE_MAX_BYTES

from .unit_links import KEEPING

BODY_MAX_BYTES = LINE_MAX_BYTES - 2048
"""What a part may hold: a line less its envelope, whoever acts."""


def parted(change: Mapping[str, Any], most: int | None = None) -> list[dict[str, Any]]:
    """Return the bodies, each with its own share of `links` and `rounds`, that together say what `change` says.

    One alone where it fits, as it is; otherwise each says by `part` (from 1) and `parts` which it is.

    :param most: bytes of one body, `BODY_MAX_BYTES` if not said.
    """
    most = most or BODY_MAX_BYTES
    if _bytes(change) <= most:
        return [dict(change)]
    head = {**change, "links": [], "rounds": []}
    # The numbers of the parts are longer than their places here: at most as many digits as there are pieces.
    room, parts, used = most - _bytes(head) - 64, [], 0
    for member, piece in _pieces(change):
        if not parts or used + _added(parts[-1][member], member, piece) > room:
            parts.append({**head, "links": [], "rounds": []})
            used = 0
        used += _added(parts[-1][member], member, piece)
        _put(parts[-1][member], member, piece)
    return [{**part, "part": number, "parts": len(parts)} for number, part in enumerate(parts, 1)]


def joined(parts: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """Return the change that these parts, in their order, say together; `None` while one of them is missing."""
    if [part.get("part", 1) for part in parts] != list(range(1, parts[-1].get("parts", 1) + 1)):
        return None
    whole: dict[str, Any] = {**parts[-1], "links": [], "rounds": []}
    for part in parts:
        for member in ("links", "rounds"):
            for piece in part[member]:
                _put(whole[member], member, piece)
    return {name: value for name, value in whole.items() if name not in ("part", "parts")}


def _pieces(change: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The change taken apart as far as it can be, in its order."""
    for link in change["links"]:
        if link["kind"] in KEEPING:
            yield from (("links", {**link, "from": [old], "to": [new]}) for old, new in zip(link["from"], link["to"], strict=True))
        elif link["villages"]:
            yield from (("links", {**link, "villages": [village]}) for village in link["villages"])
        else:
            yield "links", dict(link)
    for of_round in change["rounds"]:
        yield "rounds", {**of_round, "included": [], "excluded": []}
        for member in ("included", "excluded"):
            yield from (("rounds", {**of_round, "included": [], "excluded": [], member: [one]}) for one in of_round[member])


def _put(into: list[dict[str, Any]], member: str, piece: Mapping[str, Any]) -> None:
    """Add a piece, to what was said last where that goes on."""
    lists = _goes_on(into, member, piece)
    if not lists:
        into.append({name: list(value) if isinstance(value, (list, tuple)) else value for name, value in piece.items()})
    for name in lists:
        into[-1][name] += piece[name]


def _added(into: list[dict[str, Any]], member: str, piece: Mapping[str, Any]) -> int:
    """The bytes that a piece adds, at most."""
    lists = _goes_on(into, member, piece)
    return sum(_bytes(piece[name]) for name in lists) if lists else _bytes(piece) + 1


def _goes_on(into: list[dict[str, Any]], member: str, piece: Mapping[str, Any]) -> tuple[str, ...]:
    """The lists of what was said last that this piece goes on with; none where it begins something else."""
    lists = ("included", "excluded") if member == "rounds" else ("from", "to") if piece["kind"] in KEEPING else ("villages",)
    alike = bool(into) and all(into[-1][name] == piece[name] for name in piece if name not in lists)
    return lists if alike and (member == "rounds" or piece["kind"] in KEEPING or piece["villages"]) else ()


def _bytes(value: Any) -> int:
    return len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())
