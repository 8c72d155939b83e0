"""The one shape of every refusal, asserted in one place (RFC 9457)."""

from __future__ import annotations

from typing import Any


def assert_problem(answer: Any, code: str, status: int) -> dict[str, Any]:
    """The answer is this problem, says in words what was wrong and what to do, and leaves no placeholder open."""
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json"), answer.data
    document = answer.get_json()
    assert document["code"] == code
    assert document["type"] == f"/problems/{code}" and document["status"] == status
    for member in ("title", "detail", "next"):
        assert document[member] and "{" not in document[member]
    return document
