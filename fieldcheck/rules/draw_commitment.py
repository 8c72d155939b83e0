"""What a round promises about its draws before there is one (承诺—揭示): ``docs/draw.md``.

Each draw of a round has a secret of its own, made from the round's. The round opens with one hash over all of them, the
top of a tree; a secret that is published comes with the ten hashes that lead from it to the top. So everybody sees that it
was settled when the round opened, and nobody can reckon another draw's secret from it.
"""

from __future__ import annotations

import hashlib
import hmac
from functools import lru_cache
from typing import Sequence

DRAWS_MOST = 1024
"""So many draws a round can have, redraws too; two teams need about 130 in a quarter."""


def secret_of(round_secret: bytes, number: int) -> str:
    """The secret of a round's ``number``-th draw, 64 hex digits."""
    return hmac.new(round_secret, f"fieldcheck-draw/1|secret|{number}".encode(), "sha256").hexdigest()


def round_secret(master: bytes, round_id: str) -> bytes:
    """The round's secret, from the installation's key of draws, which lies beside the database and never in it."""
    return hmac.digest(master, f"fieldcheck-draw/1|round|{round_id}".encode(), "sha256")


def commitment(secret: bytes, round_id: str) -> str:
    """The hash that is published when the round opens."""
    return _tree(secret, round_id)[-1][0]


def path_of(secret: bytes, round_id: str, number: int) -> list[str]:
    """The ten hashes beside the way from a draw's secret up to the commitment, the lowest first."""
    at, found = number - 1, []
    for level in _tree(secret, round_id)[:-1]:
        found.append(level[at ^ 1])
        at //= 2
    return found


def is_committed(committed: str, round_id: str, number: int, secret: str, path: Sequence[str]) -> bool:
    """Whether this secret was settled when the round opened."""
    if not 1 <= number <= DRAWS_MOST or len(path) != DRAWS_MOST.bit_length() - 1:
        return False
    at, top = number - 1, _leaf(round_id, number, secret)
    for beside in path:
        top = _node(beside, top) if at % 2 else _node(top, beside)
        at //= 2
    return hmac.compare_digest(top, committed)


@lru_cache(maxsize=4)
def _tree(secret: bytes, round_id: str) -> list[list[str]]:
    levels = [[_leaf(round_id, number, secret_of(secret, number)) for number in range(1, DRAWS_MOST + 1)]]
    while len(levels[-1]) > 1:
        below = levels[-1]
        levels.append([_node(left, right) for left, right in zip(below[::2], below[1::2], strict=True)])
    return levels


def _leaf(round_id: str, number: int, secret: str) -> str:
    return _hash(f"fieldcheck-draw/1|leaf|{round_id}|{number}|{secret}")


def _node(left: str, right: str) -> str:
    return _hash(f"fieldcheck-draw/1|node|{left}|{right}")


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
