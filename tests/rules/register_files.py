"""Register files for tests: two invented counties of three square townships, and the real ones of Jingzhou."""

from __future__ import annotations

import copy
import json
from functools import cache
from pathlib import Path
from typing import Any, Callable

from fieldcheck.rules.register import Register
from fieldcheck.rules.register_reader import REGISTER_FILES, read_register

JINGZHOU = Path(__file__).resolve().parents[2] / "fieldcheck" / "register_data" / "jingzhou"


def square(lon: float, lat: float, side: float = 0.1) -> dict[str, Any]:
    """A square, south-west corner and side in degrees."""
    ring = [[lon, lat], [lon + side, lat], [lon + side, lat + side], [lon, lat + side], [lon, lat]]
    return {"type": "Polygon", "coordinates": [ring]}


def feature(geometry: dict[str, Any] | None, **properties: Any) -> dict[str, Any]:
    """One GeoJSON feature."""
    return {"type": "Feature", "properties": properties, "geometry": geometry}


class Draft:
    """Register files as values that a test can spoil before they are written as bytes."""

    def __init__(self) -> None:
        self.about: Any = {"edition": "demo", "datum": "WGS-84",
                           "attribution": [{"of": "codes", "source": "demo", "licence": "none"}]}
        self.counties = {"type": "FeatureCollection", "features": [
            feature(square(112.0, 30.0, 0.2), code="420101", name="演示一县"),
            feature(square(112.2, 30.0, 0.2), code="420102", name="演示二县")]}
        self.townships = {"type": "FeatureCollection", "features": [
            feature(square(112.0, 30.0), code="420101100", name="演示镇", county_code="420101", kind="镇"),
            feature(square(112.1, 30.0), code="420101001", name="演示街道", county_code="420101", kind="街道"),
            feature(square(112.2, 30.0), code="420102200", name="演示乡", county_code="420102", kind="乡")]}
        self.villages = [["code", "name", "township_code", "lon", "lat"],
                         ["420101100200", "演示村民委员会", "420101100", "112.05", "30.05"],
                         ["420101001001", "演示社区居民委员会", "420101001", "", ""],
                         ["420102200200", "演示村", "420102200", "", ""]]
        self.more: dict[str, bytes] = {}

    def files(self) -> dict[str, bytes]:
        """The files by name."""
        drawn = {"register.json": self.about, "counties.geojson": self.counties, "townships.geojson": self.townships}
        table = "\r\n".join(",".join(row) for row in self.villages) + "\r\n"
        return {**{name: json.dumps(value).encode() for name, value in drawn.items()},
                "villages.csv": b"\xef\xbb\xbf" + table.encode(), **self.more}

    def spoilt(self, spoil: Callable[[Draft], Any]) -> dict[str, bytes]:
        """The files of a copy that was changed."""
        other = copy.deepcopy(self)
        spoil(other)
        return other.files()


def demo_register(spoil: Callable[[Draft], Any] = lambda _: None) -> Register:
    """The small register as a value."""
    register = read_register(Draft().spoilt(spoil)).register
    assert register is not None
    return register


def jingzhou_files() -> dict[str, bytes]:
    """The files of the register that ships."""
    return {name: (JINGZHOU / name).read_bytes() for name in REGISTER_FILES}


@cache
def jingzhou() -> Register:
    """The register that ships, as a value."""
    register = read_register(jingzhou_files()).register
    assert register is not None
    return register
