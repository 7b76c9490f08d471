"""Woonerven of the seventies: dead ends with a bend, and foot and cycle paths of their own."""

import numpy as np
import shapely

from voorzieningen.sample.sketch import Height, Sketch, wave

ERF_M = 48.0
PATH_BEHIND = 0.72  # of the erven, how many have a path behind the gardens
TALL_M = 420.0


def woonerf(sketch: Sketch) -> None:
    """Draw bent, dead-end erven along quiet spines, with foot and cycle paths of their own through the green."""
    width, height = sketch.width, sketch.height
    spines = [0.25 * height, 0.75 * height] if height > TALL_M else [0.46 * height]
    middle = width / 2
    sketch.way(
        "wijkstraat",
        [(middle, -sketch.reach_m["south"]), (middle + 4, 30), (middle - 6, height * 0.4), (middle, spines[-1])],
        name=next(sketch.names),
        rounded=True,
    )
    edges: list[Height] = [lambda _: 0.0, lambda _: height]
    if len(spines) > 1:
        green = wave(height / 2, 9, 75, sketch.jitter(3))
        line = [(x, green(x)) for x in np.linspace(0, width, 40)]
        sketch.way("fietspad", line)
        sketch.area("groenstrook", shapely.LineString(line).buffer(14, cap_style="flat"))
        edges.insert(1, green)
    for number, spine in enumerate(spines):
        _spine(sketch, wave(spine, 7, 62, number * 2 + sketch.jitter(1)), edges[number : number + 2], number)


def _spine(sketch: Sketch, spine: Height, edges: list[Height], number: int) -> None:
    """Draw one spine with its erven on both sides; some places are left open for a school, shops or flats."""
    width = sketch.width
    line = [(x, spine(x)) for x in np.linspace(14, width - 14, 40)]
    sketch.way("erfstraat", line, name=next(sketch.names))
    sketch.way("voetpad", [(0, line[0][1]), line[0]])
    sketch.way("voetpad", [line[-1], (width, line[-1][1])])
    count = int((width - 16) // ERF_M)
    places = (width - (count - 1) * ERF_M) / 2 + ERF_M * np.arange(count)
    main = int(np.argmin(np.abs(places - width / 2)))
    for upward in (True, False):
        name = next(sketch.names)
        open_from = {(True, 0): main + 1, (False, 1): main - 3}.get((upward, number))
        flats_at = {(True, 0): [0], (False, 0): [count - 1], (True, 1): [1], (False, 1): [count - 1]}[upward, number]
        for index, x in enumerate(places.tolist()):
            if index and index % 3 == 0:
                name = next(sketch.names)
            edge = edges[1](x) if upward else edges[0](x)
            is_main = index == main and (upward == (number == 0) or number == 0)
            if open_from is not None and index == open_from:
                sketch.sites.append(_plot(x - 18, x + ERF_M + 18, spine(x), edge))
            elif index in flats_at:
                _flats_on_erf(sketch, x, spine(x), edge)
            elif not is_main and index - 1 != open_from:
                _erf(sketch, x, spine, edge, name)


def _plot(west: float, east: float, foot: float, edge: float) -> tuple[float, float, float, float]:
    """Return an open plot between a street and the green."""
    low, high = sorted((foot + np.sign(edge - foot) * 16, edge - np.sign(edge - foot) * 20))
    return west, float(low), east, float(high)


def _flats_on_erf(sketch: Sketch, x: float, foot: float, edge: float) -> None:
    """Leave the place of an erf to two flats with a path between them."""
    _, low, _, high = _plot(x, x, foot, edge)
    sketch.way("voetpad", [(x, foot), (x, edge)])
    sketch.flats += [(x - 19, low, x - 6, high), (x + 6, low, x + 19, high)]


def _erf(sketch: Sketch, x: float, spine: Height, edge: float, name: str) -> None:
    """Draw one erf with a bend and a hook at its end, a path from its end to the green, and often a path behind."""
    foot = spine(x)
    direction = 1 if edge > foot else -1
    length = abs(edge - foot)
    bend = float(sketch.rng.choice([-6, 6])) + sketch.jitter(2)
    end = foot + direction * (length - 24)
    lane = [
        (x, foot),
        (x + sketch.jitter(2), foot + direction * length * 0.22),
        (x + bend, foot + direction * length * 0.42),
        (x + bend * 0.7, foot + direction * length * 0.6),
        (x - bend * 0.5, end),
    ]
    sketch.way("woonerf", lane, name=name, row="rij", rounded=True)
    hook = float(np.sign(bend)) * 15
    sketch.way("woonerf", [lane[-1], (lane[-1][0] + hook, end + direction * 2)], name=name)
    sketch.way("voetpad", [lane[-1], (lane[-1][0] - bend * 0.3, edge)])
    behind = x + ERF_M / 2 + sketch.jitter(1)
    if sketch.rng.random() < PATH_BEHIND and behind < sketch.width - 12:
        sketch.way("achterpad", [(behind, spine(behind)), (behind, edge)])
