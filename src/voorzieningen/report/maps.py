"""The map of a wijk: homes by how much of the basispakket is near, facilities, the walking network, the outlines."""

import io
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import matplotlib as mpl
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, PathPatch
from matplotlib.path import Path
from shapely.geometry.base import BaseGeometry

from voorzieningen.report.basispakket import CELL_M, Classes, cells_of, classify_homes
from voorzieningen.report.facts import Facts, Place
from voorzieningen.report.map_furniture import (
    HALO,
    LEGEND_IN,
    View,
    draw_legend,
    draw_names,
    draw_scale_and_north,
)
from voorzieningen.report.map_words import alternative, caption, per_class, source_line

DPI = 150
WIDTH_IN = 7.6
MAP_HEIGHT_IN = (3.6, 7.0)
SMALLEST_VIEW_M = 900
ENOUGH_HOMES = 50
# one hue from light to dark: told apart in grey and by the colour-blind, and no traffic light
FILLS = ("#bcdcea", "#4f93bf", "#12355b", "#ffffff", "#c9c5bd")
EDGES = ("#7fb3cc", "#2f6f9b", "#12355b", "#6b6b6b", "#8f8a80")
HATCHES = ("", "", "", "////", "")
MARKERS = ("o", "s", "D", "^", "p", "h")
SYMBOL: dict[str, Any] = {
    "linestyle": "none",
    "markersize": 8.5,
    "markerfacecolor": "white",
    "markeredgecolor": "black",
    "markeredgewidth": 0.9,
}
SYMBOL_SHARE = 0.012  # of the width of the map: nearer symbols of one type are drawn once
DASHES = (0, (6, 3))
LETTER: dict[str, Any] = {"markersize": 4.6, "color": "black", "markeredgewidth": 0.3}
NETWORK, OUTLINE, OTHER_OUTLINE, COVERAGE_EDGE = "#b9b9b9", "#222222", "#777777", "#8a3b12"
STYLE: dict[Any, Any] = {"font.family": ["DejaVu Sans"], "font.size": 8, "hatch.linewidth": 0.5, "text.usetex": False}


@dataclass(frozen=True)
class Layers:
    """What all maps of a run share, made ready once."""

    facts: Facts
    classes: Classes
    segments: npt.NDArray[np.float64]
    facilities: gpd.GeoDataFrame
    coverage: BaseGeometry | None


@dataclass(frozen=True)
class WijkMap:
    """A drawn map with what stands beside it."""

    png: bytes
    alt: str
    caption: str


def make_layers(facts: Facts) -> Layers:
    """Prepare what all maps share.

    Parameters
    ----------
    facts
        The tables of the run.
    """
    register = facts.tables["facilities"]
    shown = register["facility_type"].isin(list(facts.choices.basispakket.symbols)) & (register["state"] == "open")
    area = facts.tables["area"]
    coverage = gpd.GeoSeries(area.loc[area["part"] == "dekking", "geometry"])
    return Layers(
        facts,
        classify_homes(facts),
        _segments(facts.tables["edges"]["geometry"].to_numpy()),
        gpd.GeoDataFrame(register[shown]),
        None if coverage.empty else coverage.union_all(),
    )


def draw_map(wijk: Place, layers: Layers) -> WijkMap:
    """Draw the map of one wijk.

    Parameters
    ----------
    wijk
        The wijk.
    layers
        The result of `make_layers`.

    Returns
    -------
    WijkMap
        A PNG of 150 dots per inch, the same bytes for the same tables, with its text alternative and caption.
    """
    homes = layers.classes.homes[layers.classes.homes["wijkcode"] == wijk.code]
    buurten = gpd.GeoDataFrame(layers.facts.tables["buurten"])
    own = buurten[buurten["wijkcode"] == wijk.code].sort_values("buurtcode")
    view = _view(homes, own)
    cells = cells_of(homes)
    with mpl.rc_context(STYLE):
        figure, axes = _canvas(view)
        _draw_network(axes, layers.segments, view)
        _draw_cells(axes, cells)
        _draw_coverage(axes, layers.coverage, view)
        _draw_outlines(axes, buurten, own)
        symbols = _draw_facilities(axes, layers, view)
        furniture = draw_scale_and_north(axes, view)
        unnamed = draw_names(axes, own, view, symbols, furniture)
        draw_legend(figure, _legend(layers, homes), source_line(layers.facts))
        png = _png(figure)
    return WijkMap(png, alternative(wijk, layers.facts, layers.classes, homes), caption(homes, view, unnamed))


def _segments(lines: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """Cut lines into straight pieces: an array of n × 2 × 2."""
    points, line = shapely.get_coordinates(lines, return_index=True)
    together = line[1:] == line[:-1]
    return np.stack([points[:-1][together], points[1:][together]], axis=1)


def _view(homes: pd.DataFrame, own: gpd.GeoDataFrame) -> View:
    """Look at where people live: a wijk may have a large empty outskirt."""
    left, bottom, right, top = own.total_bounds
    if homes["homes"].sum() >= ENOUGH_HOMES:
        (west, east), (south, north) = (np.quantile(homes[axis], [0.01, 0.99]) for axis in ("x", "y"))
        margin = 0.08 * max(east - west, north - south) + CELL_M
        left, right = max(left - margin, west - margin), min(right + margin, east + margin)
        bottom, top = max(bottom - margin, south - margin), min(top + margin, north + margin)
    else:
        margin = 0.04 * max(right - left, top - bottom)
        left, bottom, right, top = left - margin, bottom - margin, right + margin, top + margin
    width, height = max(right - left, SMALLEST_VIEW_M), max(top - bottom, SMALLEST_VIEW_M)
    lowest, highest = (inches / WIDTH_IN for inches in MAP_HEIGHT_IN)
    height = max(height, width * lowest)
    width = max(width, height / highest)
    x, y = (left + right) / 2, (bottom + top) / 2
    return View(x - width / 2, y - height / 2, x + width / 2, y + height / 2)


def _canvas(view: View) -> tuple[Figure, Axes]:
    map_in = WIDTH_IN * (view.top - view.bottom) / (view.right - view.left)
    height_in = map_in + LEGEND_IN
    figure = Figure(figsize=(WIDTH_IN, round(height_in, 2)), dpi=DPI, facecolor="white")
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0.004, LEGEND_IN / height_in, 0.992, map_in / height_in - 0.004))
    axes.set(xlim=(view.left, view.right), ylim=(view.bottom, view.top), xticks=[], yticks=[])
    axes.set_facecolor("#fbfaf7")
    for spine in axes.spines.values():
        spine.set(color=OTHER_OUTLINE, linewidth=0.6)
    return figure, axes


def _draw_network(axes: Axes, segments: npt.NDArray[np.float64], view: View) -> None:
    x, y = segments[:, :, 0], segments[:, :, 1]
    seen = (
        (x.max(axis=1) >= view.left)
        & (x.min(axis=1) <= view.right)
        & (y.max(axis=1) >= view.bottom)
        & (y.min(axis=1) <= view.top)
    )
    # hard-edged lines: thousands of softened ones would double the size of the picture
    lines = LineCollection(segments[seen], colors=NETWORK, linewidths=0.4, antialiaseds=False, zorder=2)
    axes.add_collection(lines, autolim=False)


def _draw_cells(axes: Axes, cells: pd.DataFrame) -> None:
    corners = np.array([[0, 0], [1, 0], [1, 1], [0, 1]]) * CELL_M
    for number, (fill, edge, hatch) in enumerate(zip(FILLS, EDGES, HATCHES, strict=True)):
        origin = cells.loc[cells["class"] == number, ["x", "y"]].to_numpy(dtype="float64")
        squares = PolyCollection(
            list(origin[:, None, :] + corners), facecolors=fill, edgecolors=edge, linewidths=0.4, alpha=0.9, zorder=1.5
        )
        squares.set_hatch(hatch)
        axes.add_collection(squares, autolim=False)


def _draw_coverage(axes: Axes, coverage: BaseGeometry | None, view: View) -> None:
    """Shade what the map data do not cover."""
    if coverage is None or coverage.contains(view.frame):
        return
    for path in _paths(view.frame.difference(coverage)):
        axes.add_patch(PathPatch(path, facecolor="#eeeae2", edgecolor="none", zorder=1))
    edge = _lines(coverage.boundary.intersection(view.frame))
    axes.add_collection(
        LineCollection(edge, colors=COVERAGE_EDGE, linewidths=1.2, linestyles=[DASHES], zorder=3), autolim=False
    )


def _draw_outlines(axes: Axes, buurten: gpd.GeoDataFrame, own: gpd.GeoDataFrame) -> None:
    others = _lines(shapely.union_all(buurten.boundary.to_numpy()))
    axes.add_collection(LineCollection(others, colors=OTHER_OUTLINE, linewidths=0.5, zorder=3), autolim=False)
    lines = _lines(shapely.union_all(own.boundary.to_numpy()))
    axes.add_collection(
        LineCollection(lines, colors=OUTLINE, linewidths=1.2, zorder=4, path_effects=HALO), autolim=False
    )


def _draw_facilities(axes: Axes, layers: Layers, view: View) -> npt.NDArray[np.float64]:
    """Draw each facility as a shape with a letter; return where they are."""
    places = layers.facilities
    places = places[view.holds(*shapely.get_coordinates(places.geometry.to_numpy()).T)]
    drawn = []
    for marker, (key, letter) in zip(MARKERS, layers.facts.choices.basispakket.symbols.items(), strict=False):
        points = _apart(
            shapely.get_coordinates(places.loc[places["facility_type"] == key, "geometry"].to_numpy()), view
        )
        axes.plot(*points.T, marker=marker, zorder=6, **SYMBOL)
        axes.plot(*points.T, linestyle="none", marker=f"$\\mathrm{{{letter}}}$", zorder=6.1, **LETTER)
        drawn.append(points)
    return np.concatenate(drawn)


def _png(figure: Figure) -> bytes:
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=DPI, metadata={"Software": None})
    return buffer.getvalue()


def _apart(points: npt.NDArray[np.float64], view: View) -> npt.NDArray[np.float64]:
    """Keep one of the places that would be drawn on top of each other."""
    step = (view.right - view.left) * SYMBOL_SHARE
    kept: list[npt.NDArray[np.float64]] = []
    for point in points:
        if all(np.hypot(*(point - other)) >= step for other in kept):
            kept.append(point)
    return np.array(kept).reshape(-1, 2)


def _legend(layers: Layers, homes: pd.DataFrame) -> list[tuple[float, str, list[Artist]]]:
    group = layers.facts.catalogue.target_group[layers.facts.choices.basispakket.target_group]
    squares: list[Artist] = [
        Patch(facecolor=fill, edgecolor=edge, hatch=hatch, label=label)
        for fill, edge, hatch, label in zip(FILLS, EDGES, HATCHES, per_class(layers.classes, homes), strict=True)
    ]
    symbols = layers.facts.choices.basispakket.symbols
    letters: list[Artist] = [
        Line2D([], [], marker=marker, label=f"{symbols[kind.key]} = {kind.label}", **SYMBOL)
        for marker, kind in zip(MARKERS, layers.classes.types, strict=False)
    ]
    lines: list[Artist] = [
        Line2D([], [], color=OUTLINE, linewidth=1.2, label="grens van een buurt in deze wijk"),
        Line2D([], [], color=OTHER_OUTLINE, linewidth=0.5, label="grens van een andere buurt"),
        Line2D([], [], color=NETWORK, linewidth=1, label="loopnetwerk"),
        Line2D([], [], color=COVERAGE_EDGE, linewidth=1.2, linestyle=DASHES, label="rand van de kaartgegevens"),
    ]
    squares_head = f"Vakken van {CELL_M} × {CELL_M} meter: basispakket voor {group.short}"
    return [(0.0, squares_head, squares), (0.43, "Voorzieningen", letters), (0.7, "Lijnen", lines)]


def _lines(geometry: shapely.Geometry) -> list[npt.NDArray[np.float64]]:
    return [shapely.get_coordinates(part) for part in shapely.get_parts(geometry)]


def _paths(geometry: shapely.Geometry) -> list[Path]:
    """Turn polygons into paths that leave their holes open."""
    polygons = [part for part in shapely.get_parts(geometry) if isinstance(part, shapely.Polygon)]
    return [
        Path.make_compound_path(*(Path(shapely.get_coordinates(ring)) for ring in (part.exterior, *part.interiors)))
        for part in polygons
    ]
