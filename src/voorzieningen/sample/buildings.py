"""Buildings and addresses: rows of houses along the streets, flats where the plan has room, until a buurt is full."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import shapely

from voorzieningen.sample.land import Land
from voorzieningen.sample.plan import Floats, Ints, Plan, load_data, random
from voorzieningen.sample.streets import Streets, way_kinds

FROM_CORNER_M = 9.0
CLEAR_M = 0.6
LARGEST_FLAT = 120
FLAT_TAGS = {"building": "apartments", "building:levels": "6"}


@dataclass(frozen=True)
class Building:
    """A building in RD New: its outline, the homes in it and the addresses of those."""

    outline: Any
    tags: dict[str, str]
    homes: int
    year: int
    buurtcode: str | None
    street: str
    side: int

    @cached_property
    def point(self) -> Any:
        """Where its addresses are drawn."""
        return shapely.point_on_surface(self.outline)


@dataclass(frozen=True)
class Dwelling:
    """An address at which people may live; `building` is a row of the buildings."""

    building: int
    street: str
    number: int
    postcode: str
    buurtcode: str | None
    year: int


@dataclass(frozen=True)
class Stock:
    """All buildings with homes, and their addresses."""

    buildings: list[Building]
    dwellings: list[Dwelling]


def build_homes(plan: Plan, streets: Streets, land: Land, kept_free: list[Any]) -> Stock:
    """Build houses along the streets and flats on their sites.

    Parameters
    ----------
    plan, streets, land
        The town without houses.
    kept_free
        Shapes in RD New on which no house may stand.
    """
    obstacles = [*_widths(streets), *kept_free, *(area.shape for area in land.areas if area.kind in _OPEN), land.water]
    planted = list(_planted(plan))
    rows = list(_rows(plan, streets))
    free = _clear(rows, [*obstacles, *(one.outline for one in planted)], land.land)
    houses = _without_overlap([rows[index] for index in free])
    flats = _flats(plan, streets, obstacles, houses)
    kept = [*planted]
    for code in [*(buurt.code for buurt in plan.buurten), None]:
        own = [house for house in houses if house.buurtcode == code]
        room = [flat for flat in flats if flat.buurtcode == code]
        kept += _filled(plan, code, own, room, sum(one.homes for one in planted if one.buurtcode == code))
    return Stock(kept, list(_addresses(kept, plan)))


_OPEN = ("buurtpark", "bouwterrein", "gras", "bos", "begraafplaats", "volkstuinen", "sportpark", "stadspark")


def _widths(streets: Streets) -> list[Any]:
    """Return the surface of every way."""
    return [
        shapely.LineString(streets.xy[nodes]).buffer(way_kinds()[line.kind].half_m + CLEAR_M, cap_style="flat")
        for line, nodes in streets.ways
    ]


def _planted(plan: Plan) -> Iterator[Building]:
    """Build the houses that the plan puts in a place of their own."""
    for block in plan.data["home"]:
        x, y = block["at"]
        outline = plan.shape_on_map(shapely.box(x - 5, y - 4.5, x + 5, y + 4.5))
        yield Building(
            outline, {"building": "house"}, block.get("homes", 1), block["year"], block["buurt"], block["street"], 1
        )


def _rows(plan: Plan, streets: Streets) -> Iterator[Building]:
    kinds = load_data("kinds.toml")["row"]
    for number, (line, nodes) in enumerate(streets.ways):
        if line.row is None or line.name is None:
            continue
        rng = random(2, number)
        kind = kinds[line.row]
        setback = way_kinds()[line.kind].half_m + kind["setback"] + kind["depth"] / 2
        first, last = plan.buurt(line.buurt).gebouwd if line.buurt else (1960, 1990)
        year = int(rng.integers(first, last + 1))
        for side in line.sides:
            for outline in _along(streets.xy[nodes], side * setback, kind, rng):
                yield Building(outline, kind["tags"], kind["homes"], year, line.buurt, line.name, side)


def _along(points: Floats, offset: float, kind: dict[str, Any], rng: np.random.Generator) -> list[Any]:
    """Put buildings in blocks along a line, beside it."""
    line = shapely.LineString(points)
    period = kind["block"] * kind["width"] + kind["gap"]
    room = line.length - 2 * FROM_CORNER_M
    if room < kind["width"]:
        return []
    steps = np.arange(int(room / period + 1) * kind["block"])
    at = FROM_CORNER_M + steps // kind["block"] * period + (steps % kind["block"] + 0.5) * kind["width"]
    if kind["block"] == 1:
        at = at + rng.uniform(-0.3, 0.3, len(at)) * kind["gap"]
    at = at[(at > FROM_CORNER_M) & (at < line.length - FROM_CORNER_M)]
    if not len(at):
        return []
    before = shapely.get_coordinates(shapely.line_interpolate_point(line, np.maximum(at - 4, 0)))
    after = shapely.get_coordinates(shapely.line_interpolate_point(line, np.minimum(at + 4, line.length)))
    along = after - before
    along /= np.hypot(along[:, 0], along[:, 1])[:, None]
    across = np.column_stack([-along[:, 1], along[:, 0]])
    # blocks jump a little forward or back, as they do in a woonerf
    jump = rng.uniform(0, 1.6, len(at) // kind["block"] + 1)[np.arange(len(at)) // kind["block"]] * np.sign(offset)
    centre = shapely.get_coordinates(shapely.line_interpolate_point(line, at)) + across * (offset + jump)[:, None]
    half_along, half_across = along * kind["width"] / 2, across * kind["depth"] / 2
    corners: Any = np.stack(
        [centre + a * half_along + b * half_across for a, b in ((-1, -1), (1, -1), (1, 1), (-1, 1))], axis=1
    )
    outlines: Any = shapely.polygons(corners)
    return list(outlines)


def _clear(buildings: list[Building], obstacles: list[Any], land: Any) -> Ints:
    """Return which buildings stand on land and on no way, water or site."""
    outlines = np.array([building.outline for building in buildings], dtype=object)
    taken, _ = shapely.STRtree(np.array(obstacles, dtype=object)).query(outlines, predicate="intersects")
    shapely.prepare(land)
    free = shapely.contains(land, outlines)
    free[taken] = False
    return np.flatnonzero(free)


def _without_overlap(buildings: list[Building]) -> list[Building]:
    """Keep the first of buildings that would stand in one another; a shared wall is none."""
    outlines = shapely.buffer(np.array([building.outline for building in buildings], dtype=object), -0.25)
    one, other = shapely.STRtree(outlines).query(outlines, predicate="intersects")
    gone: set[int] = set()
    for first, second in sorted(zip(one.tolist(), other.tolist(), strict=True)):
        if first < second and first not in gone:
            gone.add(second)
    return [building for index, building in enumerate(buildings) if index not in gone]


def _flats(plan: Plan, streets: Streets, obstacles: list[Any], houses: list[Building]) -> list[Building]:
    """Find the sites of flats that are free, and the street each belongs to."""
    named = [(line, nodes) for line, nodes in streets.ways if line.name and line.row]
    tree = shapely.STRtree([shapely.LineString(streets.xy[nodes]) for _, nodes in named])
    flats = []
    for code, boxes in streets.flats.items():
        for number, box in enumerate(boxes):
            outline = plan.shape_on_map(shapely.box(*box))
            line = named[int(tree.nearest(outline))][0]
            first, last = plan.buurt(code).gebouwd
            year = int(random(3, number).integers(first, last + 1))
            flats.append(Building(outline, FLAT_TAGS, 0, year, code, str(line.name), 1))
    taken = _clear(flats, [*obstacles, *(house.outline for house in houses)], shapely.box(0, 0, 1e6, 1e6))
    return [flats[index] for index in taken]


def _filled(plan: Plan, code: str | None, houses: list[Building], flats: list[Building], there: int) -> list[Building]:
    """Keep as many houses as a buurt has, and put the rest of its homes in flats."""
    if code is None:
        return houses
    wanted = plan.buurt(code).woningen - there
    halls = [house for house in houses if house.homes == 0]
    if halls:
        return [replace(hall, homes=int(number < wanted)) for number, hall in enumerate(halls)]
    total = sum(house.homes for house in houses)
    rng = random(4, int(code[2:]))
    while houses and total > wanted:
        total -= houses.pop(int(rng.integers(0, len(houses)))).homes
    rest = wanted - total
    filled = []
    for index, flat in enumerate(flats):
        homes = min(LARGEST_FLAT, -(-rest // (len(flats) - index)))
        if homes > 0:
            filled.append(Building(flat.outline, flat.tags, homes, flat.year, code, flat.street, 1))
            rest -= homes
    return [*houses, *filled]


def _addresses(buildings: list[Building], plan: Plan) -> Iterator[Dwelling]:
    """Give the homes of each street their numbers: even on one side, odd on the other."""
    used: Counter[tuple[str, int]] = Counter()
    for index, building in enumerate(buildings):
        for _ in range(building.homes):
            key = (building.street, building.side)
            used[key] += 1
            number = 2 * used[key] - (1 if building.side > 0 else 0)
            yield Dwelling(index, building.street, number, _postcode(building, plan), building.buurtcode, building.year)


def _postcode(building: Building, plan: Plan) -> str:
    if building.buurtcode is None:
        return "1379 AA"
    wijk = plan.data["wijk"][f"WK{building.buurtcode[2:8]}"]["postcode"]
    letters = sum(building.street.encode()) + 7 * int(building.buurtcode[-2:])
    return f"{wijk} {chr(65 + letters % 23)}{chr(65 + letters // 23 % 23)}"
