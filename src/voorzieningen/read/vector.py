"""Opening GeoPackages: the layer, its columns and its coordinate system are checked before a row is read."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pyproj
import shapely
from numpy.typing import NDArray
from pyogrio.errors import DataLayerError, DataSourceError

from voorzieningen.errors import SourceError, did_you_mean, examples
from voorzieningen.read.notes import Note
from voorzieningen.schema import RD

Geometries = NDArray[np.object_]


@dataclass(frozen=True)
class Layer:
    """A layer of a GeoPackage, opened but not read; `columns` gives the name in the file by its name in snake case."""

    path: Path
    name: str
    columns: dict[str, str]
    crs: pyproj.CRS | None
    features: int
    geometry_type: str | None

    @property
    def where(self) -> str:
        """The layer as messages name it."""
        return f"{self.path.name}, layer {self.name}"


def snake_case(name: str) -> str:
    """Spell a column name as the GeoPackage of CBS does, also where a service gives `aantalInwoners`."""
    is_camel = re.search(r"[a-z0-9][A-Z]", name) is not None
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z0-9])|(?<=[0-9])(?=[A-Z])", "_", name) if is_camel else name
    return re.sub(r"[^0-9a-z]+", "_", spaced.lower()).strip("_")


def list_layers(path: Path) -> dict[str, str | None]:
    """Return the kind of geometry per layer of a GeoPackage.

    Raises
    ------
    SourceError
        The file is not a readable GeoPackage.
    """
    try:
        return {str(name): kind for name, kind in pyogrio.list_layers(path)}
    except (DataSourceError, DataLayerError) as error:
        raise _unreadable(path, error) from error


def open_layer(path: Path, name: str, *, required: Iterable[str] = ()) -> Layer:
    """Open a layer and check that it has the columns that are needed.

    Parameters
    ----------
    path
        A GeoPackage.
    name
        The layer.
    required
        Columns in snake case.

    Raises
    ------
    SourceError
        The file is not a GeoPackage, or the layer or a column is missing.
    """
    layers = list_layers(path)
    if name not in layers:
        there = f"it has {examples(layers) or 'none'}"
        raise SourceError(f"has no layer '{name}' ({there})", where=path.name, hint=did_you_mean(name, layers))
    try:
        info = pyogrio.read_info(path, layer=name, force_feature_count=True)
    except (DataSourceError, DataLayerError) as error:
        raise _unreadable(path, error) from error
    columns = {snake_case(str(column)): str(column) for column in info["fields"]}
    layer = Layer(path, name, columns, _crs(info["crs"]), int(info["features"]), layers[name])
    for column in required:
        if column not in columns:
            there = f"it has {examples(columns) or 'none'}"
            hint = did_you_mean(column, columns)
            raise SourceError(f"has no column '{column}' ({there})", where=layer.where, hint=hint)
    return layer


def read_columns(layer: Layer, columns: Iterable[str] | None = None, *, where: str | None = None) -> pd.DataFrame:
    """Read the attributes of a layer, without geometry, under their names in snake case.

    Parameters
    ----------
    layer
        An opened layer.
    columns
        Which columns, in snake case; default all.
    where
        An SQL condition on the rows.
    """
    wanted = None if columns is None else [layer.columns[column] for column in columns]
    table = _read(layer, columns=wanted, where=where, read_geometry=False)
    return table.rename(columns=snake_case)


def read_features(
    layer: Layer, *, where: str | None = None, near: shapely.Geometry | None = None
) -> tuple[gpd.GeoDataFrame, list[Note]]:
    """Read a layer with its geometry, in RD New and without heights.

    Parameters
    ----------
    layer
        An opened layer.
    where
        An SQL condition on the rows.
    near
        An area in EPSG:28992: only rows whose box touches its box are read.

    Returns
    -------
    tuple of geopandas.GeoDataFrame and list of Note
        The rows, in EPSG:28992, and a note where the layer was in another coordinate system.

    Raises
    ------
    SourceError
        The layer has no geometry or no coordinate system.
    """
    if layer.geometry_type is None:
        raise SourceError("has no geometry", where=layer.where, hint="export it with its geometry")
    if layer.crs is None:
        raise SourceError(
            "has no coordinate system", where=layer.where, hint=f"export it again with its coordinate system ({RD})"
        )
    box = None if near is None else tuple(gpd.GeoSeries([near], crs=RD).to_crs(layer.crs).total_bounds)
    features = gpd.GeoDataFrame(_read(layer, columns=None, where=where, read_geometry=True, box=box))
    geometry = gpd.GeoSeries(shapely.force_2d(features.geometry.to_numpy()), crs=layer.crs, index=features.index)
    notes = []
    if layer.crs != RD:
        geometry = geometry.to_crs(RD)
        notes.append(
            Note(
                f"coördinatenstelsel van {layer.path.name}, laag {layer.name}",
                len(features),
                f"De laag staat in {layer.crs.name} en is omgerekend naar RD New (EPSG:28992).",
            )
        )
    attributes = pd.DataFrame(features.drop(columns=features.geometry.name)).rename(columns=snake_case)
    return gpd.GeoDataFrame(attributes, geometry=geometry, crs=RD), notes


def is_code(column: str, code: str) -> str:
    """Write the SQL condition that a column, which may be padded with spaces, holds a code."""
    name, value = column.replace('"', '""'), code.replace("'", "''")
    return f"TRIM(\"{name}\") = '{value}'"


def polygon_parts(geometries: Geometries) -> Geometries:
    """Keep of each geometry only what has a surface; None where nothing has."""
    return np.array([_surface(geometry) for geometry in geometries] + [None], dtype=object)[:-1]


def _surface(geometry: shapely.Geometry) -> shapely.Geometry | None:
    parts = shapely.get_parts(shapely.get_parts(geometry))
    surfaces = [part for part in parts if isinstance(part, shapely.Polygon) and not part.is_empty]
    if not surfaces:
        return None
    return surfaces[0] if len(surfaces) == 1 else shapely.MultiPolygon(surfaces)


def _read(
    layer: Layer,
    *,
    columns: list[str] | None,
    where: str | None,
    read_geometry: bool,
    box: tuple[float, ...] | None = None,
) -> pd.DataFrame:
    try:
        table: pd.DataFrame = pyogrio.read_dataframe(
            layer.path, layer=layer.name, columns=columns, where=where, read_geometry=read_geometry, bbox=box
        )
    except (DataSourceError, DataLayerError, shapely.errors.GEOSException) as error:
        raise _unreadable(layer.path, error) from error
    return table


def _crs(text: str | None) -> pyproj.CRS | None:
    """Take a coordinate system of no known place (GDAL: "Undefined Cartesian SRS") for none."""
    if text is None:
        return None
    crs = pyproj.CRS(text)
    return None if crs.is_engineering or "undefined" in crs.name.lower() else crs


def _unreadable(path: Path, error: Exception) -> SourceError:
    return SourceError(
        f"is not a readable GeoPackage ({str(error).split(';')[0]})",
        where=path.name,
        hint="the file may be cut off or be something else: get it again",
    )
