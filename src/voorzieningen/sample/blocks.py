"""Straight streets: the rows of the eighties, blocks around courts, a shopping centre, and what is being built."""

from itertools import pairwise

import numpy as np
import shapely

from voorzieningen.sample.sketch import Sketch, rounded_box

PATH_IN_COURT = 0.4
ROWS_WITH_SITE = 5


def raster(sketch: Sketch) -> None:
    """Draw straight streets of the eighties, with galerijflats along one side and car parks in front of them."""
    width, height = sketch.width, sketch.height
    strip = 62.0
    axes = [width * 0.36, width * 0.71]
    sketch.way("wijkstraat", [(axes[0], -sketch.reach_m["south"]), (axes[0], height - strip)], name=next(sketch.names))
    sketch.way("straat", [(axes[1], 40), (axes[1], height - strip)], name=next(sketch.names))
    rows = list(np.arange(34, height - strip - 10, 57))
    for index, y in enumerate(rows):
        name = next(sketch.names)
        shift = sketch.jitter(5)
        is_open = index in (2, 3) and len(rows) > ROWS_WITH_SITE
        for part, (west, east) in enumerate(pairwise([22.0, *axes, width - 22.0])):
            if is_open and part == 1:
                continue
            sketch.way("straat", [(west, y + shift * (part - 1)), (east, y + shift * (part - 1))], name=name, row="rij")
        sketch.way("voetpad", [(0, y - shift), (22, y - shift)])
        sketch.way("voetpad", [(width, y + shift), (width - 22, y + shift)])
        if index + 1 < len(rows):
            _paths_behind(sketch, y + 28.5, [22.0, *axes, width - 22.0], is_open=index in (1, 2, 3))
    sketch.sites += _halves((axes[0] + 12, rows[2] - 22, axes[1] - 12, rows[3] + 22))
    _flats_row(sketch, height - strip)


def _halves(box: tuple[float, float, float, float]) -> list[tuple[float, float, float, float]]:
    west, south, east, north = box
    middle = (south + north) / 2
    return [(west, south, east, middle - 4), (west, middle + 4, east, north)]


def _paths_behind(sketch: Sketch, y: float, stops: list[float], *, is_open: bool) -> None:
    """Draw the paths between back gardens; not through an open site."""
    for part, (west, east) in enumerate(pairwise(stops)):
        if not (is_open and part == 1):
            sketch.way("achterpad", [(west + 4 if part == 0 else west, y), (east, y)])


def _flats_row(sketch: Sketch, y: float) -> None:
    """Draw the service road with parking in front of a row of flats."""
    width, height = sketch.width, sketch.height
    name = next(sketch.names)
    sketch.way("straat", [(20, y), (width - 20, y)], name=name)
    for x in np.linspace(60, width - 60, 5):
        sketch.way("parkeren", [(x - 14, y), (x - 14, y - 14), (x + 14, y - 14), (x + 14, y)])
        sketch.flats.append((x - 36, y + 12, x + 36, y + 25))
        sketch.way("voetpad", [(x + 43, y), (x + 43, height)])


def centrum(sketch: Sketch) -> None:
    """Draw a shopping centre without cars: pedestrian streets around a square, and streets for delivery around them."""
    width, height = sketch.width, sketch.height
    box = (46.0, 46.0, width - 46, height - 46)
    sketch.way("straat", rounded_box(box, 26), name=next(sketch.names))
    sketch.way("wijkstraat", [(width / 2, -sketch.reach_m["south"]), (width / 2, 46)], name=next(sketch.names))
    sketch.way("wijkstraat", [(width / 2 - 60, height - 46), (width / 2 - 60, height)], name=next(sketch.names))
    columns = [46.0, 118.0, 196.0, 274.0, 352.0, width - 46]
    rows = [46.0, 124.0, 204.0, 284.0, 362.0, height - 46]
    for y in rows[1:-1]:
        sketch.way("winkelstraat", [(46, y), (width - 46, y + sketch.jitter(8))], name=next(sketch.names), row="winkel")
    for x in columns[1:-1]:
        sketch.way(
            "winkelstraat", [(x, 46), (x + sketch.jitter(8), height - 46)], name=next(sketch.names), row="winkel"
        )
    square = shapely.box(columns[2] - 4, rows[2] - 4, columns[3] + 22, rows[3] + 4)
    sketch.way("plein", shapely.get_coordinates(square.exterior), name=next(sketch.names))
    sketch.sites += [
        (columns[2] - 66, rows[2] + 12, columns[2] - 12, rows[3] - 12),
        (columns[3] + 30, rows[2] + 12, columns[4] - 12, rows[3] - 12),
        (columns[2] + 12, rows[3] + 12, columns[3] - 12, rows[4] - 12),
        (columns[2] + 12, rows[1] + 12, columns[3] - 12, rows[2] - 12),
    ]
    _edges(sketch, 46)


def blokken(sketch: Sketch) -> None:
    """Draw closed blocks of flats and town houses around courts."""
    width, height = sketch.width, sketch.height
    columns = np.linspace(30, width - 30, 5)
    rows = np.linspace(30, height - 30, 6)
    sketch.way(
        "wijkstraat", [(columns[2], -sketch.reach_m["south"]), (columns[2], height - 30)], name=next(sketch.names)
    )
    for index, x in enumerate(columns):
        if index != 2:  # noqa: PLR2004  # the middle one is the main street
            sketch.way("straat", [(x, 30), (x, height - 30)], name=next(sketch.names), row="portiek")
    for y in rows:
        lean = sketch.jitter(9)
        sketch.way("straat", [(30, y), (width - 30, y + lean)], name=next(sketch.names), row="rij")
    for (west, east), (south, north) in ((c, r) for c in pairwise(columns) for r in pairwise(rows)):
        if sketch.rng.random() < PATH_IN_COURT:
            middle = (south + north) / 2
            sketch.way("achterpad", [(west, middle), (east, middle)])
    sketch.sites += [
        (columns[2] + 16, rows[2] + 16, columns[3] - 16, rows[3] - 16),
        (columns[1] + 16, rows[3] + 16, columns[2] - 16, rows[4] - 16),
        (columns[1] + 16, rows[1] + 16, columns[2] - 16, rows[2] - 16),
        (columns[2] + 16, rows[0] + 16, columns[3] - 16, rows[1] - 16),
    ]
    sketch.flats += [
        (columns[0] + 16, rows[4] + 14, columns[0] + 86, rows[4] + 28),
        (columns[3] + 20, rows[4] + 14, columns[3] + 90, rows[4] + 28),
        (columns[3] + 20, rows[1] + 14, columns[3] + 90, rows[1] + 28),
        (columns[0] + 16, rows[0] + 14, columns[0] + 86, rows[0] + 28),
        (columns[0] + 16, rows[2] + 14, columns[0] + 86, rows[2] + 28),
    ]
    _edges(sketch, 30)


def _edges(sketch: Sketch, inset: float) -> None:
    """Draw short paths from the outer streets to the path around the block."""
    width, height = sketch.width, sketch.height
    for share in (0.25, 0.55, 0.8):
        for start, end in (
            ((share * width, inset), (share * width, 0)),
            ((share * width, height - inset), (share * width, height)),
            ((inset, share * height), (0, share * height)),
            ((width - inset, share * height), (width, share * height)),
        ):
            sketch.way("voetpad", [start, end])


def stroken(sketch: Sketch) -> None:
    """Draw long new blocks; beyond the part that is finished the streets are still being made."""
    width, height = sketch.width, sketch.height
    done = height * sketch.buurt.klaar
    axis = width * 0.46
    rows = list(np.arange(30, height - 20, 56))
    built_to = max([y for y in rows if y <= done], default=0.0)
    if built_to:
        name = next(sketch.names)
        sketch.way("wijkstraat", [(axis, -sketch.reach_m["south"]), (axis, built_to)], name=name)
    if built_to < rows[-1]:
        sketch.way("bouwweg", [(axis, built_to or -sketch.reach_m["south"]), (axis, rows[-1])])
        sketch.area("bouwterrein", shapely.box(6, max(built_to + 26, 6), width - 6, height - 6))
    for index, y in enumerate(rows):
        _strook(sketch, y, index, axis, is_built=bool(y <= done), is_last=bool(y == built_to))
    for x in (24.0, width * 0.74, width - 24):
        lean = sketch.jitter(6)
        if built_to:
            sketch.way(
                "straat", [(x, rows[0]), (x + lean, built_to)], name=next(sketch.names), row="portiek", sides=(1,)
            )
    if rows[4] <= done:
        sketch.sites += _halves((axis + 14, rows[2] + 14, width * 0.74 - 14, rows[4] - 14))
    if built_to:
        sketch.flats += [(axis + 20, y - 22, axis + 92, y - 9) for y in rows[1:9:2] if y <= done]
        sketch.flats += [(width - 110, y + 8, width - 38, y + 21) for y in rows[1:9:3] if y <= done]


def _strook(sketch: Sketch, y: float, index: int, axis: float, *, is_built: bool, is_last: bool) -> None:
    width = sketch.width
    kind, name = ("straat", next(sketch.names)) if is_built else ("bouwweg", None)
    slope = 7 * np.sin(index * 1.7)
    stops = [24.0, axis, width * 0.74, width - 24]
    for part, (west, east) in enumerate(pairwise(stops)):
        if index == 3 and part == 1:  # noqa: PLR2004  # the open site of the buurt
            continue
        bend = [
            (west, y + slope * west / width),
            ((west + east) / 2, y + slope / 2 + 3),
            (east, y + slope * east / width),
        ]
        sketch.way(kind, bend, name=name, row="rij" if is_built else None, rounded=True)
    if is_built:
        sketch.way("voetpad", [(0, y), (24, y + slope * 24 / width)])
        sketch.way("voetpad", [(width, y + slope), (width - 24, y + slope * (width - 24) / width)])
        if index % 2 and not is_last:
            sketch.way("achterpad", [(24, y + 28), (axis, y + 28)])
