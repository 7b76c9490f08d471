"""The map as a GeoPackage, for a GIS."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import shapely

from voorzieningen.errors import StorageError
from voorzieningen.report.facts import Facts
from voorzieningen.schema import RD

DATE_OPTION = "OGR_CURRENT_DATE"


def write_geopackage(path: Path, facts: Facts) -> None:
    """Write the layers in a fixed order, with a fixed date inside, so that the bytes repeat.

    Parameters
    ----------
    path
        The file to write.
    facts
        The tables of the run.

    Raises
    ------
    StorageError
        The disk was full before the last of it was written.
    """
    with _fixed_date(f"{facts.study.peildatum}T00:00:00.000Z"):
        for name, layer, geometry_type in _layers(facts):
            pyogrio.write_dataframe(
                layer.set_crs(RD), path, layer=name, driver="GPKG", geometry_type=geometry_type, promote_to_multi=False
            )
            _check_whole(path, name)


def _check_whole(path: Path, layer: str) -> None:
    """Refuse a layer without its index of places: GDAL writes that when it closes the file, and ignores a full disk."""
    if not pyogrio.read_info(path, layer=layer)["capabilities"]["fast_spatial_filter"]:
        raise StorageError(
            f"layer '{layer}' of {path.name} cannot be written to its end",
            where="report",
            hint="is the disk full or read-only?",
        )


def _layers(facts: Facts) -> Iterator[tuple[str, gpd.GeoDataFrame, str]]:
    tables = facts.tables
    buurten = gpd.GeoDataFrame(tables["buurten"])
    outlines = buurten[["buurtcode", "geometry"]].rename(columns={"buurtcode": "code"})
    origins = gpd.GeoDataFrame(tables["origins"])
    area = gpd.GeoDataFrame(tables["area"])
    edges = gpd.GeoDataFrame(tables["edges"])
    yield "buurten", _buurten(buurten, facts), "MultiPolygon"
    yield "knelpunten", _multi(gpd.GeoDataFrame(outlines.merge(tables["buurt_gaps"], on="code"))), "MultiPolygon"
    yield "voorzieningen", gpd.GeoDataFrame(tables["facilities"]), "Point"
    yield "woningen", origins.loc[origins.geometry.notna(), ["origin_id", "buurtcode", "homes", "geometry"]], "Point"
    yield "netwerk", edges[["edge_id", "way_id", "length_m", "rule", "flag", "geometry"]], "LineString"
    yield "dekking", _multi(area[area["part"] == "dekking"]), "MultiPolygon"


def _buurten(buurten: gpd.GeoDataFrame, facts: Facts) -> gpd.GeoDataFrame:
    """Give each buurt its residents and, per facility type, the median walking time of an adult in minutes."""
    profile = facts.everybody.profile
    reach = facts.tables["buurt_reach"]
    times = reach[reach["profile"] == profile].pivot_table(
        index="buurtcode", columns="facility_type", values="walk_time_p50_min", dropna=False
    )
    wide = buurten.sort_values("buurtcode")
    wide["inwoners"] = pd.Series([facts.residents_in(code) for code in wide["buurtcode"]], wide.index, dtype="float64")
    for key in facts.catalogue.facility_type:
        found = times[key].to_dict() if key in times else {}
        wide[f"looptijd_{key.replace('-', '_')}_min"] = wide["buurtcode"].map(found).astype("float64")
    return _multi(wide)


def _multi(layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Store one-part outlines as outlines of several parts, so that a layer has one kind of geometry."""
    outlines = [shapely.MultiPolygon(list(shapely.get_parts(outline))) for outline in layer.geometry]
    return layer.set_geometry(gpd.GeoSeries(outlines, index=layer.index, crs=layer.crs))


@contextmanager
def _fixed_date(date: str) -> Iterator[None]:
    before = pyogrio.get_gdal_config_option(DATE_OPTION)
    pyogrio.set_gdal_config_options({DATE_OPTION: date})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({DATE_OPTION: before})
