"""The network in the form that networkx and OSMnx users know."""

import networkx as nx

from voorzieningen.config import Profile
from voorzieningen.network.build import Network
from voorzieningen.schema import RD


def to_networkx(network: Network, profile: Profile) -> "nx.MultiDiGraph[int]":
    """Convert the network as one profile walks it.

    Parameters
    ----------
    network
        The walking network.
    profile
        Whose speed and closures apply.

    Returns
    -------
    networkx.MultiDiGraph
        Nodes carry `x`, `y` (EPSG:28992, metres) and `osmid`; each edge stands in both directions and carries `length`
        (metres), `walk_time_s`, `osmid`, `rule` and its `edge_id` as key. The graph carries `crs`, as OSMnx expects.
    """
    graph: nx.MultiDiGraph[int] = nx.MultiDiGraph(crs=RD)
    nodes = network.nodes
    graph.add_nodes_from(
        (int(node), {"x": float(x), "y": float(y), "osmid": int(osm_id)})
        for node, osm_id, x, y in zip(nodes["node"], nodes["osm_id"], nodes.geometry.x, nodes.geometry.y, strict=True)
    )
    edges = network.edges[~network.edges["flag"].isin(profile.closed)]
    for edge_id, u, v, length, way_id, rule in zip(
        edges["edge_id"], edges["u"], edges["v"], edges["length_m"], edges["way_id"], edges["rule"], strict=True
    ):
        data = {
            "length": float(length),
            "walk_time_s": float(length) / profile.speed_m_s,
            "osmid": int(way_id),
            "rule": rule,
        }
        graph.add_edge(int(u), int(v), key=int(edge_id), **data)
        graph.add_edge(int(v), int(u), key=int(edge_id), **data)
    return graph
