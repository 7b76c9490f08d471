"""The tables of a study by name, from wherever a stage has put them."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from voorzieningen.schema import TABLES
from voorzieningen.store import Store

if TYPE_CHECKING:
    import geopandas as gpd
    import shapely

    from voorzieningen.network import Network


class Artefacts(Mapping[str, Any]):
    """The tables of a study by name, read from disk when they are asked for.

    Parameters
    ----------
    store
        Where they are kept.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def __getitem__(self, name: str) -> Any:
        """Read a table; one that several stages make is put together."""
        import pandas as pd

        parts = [self._store.read_table(stage, name) for stage in TABLES[name].stages]
        return parts[0] if len(parts) == 1 else pd.concat(parts, ignore_index=True)

    def __iter__(self) -> Iterator[str]:
        """Iterate over the names of all tables."""
        return iter(TABLES)

    def __len__(self) -> int:
        """Return how many tables there are."""
        return len(TABLES)

    @property
    def network(self) -> "Network":
        """The walking network."""
        from voorzieningen.network import Network

        return Network(self["nodes"], self["edges"])

    @property
    def coverage(self) -> "shapely.Geometry":
        """Where the map data reach: a polygon in EPSG:28992."""
        area: gpd.GeoDataFrame = self["area"]
        coverage: shapely.Geometry = area.loc[area["part"] == "dekking", "geometry"].to_numpy()[0]
        return coverage
