"""The state of a visit (走访状态) from seals and desk decisions. Source: ``docs/protocol.md`` §6.5.

A seal belongs to the return that its chain reopened for, by that return's hash, or to none. So the question whether a
seal came after a decision never depends on a clock or on the order of arrival.
"""

from __future__ import annotations

from typing import Any, Callable

STATES = ("draft", "submitted", "returned", "accepted", "rejected", "abandoned")
"""``submitted`` once sealed (封存); the next three are the desk's decisions (审核)."""


def decided(doc: dict[str, Any], said: Any) -> None:
    """Keep a decision; the desk's own order is the order of its chain."""
    body = {name: value for name, value in said.body.items() if name != "visit"}
    doc["decisions"].append({"kind": said.kind.partition(".")[2], "at": said.at, "actor": said.actor,
                             "line": said.hash, **body})


def compromised(doc: dict[str, Any], said: Any) -> None:
    """Set or clear *compromised* (存疑); ``None`` as long as nobody said anything. What a clearing did not see stands."""
    decided(doc, said)
    doc["doubts_cleared"] += said.body.get("doubts", []) if said.kind == "visit.compromised_cleared" else []
    doc["compromised"] = said.kind == "visit.compromised_set"


def recused(doc: dict[str, Any], said: Any) -> None:
    """Keep who of the inspectors is recused for the township (回避); the last word holds."""
    doc["recused"] = sorted(said.body["inspectors"])


def chosen(doc: dict[str, Any], said: Any) -> None:
    """Keep which answer counts (``rules/answers.py``); the last word on a question holds."""
    body = said.body
    doc["chosen"].setdefault(body["subject"], {})[body["code"]] = {
        "line": body["line"], "over": body["over"], "at": said.at, "actor": said.actor}


DESK_FOLDS: dict[str, Callable[[dict[str, Any], Any], None]] = {
    "visit.accepted": decided, "visit.returned": decided, "visit.rejected": decided,
    "visit.compromised_set": compromised, "visit.compromised_cleared": compromised,
    "answer.chosen": chosen, "visit.recused": recused,
}


def last_decision(doc: dict[str, Any]) -> dict[str, Any] | None:
    """The last acceptance, return or rejection; setting or clearing *compromised* decides nothing."""
    return next((one for one in reversed(doc["decisions"]) if one["kind"] in ("accepted", "returned", "rejected")), None)


def settle(doc: dict[str, Any]) -> None:
    """Say what follows from everything folded: the state, and the seal that it rests on."""
    last = last_decision(doc)
    returns = [one["line"] for one in doc["decisions"] if one["kind"] == "returned"]
    for answered in [*reversed(returns), None]:
        seals = [seal for seal in doc["seals"] if seal["answers"] == answered]
        if seals:
            _seal(doc, seals)
            break
    doc["state"] = _state(doc, last)


def _state(doc: dict[str, Any], last: dict[str, Any] | None) -> str:
    if not doc["seals"]:
        return "abandoned" if doc["abandoned_at"] and not _goes_on(doc) else "draft"
    if last is None:
        return "submitted"
    if last["kind"] != "returned":
        return last["kind"]
    if any(seal["answers"] == last["line"] for seal in doc["seals"]):
        return "submitted"
    return "abandoned" if last["line"] in doc["abandoned_for"] else "returned"


def _goes_on(doc: dict[str, Any]) -> bool:
    # One phone gives up its own part; while another one of the visit has not ended, the visit goes on.
    joined = any(one["how"] == "joined" for one in doc["members"])
    return joined and any(one["device"] not in doc["ended_by"] for one in doc["members"])


def _seal(doc: dict[str, Any], seals: list[dict[str, Any]]) -> None:
    first = min(seals, key=lambda seal: (seal["at"], seal["device"]))
    doc["sealed_at"] = first["at"]
    doc["submitted_at"] = min(seal["received_at"] for seal in seals)
    doc["declarations_sealed"] = {name: all(seal["declarations"][name] for seal in seals)
                                  for name in first["declarations"]}
