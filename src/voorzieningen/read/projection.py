"""From longitude and latitude to RD New, for all coordinates of many objects in one call."""

from functools import cache

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from voorzieningen.schema import RD

WGS84 = "EPSG:4326"

Box = tuple[float, float, float, float]  # west, south, east, north in degrees


def to_rd(lon_lat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Turn rows of longitude and latitude (WGS84, degrees) into rows of x and y (RD New, metres)."""
    if not len(lon_lat):
        return lon_lat.reshape(0, 2)
    return np.column_stack(_transformer().transform(lon_lat[:, 0], lon_lat[:, 1]))


def geometries_to_rd(geometries: NDArray[np.object_]) -> NDArray[np.object_]:
    """Turn geometries in WGS84 (degrees) into geometries in RD New (metres)."""
    moved: NDArray[np.object_] = shapely.transform(geometries, to_rd)
    return moved


def box_around(area: shapely.Geometry) -> Box:
    """Return the box in degrees that holds an area in RD New."""
    x_min, y_min, x_max, y_max = (float(bound) for bound in shapely.bounds(area))
    west, south, east, north = _transformer().transform_bounds(x_min, y_min, x_max, y_max, direction="INVERSE")
    return west, south, east, north


@cache
def _transformer() -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(WGS84, RD, always_xy=True)
