"""How streets run inside a block: one function per pattern, drawn with the main street entering from the south."""

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import shapely

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
        sketch.area("gras", shapely.LineString(line).buffer(13, cap_style="flat"))
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
                _erf(sketch, x, spine(x), edge, name)


def _plot(west: float, east: float, foot: float, edge: float) -> tuple[float, float, float, float]:
    """Return an open plot between a street and the green."""
    low, high = sorted((foot + np.sign(edge - foot) * 16, edge - np.sign(edge - foot) * 20))
    return west, float(low), east, float(high)


def _flats_on_erf(sketch: Sketch, x: float, foot: float, edge: float) -> None:
    """Leave the place of an erf to two flats with a path between them."""
    _, low, _, high = _plot(x, x, foot, edge)
    sketch.way("voetpad", [(x, foot), (x, edge)])
    sketch.flats += [(x - 19, low, x - 6, high), (x + 6, low, x + 19, high)]


def _erf(sketch: Sketch, x: float, foot: float, edge: float, name: str) -> None:
    """Draw one erf with a bend and a hook at its end, a path from its end to the green, and often a path behind."""
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
        sketch.way("achterpad", [(behind, foot - direction * 1), (behind, edge - direction * 2), (behind, edge)])


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
    middle = (width / 2 + sketch.jitter(12), height / 2 + sketch.jitter(12))
    insets = [22.0, 70.0, 118.0, 166.0]
    for number, inset in enumerate(insets):
        box = (inset, inset, width - inset, height - inset)
        ring = rounded_box(box, 74 - number * 13)
        _loop(sketch, ring, number)
    heart = rounded_box((198, 198, width - 198, height - 198), 30)
    sketch.area("buurtpark", shapely.Polygon(heart))
    sketch.way("voetpad", heart)
    _spokes(sketch, middle, insets)


def _loop(sketch: Sketch, ring: "np.ndarray[tuple[int, int], np.dtype[np.float64]]", number: int) -> None:
    """Cut a loop in a few streets, with a gap here and there where only a path goes on."""
    line = shapely.LineString(ring)
    cuts = np.array([0, 0.17, 0.34, 0.5, 0.67, 0.84, 1]) * line.length
    wave = float(sketch.rng.uniform(0, 6))
    gap = int(sketch.rng.integers(0, 6))
    for index, (start, end) in enumerate(pairwise(cuts)):
        name = next(sketch.names)
        steps = np.linspace(start, end, max(4, int((end - start) / 14)))
        points = shapely.get_coordinates(shapely.line_interpolate_point(line, steps))
        outward = points - np.array([sketch.width / 2, sketch.height / 2])
        outward /= np.hypot(outward[:, 0], outward[:, 1])[:, None]
        points = points + outward * (4.5 * np.sin(steps / 37 + wave) * np.sin(np.pi * steps / line.length) ** 2)[:, None]
        if index == gap and number > 0:
            half = len(points) // 2
            sketch.way("straat", points[: half - 1], name=name, row="rij")
            sketch.way("voetpad", points[half - 2 : half + 2])
            sketch.way("straat", points[half + 1 :], name=name, row="rij")
        else:
            sketch.way("straat", points, name=name, row="rij" if number in (1, 2) else "twee")


def _spokes(sketch: Sketch, middle: tuple[float, float], insets: list[float]) -> None:
    """Draw what leads from the edges to the heart: streets where there is a gate, cycle paths elsewhere."""
    width, height = sketch.width, sketch.height
    x, y = middle
    inner = insets[-1]
    for side, outer, edge, end in (
        ("south", (x, -sketch.reach_m.get("south", 0)), (x, 0), (x, inner)),
        ("north", (x, height + sketch.reach_m.get("north", 0)), (x, height), (x, height - inner)),
        ("west", (-sketch.reach_m.get("west", 0), y), (0, y), (inner, y)),
        ("east", (width + sketch.reach_m.get("east", 0), y), (width, y), (width - inner, y)),
    ):
        kind = "wijkstraat" if sketch.has_gate(side) else "fietspad"
        sketch.way(kind, [outer, edge, end], name=next(sketch.names) if kind == "wijkstraat" else None)
        to_heart = (np.array(end) + np.array(middle)) / 2
        sketch.way("voetpad", [end, tuple(to_heart)])
    for dx, dy in ((1, 1), (-1, -1), (1, -1)):
        corner = ((dx + 1) / 2 * width, (dy + 1) / 2 * height)
        sketch.way(
            "voetpad", [(corner[0] - dx * 12, corner[1] - dy * 12), (x + dx * (x - 160), y + dy * (y - 160)), (x, y)]
        )
    sketch.sites += [
        (x + 12, 78, x + 100, 110),
        (x - 100, height - 110, x - 12, height - 78),
        (x - 100, 30, x - 12, 62),
    ]
    sketch.flats += [
        (x + 14, height - 53, x + 84, height - 40),
        (x + 14, 39, x + 84, 52),
        (x - 84, height - 53, x - 14, height - 40),
    ]


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
    square = (columns[2] + 8, rows[2] + 8, columns[3] + 26, rows[3] - 8)
    sketch.area("plein", shapely.box(*square))
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
            lean = sketch.jitter(9)
            sketch.way("straat", [(x, 30), (x + lean, height - 30)], name=next(sketch.names), row="portiek")
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
        _strook(sketch, y, index, axis, is_built=y <= done)
    for x in (24.0, width * 0.74, width - 24):
        lean = sketch.jitter(6)
        if built_to:
            sketch.way("straat", [(x, rows[0]), (x + lean, built_to)], name=next(sketch.names), row="portiek", sides=(1,))
    if rows[4] <= done:
        sketch.sites += _halves((axis + 14, rows[2] + 14, width * 0.74 - 14, rows[4] - 14))
    if built_to:
        sketch.flats += [(axis + 20, y - 22, axis + 92, y - 9) for y in rows[1:9:2] if y <= done]
        sketch.flats += [(width - 110, y + 8, width - 38, y + 21) for y in rows[1:9:3] if y <= done]


def _strook(sketch: Sketch, y: float, index: int, axis: float, *, is_built: bool) -> None:
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
        if index % 2:
            sketch.way("achterpad", [(24, y + 28), (axis, y + 28)])


def kavels(sketch: Sketch) -> None:
    """Draw winding lanes along plots on which people build for themselves: far apart, few paths."""
    width, height = sketch.width, sketch.height
    for number, share in enumerate((0.16, 0.42, 0.68, 0.9)):
        lane = _wave(share * height, 30, 130, number * 1.9)
        points = [(x, lane(x)) for x in np.linspace(0, width, 36)]
        sketch.way("kavelweg", points, name=next(sketch.names), row="vrij")
        for start in np.arange(90 + number * 40, width - 60, 210):
            x = float(start) + sketch.jitter(30)
            _kavelpad(sketch, x, lane(x), next(sketch.names))
    for share in (0.08, 0.52, 0.93):
        bend = _wave(share * width, 26, 110, share * 9)
        lane_up = [(bend(y), y) for y in np.linspace(0, height, 36)]
        sketch.way("kavelweg", lane_up, name=next(sketch.names), row="vrij")
    sketch.sites += [(width * 0.52 + 45, height * 0.5, width * 0.52 + 145, height * 0.5 + 60)]


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
    for y in np.arange(50, height - 30, 118):
        sketch.way("industrieweg", [(34, y), (width - 34, y + sketch.jitter(10))], name=next(sketch.names), row="hal")
    for x in (34.0, width - 34):
        sketch.way("industrieweg", [(x, 50), (x, height - 40)], name=next(sketch.names))
    if sketch.has_gate("west"):
        sketch.way("industrieweg", [(-sketch.reach_m["west"], 50 + 118), (34, 50 + 118)], name=next(sketch.names))
    sketch.sites += [(axis + 20, 70, axis + 110, 140)]


PATTERNS: dict[str, Callable[[Sketch], None]] = {
    "woonerf": woonerf,
    "raster": raster,
    "lussen": lussen,
    "centrum": centrum,
    "blokken": blokken,
    "stroken": stroken,
    "kavels": kavels,
    "bedrijven": bedrijven,
}
