"""Names on a map that neither overlap each other nor fall off it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Box = tuple[float, float, float, float]
RINGS = (0.0, 0.6, 1.1, 1.7, 2.4, 3.2, 4.2, 5.4)
DIRECTIONS = 16


@dataclass(frozen=True)
class Name:
    """A name that wants to stand at a point, with its size, all in pixels."""

    text: str
    x: float
    y: float
    width: float
    height: float


def place_names(
    names: Sequence[Name], frame: Box, taken: Sequence[Box], symbols: npt.NDArray[np.float64]
) -> list[tuple[float, float] | None]:
    """Find for each name the middle of a free spot near its point.

    Parameters
    ----------
    names
        The names, the most important first.
    frame
        Left, bottom, right and top of the map.
    taken
        Boxes that must stay free.
    symbols
        Points (n × 2) that are better not covered.

    Returns
    -------
    list
        The middle of each name, or None where there is no free spot.
    """
    boxes = list(taken)
    spots: list[tuple[float, float] | None] = []
    for name in names:
        spot = _best_spot(name, frame, boxes, symbols)
        spots.append(spot)
        if spot is not None:
            boxes.append(_box(name, spot))
    return spots


def _best_spot(
    name: Name, frame: Box, boxes: Sequence[Box], symbols: npt.NDArray[np.float64]
) -> tuple[float, float] | None:
    best: tuple[float, tuple[float, float]] | None = None
    for cost, spot in _candidates(name):
        box = _box(name, spot)
        if not _inside(box, frame) or any(_overlap(box, other) for other in boxes):
            continue
        total = cost + 0.6 * _covered(box, symbols)
        if best is None or total < best[0]:
            best = (total, spot)
    return None if best is None else best[1]


def _candidates(name: Name) -> Iterator[tuple[float, tuple[float, float]]]:
    for ring in RINGS:
        for step in range(DIRECTIONS if ring else 1):
            angle = 2 * np.pi * step / DIRECTIONS
            x = name.x + np.cos(angle) * ring * (name.width / 2 + name.height / 2) / 1.5
            y = name.y + np.sin(angle) * ring * name.height * 1.5
            yield ring, (float(x), float(y))


def _box(name: Name, spot: tuple[float, float]) -> Box:
    x, y = spot
    return (x - name.width / 2, y - name.height / 2, x + name.width / 2, y + name.height / 2)


def _inside(box: Box, frame: Box) -> bool:
    return box[0] >= frame[0] and box[1] >= frame[1] and box[2] <= frame[2] and box[3] <= frame[3]


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _covered(box: Box, symbols: npt.NDArray[np.float64]) -> int:
    inside = (
        (symbols[:, 0] >= box[0]) & (symbols[:, 0] <= box[2]) & (symbols[:, 1] >= box[1]) & (symbols[:, 1] <= box[3])
    )
    return int(inside.sum())
