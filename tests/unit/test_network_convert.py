"""The network for networkx and OSMnx: the same points, pieces and metres, both ways."""

import networkx as nx
import pytest

from streets import Streets, catalogue
from voorzieningen.network import Network, to_networkx

STREET = {"highway": "residential"}


@pytest.fixture(scope="module")
def network() -> Network:
    """A street with steps as a short cut, and a second way drawn over its first piece.

    ::

        a---100---b
         `.       | 75
        steps 125 |
             `----c
    """
    streets = Streets().node("a", 0, 0).node("b", 100, 0).node("c", 100, -75)
    streets.way("a", "b", "c", **STREET).way("a", "c", highway="steps").way("a", "b", highway="cycleway")
    return streets.build()[0]


def test_every_piece_stands_in_both_directions(network: Network) -> None:
    graph = to_networkx(network, catalogue().profile["volwassene"])
    assert (graph.number_of_nodes(), graph.number_of_edges()) == (3, 8)
    assert sorted((u, v, key) for u, v, key in graph.edges(keys=True) if key == 0) == [(0, 1, 0), (1, 0, 0)]
    assert graph.graph["crs"] == "EPSG:28992"


def test_points_and_pieces_carry_what_osmnx_expects(network: Network) -> None:
    graph = to_networkx(network, catalogue().profile["65-plus"])
    assert dict(graph.nodes[0]) == {"x": 150_000.0, "y": 480_000.0, "osmid": 1}
    assert graph.edges[0, 1, 0] == {"length": 100.0, "walk_time_s": 100.0, "osmid": 1, "rule": "woonstraat"}
    assert {data["rule"] for data in graph.get_edge_data(0, 1).values()} == {"woonstraat", "fietspad"}


def test_each_profile_walks_its_own_network(network: Network) -> None:
    """Over the steps 125 m; with a rollator 100 + 75 = 175 m at 0.75 m/s."""
    adult = to_networkx(network, catalogue().profile["volwassene"])
    rollator = to_networkx(network, catalogue().profile["rollator"])
    assert nx.shortest_path_length(adult, 0, 2, weight="length") == pytest.approx(125)
    assert nx.shortest_path_length(rollator, 0, 2, weight="length") == pytest.approx(175)
    assert nx.shortest_path_length(rollator, 0, 2, weight="walk_time_s") == pytest.approx(175 / 0.75)
