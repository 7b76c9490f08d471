"""GeoPackages whose bytes repeat: layers in a fixed order, with a fixed date inside."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import geopandas as gpd
import pyogrio
import shapely

from voorzieningen.schema import RD

DATE_OPTION = "OGR_CURRENT_DATE"
DATE = "2024-01-01T00:00:00.000Z"


def write_layers(path: Path, layers: Mapping[str, gpd.GeoDataFrame]) -> None:
    """Write layers to one file; outlines as outlines of several parts.

    Parameters
    ----------
    path
        The GeoPackage to write.
    layers
        Tables by layer name, in EPSG:28992.
    """
    with _fixed_date():
        for name, layer in layers.items():
            is_area = layer.geom_type.str.endswith("Polygon").all()
            kind = "MultiPolygon" if is_area else str(layer.geom_type.iloc[0])
            stored = _multi(layer) if is_area else layer
            pyogrio.write_dataframe(
                stored.set_crs(RD, allow_override=True),
                path,
                layer=name,
                driver="GPKG",
                geometry_type=kind,
                promote_to_multi=False,
            )


def _multi(layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    outlines = [shapely.MultiPolygon(list(shapely.get_parts(outline))) for outline in layer.geometry]
    return layer.set_geometry(gpd.GeoSeries(outlines, index=layer.index, crs=layer.crs))


@contextmanager
def _fixed_date() -> Iterator[None]:
    before = pyogrio.get_gdal_config_option(DATE_OPTION)
    pyogrio.set_gdal_config_options({DATE_OPTION: DATE})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({DATE_OPTION: before})
