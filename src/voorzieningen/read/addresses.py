"""Addresses in and around the municipality: from OpenStreetMap, or from a GeoPackage in the form of the BAG."""

import re
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from voorzieningen import schema
from voorzieningen.config import Catalogue
from voorzieningen.errors import ContractError, SourceError, did_you_mean, examples
from voorzieningen.messages import number
from voorzieningen.read.notes import Note, some
from voorzieningen.read.scan import POI_KEYS, Tags
from voorzieningen.read.vector import Layer, list_layers, open_layer, read_features

NEIGHBOURHOOD_M = 2000
SAME_ADDRESS_M = 50
YEARS = (1000, 2100)
ALIASES = {
    "identificatie": ("identificatie", "id"),
    "gebruiksdoel": ("gebruiksdoel", "gebruiksdoelen"),
    "bouwjaar": ("bouwjaar", "oorspronkelijkbouwjaar", "oorspronkelijk_bouwjaar"),
    "street": ("openbare_ruimte", "openbareruimtenaam", "openbare_ruimte_naam", "straat", "straatnaam"),
    "number": ("huisnummer",),
    "letter": ("huisletter",),
    "addition": ("toevoeging", "huisnummertoevoeging"),
    "postcode": ("postcode",),
    "status": ("status", "verblijfsobjectstatus"),
}
REQUIRED = ("identificatie", "gebruiksdoel", "bouwjaar")


def addresses_from_osm(
    mapped: gpd.GeoDataFrame, buildings: gpd.GeoDataFrame, neighbourhood: shapely.Geometry, catalogue: Catalogue
) -> tuple[gpd.GeoDataFrame, list[Note]]:
    """Make addresses of what OpenStreetMap maps with a house number.

    Parameters
    ----------
    mapped
        Objects with addr:housenumber, `tags` as dicts, in EPSG:28992.
    buildings
        Objects with a building key, likewise.
    neighbourhood
        Where addresses are wanted, in EPSG:28992.
    catalogue
        Which buildings hold no homes.

    Returns
    -------
    tuple of geopandas.GeoDataFrame and list of Note
        The table `addresses`.
    """
    points = mapped.set_geometry(_points(mapped.geometry.to_numpy()), crs=mapped.crs)
    inside = shapely.contains(_prepared(neighbourhood), points.geometry.to_numpy())
    points = points[inside].reset_index(drop=True)
    addresses = points.assign(
        address_id=points["osm_id"],
        street=_tag(points, "addr:street"),
        housenumber=_tag(points, "addr:housenumber"),
        postcode=_tag(points, "addr:postcode").str.replace(" ", "", regex=False),
        source="OpenStreetMap",
    )
    addresses, double = _without_doubles(addresses)
    addresses = _with_buildings(addresses, buildings, catalogue)
    homeless = int((~addresses["home"]).sum())
    table = schema.validate("addresses", addresses.sort_values("address_id", ignore_index=True))
    return gpd.GeoDataFrame(table), _osm_notes(double, homeless, len(table))


def addresses_from_bag(path: Path, neighbourhood: shapely.Geometry, title: str) -> tuple[gpd.GeoDataFrame, list[Note]]:
    """Read addresses from a GeoPackage with verblijfsobjecten.

    Parameters
    ----------
    path
        The GeoPackage: points with identificatie, gebruiksdoel and bouwjaar.
    neighbourhood
        Where addresses are wanted, in EPSG:28992.
    title
        What the source is called in tables.

    Returns
    -------
    tuple of geopandas.GeoDataFrame and list of Note
        The table `addresses`.

    Raises
    ------
    SourceError
        There is no layer of points, a column is missing, or no address is in use near the municipality.
    ContractError
        An identificatie is missing or double.
    """
    layer = open_addresses(path)
    columns = _bag_columns(layer)
    rows, notes = read_features(layer)
    rows, dropped_notes = _usable(rows, columns, path)
    inside = shapely.contains(_prepared(neighbourhood), rows.geometry.to_numpy())
    if not inside.any():
        raise SourceError(
            f"has no address in or near the municipality among {len(rows)} in use",
            where=layer.where,
            hint="is this the file of the right municipality, in the coordinate system that it says?",
        )
    rows = rows[inside]
    _check_ids(rows[columns["identificatie"]], layer)
    table = schema.validate("addresses", _bag_table(rows, columns, title).sort_values("address_id", ignore_index=True))
    return gpd.GeoDataFrame(table), [*notes, *dropped_notes]


def open_addresses(path: Path) -> Layer:
    """Open the layer with addresses and check that it has what is needed.

    Raises
    ------
    SourceError
        There is no layer of points, or a column is missing.
    """
    layers = list_layers(path)
    points = [name for name, kind in layers.items() if kind is not None and ("Point" in kind or kind == "Unknown")]
    if not points:
        raise SourceError(
            "has no layer of points", where=path.name, hint=f"its layers are {examples(layers) or 'none'}"
        )
    named = [name for name in points if name.lower().startswith(("verblijfsobject", "adres"))]
    layer = open_layer(path, (named or points)[0])
    columns = _bag_columns(layer)
    for name in REQUIRED:
        if name not in columns:
            raise SourceError(f"has no column '{name}'", where=layer.where, hint=did_you_mean(name, layer.columns))
    return layer


def _points(geometry: NDArray[np.object_]) -> NDArray[np.object_]:
    """Take a point that surely lies on each object."""
    points: NDArray[np.object_] = shapely.point_on_surface(geometry)
    is_point = shapely.get_type_id(geometry) == shapely.GeometryType.POINT
    return np.where(is_point, geometry, points)


def _prepared(area: shapely.Geometry) -> shapely.Geometry:
    shapely.prepare(area)
    return area


def _tag(features: gpd.GeoDataFrame, key: str) -> "pd.Series[str]":
    values = [tags.get(key, "").strip() or None for tags in features["tags"]]
    return pd.Series(values, index=features.index, dtype="str")


def _without_doubles(addresses: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, int]:
    """Keep an address that is mapped as a point and as a building once: as the point.

    Two points with one address stay two: flats are often mapped with the number of the front door.
    """
    is_node = addresses["osm_id"].str.startswith("n")
    named = addresses["street"].notna() | addresses["postcode"].notna()
    parts = addresses[["postcode", "street", "housenumber"]].fillna("")
    key = parts["postcode"] + "|" + parts["street"] + "|" + parts["housenumber"]
    repeated = named & key.duplicated(keep=False) & key.isin(key[named & ~is_node])
    dropped: list[int] = []
    order = addresses[repeated].assign(is_area=~is_node[repeated]).sort_values(["is_area", "osm_id"])
    for positions in order.groupby(key[order.index], sort=True).groups.values():
        dropped += _areas_near_another(order.loc[positions])
    return addresses.drop(index=dropped).reset_index(drop=True), len(dropped)


def _areas_near_another(group: gpd.GeoDataFrame) -> list[int]:
    kept: list[shapely.Geometry] = []
    dropped: list[int] = []
    for index, point, is_area in zip(group.index, group.geometry, group["is_area"], strict=True):
        if is_area and any(shapely.dwithin(point, other, SAME_ADDRESS_M) for other in kept):
            dropped.append(index)
        else:
            kept.append(point)
    return dropped


def _with_buildings(addresses: gpd.GeoDataFrame, buildings: gpd.GeoDataFrame, catalogue: Catalogue) -> gpd.GeoDataFrame:
    """Take from the building around an address whether it can be a home, and its build year."""
    around = _smallest_around(addresses.geometry.to_numpy(), buildings.geometry.to_numpy())
    all_tags = buildings["tags"].tolist()
    tags = [all_tags[row] if row >= 0 else {} for row in around]
    not_homes = catalogue.buildings.not_homes
    return addresses.assign(
        home=pd.array(
            [
                not _is_no_home(of.get("building", ""), not_homes) and not _is_business(own)
                for of, own in zip(tags, addresses["tags"], strict=True)
            ],
            dtype="bool",
        ),
        build_year=pd.array([_year(of.get("start_date", "")) for of in tags], dtype="Int64"),
    )


def _smallest_around(points: NDArray[np.object_], outlines: NDArray[np.object_]) -> NDArray[np.int64]:
    """Give per point the position of the smallest building around it, or -1."""
    # a building that is mapped as a point or a line has no surface and holds nothing
    point, building = shapely.STRtree(outlines).query(points, predicate="within")
    has_surface = shapely.area(outlines[building]) > 0
    point, building = point[has_surface], building[has_surface]
    order = np.lexsort((building, -shapely.area(outlines[building])))
    around = np.full(len(points), -1, dtype="int64")
    around[point[order]] = building[order]
    return around


def _is_no_home(building: str, not_homes: frozenset[str]) -> bool:
    values = {value.strip() for value in building.split(";")}
    return values <= not_homes


def _is_business(tags: Tags) -> bool:
    """Tell whether an address is that of a shop or an office that is mapped as a point with its address."""
    return "building" not in tags and any(key in tags for key in POI_KEYS)


def _year(text: object) -> int | None:
    digits = re.match(r"\d{4}(?!\d)", str(text).strip())
    year = int(digits.group()) if digits else 0
    return year if YEARS[0] <= year <= YEARS[1] else None


def _osm_notes(double: int, homeless: int, total: int) -> list[Note]:
    share = f"{number(homeless)} van de {number(total)} adressen"
    counted = [
        ("dubbele adressen", double, "Een adres dat als punt en als gebouw is getekend telt één keer, als punt."),
        ("adressen zonder woning", homeless, f"Niet om te wonen, naar het gebouw of het gebruik: {share}."),
        ("geen adressen", int(total == 0), "In en om de gemeente staat geen enkel adres op de kaart."),
    ]
    return [Note(f"OpenStreetMap: {subject}", count, text) for subject, count, text in counted if count]


def _bag_columns(layer: Layer) -> dict[str, str]:
    """Give the column in the file for each column we know, under any of its names."""
    found = {ours: [name for name in names if name in layer.columns] for ours, names in ALIASES.items()}
    return {ours: names[0] for ours, names in found.items() if names}


def _usable(rows: gpd.GeoDataFrame, columns: dict[str, str], path: Path) -> tuple[gpd.GeoDataFrame, list[Note]]:
    """Drop, and count, addresses without a point and addresses that are not in use."""
    notes = []
    missing = (rows.geometry.isna() | rows.geometry.is_empty).to_numpy()
    if missing.any():
        ids = some(sorted(rows.loc[missing, columns["identificatie"]].astype("str")))
        text = f"Adressen zonder ligging vervallen: {ids}."
        notes.append(Note(f"adressen zonder ligging in {path.name}", int(missing.sum()), text))
    rows = rows[~missing]
    if "status" in columns:
        status = rows[columns["status"]].fillna("").astype("str").str.strip().str.lower()
        in_use = status.str.startswith("verblijfsobject in gebruik") | (status == "")
        dropped = int((~in_use).sum())
        if dropped:
            text = "Adressen die volgens hun status niet in gebruik zijn vervallen."
            notes.append(Note(f"adressen niet in gebruik in {path.name}", dropped, text))
        rows = rows[in_use]
    return rows, notes


def _check_ids(ids: pd.Series, layer: Layer) -> None:
    bad = ids.isna() | (ids.astype("str").str.strip() == "")
    if bad.any():
        raise ContractError(
            f"identificatie is missing at {examples(f'row {index + 1}' for index in ids.index[bad])}", where=layer.where
        )
    double = ids[ids.duplicated()]
    if len(double):
        raise ContractError(
            f"identificatie is double: {examples(sorted(set(double.astype('str'))))}",
            where=layer.where,
            hint="export one row per verblijfsobject",
        )


def _bag_table(rows: gpd.GeoDataFrame, columns: dict[str, str], title: str) -> gpd.GeoDataFrame:
    texts = {ours: _text(rows, columns.get(ours)) for ours in ALIASES}
    addition = texts["addition"].where(texts["addition"] == "", "-" + texts["addition"])
    addresses = gpd.GeoDataFrame(geometry=shapely.centroid(rows.geometry.to_numpy()), index=rows.index, crs=rows.crs)
    return addresses.assign(
        address_id=texts["identificatie"],
        street=_or_none(texts["street"]),
        housenumber=_or_none(texts["number"] + texts["letter"] + addition),
        postcode=_or_none(texts["postcode"].str.replace(" ", "", regex=False)),
        home=texts["gebruiksdoel"].str.contains("woonfunctie", case=False, regex=False).astype(bool),
        build_year=pd.array([_year(text) for text in texts["bouwjaar"]], dtype="Int64"),
        source=title,
    )


def _text(rows: gpd.GeoDataFrame, column: str | None) -> "pd.Series[str]":
    """Write cells as text without the ".0" of a whole number; empty where there is nothing."""
    if column is None:
        return pd.Series("", index=rows.index, dtype="str")
    cells = rows[column]
    if pd.api.types.is_float_dtype(cells):
        cells = cells.astype("Int64")
    return cells.astype("str").fillna("").str.strip().replace("<NA>", "")


def _or_none(texts: "pd.Series[str]") -> "pd.Series[str]":
    return texts.where(texts != "")
