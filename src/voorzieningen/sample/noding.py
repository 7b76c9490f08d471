"""Shared nodes: where ways on the plan cross or meet, they get one node, as OpenStreetMap has it.

Ways on another level (a bridge, a tunnel) meet others at their ends only.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from voorzieningen.sample.plan import Floats, Ints, Line

MEETS_M = 0.6  # an end this near to a line lies on it; a gap of metres stays a gap
SAME_M = 0.05
LONGEST_M = 24.0


@dataclass(frozen=True)
class Noded:
    """Nodes in plan metres, and per line the rows of its nodes."""

    xy: Floats
    lines: list[Ints]


def share_nodes(lines: Sequence[Line]) -> Noded:
    """Give crossing and meeting lines one node there, and every line a node at least each `LONGEST_M`.

    Parameters
    ----------
    lines
        Ways on the plan.
    """
    owner = np.concatenate([np.full(len(line.points) - 1, index) for index, line in enumerate(lines)])
    start = np.concatenate([line.points[:-1] for line in lines])
    end = np.concatenate([line.points[1:] for line in lines])
    level = np.array([line.level for line in lines])[owner]
    cuts = [*_crossings(start, end, owner, level), *_meetings(lines, start, end, owner)]
    on_segment: dict[int, list[tuple[float, float]]] = {}
    for segment, x, y in cuts:
        on_segment.setdefault(segment, []).append((x, y))
    chains = []
    first = 0
    for line in lines:
        chains.append(_with_cuts(line.points, first, on_segment))
        first += len(line.points) - 1
    return _numbered([_densified(chain) for chain in chains])


def _crossings(start: Floats, end: Floats, owner: Ints, level: Ints) -> list[tuple[int, float, float]]:
    """Find where two lines of one level cross."""
    segments: Any = shapely.linestrings(np.stack([start, end], axis=1))
    a, b = shapely.STRtree(segments).query(segments, predicate="intersects")
    wanted = (a < b) & (level[a] == level[b]) & ~_follows(a, b, owner)
    a, b = a[wanted], b[wanted]
    points: Any = shapely.intersection(segments[a], segments[b])
    is_point = shapely.get_type_id(points) == shapely.GeometryType.POINT
    xy = shapely.get_coordinates(points[is_point])
    pairs = zip(a[is_point].tolist(), b[is_point].tolist(), xy.tolist(), strict=True)
    return [(segment, x, y) for one, other, (x, y) in pairs for segment in (one, other)]


def _follows(a: Ints, b: Ints, owner: Ints) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    """Tell which pairs are neighbours in one line, which share a point already."""
    return np.asarray((owner[a] == owner[b]) & (b - a == 1))


def _meetings(lines: Sequence[Line], start: Floats, end: Floats, owner: Ints) -> list[tuple[int, float, float]]:
    """Find lines that an end of another line lies on; that end becomes a point of theirs."""
    ends = np.concatenate([line.points[[0, -1]] for line in lines])
    of_line = np.repeat(np.arange(len(lines)), 2)
    segments: Any = shapely.linestrings(np.stack([start, end], axis=1))
    point, segment = shapely.STRtree(segments).query(shapely.points(ends), predicate="dwithin", distance=MEETS_M)
    wanted = of_line[point] != owner[segment]
    pairs = zip(point[wanted].tolist(), segment[wanted].tolist(), strict=True)
    return [(at, float(ends[one, 0]), float(ends[one, 1])) for one, at in pairs]


def _with_cuts(points: Floats, first: int, on_segment: dict[int, list[tuple[float, float]]]) -> Floats:
    """Put the cuts of each segment between its points, in order, and near points once."""
    chain: list[tuple[float, float]] = []
    for index in range(len(points) - 1):
        x, y = points[index]
        cuts = sorted(on_segment.get(first + index, []), key=lambda cut: float(np.hypot(cut[0] - x, cut[1] - y)))
        chain += [(float(x), float(y)), *cuts]
    chain.append((float(points[-1, 0]), float(points[-1, 1])))
    return np.array(chain)


def _densified(chain: Floats) -> Floats:
    coordinates: Floats = shapely.get_coordinates(shapely.segmentize(shapely.LineString(chain), LONGEST_M))
    return coordinates


def _numbered(chains: list[Floats]) -> Noded:
    """Give points at one place one number; points within `SAME_M` of each other are one place."""
    flat = np.concatenate(chains)
    rounded = np.round(flat / SAME_M).astype(np.int64)
    _, first, number = np.unique(rounded, axis=0, return_index=True, return_inverse=True)
    merged = _merged(flat[first])
    number = merged[number.reshape(-1)]
    used, number = np.unique(number, return_inverse=True)
    xy = flat[first][used]
    bounds = np.cumsum([len(chain) for chain in chains])[:-1]
    return Noded(xy, [_without_repeats(part) for part in np.split(number.reshape(-1).astype(np.int64), bounds)])


def _merged(xy: Floats) -> Ints:
    """Let each place be the first of the places that lie within `MEETS_M` of it."""
    points: Any = shapely.points(xy)
    a, b = shapely.STRtree(points).query(points, predicate="dwithin", distance=MEETS_M)
    target = np.arange(len(xy))
    np.minimum.at(target, a, b)
    return target[target]


def _without_repeats(nodes: Ints) -> Ints:
    keep = np.ones(len(nodes), dtype=bool)
    keep[1:] = nodes[1:] != nodes[:-1]
    return nodes[keep]
