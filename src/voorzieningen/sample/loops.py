"""Family wijken of the nineties: loops around a green heart, and arcs that fan out from a pond."""

from itertools import pairwise
from typing import Any

import numpy as np
import shapely

from voorzieningen.sample.plan import XY, Floats
from voorzieningen.sample.sketch import Sketch, rounded_box


def lussen(sketch: Sketch) -> None:
    """Draw loops around a green heart, with courts that end blind and paths that go on."""
    width, height = sketch.width, sketch.height
    insets = [22.0, 70.0, 118.0, 166.0]
    shift = np.array([sketch.jitter(34), sketch.jitter(30)])
    for number, inset in enumerate(insets):
        _loop(sketch, _loop_line(sketch, inset, 80 - number * 12, shift * number / 4), number)
    heart = _loop_line(sketch, 184, 34, shift)
    sketch.area("buurtpark", shapely.Polygon(heart))
    sketch.way("voetpad", heart)
    middle = (width / 2 + float(shift[0]), height / 2 + float(shift[1]))
    _spokes(sketch, middle, insets[-1])
    x = middle[0]
    sketch.sites += [
        (x + 12, 78, x + 100, 110),
        (x - 100, height - 110, x - 12, height - 78),
        (x - 100, 30, x - 12, 62),
    ]


def _loop_line(sketch: Sketch, inset: float, corner_m: float, shift: Floats) -> Floats:
    """Draw a loop at some distance from the edges, moved a little, with bends that differ per loop."""
    ring = rounded_box((inset, inset, sketch.width - inset, sketch.height - inset), corner_m) + shift
    line = shapely.LineString(ring)
    steps = np.linspace(0, line.length, max(24, int(line.length / 13)))
    points = shapely.get_coordinates(shapely.line_interpolate_point(line, steps))
    outward = points - points.mean(axis=0)
    outward /= np.hypot(outward[:, 0], outward[:, 1])[:, None]
    wave = 5 * np.sin(steps / line.length * 2 * np.pi * 5 + inset / 40) + 3 * np.sin(
        steps / line.length * 2 * np.pi * 9
    )
    return np.asarray(points + outward * wave[:, None])


def _loop(sketch: Sketch, ring: Floats, number: int) -> None:
    """Cut a loop in a few streets, with a gap here and there where only a path goes on."""
    cuts = np.linspace(0, len(ring) - 1, 6).astype(int)
    gap = int(sketch.rng.integers(0, 5))
    row = "rij" if number in (1, 2) else "twee"
    sides = (1, -1) if number < 3 else (-1,)  # noqa: PLR2004  # the last loop looks out on the green heart
    for index, (start, end) in enumerate(pairwise(cuts.tolist())):
        name = next(sketch.names)
        points = ring[start : end + 1]
        if index == gap and number > 0:
            half = len(points) // 2
            sketch.way("straat", points[:half], name=name, row=row, sides=sides)
            sketch.way("voetpad", points[half - 1 : half + 2])
            sketch.way("straat", points[half + 1 :], name=name, row=row, sides=sides)
        else:
            sketch.way("straat", points, name=name, row=row, sides=sides)


def _spokes(sketch: Sketch, middle: XY, inner: float) -> None:
    """Draw what leads from the edges to the heart: streets where there is a gate, cycle paths elsewhere."""
    width, height = sketch.width, sketch.height
    x, y = middle
    for side, outer, edge, end in (
        ("south", (x, -sketch.reach_m.get("south", 0)), (x, 0), (x, inner)),
        ("north", (x, height + sketch.reach_m.get("north", 0)), (x, height), (x, height - inner)),
        ("west", (-sketch.reach_m.get("west", 0), y), (0, y), (inner, y)),
        ("east", (width + sketch.reach_m.get("east", 0), y), (width, y), (width - inner, y)),
    ):
        kind = "wijkstraat" if sketch.has_gate(side) else "fietspad"
        sketch.way(kind, [outer, edge, end], name=next(sketch.names) if kind == "wijkstraat" else None)
        sketch.way("voetpad", [end, ((end[0] + x) / 2, (end[1] + y) / 2), middle])
    for dx, dy in ((1, 1), (-1, -1)):
        start = ((dx + 1) / 2 * width - dx * 12, (dy + 1) / 2 * height - dy * 12)
        bend = (x + dx * width * 0.3 - dy * 26, y + dy * height * 0.27 + dx * 30)
        sketch.way("voetpad", [start, bend, (x + dx * 60, y + dy * 44), middle], rounded=True)


def bogen(sketch: Sketch) -> None:
    """Draw streets as arcs around a corner with a pond and a park, cut by lanes that fan out."""
    width, height = sketch.width, sketch.height
    turn = 1 if int(sketch.buurt.code[-1]) % 2 else -1
    centre = np.array([width * 0.5 - turn * width * 0.5, height])
    inside = shapely.box(20, 20, width - 20, height - 20)
    for number, radius in enumerate(np.arange(112, 720, 49)):
        _arc(sketch, centre, float(radius), number, inside, turn)
    gate = (width / 2, 0.0)
    sketch.way("wijkstraat", [(gate[0], -sketch.reach_m["south"]), gate, (gate[0], 130)], name=next(sketch.names))
    for angle in (16, 43, 72):
        start = centre + 90 * np.array([turn * np.cos(np.radians(angle)), -np.sin(np.radians(angle))])
        end = centre + 900 * np.array([turn * np.cos(np.radians(angle)), -np.sin(np.radians(angle))])
        lane = shapely.intersection(shapely.LineString([start, end]), shapely.box(0, 0, width, height))
        kind = "fietspad" if angle == 43 else "straat"  # noqa: PLR2004  # the middle one is for people on foot and bicycles
        sketch.way(kind, shapely.get_coordinates(lane), name=next(sketch.names) if kind == "straat" else None)
    _pond_park(sketch, centre)
    aside = centre + 196 * np.array([turn * np.cos(np.radians(58)), -np.sin(np.radians(58))])
    sketch.sites += [
        (float(aside[0]) - 44, float(aside[1]) - 22, float(aside[0]) + 44, float(aside[1]) + 12),
        (width / 2 - 100, 60, width / 2 - 12, 92),
        (width / 2 + 12, 60, width / 2 + 100, 92),
    ]


def _arc(sketch: Sketch, centre: Floats, radius: float, number: int, inside: shapely.Polygon, turn: int) -> None:
    """Draw one arc of a fan, as far as it lies in the block; its ends go on as paths to the edge."""
    angles = np.radians(np.linspace(0, 90, 60))
    circle = shapely.LineString(centre + radius * np.column_stack([turn * np.cos(angles), -np.sin(angles)]))
    row = "twee" if number % 3 == 0 else "rij"
    for part in shapely.get_parts(shapely.intersection(circle, inside)):
        if part.length > 30:  # noqa: PLR2004  # a stump in a corner is no street
            sketch.way("straat", shapely.get_coordinates(part), name=next(sketch.names), row=row)
    around = shapely.difference(shapely.intersection(circle, shapely.box(0, 0, sketch.width, sketch.height)), inside)
    for part in shapely.get_parts(around):
        ends = shapely.get_coordinates(part)
        if part.length and not any(_in_corner(sketch, end) for end in ends[[0, -1]]):
            sketch.way("voetpad", shapely.get_coordinates(part)[[0, -1]])


def _in_corner(sketch: Sketch, place: Floats) -> bool:
    """Tell whether a place lies in a corner of the block, which the path around it cuts off."""
    x, y = place
    return bool(min(x, sketch.width - x) < 17 and min(y, sketch.height - y) < 17)  # noqa: PLR2004  # the corner that is cut


def _pond_park(sketch: Sketch, centre: Floats) -> None:
    """Lay a park with a pond in the corner from which the streets fan out."""
    block = shapely.box(4, 4, sketch.width - 4, sketch.height - 4)
    park: Any = shapely.intersection(shapely.Point(centre).buffer(140), block)
    sketch.area("buurtpark", park)
    pond = centre + np.array([45.0 if centre[0] < 1 else -45.0, -40.0])
    sketch.area("vijver", shapely.Point(pond).buffer(24))
