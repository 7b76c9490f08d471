"""The map: everything of Polderstad as a Dutch mapper has it in OpenStreetMap, written as a PBF extract."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import osmium
import pyproj
import shapely
from osmium.osm.mutable import Node, Relation, Way

from voorzieningen.sample.buildings import Stock
from voorzieningen.sample.land import Land
from voorzieningen.sample.places import Place
from voorzieningen.sample.plan import Floats, Ints, Plan, Tags, load_data
from voorzieningen.sample.streets import Streets, way_kinds
from voorzieningen.schema import RD

TIMESTAMP = "2024-01-01T00:00:00Z"
CROSSING_OF = {"dreef": {"crossing": "traffic_signals"}, "busbaan": {"crossing": "marked", "crossing:island": "no"}}
ON_FOOT = ("fietspad", "voetpad", "kade", "parkpad")

Member = tuple[str, int, str]


@dataclass
class _Map:
    """What is drawn so far; ids count up in the order of drawing."""

    nodes: list[tuple[int, float, float, Tags]] = field(default_factory=list)
    ways: list[tuple[int, list[int], Tags]] = field(default_factory=list)
    relations: list[tuple[int, list[Member], Tags]] = field(default_factory=list)
    _node_ids: Iterator[int] = field(default_factory=lambda: count(100_001))
    _way_ids: Iterator[int] = field(default_factory=lambda: count(20_001))
    _relation_ids: Iterator[int] = field(default_factory=lambda: count(3_001))

    def node(self, x: float, y: float, tags: Tags | None = None) -> int:
        number = next(self._node_ids)
        self.nodes.append((number, x, y, tags or {}))
        return number

    def way(self, nodes: list[int], tags: Tags) -> int:
        number = next(self._way_ids)
        self.ways.append((number, nodes, tags))
        return number

    def relation(self, members: list[Member], tags: Tags) -> None:
        self.relations.append((next(self._relation_ids), members, tags))

    def ring(self, points: Floats, tags: Tags) -> int:
        """Draw a closed way around an area."""
        nodes = [self.node(x, y) for x, y in points[:-1].tolist()]
        return self.way([*nodes, nodes[0]], tags)

    def area(self, shape: Any, tags: Tags) -> None:
        """Draw an area: a closed way, or a multipolygon where it has holes or parts."""
        parts = [part for part in shapely.get_parts(shape) if isinstance(part, shapely.Polygon)]
        if len(parts) == 1 and not parts[0].interiors:
            self.ring(shapely.get_coordinates(parts[0].exterior), tags)
            return
        members = [
            ("w", self.ring(shapely.get_coordinates(ring), {}), role)
            for part in parts
            for role, rings in (("outer", [part.exterior]), ("inner", part.interiors))
            for ring in rings
        ]
        self.relation(members, {"type": "multipolygon", **tags})


def write_map(path: Path, plan: Plan, streets: Streets, land: Land, stock: Stock, places: list[Place]) -> None:
    """Write the extract of OpenStreetMap.

    Parameters
    ----------
    path
        The PBF file to write.
    plan, streets, land, stock, places
        The town.
    """
    drawn = _Map()
    _draw_streets(drawn, streets, places)
    _draw_main_lines(drawn, plan)
    _draw_land(drawn, plan, land)
    _draw_buildings(drawn, stock)
    _draw_places(drawn, places)
    _write(path, drawn, _box(plan))


def _draw_streets(drawn: _Map, streets: Streets, places: list[Place]) -> None:
    """Draw the ways with their shared nodes, the crossings on them and what bars them."""
    tags_of = _tags_of_nodes(streets, places)
    ids = [drawn.node(x, y, tags_of.get(row)) for row, (x, y) in enumerate(streets.xy.tolist())]
    bus = []
    for line, nodes in streets.ways:
        name = {"name": line.name} if line.name else {}
        number = drawn.way([ids[row] for row in nodes.tolist()], {**way_kinds()[line.kind].tags, **name, **line.tags})
        if line.kind == "busbaan":
            bus.append(("w", number, ""))
    drawn.relation(bus, {"type": "route", "route": "bus", "ref": "1", "name": "Lijn 1: Haven – Centrum – Buiten"})


def _tags_of_nodes(streets: Streets, places: list[Place]) -> dict[int, Tags]:
    """Tag the nodes where a path crosses a road, and those with a barrier."""
    on_foot = _rows_of(streets, ON_FOOT)
    tags: dict[int, Tags] = {}
    for kind, crossing in CROSSING_OF.items():
        inner = Counter(row for line, nodes in streets.ways if line.kind == kind for row in nodes.tolist())
        tags |= {row: {"highway": "crossing", **crossing} for row in sorted(on_foot & inner.keys())}
    walked = sorted(_rows_of(streets, [kind for kind in way_kinds() if kind not in ("dreef", "busbaan")]))
    points: Any = shapely.points(streets.xy[walked])
    tree = shapely.STRtree(points)
    for place in places:
        if "barrier" in place.tags:
            tags[walked[int(tree.nearest(place.shape))]] = place.tags
    return tags


def _rows_of(streets: Streets, kinds: Iterable[str]) -> set[int]:
    wanted = set(kinds)
    rows: list[Ints] = [nodes for line, nodes in streets.ways if line.kind in wanted]
    return set(np.concatenate(rows).tolist())


def _draw_main_lines(drawn: _Map, plan: Plan) -> None:
    """Draw the railway and the middle of the canals: lines that nobody walks on."""
    tags = {"spoor": {"railway": "rail", "electrified": "contact_line"}, "gracht": {"waterway": "canal", "boat": "yes"}}
    for corridor in plan.corridors:
        if corridor.kind in tags:
            points = shapely.get_coordinates(plan.shape_on_map(shapely.LineString(corridor.line)))
            drawn.way([drawn.node(x, y) for x, y in points.tolist()], {**tags[corridor.kind], "name": corridor.name})


def _draw_land(drawn: _Map, plan: Plan, land: Land) -> None:
    kinds = load_data("kinds.toml")["area"]
    for area in land.areas:
        name = {"name": area.name} if area.name else {}
        drawn.area(area.shape, {**kinds[area.kind]["tags"], **name})
    around = shapely.box(*_bounds(plan))
    lake = shapely.difference(around, land.land)
    drawn.area(lake, {"natural": "water", "water": "lake", "name": "Markermeer"})
    ring = shapely.get_coordinates(shapely.union(land.gemeente_land, land.water_buurt).exterior)
    border = drawn.ring(ring, {"boundary": "administrative", "admin_level": "8"})
    tags = {"type": "boundary", "boundary": "administrative", "admin_level": "8", "name": plan.data["town"]["naam"]}
    drawn.relation([("w", border, "outer")], {**tags, "ref:gemeentecode": plan.data["town"]["gemeentecode"][2:]})


def _draw_buildings(drawn: _Map, stock: Stock) -> None:
    """Draw every building with its year, and every address as a point, as the import of the BAG does."""
    for building in stock.buildings:
        drawn.area(building.outline, {**building.tags, "start_date": str(building.year)})
    points = [building.point for building in stock.buildings]
    for dwelling in stock.dwellings:
        point = points[dwelling.building]
        tags = {
            "addr:street": dwelling.street,
            "addr:housenumber": str(dwelling.number),
            "addr:postcode": dwelling.postcode.replace(" ", ""),
            "addr:city": "Polderstad",
            "source": "BAG",
        }
        drawn.node(point.x, point.y, tags)


def _draw_places(drawn: _Map, places: list[Place]) -> None:
    for place in places:
        if not place.in_osm or "barrier" in place.tags:
            continue
        if place.shape.area:
            drawn.area(place.shape, place.tags)
        else:
            drawn.node(place.shape.x, place.shape.y, place.tags)


def _bounds(plan: Plan) -> tuple[float, float, float, float]:
    """Return the extract in RD: the municipality and its surroundings."""
    around = plan.shape_on_map(shapely.box(*plan.data["town"]["municipality"])).bounds
    reach = plan.data["town"]["surroundings"]
    return around[0] - reach, around[1] - reach, around[2] + reach, around[3] + reach


def _box(plan: Plan) -> osmium.osm.Box:
    west, south, east, north = _bounds(plan)
    corners = np.array([[west, south], [west, north], [east, south], [east, north]])
    lon, lat = _degrees(corners).T
    return osmium.osm.Box(float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max()))


def _degrees(xy: Floats) -> Floats:
    transformer = pyproj.Transformer.from_crs(RD, "EPSG:4326", always_xy=True)
    return np.column_stack(transformer.transform(xy[:, 0], xy[:, 1])).round(7)


def _write(path: Path, drawn: _Map, box: osmium.osm.Box) -> None:
    header = osmium.io.Header()
    header.set("generator", "voorzieningen sample")
    header.set("osmosis_replication_timestamp", TIMESTAMP)
    header.add_box(box)
    places = _degrees(np.array([(x, y) for _, x, y, _ in drawn.nodes]))
    with osmium.SimpleWriter(osmium.io.File(str(path), "pbf"), header=header, overwrite=True) as writer:
        for (number, _, _, tags), (lon, lat) in zip(drawn.nodes, places.tolist(), strict=True):
            writer.add_node(Node(id=number, version=1, location=(lon, lat), tags=tags))
        for number, nodes, tags in drawn.ways:
            writer.add_way(Way(id=number, version=1, nodes=nodes, tags=tags))
        for number, members, tags in drawn.relations:
            writer.add_relation(Relation(id=number, version=1, members=members, tags=tags))
