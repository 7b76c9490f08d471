"""The register of facilities: places from OpenStreetMap and own lists, classed, merged, and tied to the network."""

import datetime as dt
import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from voorzieningen.config import Catalogue, FacilityType, OwnList
from voorzieningen.network import Network, tie
from voorzieningen.schema import RD, notes, validate


@dataclass(frozen=True)
class Register:
    """The facilities, where a walk to each of them ends, and what was noticed."""

    facilities: gpd.GeoDataFrame
    entrances: pd.DataFrame
    notes: pd.DataFrame


def build_register(
    places: gpd.GeoDataFrame,
    own_places: gpd.GeoDataFrame,
    buurten: gpd.GeoDataFrame,
    network: Network,
    catalogue: Catalogue,
    own_lists: Sequence[OwnList],
    peildatum: dt.date,
) -> Register:
    """Make one register of what OpenStreetMap and the municipality know.

    Parameters
    ----------
    places, own_places, buurten
        The tables of that name.
    network
        The walking network to tie facilities to.
    catalogue
        Facility types and thresholds.
    own_lists
        The lists behind `own_places`. One with mode `replace` takes the place of OpenStreetMap for its type; beside one
        that is complete, what only OpenStreetMap knows does not exist.
    peildatum
        Something that opens after this date is planned.
    """
    replaced = {own.facility_type for own in own_lists if own.mode == "replace"}
    mapped = _classed(places, catalogue, peildatum)
    mapped = mapped[~mapped["facility_type"].isin(replaced)]
    merged = _without_doubles(mapped, catalogue.limit("merge_m"))
    register = _with_own_lists(merged, own_places, catalogue.limit("merge_m"))
    complete = {own.facility_type for own in own_lists if own.complete}
    denied = register["facility_type"].isin(complete) & (register["confidence"] == "alleen_osm")
    register = register[~denied].sort_values("facility_id", ignore_index=True)
    entrances = _entrances(register, network, catalogue)
    facilities = _as_points(register, entrances, buurten)
    notes = _notes(len(mapped) - len(merged), int(denied.sum()), facilities)
    return Register(
        gpd.GeoDataFrame(validate("facilities", facilities), crs=RD), validate("entrances", entrances), notes
    )


def _classed(places: gpd.GeoDataFrame, catalogue: Catalogue, peildatum: dt.date) -> gpd.GeoDataFrame:
    """Give each place its types and classes; a place may be of several types."""
    rows = []
    geometry = []
    for osm_id, text, shape in zip(places["osm_id"], places["tags"], places.geometry, strict=True):
        tags: Mapping[str, str] = json.loads(text)
        for facility_type in catalogue.facility_type.values():
            facility_class = _class_of(facility_type, tags, shape)
            if facility_class is None:
                continue
            state, year = _state_of(tags, peildatum)
            rows.append(
                {
                    "facility_id": f"{facility_type.key}:{osm_id}",
                    "facility_type": facility_type.key,
                    "facility_class": facility_class,
                    "name": tags.get("name"),
                    "state": state,
                    "year": year,
                    "osm_id": osm_id,
                }
            )
            geometry.append(shape)
    columns = ["facility_id", "facility_type", "facility_class", "name", "state", "year", "osm_id"]
    classed = pd.DataFrame(rows, columns=columns)
    classed = classed.astype({column: "Int64" if column == "year" else "str" for column in columns})
    nothing_more = {"capacity_unit": None, "source": "OpenStreetMap", "confidence": "alleen_osm"}
    classed = classed.assign(capacity=np.nan, **nothing_more).astype(dict.fromkeys(nothing_more, "str"))
    return gpd.GeoDataFrame(classed, geometry=gpd.GeoSeries(geometry, crs=RD), crs=RD)


def _class_of(facility_type: FacilityType, tags: Mapping[str, str], shape: BaseGeometry) -> str | None:
    if facility_type.min_area_m2 > shape.area:
        return None
    return next((rule.facility_class for rule in facility_type.rules if rule.matches(tags)), None)


def _state_of(tags: Mapping[str, str], peildatum: dt.date) -> tuple[str, int | None]:
    """Read an opening or closing date; a date that says nothing is left alone."""
    opening, closing = _date(tags.get("opening_date")), _date(tags.get("end_date"))
    if closing is not None and closing <= peildatum:
        return "gesloten", closing.year
    if opening is not None and opening > peildatum:
        return "gepland", opening.year
    return "open", opening.year if opening else None


def _date(text: str | None) -> dt.date | None:
    found = re.fullmatch(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?", (text or "").strip())
    if not found:
        return None
    year, month, day = (int(part) if part else 1 for part in found.groups())
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _without_doubles(mapped: gpd.GeoDataFrame, merge_m: float) -> gpd.GeoDataFrame:
    """Keep one of each facility that is mapped more than once, as a point and as a building."""
    doubles: set[int] = set()
    for _, same_type in mapped.groupby(["facility_type", "state"], sort=True):
        # areas first: the building is the better place, and the first of a pair stays
        shapes = same_type.assign(area=-same_type.area).sort_values(["area", "facility_id"])
        geometry = shapes.geometry.to_numpy()
        names = [_plain(name) for name in shapes["name"]]
        tree = shapely.STRtree(geometry)
        for first, second in tree.query(geometry, predicate="dwithin", distance=merge_m).T:
            if first >= second or shapes.index[first] in doubles:
                continue
            contained = bool(geometry[first].area > 0 and shapely.intersects(geometry[first], geometry[second]))
            if _same_place(names[first], names[second], contained=contained):
                doubles.add(shapes.index[second])
    return mapped.drop(index=sorted(doubles))


def _same_place(first: str, second: str, *, contained: bool) -> bool:
    if first and second:
        return first == second
    return contained


def _plain(name: object) -> str:
    """Reduce a name to what two spellings of it share."""
    if not isinstance(name, str):
        return ""
    letters = unicodedata.normalize("NFKD", name.casefold())
    return re.sub(r"[^a-z0-9]+", "", letters)


def _with_own_lists(mapped: gpd.GeoDataFrame, own_places: gpd.GeoDataFrame, merge_m: float) -> gpd.GeoDataFrame:
    """Add what the municipality knows; where both know a place, the municipality's facts stand."""
    if own_places.empty:
        return mapped
    own = own_places.assign(
        facility_id=own_places["facility_type"] + ":" + own_places["own_id"],
        osm_id=pd.array([None] * len(own_places), dtype="str"),
        confidence="alleen_eigen_lijst",
    )
    for row, facility_type, name, shape in zip(own.index, own["facility_type"], own["name"], own.geometry, strict=True):
        match = _in_openstreetmap(mapped, facility_type, _plain(name), shape, merge_m)
        if match is not None:
            own.loc[row, "osm_id"] = str(mapped.loc[match, "osm_id"])
            own.loc[row, "confidence"] = "in_beide"
            mapped = mapped.drop(index=match)
    return gpd.GeoDataFrame(pd.concat([mapped, own[mapped.columns]], ignore_index=True), crs=RD)


def _in_openstreetmap(
    mapped: gpd.GeoDataFrame, facility_type: str, name: str, shape: BaseGeometry, merge_m: float
) -> int | None:
    """Find the nearest mapped facility of this type that has the same name, or lacks one."""
    same_type = mapped[mapped["facility_type"] == facility_type]
    distance = same_type.distance(shape)
    for row in distance[distance <= merge_m].sort_values(kind="stable").index:
        other = _plain(same_type.loc[row, "name"])
        if not name or not other or name == other:
            return int(row)
    return None


def _entrances(register: gpd.GeoDataFrame, network: Network, catalogue: Catalogue) -> pd.DataFrame:
    """Tie each facility where a walk to it ends: one point, or where its outline meets the network."""
    step = catalogue.limit("outline_step_m")
    by_outline = [catalogue.facility_type[key].tie == "outline" for key in register["facility_type"]]
    points = [
        _outline_points(shape, step) if outline and shape.geom_type != "Point" else [shape.representative_point()]
        for shape, outline in zip(register.geometry, by_outline, strict=True)
    ]
    owner = np.repeat(np.arange(len(register)), [len(own) for own in points])
    flat = gpd.GeoSeries([point for own in points for point in own], crs=RD)
    ties = tie(network, flat, max_tie_m=catalogue.limit("max_tie_m")).assign(owner=owner).dropna()
    nearest = ties["snap_m"] == ties.groupby("owner")["snap_m"].transform("min")
    # the outline is near the network in many places: those count, and at least the nearest one
    ties = ties[(ties["snap_m"] <= step) | nearest]
    ties = ties.sort_values(["owner", "edge_id", "edge_offset_m", "snap_m"])
    ties = ties.drop_duplicates(["owner", "edge_id", "edge_offset_m"])
    return pd.DataFrame(
        {
            "facility_id": register["facility_id"].to_numpy()[ties["owner"].to_numpy(dtype=np.int64)],
            "entrance": ties.groupby("owner").cumcount().to_numpy(),
            "edge_id": ties["edge_id"].to_numpy(dtype=np.int64),
            "edge_offset_m": ties["edge_offset_m"].to_numpy(),
            "snap_m": ties["snap_m"].to_numpy(),
        }
    ).astype({"facility_id": "str"})


def _outline_points(shape: BaseGeometry, step_m: float) -> list[BaseGeometry]:
    outline = shape.boundary if shape.geom_type.endswith("Polygon") else shape
    coordinates = shapely.get_coordinates(shapely.segmentize(outline, step_m))
    return [shapely.Point(x, y) for x, y in coordinates]


def _as_points(register: gpd.GeoDataFrame, entrances: pd.DataFrame, buurten: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Make the public table: a point per facility, its distance to the network, and its buurt."""
    points = register.geometry.representative_point()
    tree = shapely.STRtree(buurten.geometry.to_numpy())
    rows, found = tree.query(points.to_numpy(), predicate="intersects")
    first = pd.Series(found, index=rows).groupby(level=0).min()
    codes = pd.Series(buurten["buurtcode"].to_numpy()[first], index=first.index, dtype="str")
    return register.assign(
        snap_m=register["facility_id"].map(entrances.groupby("facility_id")["snap_m"].min()).astype("float64"),
        buurtcode=codes.reindex(register.index),
        capacity=register["capacity"].astype("float64"),
        capacity_unit=register["capacity_unit"].astype("str"),
        osm_id=register["osm_id"].astype("str"),
        year=register["year"].astype("Int64"),
    ).set_geometry(points)


def _notes(doubles: int, denied: int, facilities: gpd.GeoDataFrame) -> pd.DataFrame:
    untied = facilities.loc[facilities["snap_m"].isna(), "facility_id"]
    not_open = int((facilities["state"] != "open").sum())
    return notes(
        "facilities",
        [
            ("voorzieningen die dubbel in OpenStreetMap staan", doubles, "Ze tellen één keer."),
            ("voorzieningen die niet op een volledige eigen lijst staan", denied, "Ze bestaan dan niet, en vervallen."),
            ("voorzieningen te ver van een weg", len(untied), f"Ze zijn niet te koppelen: {', '.join(untied)}."),
            ("voorzieningen die niet open zijn", not_open, "Gepland of gesloten: ze tellen niet mee."),
        ],
    )
