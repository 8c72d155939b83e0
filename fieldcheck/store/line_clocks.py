"""When each line of a phone was written, as far as the server can prove it, and how wrong its clock was. A fold."""

from __future__ import annotations

from typing import Any, Iterable, Sequence

from sqlite_utils import Database

from sync.message import parse_line

from ..rules.clock_interval import MONO_MAX, SESSION_LONGEST, Clocked, Reading, clocked, origins, tightened
from ..rules.faults import parse_time
from ..rules.nonces import nonce_time

COLUMNS = "seq, at, session, mono, not_before, not_after"


def reading(seq: int, line: str, received_at: str, secret: bytes | None) -> Reading:
    """What a line says of time.

    :param secret: of the nonces; only one that was made with it counts, and without it none does.
    """
    message = parse_line(line) or {}
    session, mono, nonce = message.get("session"), message.get("mono"), message.get("nonce")
    counts = isinstance(mono, int) and not isinstance(mono, bool) and 0 <= mono <= MONO_MAX
    named = isinstance(session, str) and len(session) <= SESSION_LONGEST and counts
    given = nonce_time(secret, nonce) if secret is not None and isinstance(nonce, str) and nonce else None
    return Reading(seq, _ms(message.get("at")), session if named else None, mono if named else 0, given, _ms(received_at) or 0)


def fold(db: Database, chain: str, new: Sequence[Reading]) -> None:
    """Lines that now follow the chain's others: their intervals, and what they prove of earlier lines.

    Costs what the sessions of these lines hold, not what the chain holds.
    """
    first = new[0].seq
    before = db.execute("SELECT not_before FROM line_clocks WHERE chain = ? AND seq = ?", [chain, first - 1]).fetchone()
    held = _held_since_these_sessions(db, chain, {line.session for line in new} - {None}, first)
    ends = tightened(held, new)
    changed = [(end, chain, line.seq) for line, end in zip(held, ends, strict=True) if end != line.not_after]
    db.conn.executemany("UPDATE line_clocks SET not_after = ? WHERE chain = ? AND seq = ?", changed)
    found = clocked(new, before and before[0], origins(held))
    _lower_before(db, chain, held[0].seq if held else first, ends[0] if ends else found[0].not_after)
    db.conn.executemany(
        f"INSERT INTO line_clocks (chain, {COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)",
        [(chain, one.seq, one.at, one.session, one.mono, one.not_before, one.not_after) for one in found])


def _held_since_these_sessions(db: Database, chain: str, sessions: Iterable[str], first: int) -> list[Clocked]:
    starts = [db.execute("SELECT min(seq) FROM line_clocks WHERE session = ? AND chain = ?", [session, chain]).fetchone()[0]
              for session in sorted(sessions)]
    since = min((start for start in starts if start is not None), default=first)
    return _lines(db, f"SELECT {COLUMNS} FROM line_clocks WHERE chain = ? AND seq BETWEEN ? AND ? ORDER BY seq",
                  [chain, since, first - 1])


def _lower_before(db: Database, chain: str, seq: int, end: int) -> None:
    # Ends never fall along a chain, so those that are lower already end the walk back.
    low = db.execute("SELECT seq FROM line_clocks WHERE chain = ? AND seq < ? AND not_after <= ? ORDER BY seq DESC LIMIT 1",
                     [chain, seq, end]).fetchone()
    db.execute("UPDATE line_clocks SET not_after = ? WHERE chain = ? AND seq > ? AND seq < ?",
               [end, chain, low[0] if low else 0, seq])


def of_visit(db: Database, visit: str) -> dict[str, list[Clocked]]:
    """Chain → the intervals of its lines that name the visit, in chain order; the desk writes by the server's clock."""
    rows = db.execute(
        f"""SELECT c.chain, {', '.join('c.' + name for name in COLUMNS.split(', '))} FROM messages m
            JOIN line_clocks c USING (chain, seq) WHERE m.visit = ? ORDER BY c.chain, c.seq""", [visit])
    found: dict[str, list[Clocked]] = {}
    for chain, *columns in rows.fetchall():
        found.setdefault(chain, []).append(Clocked(*columns))
    return found


def _lines(db: Database, query: str, values: Sequence[Any]) -> list[Clocked]:
    return [Clocked(*row) for row in db.execute(query, values).fetchall()]


def _ms(moment: Any) -> int | None:
    parsed = parse_time(moment)
    return round(parsed.timestamp() * 1000) if parsed is not None else None
