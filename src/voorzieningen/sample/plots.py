"""Wide plots: winding lanes on which people build for themselves, and business parks."""

from itertools import pairwise

import numpy as np
import shapely

from voorzieningen.sample.sketch import Height, Sketch, wave


def kavels(sketch: Sketch) -> None:
    """Draw winding lanes along plots on which people build for themselves: far apart, few paths."""
    width, height = sketch.width, sketch.height
    lanes = [wave(share * width, 26, 110, share * 9) for share in (0.08, 0.5, 0.93)]
    for lane in lanes:
        points = [(lane(y), y) for y in np.linspace(0, height, 36)]
        sketch.way("kavelweg", points, name=next(sketch.names), row="vrij")
    for number, (west, east) in enumerate(pairwise(lanes)):
        for share in np.array((0.1, 0.34, 0.62, 0.86)) + 0.11 * number:
            y = float(share) * height + sketch.jitter(30)
            _cross_lane(sketch, west, east, y)
    sketch.area("akker", shapely.box(0, 0, width, height))
    sketch.sites += [(width * 0.12 + 40, height * 0.5, width * 0.12 + 140, height * 0.5 + 60)]


def _cross_lane(sketch: Sketch, west: Height, east: Height, y: float) -> None:
    """Draw a lane between two others, with dead ends along it."""
    slope = sketch.jitter(60)
    start, end = west(y), east(min(y + slope, sketch.height))
    bend = wave(0, 24, 90, sketch.jitter(3))
    span = np.linspace(0, 1, 24)
    points = [(start + (end - start) * t, y + slope * t + bend(320 * t) * np.sin(np.pi * t)) for t in span]
    sketch.way("kavelweg", points, name=next(sketch.names), row="vrij")
    for at in (8, 15):
        _kavelpad(sketch, points[at][0], points[at][1], next(sketch.names))


def _kavelpad(sketch: Sketch, x: float, y: float, name: str) -> None:
    """Draw a gravel lane that ends at the last plot."""
    direction = float(sketch.rng.choice([-1, 1]))
    length = float(sketch.rng.uniform(70, 125))
    points = [
        (x, y),
        (x + sketch.jitter(16), y + direction * length / 2),
        (x + sketch.jitter(30), y + direction * length),
    ]
    sketch.way("kavelpad", points, name=name, row="vrij", rounded=True)


def bedrijven(sketch: Sketch) -> None:
    """Draw wide streets with halls and yards."""
    width, height = sketch.width, sketch.height
    axis = width / 2
    sketch.way("industrieweg", [(axis, -sketch.reach_m["south"]), (axis, height - 40)], name=next(sketch.names))
    for y in np.cumsum([50, *(sketch.rng.uniform(105, 170) for _ in range(int((height - 120) / 138)))]):
        sketch.way("industrieweg", [(34, y), (width - 34, y + sketch.jitter(10))], name=next(sketch.names), row="hal")
    for x in (34.0, width - 34):
        sketch.way("industrieweg", [(x, 50), (x, height - 40)], name=next(sketch.names))
    if sketch.has_gate("west"):
        sketch.way("industrieweg", [(-sketch.reach_m["west"], 50), (34, 50)], name=next(sketch.names))
    sketch.sites += [(axis + 20, 70, axis + 110, 140)]
