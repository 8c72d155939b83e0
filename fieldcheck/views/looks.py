"""Who looks at what is written down (查阅记录) before it is shown: a view declares it, ``tests/views/test_access.py`` asks.

Only an id is kept. What could not be written down is not shown: a full disk answers 507.
"""

from __future__ import annotations

from functools import wraps
from typing import Any, Callable, TypeVar

from flask_login import current_user

from ..store import access_log
from ..times import written
from . import current

View = TypeVar("View", bound=Callable[..., Any])


def looked_at(what: str, name: str | None = None) -> Callable[[View], View]:
    """Declare that a view shows one ``what``: the one that its argument ``name`` names, or all there are (``*``)."""
    def declare(view: View) -> View:
        @wraps(view)
        def noting(*args: Any, **values: Any) -> Any:
            shown = view(*args, **values)
            if current_user.is_authenticated:
                access_log.note(current.database(), current_user.id, what, str(values[name]) if name else "*",
                                written(current.now()))
            return shown

        noting.looked_at = what  # type: ignore[attr-defined]
        return noting  # type: ignore[return-value]

    return declare
