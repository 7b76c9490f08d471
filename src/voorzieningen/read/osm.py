"""OpenStreetMap as tables in RD New: ways, barriers and places, and what `addresses` makes homes of.

Coordinates are converted per table, not per object.
"""

import json
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from voorzieningen import schema
from voorzieningen.config import Catalogue
from voorzieningen.errors import SourceError
from voorzieningen.read.notes import Note, some
from voorzieningen.read.pbf import Extract
from voorzieningen.read.projection import Box, box_around, geometries_to_rd, to_rd
from voorzieningen.read.scan import PER_DEGREE, Feature, Scan, Tags, scan
from voorzieningen.schema import RD

MARGIN_DEGREES = 0.002  # about 150 m: what ends just outside the coverage still counts for what lies inside


@dataclass(frozen=True)
class OsmTables:
    """Tables under contract, addresses and buildings still as they are mapped, and what was seen on the way."""

    ways: gpd.GeoDataFrame
    barriers: pd.DataFrame
    places: gpd.GeoDataFrame
    addresses: gpd.GeoDataFrame
    buildings: gpd.GeoDataFrame
    notes: list[Note]


def read_osm(
    extract: Extract, coverage: shapely.Geometry, neighbourhood: shapely.Geometry, catalogue: Catalogue
) -> OsmTables:
    """Read an extract of OpenStreetMap.

    Parameters
    ----------
    extract
        The PBF file.
    coverage
        Where ways, barriers and places are wanted, in EPSG:28992.
    neighbourhood
        Where addresses and buildings are wanted, in EPSG:28992.
    catalogue
        Which objects are a facility.

    Returns
    -------
    OsmTables
        Geometry in EPSG:28992, rows ordered by key.

    Raises
    ------
    SourceError
        The file cannot be read to its end, or none of its ways has points.
    """
    found = scan(extract, _with_margin(box_around(coverage)), _with_margin(box_around(neighbourhood)), catalogue)
    if found.ways_without_nodes and not found.ways:
        raise SourceError(
            f"holds {found.ways_without_nodes} ways of which no point is known: "
            "the ways come before the nodes, or the nodes are cut off",
            where=extract.name,
            hint="download it again, or sort it with 'osmium sort'",
        )
    return OsmTables(
        ways=_ways(found),
        barriers=_barriers(found),
        places=_places(found),
        addresses=_mapped(found.addresses),
        buildings=_mapped(found.buildings),
        notes=_notes(found),
    )


def _with_margin(box: Box) -> Box:
    west, south, east, north = box
    return west - MARGIN_DEGREES, south - MARGIN_DEGREES, east + MARGIN_DEGREES, north + MARGIN_DEGREES


def _ways(found: Scan) -> gpd.GeoDataFrame:
    pieces = [(way, piece, run) for way in found.ways for piece, run in enumerate(way.runs)]
    points = np.array([point for _, _, run in pieces for point in run.points], dtype="float64").reshape(-1, 2)
    lengths = [len(run.points) for _, _, run in pieces]
    table = gpd.GeoDataFrame(
        {
            "way_id": pd.array([way.way_id for way, _, _ in pieces], dtype="int64"),
            "piece": pd.array([piece for _, piece, _ in pieces], dtype="int64"),
            "clipped": pd.array([way.clipped for way, _, _ in pieces], dtype="bool"),
            "tags": pd.Series([_as_json(way.tags) for way, _, _ in pieces], dtype="str"),
            "node_ids": pd.Series([run.refs for _, _, run in pieces], dtype="object"),
        },
        geometry=shapely.linestrings(to_rd(points / PER_DEGREE), indices=np.repeat(np.arange(len(pieces)), lengths)),
        crs=RD,
    )
    return gpd.GeoDataFrame(schema.validate("ways", table.sort_values(["way_id", "piece"], ignore_index=True)))


def _barriers(found: Scan) -> pd.DataFrame:
    table = pd.DataFrame(
        {
            "node_id": pd.array([node_id for node_id, _ in found.barriers], dtype="int64"),
            "tags": pd.Series([_as_json(tags) for _, tags in found.barriers], dtype="str"),
        }
    )
    return schema.validate("barriers", table.sort_values("node_id", ignore_index=True))


def _places(found: Scan) -> gpd.GeoDataFrame:
    mapped = _mapped(found.places)
    table = mapped.assign(tags=pd.Series([_as_json(tags) for tags in mapped["tags"]], dtype="str", index=mapped.index))
    return gpd.GeoDataFrame(schema.validate("places", table))


def _mapped(features: list[Feature]) -> gpd.GeoDataFrame:
    """Put objects in a table ordered by id; `tags` stay a dict per object."""
    geometry = geometries_to_rd(shapely.from_wkb(np.array([feature.wkb for feature in features], dtype=object)))
    is_single = (shapely.get_type_id(geometry) == shapely.GeometryType.MULTIPOLYGON) & (
        shapely.get_num_geometries(geometry) == 1
    )
    geometry[is_single] = shapely.get_geometry(geometry[is_single], 0)
    table = gpd.GeoDataFrame(
        {
            "osm_id": pd.Series([feature.osm_id for feature in features], dtype="str"),
            "tags": pd.Series([feature.tags for feature in features], dtype="object"),
        },
        geometry=geometry,
        crs=RD,
    )
    return table.sort_values("osm_id", ignore_index=True)


def _as_json(tags: Tags) -> str:
    return json.dumps(dict(sorted(tags.items())), ensure_ascii=False)


def _notes(found: Scan) -> list[Note]:
    clipped = sum(way.clipped for way in found.ways if way.runs)
    lost = sorted(osm_id for osm_id, (_, wanted) in found.waiting.items() if wanted.place)
    homeless = sorted(osm_id for osm_id, (_, wanted) in found.waiting.items() if not wanted.place)
    out_of_use = sorted(found.out_of_use)
    counted = [
        ("afgeknipte wegen", clipped, "Wegen die buiten het uittreksel doorlopen; het deel erbinnen telt mee"),
        ("wegen van één punt", found.ways_of_one_node, "Wegen met maar één punt binnen het uittreksel vervallen"),
        ("wegen zonder punten", found.ways_without_nodes, "Wegen waarvan geen punt in het bestand staat vervallen"),
        ("vlakken zonder omtrek", len(lost), f"Voorzieningen zonder hele omtrek vervallen: {some(lost)}"),
        ("gebouwen zonder omtrek", len(homeless), f"Gebouwen zonder hele omtrek vervallen: {some(homeless)}"),
        ("buiten gebruik", len(out_of_use), f"Plekken die buiten gebruik zijn tellen niet mee: {some(out_of_use)}"),
    ]
    return [Note(f"OpenStreetMap: {subject}", count, f"{text}.") for subject, count, text in counted if count]
