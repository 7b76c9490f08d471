"""Proximity as CBS measures it: from every home over the car roads to the nearest place, whoever has mapped it."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components, dijkstra

from voorzieningen.sample.buildings import Stock
from voorzieningen.sample.figures import Division
from voorzieningen.sample.places import Place
from voorzieningen.sample.plan import Floats, load_data
from voorzieningen.sample.streets import Streets, way_kinds

CAR_ROADS = ("dreef", "provinciale_weg")
NEAR_M = 1000.0


class Roads:
    """The car roads, on which the nearest place of a kind is looked for."""

    def __init__(self, streets: Streets, stock: Stock) -> None:
        kinds = way_kinds()
        lines = [nodes for line, nodes in streets.ways if line.kind in CAR_ROADS or kinds[line.kind].car]
        u = np.concatenate([nodes[:-1] for nodes in lines])
        v = np.concatenate([nodes[1:] for nodes in lines])
        length = np.hypot(*(streets.xy[u] - streets.xy[v]).T)
        size = len(streets.xy)
        self._graph = coo_array((length, (u, v)), shape=(size, size)).tocsr()
        _, component = connected_components(self._graph, directed=False)
        roads = np.unique(np.concatenate([u, v]))
        # a lane that no car can leave is reached from the nearest street
        self._rows = roads[component[roads] == np.bincount(component[roads]).argmax()]
        self._tree = shapely.STRtree(shapely.points(streets.xy[self._rows]))
        points = [building.point for building in stock.buildings]
        self._home = self._nearest([points[dwelling.building] for dwelling in stock.dwellings])

    def _nearest(self, points: Sequence[shapely.Point]) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
        return np.asarray(self._rows[self._tree.nearest(np.array(points, dtype=object))], dtype=np.int64)

    def walk(self, places: Sequence[Place]) -> tuple[Floats, Floats]:
        """Return per home the metres to the nearest place, and how many lie within a kilometre."""
        at = self._nearest([shapely.centroid(place.shape) for place in places])
        metres = dijkstra(self._graph, directed=False, indices=np.unique(at))
        home = np.minimum.reduce(metres)[self._home]
        counts = (metres[np.searchsorted(np.unique(at), at)] <= NEAR_M).sum(axis=0)[self._home]
        return home, counts.astype(float)


def proximity(roads: Roads, places: Sequence[Place], division: Division, lived_in: Floats) -> pd.DataFrame:
    """Average per area, over residents, how far the nearest place of each kind is (km) and how many are near.

    Parameters
    ----------
    roads
        The car roads.
    places
        All places, also those OpenStreetMap does not know.
    division
        The areas.
    lived_in
        Residents per home.
    """
    columns: dict[str, Floats] = {}
    inside = division.area_of_home >= 0
    area = division.area_of_home[inside]
    weight = np.bincount(area, weights=lived_in[inside], minlength=len(division.codes))
    for name, kinds in load_data("kinds.toml")["proximity"].items():
        open_ones = [place for place in places if place.kind in kinds and _is_open(place)]
        metres, near = roads.walk(open_ones)
        for suffix, values in (("km", metres / 1000), ("1_km", near)):
            total = np.bincount(area, weights=(values * lived_in)[inside], minlength=len(division.codes))
            columns[f"{name}_{suffix}"] = np.divide(total, weight, out=np.full(len(weight), np.nan), where=weight > 0)
    return pd.DataFrame(columns, index=pd.Index(division.codes, name="code")).round(1)


def _is_open(place: Place) -> bool:
    return "end_date" not in place.tags and place.tags.get("opening_date", "0") < "2024"
