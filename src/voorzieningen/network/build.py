"""Ways to a walking network: rules decide what can be walked, shared node ids decide what connects.

Edges are the straight pieces between two consecutive nodes of a way. A node that stops someone (a stile, a gate)
is taken apart: each piece that ends there gets an end of its own, and those ends are joined by pieces of length zero
that carry the flag of the rule, or not joined at all where nobody passes.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from voorzieningen.config import Rule
from voorzieningen.errors import NetworkError
from voorzieningen.schema import RD, validate

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

# some cutters drop the references to what lies outside, so that a way just ends one node before the edge
NEAR_EDGE_M = 50.0


@dataclass(frozen=True)
class Network:
    """Nodes and edges of a walking network, in EPSG:28992.

    Attributes
    ----------
    nodes
        Table `nodes`; `node` is the row number.
    edges
        Table `edges`; `u` and `v` are rows of `nodes`, `edge_id` is the row number.
    """

    nodes: gpd.GeoDataFrame
    edges: gpd.GeoDataFrame


@dataclass(frozen=True)
class _Pieces:
    """Straight pieces of kept ways, as parallel arrays; `rule` indexes the rules."""

    way_id: Ints
    rule: Ints
    u: Ints
    v: Ints


def build_network(
    ways: gpd.GeoDataFrame, barriers: pd.DataFrame, rules: Sequence[Rule], coverage: shapely.Geometry
) -> tuple[Network, pd.DataFrame]:
    """Build the walking network of an area.

    Parameters
    ----------
    ways
        Table `ways`.
    barriers
        Table `barriers`.
    rules
        Walking rules; for each way and node the first that holds decides.
    coverage
        Where the map data reach (polygon in EPSG:28992); the network runs on beyond it.

    Returns
    -------
    Network
        The nodes and edges that can be walked by at least one profile.
    pandas.DataFrame
        Table `rules`: what each rule touched.

    Raises
    ------
    NetworkError
        No way can be walked.
    """
    # the numbers of edges decide which of two at the same distance takes a tie: they follow the ways, not the table
    ways = ways.sort_values(["way_id", "piece"], ignore_index=True)
    way_rules = [rule for rule in rules if rule.kind == "way"]
    decided = _first_rules(ways["tags"], way_rules)
    kept = np.array([rule >= 0 and way_rules[rule].action == "keep" for rule in decided], dtype=bool)
    if not kept.any():
        raise NetworkError(
            f"none of the {len(ways)} ways in the map data can be walked",
            where="network",
            hint="check that the extract holds highways, and the walking rules (voorzieningen list rules)",
        )
    pieces, osm_ids, xy = _split_into_pieces(ways[kept], decided[kept])
    stops = _stopping_nodes(barriers, [rule for rule in rules if rule.kind == "node"], osm_ids)
    nodes, edges = _assemble(pieces, osm_ids, xy, way_rules, stops)
    nodes = _with_components(nodes, edges, _ends_of_clipped(ways[kept]), coverage)
    counts = _count_rules(ways, decided, way_rules, stops, rules)
    network = Network(
        gpd.GeoDataFrame(validate("nodes", nodes), crs=RD), gpd.GeoDataFrame(validate("edges", edges), crs=RD)
    )
    return network, validate("rules", counts)


def _first_rules(tags: Iterable[str], rules: Sequence[Rule]) -> Ints:
    """Return for each object the first rule that holds, or -1."""
    seen: dict[str, int] = {}

    def first(text: str) -> int:
        if text not in seen:
            parsed: Mapping[str, str] = json.loads(text)
            seen[text] = next((index for index, rule in enumerate(rules) if rule.matches(parsed)), -1)
        return seen[text]

    return np.array([first(text) for text in tags], dtype=np.int64)


def _split_into_pieces(ways: gpd.GeoDataFrame, rules: Ints) -> tuple[_Pieces, Ints, Floats]:
    """Cut ways into pieces between consecutive nodes; return them with the ids and coordinates of their nodes."""
    sizes = np.array([len(ids) for ids in ways["node_ids"]], dtype=np.int64)
    flat = np.concatenate([np.asarray(ids, dtype=np.int64) for ids in ways["node_ids"]])
    coordinates = shapely.get_coordinates(ways.geometry.to_numpy())
    osm_ids, first, inverse = np.unique(flat, return_index=True, return_inverse=True)
    way_of = np.repeat(np.arange(len(ways)), sizes)
    continues = way_of[:-1] == way_of[1:]
    pieces = _Pieces(
        way_id=ways["way_id"].to_numpy(dtype=np.int64)[way_of[:-1][continues]],
        rule=rules[way_of[:-1][continues]],
        u=inverse[:-1][continues].astype(np.int64),
        v=inverse[1:][continues].astype(np.int64),
    )
    return pieces, osm_ids, coordinates[first]


def _stopping_nodes(barriers: pd.DataFrame, rules: Sequence[Rule], osm_ids: Ints) -> dict[int, Rule]:
    """Return the nodes of the network that stop someone, with the rule that says so."""
    on_network = barriers[barriers["node_id"].isin(osm_ids)]
    decided = _first_rules(on_network["tags"], rules)
    rows = np.searchsorted(osm_ids, on_network["node_id"].to_numpy(dtype=np.int64))
    return {
        int(row): rules[rule]
        for row, rule in zip(rows, decided, strict=True)
        if rule >= 0 and (rules[rule].action == "close" or rules[rule].flag)
    }


def _assemble(
    pieces: _Pieces, osm_ids: Ints, xy: Floats, rules: Sequence[Rule], stops: Mapping[int, Rule]
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Make the tables of nodes and edges, with the stopping nodes taken apart."""
    ends = np.stack([pieces.u, pieces.v], axis=1)
    ends, parents, gates = _take_apart(ends, len(osm_ids), stops)
    osm_ids, xy = np.concatenate([osm_ids, osm_ids[parents]]), np.concatenate([xy, xy[parents]])
    gate_way = np.zeros(len(gates), dtype=np.int64)
    names = np.array([rule.key for rule in rules], dtype=object)
    flags = np.array([rule.flag for rule in rules], dtype=object)
    ties = np.array([rule.ties for rule in rules], dtype=bool)
    both = np.concatenate([ends, np.array([gate[:2] for gate in gates], dtype=np.int64).reshape(-1, 2)])
    lines = shapely.linestrings(xy[both])
    edges = gpd.GeoDataFrame(
        {
            "edge_id": np.arange(len(both)),
            "u": both[:, 0],
            "v": both[:, 1],
            "length_m": np.hypot(*(xy[both[:, 1]] - xy[both[:, 0]]).T),
            "way_id": np.concatenate([pieces.way_id, gate_way]),
            "rule": pd.array([*names[pieces.rule], *(gate[2].key for gate in gates)], dtype="str"),
            "flag": pd.array([*flags[pieces.rule], *(gate[2].flag for gate in gates)], dtype="str"),
            "ties": np.concatenate([ties[pieces.rule], np.zeros(len(gates), dtype=bool)]),
        },
        geometry=lines,
        crs=RD,
    )
    nodes = gpd.GeoDataFrame({"node": np.arange(len(xy)), "osm_id": osm_ids}, geometry=shapely.points(xy), crs=RD)
    return nodes, edges


def _take_apart(ends: Ints, count: int, stops: Mapping[int, Rule]) -> tuple[Ints, Ints, list[tuple[int, int, Rule]]]:
    """Give each piece that ends at a stopping node its own end, and join those by a gate where someone passes.

    Returns the new ends, the original node of each node added, and the gates as (node, end, rule).
    """
    ends = ends.copy()
    at_stop = np.isin(ends, np.fromiter(stops, dtype=np.int64, count=len(stops)))
    places = np.argwhere(at_stop)
    parents = ends[at_stop]
    gates = []
    for number, ((row, side), parent) in enumerate(zip(places, parents, strict=True)):
        ends[row, side] = count + number
        rule = stops[int(parent)]
        if rule.action != "close":
            gates.append((int(parent), count + number, rule))
    return ends, parents, gates


def _ends_of_clipped(ways: gpd.GeoDataFrame) -> Ints:
    """Return the OSM ids at both ends of pieces that run out of the extract."""
    clipped = ways.loc[ways["clipped"], "node_ids"]
    return np.array([osm_id for ids in clipped for osm_id in (ids[0], ids[-1])], dtype=np.int64)


def _with_components(
    nodes: gpd.GeoDataFrame, edges: gpd.GeoDataFrame, clipped_ends: Ints, coverage: shapely.Geometry
) -> gpd.GeoDataFrame:
    """Give components a number by size, and mark where the network runs out of the map data."""
    matrix = coo_array((np.ones(len(edges)), (edges["u"], edges["v"])), shape=(len(nodes), len(nodes)))
    _, label = connected_components(matrix, directed=False)
    sizes = np.bincount(label)
    rank = np.empty(len(sizes), dtype=np.int64)
    rank[np.argsort(-sizes, kind="stable")] = np.arange(len(sizes))
    inner = shapely.buffer(coverage, -NEAR_EDGE_M)
    shapely.prepare(inner)
    outside = ~shapely.contains(inner, nodes.geometry.to_numpy())
    return nodes.assign(
        component=rank[label], at_extract_edge=outside | np.isin(nodes["osm_id"].to_numpy(), clipped_ends)
    )


def _count_rules(
    ways: gpd.GeoDataFrame, decided: Ints, way_rules: Sequence[Rule], stops: Mapping[int, Rule], rules: Sequence[Rule]
) -> pd.DataFrame:
    """Count what each rule touched, in ways and kilometres or in nodes."""
    length_km = ways.geometry.length.to_numpy() / 1000
    found = decided >= 0
    way_count = np.bincount(decided[found], minlength=len(way_rules))
    way_km = np.bincount(decided[found], weights=length_km[found], minlength=len(way_rules))
    touched = {rule.key: (int(n), float(km)) for rule, n, km in zip(way_rules, way_count, way_km, strict=True)}
    for rule in stops.values():
        touched[rule.key] = (touched.get(rule.key, (0, 0.0))[0] + 1, 0.0)
    return pd.DataFrame(
        [
            {
                "rule": rule.key,
                "kind": rule.kind,
                "action": rule.action,
                "count": touched.get(rule.key, (0, 0.0))[0],
                "length_km": touched.get(rule.key, (0, 0.0))[1],
                "reason": rule.reason,
                "source": rule.source,
            }
            for rule in rules
        ]
    )
