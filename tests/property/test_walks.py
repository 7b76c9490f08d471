"""Walks on any network equal those of networkx, and change only the way they should."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from itertools import pairwise

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from voorzieningen.network import Network, Places, WalkGraph

FLAGS = ("trap", "klaphek")
OFFSETS = st.integers(0, 8).map(lambda eighths: eighths / 8)
METRES = st.integers(0, 400).map(lambda quarters: quarters / 4)

Edge = tuple[int, int, float, str | None]
Tie = tuple[int, float, float]

relaxed = settings(deadline=None, max_examples=100)


@dataclass(frozen=True)
class Case:
    """A network with homes and entrances on it; all metres are whole quarters, so that sums are exact."""

    nodes: int
    edges: tuple[Edge, ...]
    homes: tuple[Tie, ...]
    doors: tuple[Tie, ...]
    closed: frozenset[str]

    @property
    def graph(self) -> WalkGraph:
        table = pd.DataFrame(list(self.edges), columns=["u", "v", "length_m", "flag"]).astype({"flag": "str"})
        nodes = gpd.GeoDataFrame({"node": range(self.nodes)}, geometry=[shapely.Point(0, 0)] * self.nodes)
        lines = [shapely.LineString([(0, 0), (1, 1)])] * len(self.edges)
        return WalkGraph(Network(nodes, gpd.GeoDataFrame(table, geometry=lines)), self.closed)

    def placed(self, ties: Collection[Tie]) -> Places:
        edge = np.array([edge for edge, _, _ in ties], dtype=np.int64)
        share = np.array([share for _, share, _ in ties], dtype=np.float64)
        length = np.array([length for _, _, length, _ in self.edges])
        return Places(edge, share * length[edge], np.array([snap for _, _, snap in ties], dtype=np.float64))

    def walks(self) -> list[float]:
        found = self.graph.nearest(self.placed(self.homes), self.placed(self.doors))
        return [float(metres) for metres in found.distance_m]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Draw a multigraph: parallel edges, loops, gates of length zero, islands; homes and doors anywhere on it."""
    count = draw(st.integers(1, 7))
    node = st.integers(0, count - 1)
    streets = st.tuples(node, node, METRES, st.sampled_from((None, None, None, "trap")))
    gates = st.tuples(node, node, st.just(0.0), st.sampled_from((None, "klaphek")))
    edges = draw(st.lists(streets | gates, min_size=1, max_size=12))
    tie = st.tuples(st.integers(0, len(edges) - 1), OFFSETS, METRES)
    return Case(
        nodes=count,
        edges=tuple(edges),
        homes=tuple(draw(st.lists(tie, min_size=1, max_size=5))),
        doors=tuple(draw(st.lists(tie, max_size=5))),
        closed=frozenset(draw(st.sets(st.sampled_from(FLAGS)))),
    )


def oracle(case: Case) -> "nx.Graph[object]":
    """Draw the same with networkx: every place is a node that splits its edge, with a path to the place itself."""
    graph: nx.Graph[object] = nx.Graph()
    for number, (u, v, length, flag) in enumerate(case.edges):
        if flag in case.closed:
            continue
        ties = [("home", row, tie) for row, tie in enumerate(case.homes) if tie[0] == number]
        ties += [("door", row, tie) for row, tie in enumerate(case.doors) if tie[0] == number]
        between = sorted((share * length, ("at", kind, row)) for kind, row, (_, share, _) in ties)
        stops: list[tuple[float, object]] = [(0.0, u), *between, (length, v)]
        for (here, first), (there, second) in pairwise(stops):
            join(graph, first, second, there - here)
        for kind, row, (_, _, snap) in ties:
            join(graph, ("at", kind, row), (kind, row), snap)
    return graph


def join(graph: "nx.Graph[object]", first: object, second: object, metres: float) -> None:
    """Add an edge; of parallel ones the shortest stays."""
    if graph.has_edge(first, second):
        metres = min(metres, graph.edges[first, second]["metres"])
    graph.add_edge(first, second, metres=metres)


def metres_to(graph: "nx.Graph[object]", doors: Collection[int]) -> dict[object, float]:
    """Measure from everywhere to the nearest of some doors; nobody walks through one door to another."""
    present = [("door", row) for row in doors if ("door", row) in graph]
    return dict(nx.multi_source_dijkstra_path_length(graph, present, weight="metres")) if present else {}


@relaxed
@given(case=cases())
def test_the_nearest_equals_networkx(case: Case) -> None:
    expected = metres_to(oracle(case), range(len(case.doors)))
    found = case.graph.nearest(case.placed(case.homes), case.placed(case.doors))
    for row, (metres, entrance) in enumerate(zip(found.distance_m, found.entrance, strict=True)):
        assert metres == pytest.approx(expected.get(("home", row), np.inf), abs=1e-6)
        assert (entrance == -1) == np.isinf(metres)


@relaxed
@given(case=cases())
def test_the_entrance_that_is_named_is_that_far(case: Case) -> None:
    graph = oracle(case)
    found = case.graph.nearest(case.placed(case.homes), case.placed(case.doors))
    for row, (metres, entrance) in enumerate(zip(found.distance_m, found.entrance, strict=True)):
        if entrance >= 0:
            assert metres_to(graph, [int(entrance)])["home", row] == pytest.approx(metres, abs=1e-6)


@relaxed
@given(case=cases(), owners=st.lists(st.integers(0, 2), min_size=5, max_size=5), limit_m=METRES)
def test_each_facility_equals_networkx_to_the_count(case: Case, owners: list[int], limit_m: float) -> None:
    owner = np.array(owners[: len(case.doors)], dtype=np.int64)
    near = list(case.graph.each(case.placed(case.homes), case.placed(case.doors), owner, limit_m))
    assert len(near) == len(set(owner.tolist()))
    graph = oracle(case)
    for facility, (rows, metres) in zip(np.unique(owner), near, strict=True):
        expected = metres_to(graph, np.flatnonzero(owner == facility).tolist())
        within = {row: expected[place] for row in range(len(case.homes)) if (place := ("home", row)) in expected}
        within = {row: walk for row, walk in within.items() if walk <= limit_m}
        assert dict(zip(rows.tolist(), metres.tolist(), strict=True)) == pytest.approx(within, abs=1e-6)


@relaxed
@given(case=cases(), data=st.data())
def test_a_new_facility_never_lengthens_a_walk(case: Case, data: st.DataObject) -> None:
    edge = data.draw(st.integers(0, len(case.edges) - 1))
    more = replace(case, doors=(*case.doors, (edge, data.draw(OFFSETS), data.draw(METRES))))
    assert all(after <= before for before, after in zip(case.walks(), more.walks(), strict=True))


@relaxed
@given(case=cases(), data=st.data())
def test_closing_a_street_never_shortens_a_walk(case: Case, data: st.DataObject) -> None:
    number = data.draw(st.integers(0, len(case.edges) - 1))
    u, v, length, _ = case.edges[number]
    edges = list(case.edges)
    edges[number] = (u, v, length, "dicht")
    shut = replace(case, edges=tuple(edges), closed=case.closed | {"dicht"})
    assert all(after >= before for before, after in zip(case.walks(), shut.walks(), strict=True))


@relaxed
@given(case=cases())
def test_the_way_back_is_as_long(case: Case) -> None:
    """From a home to a door is as far as from the door to the home."""
    home, door = case.placed(case.homes[:1]), case.placed(case.doors[:1])
    if len(door):
        there, back = case.graph.nearest(home, door), case.graph.nearest(door, home)
        assert there.distance_m == pytest.approx(back.distance_m, abs=1e-6)


@relaxed
@given(case=cases(), data=st.data())
def test_the_order_of_edges_and_places_changes_nothing(case: Case, data: st.DataObject) -> None:
    order = data.draw(st.permutations(range(len(case.edges))))
    moved = {old: new for new, old in enumerate(order)}
    doors = data.draw(st.permutations(case.doors))
    turned = [case.edges[old] for old in order]
    shuffled = replace(
        case,
        edges=tuple(turned),
        homes=tuple((moved[edge], share, snap) for edge, share, snap in case.homes),
        doors=tuple((moved[edge], share, snap) for edge, share, snap in doors),
    )
    assert shuffled.walks() == case.walks()


@relaxed
@given(case=cases())
def test_one_leads_to_the_door_if_there_is_a_walk(case: Case) -> None:
    """Whoever can walk to an end of a door's piece can walk to the door, unless that piece itself is closed."""
    if case.doors:
        edge, _, _ = case.doors[0]
        u, v, _, flag = case.edges[edge]
        ends = np.isin(np.arange(case.nodes), [u, v])
        alone = replace(case, doors=case.doors[:1])
        leads = case.graph.leads_to(case.placed(case.homes), ends).tolist()
        reached = np.isfinite(alone.walks()).tolist()
        assert flag in case.closed or leads == reached
