"""How streets run inside a block: one function per pattern, drawn with the main street entering from the south."""

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import shapely

from voorzieningen.sample.plan import XY, Floats
from voorzieningen.sample.sketch import Sketch, rounded_box

ERF_M = 48.0
TALL_M = 420.0

Height = Callable[[float], float]  # how high a wavy line lies, by metres from the west


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
        green = _wave(height / 2, 9, 75, sketch.jitter(3))
        line = [(x, green(x)) for x in np.linspace(0, width, 40)]
        sketch.way("fietspad", line)
        sketch.area("groenstrook", shapely.LineString(line).buffer(14, cap_style="flat"))
        edges.insert(1, green)
    for number, spine in enumerate(spines):
        _spine(sketch, _wave(spine, 7, 62, number * 2 + sketch.jitter(1)), edges[number : number + 2], number)


def _wave(level: float, swing_m: float, stretch_m: float, phase: float) -> Height:
    return lambda x: float(level + swing_m * np.sin(x / stretch_m + phase))


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
    if sketch.rng.random() < 0.72 and behind < sketch.width - 12:
        sketch.way("achterpad", [(behind, spine(behind)), (behind, edge)])


def raster(sketch: Sketch) -> None:
    """Draw straight streets of the eighties, with galerijflats along one side and car parks in front of them."""
    width, height = sketch.width, sketch.height
    strip = 62.0
    axes = [width * 0.36, width * 0.71]
    sketch.way(
        "wijkstraat", [(axes[0], -sketch.reach_m["south"]), (axes[0], height - strip)], name=next(sketch.names)
    )
    sketch.way("straat", [(axes[1], 40), (axes[1], height - strip)], name=next(sketch.names))
    rows = list(np.arange(34, height - strip - 10, 57))
    for index, y in enumerate(rows):
        name = next(sketch.names)
        shift = sketch.jitter(5)
        is_open = index in (2, 3) and len(rows) > 5
        for part, (west, east) in enumerate(pairwise([22.0, *axes, width - 22.0])):
            if is_open and part == 1:
                continue
            sketch.way("straat", [(west, y + shift * (part - 1)), (east, y + shift * (part - 1))], name=name, row="rij")
        sketch.way("voetpad", [(0, y - shift), (22, y - shift)])
        sketch.way("voetpad", [(width, y + shift), (width - 22, y + shift)])
        if index + 1 < len(rows):
            _paths_behind(sketch, y + 28.5, [22.0, *axes, width - 22.0], is_open=index in (1, 2, 3))
    sketch.sites += _halves((axes[0] + 12, rows[2] - 22, axes[1] - 12, rows[3] + 22))
    _flats_row(sketch, height - strip)


def _halves(box: tuple[float, float, float, float]) -> list[tuple[float, float, float, float]]:
    west, south, east, north = box
    middle = (south + north) / 2
    return [(west, south, east, middle - 4), (west, middle + 4, east, north)]


def _paths_behind(sketch: Sketch, y: float, stops: list[float], *, is_open: bool) -> None:
    """Draw the paths between back gardens; not through an open site."""
    for part, (west, east) in enumerate(pairwise(stops)):
        if not (is_open and part == 1):
            sketch.way("achterpad", [(west + 4 if part == 0 else west, y), (east, y)])


def _flats_row(sketch: Sketch, y: float) -> None:
    """Draw the service road with parking in front of a row of flats."""
    width, height = sketch.width, sketch.height
    name = next(sketch.names)
    sketch.way("straat", [(20, y), (width - 20, y)], name=name)
    for x in np.linspace(60, width - 60, 5):
        sketch.way("parkeren", [(x - 14, y), (x - 14, y - 14), (x + 14, y - 14), (x + 14, y)])
        sketch.flats.append((x - 36, y + 12, x + 36, y + 25))
        sketch.way("voetpad", [(x + 43, y), (x + 43, height)])


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
    x, y = middle
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
    wave = 5 * np.sin(steps / line.length * 2 * np.pi * 5 + inset / 40) + 3 * np.sin(steps / line.length * 2 * np.pi * 9)
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
    sketch.area("buurtpark", shapely.intersection(shapely.Point(centre).buffer(140), block))
    pond = centre + np.array([45.0 if centre[0] < 1 else -45.0, -40.0])
    sketch.area("vijver", shapely.Point(pond).buffer(24))


def centrum(sketch: Sketch) -> None:
    """Draw a shopping centre without cars: pedestrian streets around a square, and streets for delivery around them."""
    width, height = sketch.width, sketch.height
    box = (46.0, 46.0, width - 46, height - 46)
    sketch.way("straat", rounded_box(box, 26), name=next(sketch.names))
    sketch.way("wijkstraat", [(width / 2, -sketch.reach_m["south"]), (width / 2, 46)], name=next(sketch.names))
    sketch.way("wijkstraat", [(width / 2 - 60, height - 46), (width / 2 - 60, height)], name=next(sketch.names))
    columns = [46.0, 118.0, 196.0, 274.0, 352.0, width - 46]
    rows = [46.0, 124.0, 204.0, 284.0, 362.0, height - 46]
    for y in rows[1:-1]:
        sketch.way("winkelstraat", [(46, y), (width - 46, y + sketch.jitter(8))], name=next(sketch.names), row="winkel")
    for x in columns[1:-1]:
        sketch.way("winkelstraat", [(x, 46), (x + sketch.jitter(8), height - 46)], name=next(sketch.names), row="winkel")
    square = shapely.box(columns[2] - 4, rows[2] - 4, columns[3] + 22, rows[3] + 4)
    sketch.way("plein", shapely.get_coordinates(square.exterior), name=next(sketch.names))
    sketch.sites += [
        (columns[2] - 66, rows[2] + 12, columns[2] - 12, rows[3] - 12),
        (columns[3] + 30, rows[2] + 12, columns[4] - 12, rows[3] - 12),
        (columns[2] + 12, rows[3] + 12, columns[3] - 12, rows[4] - 12),
        (columns[2] + 12, rows[1] + 12, columns[3] - 12, rows[2] - 12),
    ]
    _edges(sketch, 46)


def blokken(sketch: Sketch) -> None:
    """Draw closed blocks of flats and town houses around courts."""
    width, height = sketch.width, sketch.height
    columns = np.linspace(30, width - 30, 5)
    rows = np.linspace(30, height - 30, 6)
    sketch.way("wijkstraat", [(columns[2], -sketch.reach_m["south"]), (columns[2], height - 30)], name=next(sketch.names))
    for index, x in enumerate(columns):
        if index != 2:  # noqa: PLR2004  # the middle one is the main street
            sketch.way("straat", [(x, 30), (x, height - 30)], name=next(sketch.names), row="portiek")
    for y in rows:
        lean = sketch.jitter(9)
        sketch.way("straat", [(30, y), (width - 30, y + lean)], name=next(sketch.names), row="rij")
    for (west, east), (south, north) in ((c, r) for c in pairwise(columns) for r in pairwise(rows)):
        if sketch.rng.random() < 0.4:
            middle = (south + north) / 2
            sketch.way("achterpad", [(west, middle), (east, middle)])
    sketch.sites += [
        (columns[2] + 16, rows[2] + 16, columns[3] - 16, rows[3] - 16),
        (columns[1] + 16, rows[3] + 16, columns[2] - 16, rows[4] - 16),
        (columns[1] + 16, rows[1] + 16, columns[2] - 16, rows[2] - 16),
        (columns[2] + 16, rows[0] + 16, columns[3] - 16, rows[1] - 16),
    ]
    sketch.flats += [
        (columns[0] + 16, rows[4] + 14, columns[0] + 86, rows[4] + 28),
        (columns[3] + 20, rows[4] + 14, columns[3] + 90, rows[4] + 28),
        (columns[3] + 20, rows[1] + 14, columns[3] + 90, rows[1] + 28),
        (columns[0] + 16, rows[0] + 14, columns[0] + 86, rows[0] + 28),
        (columns[0] + 16, rows[2] + 14, columns[0] + 86, rows[2] + 28),
    ]
    _edges(sketch, 30)


def _edges(sketch: Sketch, inset: float) -> None:
    """Draw short paths from the outer streets to the path around the block."""
    width, height = sketch.width, sketch.height
    for share in (0.25, 0.55, 0.8):
        for start, end in (
            ((share * width, inset), (share * width, 0)),
            ((share * width, height - inset), (share * width, height)),
            ((inset, share * height), (0, share * height)),
            ((width - inset, share * height), (width, share * height)),
        ):
            sketch.way("voetpad", [start, end])


def stroken(sketch: Sketch) -> None:
    """Draw long new blocks; beyond the part that is finished the streets are still being made."""
    width, height = sketch.width, sketch.height
    done = height * sketch.buurt.klaar
    axis = width * 0.46
    rows = list(np.arange(30, height - 20, 56))
    built_to = max([y for y in rows if y <= done], default=0.0)
    if built_to:
        name = next(sketch.names)
        sketch.way("wijkstraat", [(axis, -sketch.reach_m["south"]), (axis, built_to)], name=name)
    if built_to < rows[-1]:
        sketch.way("bouwweg", [(axis, built_to or -sketch.reach_m["south"]), (axis, rows[-1])])
        sketch.area("bouwterrein", shapely.box(6, max(built_to + 26, 6), width - 6, height - 6))
    for index, y in enumerate(rows):
        _strook(sketch, y, index, axis, is_built=y <= done, is_last=y == built_to)
    for x in (24.0, width * 0.74, width - 24):
        lean = sketch.jitter(6)
        if built_to:
            sketch.way("straat", [(x, rows[0]), (x + lean, built_to)], name=next(sketch.names), row="portiek", sides=(1,))
    if rows[4] <= done:
        sketch.sites += _halves((axis + 14, rows[2] + 14, width * 0.74 - 14, rows[4] - 14))
    if built_to:
        sketch.flats += [(axis + 20, y - 22, axis + 92, y - 9) for y in rows[1:9:2] if y <= done]
        sketch.flats += [(width - 110, y + 8, width - 38, y + 21) for y in rows[1:9:3] if y <= done]


def _strook(sketch: Sketch, y: float, index: int, axis: float, *, is_built: bool, is_last: bool) -> None:
    width = sketch.width
    kind, name = ("straat", next(sketch.names)) if is_built else ("bouwweg", None)
    slope = 7 * np.sin(index * 1.7)
    stops = [24.0, axis, width * 0.74, width - 24]
    for part, (west, east) in enumerate(pairwise(stops)):
        if index == 3 and part == 1:  # noqa: PLR2004  # the open site of the buurt
            continue
        bend = [(west, y + slope * west / width), ((west + east) / 2, y + slope / 2 + 3), (east, y + slope * east / width)]
        sketch.way(kind, bend, name=name, row="rij" if is_built else None, rounded=True)
    if is_built:
        sketch.way("voetpad", [(0, y), (24, y + slope * 24 / width)])
        sketch.way("voetpad", [(width, y + slope), (width - 24, y + slope * (width - 24) / width)])
        if index % 2 and not is_last:
            sketch.way("achterpad", [(24, y + 28), (axis, y + 28)])


def kavels(sketch: Sketch) -> None:
    """Draw winding lanes along plots on which people build for themselves: far apart, few paths."""
    width, height = sketch.width, sketch.height
    lanes = [_wave(share * width, 26, 110, share * 9) for share in (0.08, 0.5, 0.93)]
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
    bend = _wave(0, 24, 90, sketch.jitter(3))
    span = np.linspace(0, 1, 24)
    points = [(start + (end - start) * t, y + slope * t + bend(320 * t) * np.sin(np.pi * t)) for t in span]
    sketch.way("kavelweg", points, name=next(sketch.names), row="vrij")
    for at in (8, 15):
        _kavelpad(sketch, points[at][0], points[at][1], next(sketch.names))


def _kavelpad(sketch: Sketch, x: float, y: float, name: str) -> None:
    """Draw a gravel lane that ends at the last plot."""
    direction = float(sketch.rng.choice([-1, 1]))
    length = float(sketch.rng.uniform(70, 125))
    points = [(x, y), (x + sketch.jitter(16), y + direction * length / 2), (x + sketch.jitter(30), y + direction * length)]
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


PATTERNS: dict[str, Callable[[Sketch], None]] = {
    "woonerf": woonerf,
    "raster": raster,
    "lussen": lussen,
    "bogen": bogen,
    "centrum": centrum,
    "blokken": blokken,
    "stroken": stroken,
    "kavels": kavels,
    "bedrijven": bedrijven,
}
