"""Ties: the nearest edge, where along it, and how far; or none."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from streets import Streets, catalogue, points, ties
from voorzieningen.network import Network, tie

STREET = {"highway": "residential"}


@pytest.fixture(scope="module")
def network() -> Network:
    """A street of two pieces, and steps.

    ::

        a-----100-----b-----100-----c
                      | steps, 50 m up
                      d
    """
    streets = Streets().node("a", 0, 0).node("b", 100, 0).node("c", 200, 0).node("d", 100, 50)
    return streets.way("a", "b", "c", **STREET).way("b", "d", highway="steps").build()[0]


def test_a_place_is_tied_to_the_nearest_edge_and_not_to_a_node(network: Network) -> None:
    """From (130, 40): 40 m straight down, at 30 m along the second piece."""
    found = ties(network, (30, -12), (170, 40))
    assert found["edge_id"].tolist() == [0, 1]
    assert found["edge_offset_m"].tolist() == pytest.approx([30, 70], abs=1e-6)
    assert found["snap_m"].tolist() == pytest.approx([12, 40], abs=1e-6)


def test_beyond_the_end_of_a_street_the_tie_runs_to_its_end(network: Network) -> None:
    """30 m east and 40 m north of c: 50 m."""
    found = ties(network, (230, 40))
    assert found[["edge_offset_m", "snap_m"]].to_numpy().tolist() == [pytest.approx([100, 50], abs=1e-6)]


def test_nobodys_front_door_is_on_steps(network: Network) -> None:
    """One metre from the steps and 40 from the street: tied to the street."""
    found = ties(network, (101, 40))
    assert network.edges.loc[found["edge_id"].to_numpy(dtype=np.int64), "rule"].tolist() == ["woonstraat"]
    assert found["snap_m"].tolist() == pytest.approx([40], abs=1e-6)


def test_too_far_is_not_tied(network: Network) -> None:
    """150 m is the limit, and is still tied."""
    found = ties(network, (50, 150), (50, 150.001), (50, 5000))
    assert catalogue().limit("max_tie_m") == 150
    assert found["snap_m"].notna().tolist() == [True, False, False]
    assert found.loc[1:].isna().all(axis=None)


def test_ties_keep_the_index_of_the_points(network: Network) -> None:
    places = points((10, 1), (20, 2), (30, 3000), (40, 4)).set_axis(["w", "x", "y", "z"])
    places["x"] = None
    found = tie(network, places, max_tie_m=150)
    assert found.index.tolist() == ["w", "x", "y", "z"]
    assert found["snap_m"].tolist() == pytest.approx([1, np.nan, np.nan, 4], nan_ok=True)
    assert found.dtypes.astype(str).tolist() == ["Int64", "float64", "float64"]


def test_no_points_give_no_ties(network: Network) -> None:
    found = tie(network, gpd.GeoSeries([], crs="EPSG:28992"), max_tie_m=150)
    assert isinstance(found, pd.DataFrame)
    assert found.columns.tolist() == ["edge_id", "edge_offset_m", "snap_m"]
    assert found.empty


def test_of_edges_at_the_same_distance_the_first_is_taken(network: Network) -> None:
    """At b the two pieces of the street meet; either gives the same walk, and it is always the same one."""
    found = ties(network, (100, -10), (100, -10))
    assert found["edge_id"].tolist() == [0, 0]
    assert found["edge_offset_m"].tolist() == pytest.approx([100, 100], abs=1e-6)


def test_only_steps_tie_nobody() -> None:
    network, _ = Streets().node("a", 0, 0).node("b", 9, 0).way("a", "b", highway="steps").build()
    assert ties(network, (5, 1)).isna().all(axis=None)


def test_offset_and_distance_lead_back_to_the_place(network: Network) -> None:
    """Whatever is drawn: the point at the offset lies at the distance."""
    rng = np.random.default_rng(1)
    places = [tuple(place) for place in rng.uniform(-100, 300, (200, 2)).tolist()]
    found = ties(network, *places)
    known = found["snap_m"].notna().to_numpy()
    lines = network.edges.geometry.to_numpy()[found["edge_id"][known].to_numpy(dtype=np.int64)]
    at = gpd.GeoSeries(lines, crs="EPSG:28992").interpolate(found["edge_offset_m"][known].to_numpy())
    distance = at.distance(points(*places)[known].reset_index(drop=True))
    assert known.sum() > 100
    assert np.abs(distance.to_numpy() - found["snap_m"][known].to_numpy()).max() < 1e-6


def test_a_tie_never_lies_beyond_the_end_of_its_edge() -> None:
    """Rounding may put the end of a slanting piece a hair beyond its length: a walk from there would be negative."""
    rng = np.random.default_rng(1)
    ends = rng.uniform(-300, 300, (200, 2))
    streets = Streets().node("o", 0, 0)
    for number, (x, y) in enumerate(ends):
        streets.node(f"e{number}", x, y).way("o", f"e{number}", **STREET)
    network = streets.build()[0]

    found = ties(network, *((1.01 * x, 1.01 * y) for x, y in ends))
    length = network.edges.set_index("edge_id")["length_m"][found["edge_id"]].to_numpy()
    assert (found["edge_offset_m"].to_numpy() <= length).all()
