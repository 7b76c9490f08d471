"""The walking network: from ways to nodes and edges, ties of places to edges, and searches over them."""

from voorzieningen.network.build import Network, build_network
from voorzieningen.network.convert import to_networkx
from voorzieningen.network.search import Places, WalkGraph, Walks
from voorzieningen.network.ties import tie

__all__ = ["Network", "Places", "WalkGraph", "Walks", "build_network", "tie", "to_networkx"]
