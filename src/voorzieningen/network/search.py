"""Searches: the shortest walk from every home to the nearest facility, and how many are near.

One multi-source search per facility type starts at all its entrances; homes then read off the ends of their edge.
A walk is the way to the network, along it, and from it. Two places on one edge walk along that edge directly.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, dijkstra

from voorzieningen.network.build import Network

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Places:
    """Places tied to the network, as parallel arrays.

    Attributes
    ----------
    edge
        Edge of each place.
    offset_m
        Metres from that edge's `u`.
    snap_m
        Metres in a straight line between place and edge.
    """

    edge: Ints
    offset_m: Floats
    snap_m: Floats

    @classmethod
    def from_ties(cls, ties: pd.DataFrame) -> "Places":
        """Take the columns of a frame of ties without missing values."""
        return cls(
            ties["edge_id"].to_numpy(dtype=np.int64),
            ties["edge_offset_m"].to_numpy(dtype=np.float64),
            ties["snap_m"].to_numpy(dtype=np.float64),
        )

    def take(self, rows: Ints) -> "Places":
        """Return some of the places."""
        return Places(self.edge[rows], self.offset_m[rows], self.snap_m[rows])

    def __len__(self) -> int:
        """Return the number of places."""
        return len(self.edge)


@dataclass(frozen=True)
class Walks:
    """The shortest walk of each place: metres (inf: no way) and the row of the entrance it ends at (-1: none)."""

    distance_m: Floats
    entrance: Ints


class WalkGraph:
    """The network as one profile may walk it.

    Parameters
    ----------
    network
        The walking network.
    closed
        Flags of edges that cannot be taken.
    """

    def __init__(self, network: Network, closed: Collection[str]) -> None:
        edges = network.edges
        self._open = ~edges["flag"].isin(list(closed)).to_numpy()
        self._u = edges["u"].to_numpy(dtype=np.int64)
        self._v = edges["v"].to_numpy(dtype=np.int64)
        self._length = edges["length_m"].to_numpy(dtype=np.float64)
        self._nodes = len(network.nodes)
        self._matrix = self._shortest_per_pair()

    def nearest(self, homes: Places, entrances: Places) -> Walks:
        """Find the shortest walk from each home to any of the entrances.

        Parameters
        ----------
        homes
            Where walks begin.
        entrances
            Where walks may end.
        """
        if len(entrances) == 0:
            return Walks(np.full(len(homes), np.inf), np.full(len(homes), -1))
        at_node, reached_from = self._search(entrances, np.inf)
        return self._read_off(homes, entrances, at_node, reached_from)

    def each(self, homes: Places, entrances: Places, owner: Ints, limit_m: float) -> Iterator[tuple[Ints, Floats]]:
        """Find the walks to each facility by itself, up to a limit.

        Parameters
        ----------
        homes
            Where walks begin.
        entrances
            Where walks may end.
        owner
            The facility that each entrance belongs to.
        limit_m
            Longest walk in metres (inclusive).

        Yields
        ------
        tuple
            Per facility, in order of its number: the rows of the homes within the limit, and their walks in metres.
        """
        for facility in np.unique(owner):
            own = entrances.take(np.flatnonzero(owner == facility))
            at_node, reached_from = self._search(own, limit_m)
            walks = self._read_off(homes, own, at_node, reached_from).distance_m
            near = np.flatnonzero(walks <= limit_m)
            yield near, walks[near]

    def leads_to(self, places: Places, nodes: Flags) -> Flags:
        """Tell from which places one can walk to any of some nodes.

        Parameters
        ----------
        places
            Where walks begin.
        nodes
            Per node of the network whether a walk may end there.
        """
        _, component = connected_components(self._matrix, directed=False)
        leading = np.isin(component, component[nodes])
        result: Flags = leading[self._u[places.edge]] & self._open[places.edge]
        return result

    def _shortest_per_pair(self) -> csr_array:
        """Make the adjacency matrix; of parallel edges the shortest counts (a sparse matrix would add them up)."""
        u, v, length = self._u[self._open], self._v[self._open], self._length[self._open]
        tail, head, weight = np.concatenate([u, v]), np.concatenate([v, u]), np.concatenate([length, length])
        order = np.lexsort((weight, head, tail))
        tail, head, weight = tail[order], head[order], weight[order]
        first = np.ones(len(tail), dtype=bool)
        first[1:] = (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])
        counts = np.bincount(tail[first], minlength=self._nodes)
        indptr = np.concatenate([[0], np.cumsum(counts)])
        return csr_array((weight[first], head[first], indptr), shape=(self._nodes, self._nodes))

    def _search(self, entrances: Places, limit_m: float) -> tuple[Floats, Ints]:
        """Run one search from all entrances; return metres at each node, and the entrance they come from."""
        # each entrance is a node of its own with arcs to the ends of its edge; nothing leads back through it
        extra = np.stack([self._u[entrances.edge], self._v[entrances.edge]], axis=1).ravel()
        length = self._length[entrances.edge]
        cost = np.stack([entrances.offset_m, length - entrances.offset_m], axis=1) + entrances.snap_m[:, None]
        cost[~self._open[entrances.edge]] = np.inf
        base = self._matrix
        size = self._nodes + len(entrances)
        graph = csr_array(
            (
                np.concatenate([base.data, cost.ravel()]),
                np.concatenate([base.indices, extra]),
                np.concatenate([base.indptr, base.nnz + 2 * np.arange(1, len(entrances) + 1)]),
            ),
            shape=(size, size),
        )
        distance, _, source = dijkstra(
            graph,
            indices=np.arange(self._nodes, size),
            min_only=True,
            return_predecessors=True,
            limit=limit_m,
        )
        return distance[: self._nodes], source[: self._nodes].astype(np.int64) - self._nodes

    def _read_off(self, homes: Places, entrances: Places, at_node: Floats, reached_from: Ints) -> Walks:
        """Combine the ends of each home's edge, and the entrances on that same edge."""
        u, v = self._u[homes.edge], self._v[homes.edge]
        by_u = at_node[u] + homes.offset_m
        by_v = at_node[v] + self._length[homes.edge] - homes.offset_m
        walk = np.minimum(by_u, by_v)
        entrance = np.where(by_u <= by_v, reached_from[u], reached_from[v])
        direct, direct_entrance = self._along_own_edge(homes, entrances)
        shorter = direct < walk
        walk, entrance = np.where(shorter, direct, walk), np.where(shorter, direct_entrance, entrance)
        walk = np.where(self._open[homes.edge], walk + homes.snap_m, np.inf)
        return Walks(walk, np.where(np.isfinite(walk), entrance, -1))

    def _along_own_edge(self, homes: Places, entrances: Places) -> tuple[Floats, Ints]:
        """Find the nearest entrance on each home's own edge, as metres along it and from it."""
        order = np.lexsort((np.arange(len(entrances)), entrances.edge))
        first = np.searchsorted(entrances.edge[order], homes.edge, side="left")
        last = np.searchsorted(entrances.edge[order], homes.edge, side="right")
        direct, which = np.full(len(homes), np.inf), np.full(len(homes), -1, dtype=np.int64)
        for step in range(int((last - first).max(initial=0))):
            rows = np.flatnonzero(first + step < last)
            entrance = order[first[rows] + step]
            walk = np.abs(homes.offset_m[rows] - entrances.offset_m[entrance]) + entrances.snap_m[entrance]
            shorter = walk < direct[rows]
            direct[rows[shorter]], which[rows[shorter]] = walk[shorter], entrance[shorter]
        return direct, which
