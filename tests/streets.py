"""Drawn streets: a walking network from a few points and lines, without files.

A test draws streets and works the walk out by hand::

    streets = Streets().node("a", 0, 0).node("b", 300, 0)
    streets.way("a", "b", highway="residential")
    network, rules = streets.build()
    assert walk(network, (100, 10), (250, -5)) == pytest.approx(10 + 150 + 5)

Coordinates are metres east and north of `ORIGIN` in RD New.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Self

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from voorzieningen.config import load_catalogue
from voorzieningen.network import Network, Places, WalkGraph, build_network, tie
from voorzieningen.schema import RD

if TYPE_CHECKING:
    from collections.abc import Collection

    from voorzieningen.config import Catalogue

ORIGIN = (150_000, 480_000)
FAR_M = 100_000

XY = tuple[float, float]
Tags = dict[str, str]


@dataclass
class Streets:
    """Points and the ways through them; ids count from 1 in the order of drawing."""

    nodes: dict[str, tuple[float, float, Tags]] = field(default_factory=dict)
    drawn: list[tuple[tuple[str, ...], Tags, bool]] = field(default_factory=list)

    def node(self, name: str, x: float, y: float, /, **tags: str) -> Self:
        """Draw a point; one with tags may stop someone."""
        self.nodes[name] = (x, y, tags)
        return self

    def way(self, *names: str, **tags: str) -> Self:
        """Draw a way through points."""
        self.drawn.append((names, tags, False))
        return self

    def clipped_way(self, *names: str, **tags: str) -> Self:
        """Draw a way that runs on where the map data end."""
        self.drawn.append((names, tags, True))
        return self

    def osm_id(self, name: str) -> int:
        """Return the id of a point."""
        return list(self.nodes).index(name) + 1

    def ways(self) -> gpd.GeoDataFrame:
        """Return table `ways`."""
        return gpd.GeoDataFrame(
            {
                "way_id": np.arange(1, len(self.drawn) + 1),
                "piece": np.zeros(len(self.drawn), dtype=np.int64),
                "clipped": [clipped for _, _, clipped in self.drawn],
                "tags": pd.array([json.dumps(tags) for _, tags, _ in self.drawn], dtype="str"),
                "node_ids": [[self.osm_id(name) for name in names] for names, _, _ in self.drawn],
            },
            geometry=[shapely.LineString([rd(self.nodes[name][:2]) for name in names]) for names, _, _ in self.drawn],
            crs=RD,
        )

    def barriers(self) -> pd.DataFrame:
        """Return table `barriers`."""
        tagged = [(self.osm_id(name), json.dumps(tags)) for name, (_, _, tags) in self.nodes.items() if tags]
        return pd.DataFrame(
            {
                "node_id": np.array([node_id for node_id, _ in tagged], dtype=np.int64),
                "tags": pd.array([tags for _, tags in tagged], dtype="str"),
            }
        )

    def build(self, coverage: shapely.Geometry | None = None) -> tuple[Network, pd.DataFrame]:
        """Build the network by the rules that are shipped, and the table of what they touched."""
        return build_network(
            self.ways(), self.barriers(), catalogue().rule, coverage or box(-FAR_M, -FAR_M, FAR_M, FAR_M)
        )


@cache
def catalogue() -> Catalogue:
    """Return the catalogue that is shipped."""
    return load_catalogue()


def rd(place: XY) -> XY:
    """Put a place on the map."""
    return place[0] + ORIGIN[0], place[1] + ORIGIN[1]


def box(west: float, south: float, east: float, north: float) -> shapely.Polygon:
    """Draw a rectangle."""
    return shapely.box(*rd((west, south)), *rd((east, north)))


def points(*places: XY) -> gpd.GeoSeries:
    """Put places on the map."""
    return gpd.GeoSeries([shapely.Point(rd(place)) for place in places], crs=RD)


def ties(network: Network, *places: XY) -> pd.DataFrame:
    """Tie places to a network."""
    return tie(network, points(*places), max_tie_m=catalogue().limit("max_tie_m"))


def walk(network: Network, home: XY, *doors: XY, closed: Collection[str] = ()) -> float:
    """Measure the walk from a home to the nearest of some doors, in metres; inf if there is no way."""
    graph = WalkGraph(network, closed)
    walks = graph.nearest(Places.from_ties(ties(network, home)), Places.from_ties(ties(network, *doors)))
    return float(walks.distance_m[0])
