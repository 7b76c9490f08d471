"""Ties: where homes and facilities meet the network.

A place is tied to the nearest edge, at the point of that edge that is nearest, and not to the nearest node: between two
crossings the difference is up to half a block.
"""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from voorzieningen.network.build import Network


def tie(network: Network, points: gpd.GeoSeries, *, max_tie_m: float) -> pd.DataFrame:
    """Tie points to the nearest edge that takes ties.

    Parameters
    ----------
    network
        The walking network, EPSG:28992.
    points
        Points in EPSG:28992; missing geometry stays untied.
    max_tie_m
        Beyond this distance in metres a point is not tied.

    Returns
    -------
    pandas.DataFrame
        On the index of `points`: `edge_id` (Int64), `edge_offset_m` (metres from its `u`) and `snap_m` (metres in
        a straight line), all missing where a point cannot be tied. Of edges at the same distance the first is taken.
    """
    candidates = network.edges[network.edges["ties"]]
    present = np.flatnonzero(points.notna().to_numpy())
    geometry = points.to_numpy()[present]
    tree = shapely.STRtree(candidates.geometry.to_numpy())
    (rows, found), distance = tree.query_nearest(geometry, max_distance=max_tie_m, return_distance=True)
    # the tree may return edges at equal distance in any order
    order = np.lexsort((found, rows))
    rows, at = np.unique(rows[order], return_index=True)
    found, distance = found[order][at], distance[order][at]
    lines = candidates.geometry.to_numpy()[found]
    ties = pd.DataFrame(
        {
            "edge_id": pd.array(candidates["edge_id"].to_numpy()[found], dtype="Int64"),
            # rounding may put a place a hair beyond the end of its edge
            "edge_offset_m": np.minimum(
                shapely.line_locate_point(lines, geometry[rows]), candidates["length_m"].to_numpy()[found]
            ),
            "snap_m": distance,
        },
        index=points.index[present[rows]],
    )
    return ties.reindex(points.index)
