"""Own lists of the municipality: the facilities she keeps herself, one per row, with where they are.

Columns that we do not know, such as contact persons, are not carried along.
"""

import datetime as dt
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyproj
import shapely

from voorzieningen import schema
from voorzieningen.config import OWN_LIST, FacilityType, OwnList, Study
from voorzieningen.errors import ConfigError, ContractError, SourceError, did_you_mean, examples
from voorzieningen.messages import number
from voorzieningen.read.notes import Note
from voorzieningen.read.own_rows import Row, read_rows
from voorzieningen.read.projection import WGS84
from voorzieningen.read.vector import polygon_parts
from voorzieningen.schema import RD

STATES = {
    "open": "open",
    "gepland": "gepland",
    "planned": "gepland",
    "gesloten": "gesloten",
    "closed": "gesloten",
}
NETHERLANDS_RD = shapely.box(0, 300_000, 300_000, 640_000)
YEARS = (1000, 2100)
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?")


@dataclass(frozen=True)
class Place:
    """One facility of a list: a row of the table `own_places`."""

    own_id: str
    facility_type: str
    facility_class: str
    name: str | None
    state: str
    year: int | None
    capacity: float | None
    capacity_unit: str | None
    source: str
    geometry: shapely.Geometry


def read_own_lists(files: dict[str, Path], study: Study) -> tuple[gpd.GeoDataFrame, list[Note]]:
    """Read all own lists of a study.

    Parameters
    ----------
    files
        The paths by `eigen_lijst:<file>`.
    study
        The study: which lists it names, and the catalogue.

    Returns
    -------
    tuple of geopandas.GeoDataFrame and list of Note
        The table `own_places`, in EPSG:28992.

    Raises
    ------
    ConfigError
        A list is of a type that has no class of its own, or its coordinate system does not exist.
    SourceError
        A file is not what its extension says, has no header, or has a row that cannot be understood.
    ContractError
        Two lists give the same row.
    """
    places: list[Place] = []
    notes: list[Note] = []
    for own in study.own_lists:
        found, list_notes = read_own_list(files[f"{OWN_LIST}:{own.file}"], own, study)
        text = f"Voorzieningen van het type {own.facility_type} in {own.file}: {number(len(found))}."
        notes += [*list_notes, Note(f"eigen lijst {_label(own)}, {own.facility_type}", len(found), text)]
        places += found
    return _table(places), list({note.subject: note for note in notes}.values())


def read_own_list(path: Path, own: OwnList, study: Study) -> tuple[list[Place], list[Note]]:
    """Read one own list; parameters and errors as of `read_own_lists`."""
    if not study.catalogue.facility_type[own.facility_type].classes:
        raise ConfigError(
            f"is a list of type '{own.facility_type}', which only combines other types",
            where=f"own_lists, {own.file}",
            hint=f"give one of {', '.join(study.catalogue.facility_type[own.facility_type].combines)}",
        )
    rows, notes = read_rows(path, own.sheet)
    return [_place(row, own, study) for row in rows if _is_of_list(row, own, study)], notes


def _is_of_list(row: Row, own: OwnList, study: Study) -> bool:
    """Tell whether a row is of the list's type; one file with a column 'type' may be named once per type."""
    if "type" not in row.cells:
        return True
    given = str(row.cells["type"]).strip()
    by_name = {name.lower(): key for key, kind in study.catalogue.facility_type.items() for name in (key, kind.label)}
    facility_type = by_name.get(given.lower())
    if facility_type is None:
        raise SourceError(
            f"type '{given}' does not exist", where=row.where, hint=did_you_mean(given, study.catalogue.facility_type)
        )
    named = {other.facility_type for other in study.own_lists if other.file == own.file}
    if facility_type not in named:
        raise SourceError(
            f"is of type '{facility_type}', and the study names this file for {', '.join(sorted(named))} only",
            where=row.where,
            hint=f'add [[own_lists]] with file = "{own.file}" and facility_type = "{facility_type}", or remove the row',
        )
    return facility_type == own.facility_type


def _place(row: Row, own: OwnList, study: Study) -> Place:
    capacity, year = _capacity(row), _year(row)
    return Place(
        own_id=f"{_label(own)}:{row.index}",
        facility_type=own.facility_type,
        facility_class=_facility_class(row, own, study.catalogue.facility_type[own.facility_type]),
        name=_text(row, "name"),
        state=_state(row, year, study.peildatum),
        year=year,
        capacity=capacity,
        capacity_unit=_text(row, "capacity_unit"),
        source=f"eigen lijst {own.file}",
        geometry=_geometry(row, own),
    )


def _label(own: OwnList) -> str:
    return f"{own.file}#{own.sheet}" if own.sheet else own.file


def _text(row: Row, name: str) -> str | None:
    return str(row.cells[name]).strip() if name in row.cells else None


def _facility_class(row: Row, own: OwnList, facility_type: FacilityType) -> str:
    given = _text(row, "facility_class") or own.facility_class or facility_type.classes[0]
    for name in facility_type.classes:
        if given.lower() == name:
            return name
    raise SourceError(
        f"class '{given}' does not exist for {own.facility_type}",
        where=row.where,
        hint=did_you_mean(given, facility_type.classes),
    )


def _state(row: Row, year: int | None, peildatum: dt.date) -> str:
    """Read the state; without one, a year that is still to come means that it is planned."""
    given = _text(row, "state")
    if given is None:
        return "gepland" if year is not None and year > peildatum.year else "open"
    if given.lower() not in STATES:
        raise SourceError(
            f"status '{given}' is unknown", where=row.where, hint=f"give one of {', '.join(schema.STATES)}"
        )
    return STATES[given.lower()]


def _year(row: Row) -> int | None:
    if "year" not in row.cells:
        return None
    cell = row.cells["year"]
    year = cell.year if isinstance(cell, dt.date) else _as_number(cell)
    if year is None or year != int(year) or not YEARS[0] <= year <= YEARS[1]:
        raise SourceError(f"year '{cell}' is not a year", where=row.where, hint="give four digits, or leave it empty")
    return int(year)


def _capacity(row: Row) -> float | None:
    if "capacity" not in row.cells:
        return None
    capacity = _as_number(row.cells["capacity"])
    if capacity is None or capacity < 0:
        raise SourceError(
            f"capacity '{row.cells['capacity']}' is not a number of zero or more",
            where=row.where,
            hint="give a number, with the unit in its own column, or leave it empty",
        )
    if "capacity_unit" not in row.cells:
        raise SourceError(
            "has a capacity without a unit", where=row.where, hint="add it in the column eenheid, such as fte or m²"
        )
    return capacity


def _as_number(cell: Any) -> float | None:
    """Read a number, also one that is written as text with a decimal comma."""
    text = str(cell).strip()
    return float(text.replace(",", ".")) if _NUMBER.fullmatch(text) else None


def _geometry(row: Row, own: OwnList) -> shapely.Geometry:
    if row.geometry is not None:
        shape = _point_or_area(row.geometry)
        if shape is None:
            raise SourceError("is a line, not a point or an area", where=row.where, hint="give a point")
        if not shapely.intersects(shape, NETHERLANDS_RD):
            raise SourceError("lies outside the Netherlands", where=row.where, hint="check its coordinate system")
        return shape
    for first, second, crs in (("x", "y", own.crs), ("lon", "lat", WGS84)):
        if first in row.cells or second in row.cells:
            return _point(row, (first, second), crs, own)
    raise SourceError(
        "has no coordinates",
        where=row.where,
        hint="fill in x and y (RD New) or lengtegraad and breedtegraad: without them it cannot be placed",
    )


def _point_or_area(geometry: shapely.Geometry) -> shapely.Geometry | None:
    """Give a point, or what of a shape has a surface; None for a line."""
    points = [part for part in shapely.get_parts(geometry) if isinstance(part, shapely.Point)]
    if len(points) == 1:
        return points[0]
    if points:
        return shapely.centroid(shapely.MultiPoint(points))
    surface: shapely.Geometry | None = polygon_parts(shapely.make_valid([geometry]))[0]
    return surface


def _point(row: Row, names: tuple[str, str], crs: str, own: OwnList) -> shapely.Point:
    first, second = (_as_number(row.cells.get(name)) for name in names)
    if first is None or second is None:
        given = " and ".join(f"{name} '{row.cells.get(name, '')}'" for name in names)
        raise SourceError(
            f"has coordinates that are no numbers: {given}",
            where=row.where,
            hint="fill in both, in digits with a decimal point or comma",
        )
    point = _in_rd(first, second, crs, own)
    if shapely.intersects(point, NETHERLANDS_RD):
        return point
    swapped = shapely.intersects(_in_rd(second, first, crs, own), NETHERLANDS_RD)
    raise SourceError(
        f"lies outside the Netherlands: {names[0]} {first:g}, {names[1]} {second:g}",
        where=row.where,
        hint=f"{names[0]} and {names[1]} seem to be swapped"
        if swapped
        else f"x and y are read as {own.crs}; for degrees use the columns lengtegraad and breedtegraad",
    )


def _in_rd(first: float, second: float, crs: str, own: OwnList) -> shapely.Point:
    return shapely.Point(*_transformer(crs, own.file).transform(first, second))


@cache
def _transformer(crs: str, file: str) -> pyproj.Transformer:
    try:
        return pyproj.Transformer.from_crs(crs, RD, always_xy=True)
    except pyproj.exceptions.CRSError as error:
        raise ConfigError(
            f"crs '{crs}' is no coordinate system", where=f"own_lists, {file}", hint=f"such as {RD} or {WGS84}"
        ) from error


def _table(places: list[Place]) -> gpd.GeoDataFrame:
    ids = [place.own_id for place in places]
    double = sorted({own_id for own_id in ids if ids.count(own_id) > 1})
    if double:
        raise ContractError(
            f"the study reads these rows more than once: {examples(double)}",
            where="own_lists",
            hint="to use one file for several types, give each row its type in a column 'type'",
        )
    table = gpd.GeoDataFrame(
        {
            "own_id": pd.Series(ids, dtype="str"),
            "facility_type": pd.Series([place.facility_type for place in places], dtype="str"),
            "facility_class": pd.Series([place.facility_class for place in places], dtype="str"),
            "name": pd.Series([place.name for place in places], dtype="str"),
            "state": pd.Series([place.state for place in places], dtype="str"),
            "year": pd.Series([place.year for place in places], dtype="Int64"),
            "capacity": pd.Series([place.capacity for place in places], dtype="float64"),
            "capacity_unit": pd.Series([place.capacity_unit for place in places], dtype="str"),
            "source": pd.Series([place.source for place in places], dtype="str"),
        },
        geometry=gpd.GeoSeries([place.geometry for place in places], crs=RD),
        crs=RD,
    )
    return gpd.GeoDataFrame(schema.validate("own_places", table.sort_values("own_id", ignore_index=True)))
