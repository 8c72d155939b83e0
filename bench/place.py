"""What the place of one fix costs among 40,000 areas: ``python -m bench.place``. Figures stand in ``docs/architecture.md``.

CPU microseconds, one fix at a time: the signed distance in metres to every area within 300 m of its edge. The peers in
the same run do less, they only say which polygon holds the point: an STRtree asked once a point, and once for 200,000
points. "One visit" is eight fixes in one place, as phones send them; the others lie anywhere, so that nothing is in
the processor's cache.
"""

from __future__ import annotations

import time
from typing import Callable, Iterator

import numpy as np
import shapely

from fieldcheck.rules.outline import Area, Areas

ACROSS, SIDE, CORNERS_A_SIDE = 200, 0.05, 22
WEST, SOUTH = 105.0, 25.0
FIXES, TURNS, FIXES_OF_A_VISIT = 250, 60, 8


def townships() -> Iterator[Area]:
    """40,000 areas of 88 corners, wavy, side by side, some 5 km across."""
    steps = np.linspace(0, 1, CORNERS_A_SIDE + 1)[:-1]
    wave = 0.05 * np.sin(steps * 2 * np.pi)
    ring = np.concatenate([np.c_[steps, wave], np.c_[1 + wave, steps], np.c_[1 - steps, 1 - wave], np.c_[-wave, 1 - steps]])
    ring = np.append(ring, ring[:1], axis=0) * SIDE
    for number in range(ACROSS * ACROSS):
        corner = (WEST + number % ACROSS * SIDE, SOUTH + number // ACROSS * SIDE)
        yield Area(f"u{number}", {"type": "Polygon", "coordinates": [(ring + corner).tolist()]})


def cpu_us(act: Callable[[], object], times: int) -> float:
    """CPU of one of ``times`` pieces of work, in microseconds."""
    before = time.process_time()
    act()
    return (time.process_time() - before) / times * 1e6


def main() -> None:
    """Measure by turns; print medians and how much they vary."""
    drawn = list(townships())
    before = time.process_time()
    areas = Areas(drawn)
    print(f"{len(areas):,} areas prepared in {time.process_time() - before:.1f} s CPU")
    tree = shapely.STRtree([shapely.Polygon(area.outline["coordinates"][0]) for area in drawn])
    anywhere = np.random.default_rng(4210).uniform((WEST, SOUTH), (WEST + ACROSS * SIDE, SOUTH + ACROSS * SIDE), (200_000, 2))
    points = shapely.points(anywhere)
    taken: dict[str, list[float]] = {"one fix": [], "one fix of a visit": [], "tree, one point": [], "tree, all points": []}
    for turn in range(TURNS):
        fixes = anywhere[turn * FIXES:(turn + 1) * FIXES].tolist()
        visits = [fix for fix in fixes for _ in range(FIXES_OF_A_VISIT)]
        taken["one fix"].append(cpu_us(lambda: [areas.near(*fix) for fix in fixes], len(fixes)))
        taken["one fix of a visit"].append(cpu_us(lambda: [areas.near(*fix) for fix in visits], len(visits)))
        taken["tree, one point"].append(cpu_us(lambda: [tree.query(shapely.Point(fix), "within") for fix in fixes], len(fixes)))
        if turn % 20 == 0:
            taken["tree, all points"].append(cpu_us(lambda: tree.query(points, "within"), len(points)))
    for name, figures in taken.items():
        best, middle, high = np.percentile(figures, (0, 50, 90))
        print(f"{name:19} {middle:6.1f} µs (best {best:.1f}, 9 in 10 below {high:.1f})")
    print(f"one fix / tree, one point: {np.median(taken['one fix']) / np.median(taken['tree, one point']):.2f}")


if __name__ == "__main__":
    main()
