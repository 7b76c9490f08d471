"""One pass over an OpenStreetMap extract: what is kept of each object, and what the edge of the extract has damaged.

The file is filtered by key before an object reaches Python. A closed way or a multipolygon relation that is wanted
waits until its area comes by; what still waits at the end has no usable outline.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import osmium
import shapely
from osmium.filter import KeyFilter

from voorzieningen.config import Catalogue, FacilityRule
from voorzieningen.read.pbf import Extract, pbf_file, readable
from voorzieningen.read.projection import Box

PER_DEGREE = 10_000_000
MIN_RING_NODES = 4
POI_KEYS = ("shop", "amenity", "office", "craft", "healthcare", "leisure", "tourism")
OUT_OF_USE = ("disused", "abandoned")
HOME_KEYS = ("addr:street", "addr:housenumber", "addr:postcode", "building", "start_date", *POI_KEYS)
OWN_KEYS = ("highway", "railway", "public_transport", "barrier", "building", "addr:housenumber")

Tags = dict[str, str]
Point = tuple[int, int]
RuleIndex = dict[str, list[FacilityRule]]


@dataclass(frozen=True)
class Run:
    """Consecutive nodes of a way that are all in the file; points in units of 1e-7 degrees."""

    refs: list[int]
    points: list[Point]


@dataclass(frozen=True)
class MappedWay:
    """A way with a key that the walking rules look at."""

    way_id: int
    tags: Tags
    runs: list[Run]
    clipped: bool


@dataclass(frozen=True)
class Feature:
    """An object with its geometry in degrees, as hexadecimal WKB."""

    osm_id: str
    tags: Tags
    wkb: str


@dataclass(frozen=True)
class Wanted:
    """As what an object is wanted."""

    place: bool
    address: bool
    building: bool

    def __bool__(self) -> bool:
        """Whether it is wanted at all."""
        return self.place or self.address or self.building


@dataclass
class Scan:
    """What was kept of an extract, given the facility rules and the boxes (1e-7 degrees) around what is asked."""

    rules: RuleIndex
    coverage: Box
    neighbourhood: Box
    reach: Box
    ways: list[MappedWay] = field(default_factory=list)
    barriers: list[tuple[int, Tags]] = field(default_factory=list)
    places: list[Feature] = field(default_factory=list)
    addresses: list[Feature] = field(default_factory=list)
    buildings: list[Feature] = field(default_factory=list)
    ways_without_nodes: int = 0
    ways_of_one_node: int = 0
    out_of_use: set[str] = field(default_factory=set)
    waiting: dict[str, tuple[Tags, Wanted]] = field(default_factory=dict)
    outlined: set[str] = field(default_factory=set)
    _wkb: Any = field(default_factory=osmium.geom.WKBFactory)

    def take(self, thing: Any) -> None:
        """Keep what is wanted of one object: where it lies is looked at first, for reading all tags takes longest."""
        if thing.is_area():
            self._take_area(thing)
        elif thing.is_way():
            self._take_way(thing)
        elif thing.is_relation():
            self._take_relation(thing)
        elif _any_inside([thing], self.reach):
            self._take_node(thing)

    def _take_node(self, node: Any) -> None:
        if "barrier" in node.tags and _any_inside([node], self.coverage):
            self.barriers.append((node.id, dict(node.tags)))
        osm_id = f"n{node.id}"
        wanted = self._wanted(osm_id, node.tags, [node])
        if wanted:
            self._keep(Feature(osm_id, _needed(node.tags, wanted), self._wkb.create_point(node)), wanted)

    def _take_way(self, way: Any) -> None:
        if not _any_inside(way.nodes, self.reach):
            is_lost = not any(node.location.valid() for node in way.nodes)
            self.ways_without_nodes += is_lost and _is_way(way.tags)
            return
        if _is_way(way.tags) and _any_inside(way.nodes, self.coverage):
            self._take_walking_way(way)
        osm_id = f"w{way.id}"
        wanted = self._wanted(osm_id, way.tags, way.nodes)
        if not wanted:
            return
        tags = _needed(way.tags, wanted)
        if len(way.nodes) >= MIN_RING_NODES and way.is_closed() and way.tags.get("area") != "no":
            self.waiting[osm_id] = (tags, wanted)
        elif runs := _runs(way):
            self._keep(Feature(osm_id, tags, _line(runs)), Wanted(wanted.place, wanted.address, building=False))

    def _take_walking_way(self, way: Any) -> None:
        runs = _runs(way)
        clipped = not all(node.location.valid() for node in way.nodes)
        self.ways_of_one_node += not runs
        self.ways.append(MappedWay(way.id, dict(way.tags), runs, clipped))

    def _take_relation(self, relation: Any) -> None:
        osm_id = f"r{relation.id}"
        wanted = self._wanted(osm_id, relation.tags, None)
        if wanted and osm_id not in self.outlined:
            self.waiting[osm_id] = (_needed(relation.tags, wanted), wanted)

    def _take_area(self, area: Any) -> None:
        osm_id = f"{'w' if area.from_way() else 'r'}{area.orig_id()}"
        if area.num_rings()[0] == 0:
            return
        if area.from_way():
            tags, wanted = self.waiting.pop(osm_id, ({}, Wanted(place=False, address=False, building=False)))
        else:
            # in a file of many blocks its last way, and so the area, may come before the relation itself
            self.waiting.pop(osm_id, None)
            self.outlined.add(osm_id)
            wanted = self._wanted(osm_id, area.tags, [node for ring in area.outer_rings() for node in ring])
            tags = _needed(area.tags, wanted) if wanted else {}
        if wanted:
            self._keep(Feature(osm_id, tags, self._wkb.create_multipolygon(area)), wanted)

    def _wanted(self, osm_id: str, tags: Any, nodes: Iterable[Any] | None) -> Wanted:
        """Tell as what an object is wanted; without nodes, wherever it lies."""
        is_address, is_building = "addr:housenumber" in tags, "building" in tags
        at_home = (is_address or is_building) and (nodes is None or _any_inside(nodes, self.neighbourhood))
        is_place = self._is_place(tags) and (nodes is None or _any_inside(nodes, self.coverage))
        if is_place and any(tags.get(key) == "yes" for key in OUT_OF_USE):
            self.out_of_use.add(osm_id)
            is_place = False
        return Wanted(is_place, is_address and at_home, is_building and at_home)

    def _is_place(self, tags: Any) -> bool:
        keys = [key for key in self.rules if key in tags]
        if not keys:
            return False
        whole = dict(tags)
        return any(rule.matches(whole) for key in keys for rule in self.rules[key])

    def _keep(self, feature: Feature, wanted: Wanted) -> None:
        if wanted.place:
            self.places.append(feature)
        if wanted.address:
            self.addresses.append(feature)
        if wanted.building:
            self.buildings.append(feature)


def scan(extract: Extract, coverage: Box, neighbourhood: Box, catalogue: Catalogue) -> Scan:
    """Go through an extract once.

    Parameters
    ----------
    extract
        The PBF file.
    coverage
        Where ways, barriers and places are wanted: west, south, east, north in degrees.
    neighbourhood
        Where addresses and buildings are wanted.
    catalogue
        Which objects are a facility.

    Raises
    ------
    SourceError
        The file cannot be read to its end.
    """
    rules = _by_first_key(catalogue)
    boxes = _in_units(coverage), _in_units(neighbourhood)
    found = Scan(rules, *boxes, reach=_around(*boxes))
    keys = KeyFilter(*sorted({*OWN_KEYS, *rules}))
    with readable(extract.path):
        for thing in osmium.FileProcessor(pbf_file(extract.path)).with_areas(keys).with_filter(keys):
            found.take(thing)
    return found


def _by_first_key(catalogue: Catalogue) -> RuleIndex:
    """Index the facility rules by one key of each alternative: an object without any of those cannot match."""
    index: RuleIndex = {}
    for facility_type in catalogue.facility_type.values():
        for rule in facility_type.rules:
            for key in {next(iter(tags)) for tags in rule.match}:
                index.setdefault(key, []).append(rule)
    return index


def _in_units(box: Box) -> Box:
    west, south, east, north = (round(degrees * PER_DEGREE) for degrees in box)
    return west, south, east, north


def _around(first: Box, second: Box) -> Box:
    (west, south, east, north), other = first, second
    return min(west, other[0]), min(south, other[1]), max(east, other[2]), max(north, other[3])


def _any_inside(nodes: Iterable[Any], box: Box) -> bool:
    west, south, east, north = box
    locations = (node.location for node in nodes)
    return any(west <= location.x <= east and south <= location.y <= north for location in locations)


def _needed(tags: Any, wanted: Wanted) -> Tags:
    """Copy all tags of a place, and of an address or a building only those that say where and since when."""
    return dict(tags) if wanted.place else {key: tags[key] for key in HOME_KEYS if key in tags}


def _is_way(tags: Any) -> bool:
    return "highway" in tags or "platform" in (tags.get("railway"), tags.get("public_transport"))


def _runs(way: Any) -> list[Run]:
    """Cut a way where nodes are missing; a node that follows itself is taken once, a single node is no run."""
    runs = [Run([], [])]
    for node in way.nodes:
        run, location = runs[-1], node.location
        if not location.valid():
            runs.append(Run([], []))
        elif not run.refs or run.refs[-1] != node.ref:
            run.refs.append(node.ref)
            run.points.append((location.x, location.y))
    return [run for run in runs if len(run.refs) > 1]


def _line(runs: list[Run]) -> str:
    lines = [shapely.LineString(np.array(run.points) / PER_DEGREE) for run in runs]
    line = lines[0] if len(lines) == 1 else shapely.MultiLineString(lines)
    return line.wkb_hex
