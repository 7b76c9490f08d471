"""Searches over small networks, answers worked by hand."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from streets import Streets, ties, walk
from voorzieningen.network import Network, Places, WalkGraph, Walks

STREET = {"highway": "residential"}

Edge = tuple[int, int, float, str | None]


def network(nodes: int, *edges: Edge) -> Network:
    """Make a network of numbered nodes and edges of any length; searches look at nothing else."""
    table = pd.DataFrame(list(edges), columns=["u", "v", "length_m", "flag"]).astype({"flag": "str"})
    return Network(
        gpd.GeoDataFrame({"node": range(nodes)}, geometry=[shapely.Point(0, 0)] * nodes),
        gpd.GeoDataFrame(table, geometry=[shapely.LineString([(0, 0), (1, 1)])] * len(edges)),
    )


def places(*ties: tuple[int, float, float]) -> Places:
    """Place things at (edge, offset, snap)."""
    edge, offset, snap = zip(*ties, strict=True) if ties else ((), (), ())
    return Places(np.array(edge, dtype=np.int64), np.array(offset, dtype=float), np.array(snap, dtype=float))


def nearest(on: Network, homes: Places, doors: Places, closed: tuple[str, ...] = ()) -> list[tuple[float, int]]:
    walks: Walks = WalkGraph(on, closed).nearest(homes, doors)
    return list(zip(walks.distance_m.tolist(), walks.entrance.tolist(), strict=True))


def test_home_and_shop_on_one_piece_of_street() -> None:
    """Along the street, both ties counted: 10 + 150 + 20 = 180; no way leads over its ends.

    ::

                  h (300, 10)
        a---------------------------------b   1,000 m
                        s (450, -20)
    """
    streets = Streets().node("a", 0, 0).node("b", 1000, 0).way("a", "b", **STREET)
    assert walk(streets.build()[0], (300, 10), (450, -20)) == pytest.approx(180, abs=1e-6)


def test_home_and_shop_on_one_piece_between_locked_gates() -> None:
    """Both ends are locked: the neighbour on the piece is reached directly, the shop beyond it by nobody.

    ::

        c---50---a[locked]------1000------b[locked]---50---d
                     h (300, 10)  s (450, -20)        t (1040, 0)
    """
    locked = {"barrier": "gate", "locked": "yes"}
    streets = Streets().node("c", -50, 0).node("a", 0, 0, **locked).node("b", 1000, 0, **locked).node("d", 1050, 0)
    drawn, _ = streets.way("c", "a", "b", "d", **STREET).build()
    assert walk(drawn, (300, 10), (450, -20)) == pytest.approx(180, abs=1e-6)
    assert walk(drawn, (300, 10), (1040, 0)) == np.inf
    assert walk(drawn, (300, 10), (1040, 0), (450, -20)) == pytest.approx(180, abs=1e-6)


def test_a_shop_between_home_and_the_corner() -> None:
    """0 ---100--- 1 ---100--- 2, shop at 30 on the first edge, homes at 70 on it and at 10 on the second.

    40 m back along the street for the first; 10 + 70 = 80 past the corner for the second, with 2 and 3 m of ties.
    """
    drawn = network(3, (0, 1, 100, None), (1, 2, 100, None))
    assert nearest(drawn, places((0, 70, 2), (1, 10, 2)), places((0, 30, 3))) == [(45, 0), (85, 0)]


def test_round_the_block_can_be_shorter_than_along_a_winding_street() -> None:
    """One street of 200 m and one of 20 m join the same corners: from 10 to 190 it is 10 + 20 + 10 = 40, not 180."""
    drawn = network(2, (0, 1, 200, None), (0, 1, 20, None))
    assert nearest(drawn, places((0, 10, 0)), places((0, 190, 0))) == [(40, 0)]


def test_of_parallel_streets_the_shorter_counts() -> None:
    """80 and 120 m between the same corners, drawn in opposite directions: 80, never 200."""
    drawn = network(4, (0, 1, 10, None), (2, 1, 120, None), (1, 2, 80, None), (2, 3, 10, None))
    assert nearest(drawn, places((0, 0, 0)), places((3, 10, 0))) == [(100, 0)]


def test_if_the_shorter_of_parallel_streets_is_closed_the_other_counts() -> None:
    drawn = network(4, (0, 1, 10, None), (2, 1, 120, None), (1, 2, 80, "trap"), (2, 3, 10, None))
    assert nearest(drawn, places((0, 0, 0)), places((3, 10, 0)), closed=("trap",)) == [(140, 0)]


def test_a_gate_costs_nothing_and_stops_whom_it_stops() -> None:
    """A piece of length zero joins two streets."""
    drawn = network(4, (0, 1, 50, None), (1, 2, 0, "klaphek"), (2, 3, 50, None))
    homes, doors = places((0, 10, 0)), places((2, 30, 0))
    assert nearest(drawn, homes, doors) == [(70, 0)]
    assert nearest(drawn, homes, doors, closed=("klaphek",)) == [(np.inf, -1)]


def test_a_street_that_returns_to_its_own_corner() -> None:
    """A loop of 100 m on corner 1: from 90 along it to the corner is 10, to a shop at 20 it is 30 round or 70 back."""
    drawn = network(2, (0, 1, 40, None), (1, 1, 100, None))
    assert nearest(drawn, places((1, 90, 0)), places((0, 0, 0))) == [(50, 0)]
    assert nearest(drawn, places((1, 90, 0)), places((1, 20, 0))) == [(30, 0)]
    assert nearest(drawn, places((0, 0, 0)), places((1, 90, 0))) == [(50, 0)]


def test_the_nearest_of_several_entrances_is_named() -> None:
    """Street 0---100---1---100---2. A park with doors at 20 and 190; home at 90 is 70 from one, 100 from the other.

    A door whose own path is 60 m long is further in all: 60 + 20.
    """
    drawn = network(3, (0, 1, 100, None), (1, 2, 100, None))
    assert nearest(drawn, places((0, 90, 0)), places((1, 90, 0), (0, 20, 0))) == [(70, 1)]
    assert nearest(drawn, places((0, 90, 0)), places((1, 90, 0), (0, 20, 60))) == [(100, 0)]
    assert nearest(drawn, places((0, 90, 0)), places((0, 70, 60), (0, 20, 0))) == [(70, 1)]


def test_of_entrances_at_the_same_distance_the_first_is_named() -> None:
    drawn = network(2, (0, 1, 100, None))
    assert nearest(drawn, places((0, 50, 0)), places((0, 60, 0), (0, 40, 0), (0, 40, 0))) == [(10, 0)]


def test_a_shop_at_the_front_door() -> None:
    drawn = network(2, (0, 1, 100, None))
    assert nearest(drawn, places((0, 50, 0)), places((0, 50, 0))) == [(0, 0)]


def test_an_island_is_not_reached() -> None:
    drawn = network(4, (0, 1, 100, None), (2, 3, 100, None))
    assert nearest(drawn, places((0, 50, 0), (1, 50, 0)), places((1, 60, 0))) == [(np.inf, -1), (10, 0)]


def test_nobody_walks_from_or_to_a_closed_piece() -> None:
    """A home and a shop on steps are out of reach of who cannot take them, even side by side."""
    drawn = network(3, (0, 1, 100, None), (1, 2, 10, "trap"))
    homes, doors = places((1, 5, 0), (0, 90, 0)), places((1, 6, 0))
    assert nearest(drawn, homes, doors) == [(1, 0), (16, 0)]
    assert nearest(drawn, homes, doors, closed=("trap",)) == [(np.inf, -1), (np.inf, -1)]
    assert nearest(drawn, homes, places((0, 80, 0)), closed=("trap",)) == [(np.inf, -1), (10, 0)]


def test_without_shops_or_without_homes() -> None:
    drawn = network(2, (0, 1, 100, None))
    assert nearest(drawn, places((0, 50, 0)), places()) == [(np.inf, -1)]
    assert nearest(drawn, places(), places((0, 50, 0))) == []
    assert list(WalkGraph(drawn, ()).each(places((0, 50, 0)), places(), np.array([], dtype=np.int64), 900)) == []


def test_each_facility_by_itself_up_to_a_limit() -> None:
    """Homes at 0, 100 and 400 of a street of 1,000 m. A has doors at 300 and 350, B one at 800 with 50 m to it.

    A: 300, 200 and 50. B: 850, 750 and 450. Within 300 m (inclusive): all three reach A, none B.
    """
    drawn = network(2, (0, 1, 1000, None))
    homes = places((0, 0, 0), (0, 100, 0), (0, 400, 0))
    doors, owner = places((0, 800, 50), (0, 300, 0), (0, 350, 0)), np.array([1, 0, 0])
    graph = WalkGraph(drawn, ())
    near = [(rows.tolist(), metres.tolist()) for rows, metres in graph.each(homes, doors, owner, 300)]
    assert near == [([0, 1, 2], [300, 200, 50]), ([], [])]
    near = [(rows.tolist(), metres.tolist()) for rows, metres in graph.each(homes, doors, owner, 750)]
    assert near == [([0, 1, 2], [300, 200, 50]), ([1, 2], [750, 450])]


def test_the_limit_counts_the_ties_at_both_ends() -> None:
    """100 along a corner, 40 m from the door and 60 m to it: within 200, not within 199."""
    drawn = network(3, (0, 1, 50, None), (1, 2, 50, None))
    graph = WalkGraph(drawn, ())
    for limit_m, reached in ((200, [0]), (199.9, [])):
        ((rows, _),) = graph.each(places((0, 0, 40)), places((1, 50, 60)), np.array([0]), limit_m)
        assert rows.tolist() == reached


def test_from_where_one_can_walk_to_the_edge_of_the_map() -> None:
    """0 ---- 1 =gate= 2 ==steps== 3 (edge of the map), and an island 4 ---- 5.

    With the gate closed the street is shut in, with the steps closed nobody gets there.
    """
    drawn = network(6, (0, 1, 50, None), (1, 2, 0, "klaphek"), (2, 3, 10, "trap"), (4, 5, 50, None))
    homes, edge = places((0, 10, 0), (2, 5, 0), (3, 10, 0)), np.array([False, False, False, True, False, False])
    assert WalkGraph(drawn, ()).leads_to(homes, edge).tolist() == [True, True, False]
    assert WalkGraph(drawn, ("klaphek",)).leads_to(homes, edge).tolist() == [False, True, False]
    assert WalkGraph(drawn, ("trap",)).leads_to(homes, edge).tolist() == [False, False, False]
    assert WalkGraph(drawn, ()).leads_to(homes, np.zeros(6, dtype=bool)).tolist() == [False, False, False]


def test_some_of_the_places() -> None:
    all_of_them = places((0, 10, 1), (1, 20, 2), (2, 30, 3))
    some = all_of_them.take(np.array([2, 0]))
    assert (some.edge.tolist(), some.offset_m.tolist(), some.snap_m.tolist()) == ([2, 0], [30, 10], [3, 1])
    assert (len(all_of_them), len(some)) == (3, 2)


def test_places_come_from_ties() -> None:
    streets = Streets().node("a", 0, 0).node("b", 100, 0).way("a", "b", **STREET)
    tied = Places.from_ties(ties(streets.build()[0], (30, 4)))
    assert (tied.edge.tolist(), tied.offset_m.tolist(), tied.snap_m.tolist()) == ([0], [30], [4])
