"""Drawn towns: a few nodes and ways in metres, written as the raw files of a study.

A test draws a town and works the answers out by hand::

    town = Town()
    town.node("a", 0, 0).node("b", 300, 0)
    town.way("a", "b", highway="residential")
    town.home("h", 100, 10)
    town.node("dokter", 250, 5, amenity="doctors", name="Dokter Bakker")
    town.buurt("BU99990001", "Noord", [(-50, -50), (350, -50), (350, 50), (-50, 50)], aantal_inwoners=40)
    study = load_study(str(town.write(tmp_path)))
    tables = read_study(tmp_path / "raw", study)

Coordinates are metres east and north of `ORIGIN` in RD New. OpenStreetMap keeps degrees in seven decimals, so a node
comes back within a centimetre of where it was drawn.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

import geopandas as gpd
import numpy as np
import osmium
import pyproj
import shapely
from osmium.osm.mutable import Node, Relation, Way

if TYPE_CHECKING:
    from pathlib import Path

ORIGIN = (150_000, 480_000)
DATE = "2024-01-01"
NO_FIGURE = -99997

Tags = dict[str, str]


@dataclass
class Town:
    """A municipality of one's own drawing.

    `margin_m` is how far the extract of OpenStreetMap reaches beyond what is drawn; `box` (metres, as nodes) sets its
    edge itself; `header_box=False` leaves the edge out of the header.
    """

    gemeentecode: str = "GM9999"
    gemeentenaam: str = "Tekenstad"
    margin_m: float = 2000
    box: tuple[float, float, float, float] | None = None
    header_box: bool = True
    nodes: dict[str, tuple[float, float, Tags]] = field(default_factory=dict)
    ways: list[tuple[tuple[str, ...], Tags]] = field(default_factory=list)
    relations: list[tuple[list[tuple[int, str]], Tags]] = field(default_factory=list)
    buurten: list[dict[str, Any]] = field(default_factory=list)
    left_out: set[str] = field(default_factory=set)

    def node(self, name: str, x: float, y: float, /, **tags: str) -> Self:
        """Draw a point; its OpenStreetMap id is its place in the order of drawing, from 1."""
        self.nodes[name] = (x, y, tags)
        return self

    def way(self, *names: str, **tags: str) -> Self:
        """Draw a line through points, or an area if the first point returns; ids count from 1."""
        self.ways.append((names, tags))
        return self

    def relation(self, *members: tuple[int, str], **tags: str) -> Self:
        """Draw a relation of ways: (way id, role); ids count from 1."""
        self.relations.append((list(members), tags))
        return self

    def home(self, name: str, x: float, y: float, /, **tags: str) -> Self:
        """Draw an address: by default the next number in the Dorpsstraat."""
        address = {"street": "Dorpsstraat", "housenumber": str(len(self.nodes) + 1), "postcode": "9999 AA"}
        given = {f"addr:{key}": tags.pop(key, value) for key, value in address.items()}
        return self.node(name, x, y, **given, **tags)

    def leave_out(self, *names: str) -> Self:
        """Cut nodes from the extract: ways keep a reference to them."""
        self.left_out.update(names)
        return self

    def buurt(
        self, code: str, name: str, polygon: list[tuple[float, float]] | shapely.Geometry, /, **figures: float
    ) -> Self:
        """Draw a buurt; `figures` are columns of CBS, and those of wijk and gemeente are sums of its counts."""
        shape = polygon if isinstance(polygon, shapely.Geometry) else shapely.Polygon(polygon)
        row = {
            "buurtcode": code,
            "buurtnaam": name,
            "wijkcode": f"WK{code[2:8]}",
            "wijknaam": f"Wijk {code[6:8]}",
            "gemeentecode": self.gemeentecode,
            "gemeentenaam": self.gemeentenaam,
            "water": "NEE",
            "aantal_inwoners": NO_FIGURE,
        }
        self.buurten.append({**row, **figures, "geometry": shapely.transform(shape, lambda xy: xy + ORIGIN)})
        return self

    def write(self, folder: Path, extra: str = "") -> Path:
        """Write the raw files in `folder/raw`, and the study with `extra` TOML below it; return the study's path."""
        raw = folder / "raw"
        raw.mkdir(parents=True, exist_ok=True)
        if not self.buurten:
            around = shapely.box(*self._drawn()).buffer(100, join_style="mitre")
            self.buurt(f"BU{self.gemeentecode[2:]}0000", "Dorp", around, aantal_inwoners=100)
        self.write_pbf(raw / "town.osm.pbf")
        self.write_map(raw / "wijkenbuurten_2024.gpkg")
        study = folder / "tekenstad.toml"
        study.write_text(self._study() + extra, encoding="utf-8")
        return study

    def write_pbf(self, path: Path) -> None:
        """Write the extract of OpenStreetMap."""
        header = osmium.io.Header()
        header.set("osmosis_replication_timestamp", f"{DATE}T00:00:00Z")
        if self.header_box:
            header.add_box(osmium.osm.Box(*self._box_in_degrees()))
        ids = {name: number for number, name in enumerate(self.nodes, start=1)}
        with osmium.SimpleWriter(str(path), header=header, overwrite=True) as writer:
            for name, (x, y, tags) in self.nodes.items():
                if name not in self.left_out:
                    writer.add_node(Node(id=ids[name], version=1, location=_degrees(x, y), tags=tags))
            for number, (names, tags) in enumerate(self.ways, start=1):
                writer.add_way(Way(id=number, version=1, nodes=[ids[name] for name in names], tags=tags))
            for number, (members, tags) in enumerate(self.relations, start=1):
                listed = [("w", way_id, role) for way_id, role in members]
                writer.add_relation(Relation(id=number, version=1, members=listed, tags=tags))

    def write_map(self, path: Path) -> None:
        """Write the GeoPackage with buurten, wijken and gemeenten."""
        buurten = gpd.GeoDataFrame(self.buurten, crs="EPSG:28992")
        counts = [name for name in buurten if str(name).startswith("aantal_")]
        buurten[counts] = buurten[counts].fillna(NO_FIGURE)
        known = buurten.assign(**{name: buurten[name].where(buurten[name] >= 0, 0) for name in counts})
        layers = {
            "buurten": buurten,
            "wijken": _together(known, ["wijkcode", "wijknaam", "gemeentecode", "gemeentenaam", "water"], counts),
            "gemeenten": _together(known, ["gemeentecode", "gemeentenaam", "water"], counts),
        }
        path.unlink(missing_ok=True)
        for layer, table in layers.items():
            table.to_file(path, layer=layer, driver="GPKG")

    def _drawn(self) -> tuple[float, float, float, float]:
        points = [shapely.Point(x, y) for x, y, _ in self.nodes.values()]
        outlines = [shapely.transform(buurt["geometry"], lambda xy: xy - ORIGIN) for buurt in self.buurten]
        bounds = shapely.total_bounds(np.array([*points, *outlines], dtype=object))
        return tuple(float(bound) for bound in bounds)

    def _box_in_degrees(self) -> tuple[float, float, float, float]:
        west, south, east, north = self.box or shapely.box(*self._drawn()).buffer(self.margin_m).bounds
        return (*_degrees(west, south), *_degrees(east, north))

    def _study(self) -> str:
        return f"""name = "tekenstad"
gemeentecode = "{self.gemeentecode}"
gemeentenaam = "{self.gemeentenaam}"
peildatum = {DATE}

[sources.osm]
file = "town.osm.pbf"

[sources.wijkenbuurten]
file = "wijkenbuurten_2024.gpkg"
year = 2024

"""


def _together(buurten: gpd.GeoDataFrame, keys: list[str], counts: list[str]) -> gpd.GeoDataFrame:
    return buurten[[*keys, *counts, "geometry"]].dissolve(by=keys, aggfunc="sum", as_index=False)


def _degrees(x: float, y: float) -> tuple[float, float]:
    longitude, latitude = _TO_DEGREES.transform(x + ORIGIN[0], y + ORIGIN[1])
    return longitude, latitude


_TO_DEGREES = pyproj.Transformer.from_crs("EPSG:28992", "EPSG:4326", always_xy=True)
