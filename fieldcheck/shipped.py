"""Where the folders that ship with the program are: inside the package once installed, beside it in a checkout."""

from __future__ import annotations

from pathlib import Path


def shipped(name: str) -> Path:
    """The folder ``templates`` or ``static`` as it is on this disk.

    By path, not by ``importlib.resources``: an editable install has no package of that name, a wheel has.
    """
    package = Path(__file__).resolve().parent
    inside = package / name
    return inside if inside.is_dir() else package.parent / name
