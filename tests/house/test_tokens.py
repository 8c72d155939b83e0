"""The colours of each theme are told apart by whoever reads them: contrast as WCAG 2.2 reckons it, from the tokens themselves."""

from __future__ import annotations

import re

import pytest

from tests.house.source_tree import ROOT, expect_none

THEMES = {name: (ROOT / "static/css/themes" / f"{name}.css").read_text("utf-8") for name in ("light", "dark", "sunlight")}
STATUSES = ("covered_both", "covered", "visited_unverified", "unvisited", "excluded")
#: What is read as text upon what; 1.4.3 wants 4.5 : 1.
READ = [(ink, paper) for paper in ("paper", "paper-raised") for ink in ("ink", "muted", "accent", "alert")]
READ += [("on-accent", "accent"), ("on-alert", "alert")]
#: Edges and marks without which a part would not be seen; 1.4.11 wants 3 : 1.
SEEN = [("line-strong", "paper"), ("line-strong", "paper-raised"), ("map-line", "map-ground"), ("stale", "paper-raised"),
        *((f"on-{status}", f"fill-{status}") for status in STATUSES)]


def tokens(theme: str) -> dict[str, str]:
    """Name → colour of a theme."""
    return dict(re.findall(r"--([\w-]+): (#[0-9A-Fa-f]{6});", THEMES[theme]))


def luminance(colour: str) -> float:
    """Relative luminance of WCAG 2.2, 0 to 1."""
    parts = [int(colour[at:at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """From 1 (the same) to 21 (black on white)."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_reckoned_as_wcag_does() -> None:
    assert contrast("#000000", "#FFFFFF") == 21
    assert round(contrast("#777777", "#FFFFFF"), 2) == 4.48


@pytest.mark.parametrize("theme", THEMES)
def test_every_colour_that_is_read_or_must_be_seen_has_its_contrast(theme: str) -> None:
    given = tokens(theme)
    found = [(a, b, contrast(given[a], given[b]), least) for least, pairs in ((4.5, READ), (3.0, SEEN)) for a, b in pairs]
    expect_none(f"{theme}: {a} on {b} is {ratio:.2f}, least {least}" for a, b, ratio, least in found if ratio < least)


def test_every_theme_names_the_same_colours() -> None:
    assert tokens("light").keys() == tokens("dark").keys() == tokens("sunlight").keys()


def test_sunlight_knows_no_grey() -> None:
    assert set(tokens("sunlight").values()) == {"#000000", "#FFFFFF"}
