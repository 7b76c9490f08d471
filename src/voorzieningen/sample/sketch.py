"""A sketch of one block between the main lines: ways, open sites and room for flats, drawn with its gate at the south.

The sketch runs from (0, 0) to (width, height) in metres; its edges are the paths around the block. `Placed` turns it so
that the gate lies where the plan wants it.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import cycle, product

import numpy as np
import shapely

from voorzieningen.sample.plan import XY, Box, Buurt, Floats, Line

Height = Callable[[float], float]

QUARTER_TURNS = {"south": 0, "east": 1, "north": 2, "west": 3}


@dataclass
class Sketch:
    """What is drawn in a block. `reach_m` is how far the gate's main line lies beyond the edge, per side."""

    buurt: Buurt
    width: float
    height: float
    reach_m: dict[str, float]
    rng: np.random.Generator
    names: Iterator[str]
    lines: list[Line] = field(default_factory=list)
    sites: list[Box] = field(default_factory=list)
    flats: list[Box] = field(default_factory=list)
    areas: list[tuple[str, shapely.Polygon]] = field(default_factory=list)

    def way(
        self,
        kind: str,
        points: Iterable[XY] | Floats,
        *,
        name: str | None = None,
        row: str | None = None,
        sides: tuple[int, ...] = (1, -1),
        rounded: bool = False,
    ) -> None:
        """Draw a way."""
        drawn = np.array(list(points), dtype=np.float64)
        self.lines.append(Line(kind, smooth(drawn) if rounded else drawn, name, row, sides, buurt=self.buurt.code))

    def area(self, kind: str, shape: shapely.Polygon) -> None:
        """Draw an area: a park, a pond, a playing field."""
        self.areas.append((kind, shape))

    def has_gate(self, side: str) -> bool:
        """Whether a street leaves the block at a side (as the sketch is drawn)."""
        return side in self.reach_m

    def jitter(self, spread_m: float) -> float:
        """Draw a small number of metres around zero."""
        return float(self.rng.uniform(-spread_m, spread_m))


@dataclass(frozen=True)
class Placed:
    """How a sketch lies in its block: turned by quarters, its first corner at the block's corner."""

    block: Box
    turns: int

    @classmethod
    def with_gate(cls, block: Box, gate: str) -> "Placed":
        """Place a sketch so that its south side, where its main street leaves, comes to lie at a side of the block."""
        return cls(block, QUARTER_TURNS[gate])

    @property
    def size(self) -> XY:
        """Width and height of the sketch before it is turned."""
        west, south, east, north = self.block
        width, height = east - west, north - south
        return (height, width) if self.turns % 2 else (width, height)

    def side(self, side: str) -> str:
        """Tell which side of the sketch a side of the block is."""
        order = list(QUARTER_TURNS)
        return order[(QUARTER_TURNS[side] - self.turns) % 4]

    def points(self, xy: Floats) -> Floats:
        """Turn points of the sketch into points of the plan."""
        west, south, east, north = self.block
        x, y = xy[:, 0], xy[:, 1]
        turned = {
            0: (west + x, south + y),
            1: (east - y, south + x),
            2: (east - x, north - y),
            3: (west + y, north - x),
        }[self.turns]
        return np.column_stack(turned)

    def box(self, box: Box) -> Box:
        """Turn a rectangle of the sketch into one of the plan."""
        corners = self.points(np.array([box[:2], box[2:]]))
        (west, south), (east, north) = corners.min(axis=0), corners.max(axis=0)
        return float(west), float(south), float(east), float(north)


def street_names(stems: list[str], endings: tuple[str, ...], start: int) -> Iterator[str]:
    """Give the names of streets one after the other, from some place in the list on; then again."""
    pairs = [f"{stem}{ending}" for ending, stem in product(endings, stems[start:] + stems[:start])]
    yield from cycle(pairs)


def wave(level: float, swing_m: float, stretch_m: float, phase: float) -> Height:
    """Draw a wavy line: how high it lies at some metres from the west."""
    return lambda x: float(level + swing_m * np.sin(x / stretch_m + phase))


def smooth(points: Floats, rounds: int = 2) -> Floats:
    """Round the corners of a line; its ends stay."""
    for _ in range(rounds):
        if len(points) < 3:  # noqa: PLR2004  # a straight line has no corners
            return points
        quarter = points[:-1] * 0.75 + points[1:] * 0.25
        rest = points[:-1] * 0.25 + points[1:] * 0.75
        between = np.stack([quarter, rest], axis=1).reshape(-1, 2)[1:-1]
        points = np.concatenate([points[:1], between, points[-1:]])
    return points


def rounded_box(box: Box, corner_m: float) -> Floats:
    """Draw a closed line around a box with rounded corners."""
    inner = shapely.box(*box).buffer(-corner_m, join_style="mitre")
    ring: Floats = shapely.get_coordinates(inner.buffer(corner_m, quad_segs=4).exterior)
    return ring
