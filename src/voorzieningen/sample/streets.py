"""The streets of Polderstad: paths around blocks, main lines, crossings and what the patterns draw inside."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import shapely

from voorzieningen.sample.noding import share_nodes
from voorzieningen.sample.patterns import PATTERNS
from voorzieningen.sample.plan import XY, Box, Buurt, Crossing, Floats, Ints, Line, Plan, Tags, load_data, random
from voorzieningen.sample.sketch import Placed, Sketch, smooth, street_names

NO_PATH_AROUND = ("kavels",)
CORNER_M = 16.0
BANK_M = 15.0  # from the middle of a canal to where a bridge begins
STEPS_M = 5.0
GATE_RANGE_M = 300.0
GREEN = "groen"


@dataclass(frozen=True)
class Streets:
    """Nodes in RD New, ways as rows of nodes, and what the patterns left open (plan coordinates)."""

    xy: Floats
    ways: list[tuple[Line, Ints]]
    sites: dict[str, list[Box]]
    flats: dict[str, list[Box]]
    areas: list[tuple[str, str, shapely.Polygon]]


def draw_streets(plan: Plan) -> Streets:
    """Draw all ways of the plan and give them shared nodes."""
    lines = [*_main_lines(plan), *_other_lines(plan), *_crossings(plan)]
    sites: dict[str, list[Box]] = {}
    flats: dict[str, list[Box]] = {}
    areas: list[tuple[str, str, shapely.Polygon]] = []
    for cell in plan.data["parks"]["cells"]:
        lines += _path_around(_inner(tuple(cell), plan), tuple(cell), plan)
    for number, buurt in enumerate(plan.buurten):
        for cell in buurt.cells:
            placed, sketch = _sketch(plan, buurt, cell, number)
            if buurt.pattern not in NO_PATH_AROUND:
                lines += _path_around(placed.block, cell, plan)
            lines += [replace(line, points=placed.points(line.points)) for line in sketch.lines]
            sites.setdefault(buurt.code, []).extend(placed.box(box) for box in sketch.sites)
            flats.setdefault(buurt.code, []).extend(placed.box(box) for box in sketch.flats)
            areas += [(kind, buurt.code, shapely.transform(shape, placed.points)) for kind, shape in sketch.areas]
    noded = share_nodes(lines)
    kept = [(line, nodes) for line, nodes in zip(lines, noded.lines, strict=True) if len(nodes) > 1]
    return Streets(plan.on_map(noded.xy), kept, sites, flats, areas)


@dataclass(frozen=True)
class WayKind:
    """A kind of way: half the width that nothing may be built on, how it is tagged, and whether cars may use it."""

    half_m: float
    tags: Tags
    car: bool = False


@cache
def way_kinds() -> dict[str, WayKind]:
    """Return the kinds of ways."""
    return {key: WayKind(**block) for key, block in load_data("kinds.toml")["way"].items()}


def _sketch(plan: Plan, buurt: Buurt, cell: Box, number: int) -> tuple[Placed, Sketch]:
    block = cell if buurt.pattern in NO_PATH_AROUND else _inner(cell, plan)
    placed = Placed.with_gate(block, buurt.gates[0] if buurt.gates else "south")
    reach = {placed.side(side): _to_main_line(block, side, plan) for side in buurt.gates}
    stems = plan.data["stems"][buurt.stems]
    names = street_names(stems, buurt.endings, start=(number * 5) % len(stems))
    width, height = placed.size
    sketch = Sketch(buurt, width, height, reach, random(1, number), names)
    PATTERNS[buurt.pattern](sketch)
    return placed, sketch


def _main_lines(plan: Plan) -> Iterator[Line]:
    """Draw the roads and busbanen; canals and the railway are no ways."""
    for corridor in plan.corridors:
        if corridor.kind in way_kinds():
            yield Line(corridor.kind, np.array(corridor.line, dtype=np.float64), corridor.name)


def _other_lines(plan: Plan) -> Iterator[Line]:
    for block in plan.data["line"]:
        points = np.array(block["points"], dtype=np.float64)
        drawn = smooth(points) if block.get("rounded") else points
        yield Line(block["kind"], drawn, block.get("name"), block.get("row"), tags=block.get("tags", {}))


def _inner(cell: Box, plan: Plan) -> Box:
    """Return where the path around a block runs: each side as far in as the main line there asks."""
    west, south, east, north = cell
    insets = {side: plan.data["insets"][_corridor_at(_middle(cell, side), plan)] for side in _SIDES}
    return west + insets["west"], south + insets["south"], east - insets["east"], north - insets["north"]


_SIDES = ("south", "east", "north", "west")


def _middle(cell: Box, side: str) -> XY:
    west, south, east, north = cell
    x, y = (west + east) / 2, (south + north) / 2
    return {"south": (x, south), "east": (east, y), "north": (x, north), "west": (west, y)}[side]


def _corridor_at(place: XY, plan: Plan) -> str:
    """Return which main line runs through a place; else it is a green strip."""
    point = shapely.Point(place)
    near = (corridor.kind for corridor in plan.corridors if shapely.LineString(corridor.line).distance(point) < 1)
    return next(near, GREEN)


def _to_main_line(block: Box, side: str, plan: Plan) -> float:
    """Measure from a side of a block to the dreef beyond it."""
    x, y = _middle(block, side)
    ahead = {"south": (0, -1), "north": (0, 1), "east": (1, 0), "west": (-1, 0)}[side]
    ray = shapely.LineString([(x, y), (x + ahead[0] * GATE_RANGE_M, y + ahead[1] * GATE_RANGE_M)])
    roads = [shapely.LineString(corridor.line) for corridor in plan.corridors if corridor.kind == "dreef"]
    return min(float(shapely.Point(x, y).distance(ray.intersection(road))) for road in roads if ray.intersects(road))


def _path_around(block: Box, cell: Box, plan: Plan) -> Iterator[Line]:
    """Draw the path around a block: a quay along water, a cycle path along a road, a footpath through green."""
    west, south, east, north = block
    c = CORNER_M
    sides = {
        "south": [(west + c, south), (east - c, south)],
        "east": [(east, south + c), (east, north - c)],
        "north": [(east - c, north), (west + c, north)],
        "west": [(west, north - c), (west, south + c)],
    }
    kinds = {"gracht": "kade", "dreef": "fietspad", "busbaan": "fietspad", "spoor": "fietspad", GREEN: "voetpad"}
    for side, following in zip(_SIDES, (*_SIDES[1:], _SIDES[0]), strict=True):
        yield Line(kinds[_corridor_at(_middle(cell, side), plan)], np.array(sides[side], dtype=np.float64))
        corner = np.array([sides[side][1], sides[following][0]], dtype=np.float64)
        yield Line("voetpad", corner)


def _crossings(plan: Plan) -> Iterator[Line]:
    for crossing in plan.crossings:
        corridor = _corridor_at(crossing.at, plan)
        reach = float(plan.data["insets"][corridor])
        yield from _across(crossing, reach, _direction(crossing.at, plan))


def _direction(at: XY, plan: Plan) -> Floats:
    """Return the direction in which one crosses the main line, or the edge of the blocks, at a place."""
    point = shapely.Point(at)
    for corridor in plan.corridors:
        for (x0, y0), (x1, y1) in zip(corridor.line, corridor.line[1:], strict=False):
            if shapely.LineString([(x0, y0), (x1, y1)]).distance(point) < 1:
                return np.array([0.0, 1.0]) if y0 == y1 else np.array([1.0, 0.0])
    on_upright_edge = any(at[0] in (cell[0], cell[2]) for buurt in plan.buurten for cell in buurt.cells)
    return np.array([1.0, 0.0]) if on_upright_edge else np.array([0.0, 1.0])


def _across(crossing: Crossing, reach: float, direction: Floats) -> Iterator[Line]:
    """Draw the ways of one crossing, from the path on this side to the path on the other."""

    def piece(kind: str, start: float, end: float, *, level: int = 0, **tags: str) -> Line:
        points = np.array(crossing.at) + np.outer([start, end], direction)
        return Line(kind, points, crossing.name or None if level else None, level=level, tags=tags)

    if crossing.kind == "over_spoor":
        yield from (piece("fietspad", -reach, -20), piece("fietspad", 20, reach))
        yield piece("fietspad", -20, 20, level=-1, tunnel="yes", layer="-1")
    elif crossing.kind.endswith("brug"):
        way = {"voetbrug": "voetpad", "trapbrug": "voetpad"}.get(crossing.kind, "fietspad")
        end = BANK_M
        if crossing.kind == "trapbrug":
            yield from (piece("trap", -BANK_M - STEPS_M, -BANK_M), piece("trap", BANK_M + STEPS_M, BANK_M))
            end = BANK_M + STEPS_M
        yield from (piece(way, -reach, -end), piece(way, end, reach))
        yield piece(way, -BANK_M, BANK_M, level=1, bridge="yes", layer="1")
    else:
        kind = {"over_dreef": "fietspad", "over_busbaan": "voetpad", "over_groen": "voetpad"}[crossing.kind]
        yield piece(kind, -reach, reach)
