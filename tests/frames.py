"""Small tables by hand: `frame("origins", [{...}])` fills in what a test does not care about."""

import geopandas as gpd
import pandas as pd
import shapely

from voorzieningen.schema import RD, TABLES, Column, empty, validate


def frame(name: str, rows: list[dict[str, object]], **same: object) -> pd.DataFrame:
    """Make a table under contract; columns that are not given get a value that means nothing."""
    if not rows:
        return empty(name)
    table = TABLES[name]
    blank = {column: _blank(spec) for column, spec in table.columns.items()}
    filled = pd.DataFrame([{**blank, **same, **row} for row in rows], columns=list(table.columns))
    if table.geometry:
        filled = gpd.GeoDataFrame(filled, geometry=gpd.GeoSeries(list(filled["geometry"]), crs=RD), crs=RD)
    return validate(name, filled.astype({c: _dtype(spec) for c, spec in table.columns.items() if _dtype(spec)}))


def square(x: float, y: float, side: float = 100) -> shapely.Polygon:
    """Draw a square with its lower left corner at (x, y)."""
    return shapely.box(x, y, x + side, y + side)


def _blank(spec: Column) -> object:
    if spec.nullable:
        return None
    values = {"int": 0, "count": 0, "number": 0.0, "flag": False, "list": [], "geometry": shapely.Point(0, 0)}
    return values.get(spec.kind, spec.allowed[0] if spec.allowed else "x")


def _dtype(spec: Column) -> str | None:
    dtypes = {"text": "str", "int": "int64", "count": "Int64", "number": "float64", "flag": "bool"}
    return dtypes.get(spec.kind)
