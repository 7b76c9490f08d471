"""Places: what the plan puts on its sites, and what every buurt has of its own: playgrounds, stops and benches."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely

from voorzieningen.sample.plan import XY, Box, Floats, Plan, Tags, load_data, random
from voorzieningen.sample.streets import Streets

BETWEEN_M = 5.0
BENCH_EVERY_M = 420.0
STOP_BESIDE_M = 9.0
PLAYGROUNDS = 8


@dataclass(frozen=True)
class Place:
    """A place in RD New: a point, or the outline of its building or ground."""

    kind: str
    name: str
    tags: Tags
    shape: Any
    buurtcode: str | None
    in_osm: bool = True
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def is_building(self) -> bool:
        """Whether it is a building of its own."""
        return "building" in self.tags


def put_places(plan: Plan, streets: Streets) -> list[Place]:
    """Put all places of the plan on the map."""
    data = load_data("places.toml")
    on_sites = [place for block in data["site"] for place in _on_site(block, streets, plan)]
    at_points = [_at_point(block, plan) for block in data["place"]]
    return [*on_sites, *at_points, *_playgrounds(plan, streets), *_stops(plan), *_benches(streets)]


def kept_free(plan: Plan, streets: Streets, places: list[Place]) -> list[Any]:
    """Return the sites, and the ground of places that stand elsewhere, in RD New."""
    sites = [plan.shape_on_map(shapely.box(*box)) for boxes in streets.sites.values() for box in boxes]
    return [*sites, *(shapely.buffer(place.shape, 2) for place in places if place.shape.area > 0)]


def place_kinds() -> dict[str, dict[str, Any]]:
    """Return the kinds of places."""
    kinds: dict[str, dict[str, Any]] = load_data("kinds.toml")["place"]
    return kinds


def _on_site(block: dict[str, Any], streets: Streets, plan: Plan) -> Iterator[Place]:
    """Lay buildings next to each other on a site, and points in front of them."""
    box = streets.sites[block["buurt"]][block["number"]]
    west, south, east, north = box
    across = east - west < north - south
    cursor, row, deepest = 4.0, 5.0, 0.0
    length = (north - south) if across else (east - west)
    points = 0
    for item in block["places"]:
        kind = place_kinds()[item["kind"]]
        size = kind.get("size") or kind.get("area")
        if size is None:
            points += 1
            yield _place(item, plan, _on(box, (6.0 + 9.0 * points, 2.0), across=across), block["buurt"])
            continue
        if cursor + size[0] > length:
            cursor, row, deepest = 4.0, row + deepest + BETWEEN_M, 0.0
        corners = [_on(box, (cursor + dx, row + dy), across=across) for dx, dy in ((0, 0), size)]
        yield _place(
            item, plan, shapely.box(*np.array(corners).min(axis=0), *np.array(corners).max(axis=0)), block["buurt"]
        )
        cursor, deepest = cursor + size[0] + BETWEEN_M, max(deepest, size[1])


def _on(box: Box, at: XY, *, across: bool) -> XY:
    return (box[0] + at[1], box[1] + at[0]) if across else (box[0] + at[0], box[1] + at[1])


def _at_point(block: dict[str, Any], plan: Plan) -> Place:
    x, y = block["at"]
    kind = place_kinds()[block["kind"]]
    size = kind.get("size") or kind.get("area")
    shape: Any = (x, y)
    if size is not None:
        shape = shapely.box(x - size[0] / 2, y - size[1] / 2, x + size[0] / 2, y + size[1] / 2)
    return _place(block, plan, shape, _buurt_at((x, y), plan))


def _buurt_at(at: XY, plan: Plan) -> str | None:
    inside = (
        buurt.code for buurt in plan.buurten for box in buurt.outline if shapely.box(*box).contains(shapely.Point(at))
    )
    return next(inside, None)


def _place(item: dict[str, Any], plan: Plan, shape: Any, buurtcode: str | None) -> Place:
    kind = place_kinds()[item["kind"]]
    on_map = plan.shape_on_map(shapely.Point(shape) if isinstance(shape, tuple) else shape)
    name = {"name": item["naam"]} if item["naam"] else {}
    facts: dict[str, Any] = {
        key: item[key] for key in ("lijst", "fte", "capaciteit", "jaar", "status", "tijden") if key in item
    }
    tags = {**kind["tags"], **name, **item.get("tags", {})}
    return Place(item["kind"], item["naam"], tags, on_map, buurtcode, item.get("osm", True), facts)


def _playgrounds(plan: Plan, streets: Streets) -> Iterator[Place]:
    """Put playgrounds beside footpaths of every buurt where people live; fewer where it is new."""
    for number, buurt in enumerate(plan.buurten):
        if buurt.pattern in ("bedrijven", "kavels") or not buurt.woningen:
            continue
        rng = random(7, number)
        paths = [
            nodes for line, nodes in streets.ways if line.kind in ("voetpad", "achterpad") and line.buurt == buurt.code
        ]
        for index in rng.permutation(len(paths))[: round(PLAYGROUNDS * buurt.klaar)]:
            spot = shapely.line_interpolate_point(
                shapely.LineString(streets.xy[paths[int(index)]]), 0.5, normalized=True
            )
            x, y = float(spot.x) + 11, float(spot.y)
            shape = shapely.box(x - 8, y - 6, x + 8, y + 6)
            kind = place_kinds()["speeltuin"]
            yield Place("speeltuin", "", kind["tags"], shape, buurt.code)


def _stops(plan: Plan) -> Iterator[Place]:
    """Put two bus stops at every place where one crosses a busbaan, and one at every crossing of a dreef."""
    tags = place_kinds()["bushalte"]["tags"]
    crossings = [crossing for crossing in plan.crossings if crossing.kind in ("over_busbaan", "over_dreef")]
    for number, crossing in enumerate(crossings):
        for side in (-1, 1) if crossing.kind == "over_busbaan" else (1,):
            at = plan.on_map(np.array([crossing.at]) + side * STOP_BESIDE_M)[0]
            yield Place("bushalte", "", {**tags, "name": f"Halte {number + 1}"}, shapely.Point(at), None)


def _benches(streets: Streets) -> Iterator[Place]:
    """Put benches along paths, with stretches without any."""
    rng = random(8)
    tags = place_kinds()["bankje"]["tags"]
    for line, nodes in streets.ways:
        if line.kind not in ("voetpad", "fietspad", "parkpad", "kade", "dijkpad", "winkelstraat"):
            continue
        points: Floats = streets.xy[nodes]
        path = shapely.LineString(points)
        count = int(rng.poisson(path.length / BENCH_EVERY_M))
        for at in np.sort(rng.uniform(0, path.length, count)):
            spot = shapely.line_interpolate_point(path, float(at))
            yield Place("bankje", "", tags, shapely.Point(spot.x + 1.8, spot.y + 0.6), None)
