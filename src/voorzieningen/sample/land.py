"""Land and water: the coast, canals and lakes, green strips, and the outlines of buurten and municipality."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from voorzieningen.sample.plan import Box, Buurt, Plan
from voorzieningen.sample.sketch import smooth
from voorzieningen.sample.streets import GREEN, Streets

CANAL_HALF_M = 11.0
RAIL_HALF_M = 9.0
STRIP_M = 18.0
VERGE_M = 17.0


@dataclass(frozen=True)
class Area:
    """An area on the map, in RD New."""

    kind: str
    name: str
    shape: Any


@dataclass(frozen=True)
class Land:
    """The ground of the town, in RD New."""

    land: Any
    water: Any
    areas: list[Area]
    outlines: dict[str, Any]
    water_buurt: Any
    gemeente_land: Any


def lay_land(plan: Plan, streets: Streets) -> Land:
    """Lay out land and water of a plan."""
    coast = shapely.union_all([_shape(block["points"], rounded=True) for block in plan.data["land"]])
    wet = [*_canals(plan), *_drawn(plan, wet=True)]
    water_on_land = shapely.union_all([area.shape for area in wet])
    dry = [
        *_drawn(plan, wet=False),
        *_verges(plan),
        *_strips(plan),
        *_quarters(plan),
        *_stadsparken(plan, water_on_land),
        *_patterned(plan, streets),
    ]
    outlines = {buurt.code: _outline(buurt, coast, plan) for buurt in plan.buurten}
    gemeente_land = shapely.union_all(list(outlines.values()))
    whole = plan.shape_on_map(shapely.box(*plan.data["town"]["municipality"]))
    return Land(
        land=plan.shape_on_map(coast),
        water=water_on_land,
        areas=[*dry, *wet],
        outlines=outlines,
        water_buurt=shapely.difference(whole, gemeente_land),
        gemeente_land=gemeente_land,
    )


def _shape(points: list[list[float]], *, rounded: bool) -> shapely.Polygon:
    if not rounded:
        return shapely.Polygon(points)
    # from the middle of a side to itself, so that the first corner is rounded as the others are
    first = (np.array(points[0]) + np.array(points[-1])) / 2
    return shapely.Polygon(smooth(np.array([first, *points, first], dtype=np.float64)))


def _drawn(plan: Plan, *, wet: bool) -> list[Area]:
    """Take the areas that the plan names; `wet` those that are water."""
    kinds = ("plas", "vijver", "haven", "water")
    return [
        Area(
            block["kind"],
            block["name"],
            plan.shape_on_map(_shape(block["points"], rounded=bool(block.get("rounded")))),
        )
        for block in plan.data["area"]
        if (block["kind"] in kinds) == wet
    ]


def _canals(plan: Plan) -> list[Area]:
    return [
        Area(
            corridor.kind,
            corridor.name,
            plan.shape_on_map(shapely.LineString(corridor.line).buffer(CANAL_HALF_M, cap_style="flat")),
        )
        for corridor in plan.corridors
        if corridor.kind == "gracht"
    ]


def _strips(plan: Plan) -> list[Area]:
    """Make parks of the green strips between blocks."""
    found: list[Area] = []
    for one, other in _neighbours(plan):
        box = _between(one, other)
        middle = shapely.Point((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
        if all(shapely.LineString(corridor.line).distance(middle) > 1 for corridor in plan.corridors):
            found.append(Area("groenstrook", "", plan.shape_on_map(shapely.box(*box))))
    return found


def _verges(plan: Plan) -> list[Area]:
    """Lay grass along the roads and busbanen."""
    return [
        Area("gras", "", plan.shape_on_map(shapely.LineString(corridor.line).buffer(VERGE_M, cap_style="flat")))
        for corridor in plan.corridors
        if corridor.kind in ("dreef", "busbaan")
    ]


def _neighbours(plan: Plan) -> list[tuple[Box, Box]]:
    cells = sorted({cell for buurt in plan.buurten if buurt.pattern != "kavels" for cell in buurt.cells})
    return [
        (one, other)
        for one in cells
        for other in cells
        if (one[2] == other[0] and one[1] == other[1]) or (one[3] == other[1] and one[0] == other[0])
    ]


def _between(one: Box, other: Box) -> Box:
    if one[2] == other[0]:
        return one[2] - STRIP_M, one[1] + 30, one[2] + STRIP_M, min(one[3], other[3]) - 30
    return one[0] + 30, one[3] - STRIP_M, min(one[2], other[2]) - 30, one[3] + STRIP_M


def _quarters(plan: Plan) -> list[Area]:
    kinds = {"bedrijven": "bedrijventerrein", "centrum": "winkelgebied"}
    return [
        Area(kinds.get(buurt.pattern, "woongebied"), "", plan.shape_on_map(shapely.box(*cell).buffer(-26)))
        for buurt in plan.buurten
        for cell in buurt.cells
        if buurt.pattern != "kavels"
    ]


def _stadsparken(plan: Plan, water: Any) -> list[Area]:
    """Lay the large parks around their water, which is cut out of them."""
    names = plan.data["parks"]["names"]
    parks = [plan.shape_on_map(shapely.box(*cell).buffer(-30)) for cell in plan.data["parks"]["cells"]]
    return [Area("stadspark", name, shapely.difference(park, water)) for name, park in zip(names, parks, strict=True)]


def _patterned(plan: Plan, streets: Streets) -> list[Area]:
    return [Area(kind, "", plan.shape_on_map(shape)) for kind, _, shape in streets.areas]


def _outline(buurt: Buurt, coast: Any, plan: Plan) -> Any:
    """Cut what CBS counts as the buurt off at the coast; islands of the Markermeer belong to the water."""
    boxes = shapely.union_all([shapely.box(*box) for box in buurt.outline])
    parts = shapely.get_parts(shapely.intersection(shapely.segmentize(boxes, 20.0), coast))
    mainland = max(parts, key=lambda part: float(part.area))
    return shapely.transform(mainland, plan.on_map)


__all__ = ["GREEN", "Area", "Land", "lay_land"]
