"""A drawn town with everything a report is made of.

::

    WK999900 Nieuw & Oud                      WK999901 Leeg
    +----------------+----------------+       +-----------+
    | BU99990000     | BU99990001     |       | BU99990100|
    | 20 homes       | 12 homes       |       | no homes  |
    | H A S O        |                |       |           |
    +----------------+----------------+       +-----------+
    0               600             1200     1400       1900   (metres east of 190000; 600 high from 508000)
"""

import datetime as dt
from functools import cache
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from voorzieningen import schema
from voorzieningen.config import Study, UsedSource, load_catalogue
from voorzieningen.messages import Cell, cell_sentence

X, Y = 190_000, 508_000
GEMEENTE = ("GM9999", "Tekenstad")
WIJKEN = {"WK999900": "Nieuw & Oud", "WK999901": "Leeg"}
BUURTEN = {
    "BU99990000": ("De <b>Hoek</b>", "WK999900", (0, 0, 600, 600)),
    "BU99990001": ("Achterom", "WK999900", (600, 0, 1200, 600)),
    "BU99990100": ("Leegveld", "WK999901", (1400, 0, 1900, 600)),
}
SCRIPT = "<script>alert(1)</script>"
FORMULA = '=HYPERLINK("http://x","klik")'
# per status: share within the norm, and the reason
CASES = {
    "groen": (0.9, None),
    "oranje": (0.6, None),
    "rood": (0.25, None),
    "te_klein": (0.5, None),
    "onbekend": (None, "type_niet_gevonden"),
}


@cache
def study() -> Study:
    return Study(
        name="tekenstad",
        gemeentecode=GEMEENTE[0],
        gemeentenaam=GEMEENTE[1],
        peildatum=dt.date(2024, 1, 1),
        buffer_m=2000,
        sources={},
        own_lists=[],
        areas=[],
        catalogue=load_catalogue(),
    )


def sources() -> list[UsedSource]:
    return [
        UsedSource(
            dataset="osm",
            title="OpenStreetMap",
            holder="OpenStreetMap-bijdragers",
            file="tekenstad.osm.pbf",
            sha256="0" * 64,
            licence="ODbL 1.0",
            attribution="© OpenStreetMap-bijdragers",
            year=2023,
        )
    ]


@cache
def tables() -> dict[str, pd.DataFrame]:
    buurten = _buurten()
    origins = _origins()
    made: dict[str, pd.DataFrame] = {
        "area": _geo(
            {"part": ["gemeente", "dekking"], "name": [GEMEENTE[1], "osm"], "date": [None, "2023-01-30"]},
            [shapely.box(X, Y, X + 1900, Y + 600), shapely.box(X - 500, Y - 500, X + 1000, Y + 1000)],
        ),
        "buurten": buurten,
        "figures": pd.DataFrame(
            {
                "code": [GEMEENTE[0], "WK999900"],
                "level": ["gemeente", "wijk"],
                "measure": "aantal_huishoudens",
                "value": [40.0, 40.0],
                "source": "CBS",
                "year": pd.array([2024, 2024], dtype="Int64"),
            }
        ),
        "edges": _edges(),
        "nodes": schema.empty("nodes"),
        "rules": schema.empty("rules"),
        "facilities": _facilities(),
        "entrances": schema.empty("entrances"),
        "origins": origins,
        "residents": schema.empty("residents"),
        "population": _population(),
        "unplaced": _frame(
            address_id=["n1"], street=[FORMULA], housenumber=["1"], nearest_buurtcode=["BU99990100"], distance_m=[812.5]
        ),
        "reach": _reach(origins),
        "buurt_reach": _buurt_reach(),
        "tracks": _tracks(),
        "verdicts": _verdicts(origins),
        "notes": _frame(stage=["read"], subject=["overlap"], count=[3], text=["3 adressen liggen in twee buurten."]),
        **_gaps(),
    }
    return {name: schema.validate(name, _typed(name, table)) for name, table in made.items()}


def _typed(name: str, table: pd.DataFrame) -> pd.DataFrame:
    """Give columns that hold nothing but missing values the type of their declaration."""
    dtypes = {"text": "str", "count": "Int64", "int": "int64", "number": "float64"}
    wanted = {key: dtypes[spec.kind] for key, spec in schema.TABLES[name].columns.items() if spec.kind in dtypes}
    return table.astype(wanted)


def _frame(**columns: list[Any]) -> pd.DataFrame:
    return pd.DataFrame(columns)


def _geo(columns: dict[str, Any], geometry: list[Any]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=geometry, crs=schema.RD)


def _buurten() -> gpd.GeoDataFrame:
    boxes = [
        shapely.box(X + west, Y + south, X + east, Y + north) for *_, (west, south, east, north) in BUURTEN.values()
    ]
    return _geo(
        {
            "buurtcode": list(BUURTEN),
            "buurtnaam": [name for name, *_ in BUURTEN.values()],
            "wijkcode": [wijk for _, wijk, _ in BUURTEN.values()],
            "wijknaam": [WIJKEN[wijk] for _, wijk, _ in BUURTEN.values()],
        },
        boxes,
    )


def _edges() -> gpd.GeoDataFrame:
    lines = [shapely.LineString([(X + 50 * i, Y + 300), (X + 50 * (i + 1), Y + 300)]) for i in range(24)]
    count = len(lines)
    return _geo(
        {
            "edge_id": range(count),
            "u": range(count),
            "v": range(1, count + 1),
            "length_m": 50.0,
            "way_id": 7,
            "rule": "woonstraat",
            "flag": None,
            "ties": True,
        },
        lines,
    )


def _facilities() -> gpd.GeoDataFrame:
    kinds = ["huisarts", "apotheek", "buurtsuper", "ontmoetingsplek"]
    count = len(kinds)
    return _geo(
        {
            "facility_id": [f"{kind}-1" for kind in kinds],
            "facility_type": kinds,
            "facility_class": ["praktijk", "apotheek", "supermarkt", "formeel"],
            "name": [SCRIPT, FORMULA, None, "Buurthuis"],
            "state": ["open", "open", "gepland", "open"],
            "year": pd.array([None, None, 2027, None], dtype="Int64"),
            "capacity": [None] * count,
            "capacity_unit": None,
            "source": "OpenStreetMap",
            "osm_id": [f"n{i}" for i in range(count)],
            "confidence": "alleen_osm",
            "snap_m": 12.0,
            "buurtcode": ["BU99990000", "BU99990000", "BU99990000", None],
        },
        [shapely.Point(X + 100 + 100 * i, Y + 320) for i in range(count)],
    )


def _origins() -> gpd.GeoDataFrame:
    places = [("BU99990000", 30 + 28 * i, 280) for i in range(20)] + [
        ("BU99990001", 630 + 45 * i, 290) for i in range(12)
    ]
    count = len(places)
    return _geo(
        {
            "origin_id": [f"n{i:03d}" for i in range(count)],
            "buurtcode": [buurt for buurt, *_ in places],
            "wijkcode": "WK999900",
            "homes": 2,
            "build_year": pd.array([1980] * count, dtype="Int64"),
            "homes_new": 0,
            "homes_dated": 2,
            "snap_m": 10.0,
            "edge_id": pd.array([0] * count, dtype="Int64"),
            "edge_offset_m": 1.0,
            "state": "gekoppeld",
            "extract_edge_m": 500.0,
        },
        [shapely.Point(X + x, Y + y) for _, x, y in places],
    )


def _population() -> pd.DataFrame:
    rows = []
    for key, group in study().catalogue.target_group.items():
        for level, code, placed, published in (
            ("buurt", "BU99990000", 60.0, 60.0),
            ("buurt", "BU99990001", 40.0, 40.0),
            ("buurt", "BU99990100", None, None),
            ("wijk", "WK999900", 100.0, 99.0),
            ("wijk", "WK999901", None, None),
            ("gemeente", "GM9999", 100.0, 97.0),
        ):
            known = group.missing is None and placed is not None
            part = {"65-plus": 0.25, "0-15": 0.1, "15-25": 0.12, "eenpersoons": 0.2}.get(key, 1.0)
            size = placed * part if known and placed else None
            rows.append(
                {
                    "code": code,
                    "level": level,
                    "target_group": key,
                    "unit": group.unit,
                    "placed": size,
                    "published": published * part if known and published else None,
                    "remainder": (published - placed) * part if known and published and placed else None,
                    "buurten_known": 0 if not known else 1 if level == "buurt" else 2,
                    "buurten_unknown": 0 if known and level != "gemeente" else 1,
                    "state": "bekend" if known else "geen_cijfer",
                }
            )
    return pd.DataFrame(rows)


def _reach(origins: gpd.GeoDataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "origin_id": origins["origin_id"],
            "facility_type": "ontmoetingsplek",
            "profile": "volwassene",
            "facility_id": "ontmoetingsplek-1",
            "walk_distance_m": 400.0,
            "walk_time_s": 300.0,
            "within_5": pd.array([1] * len(origins), dtype="Int64"),
            "within_10": pd.array([1] * len(origins), dtype="Int64"),
            "within_15": pd.array([1] * len(origins), dtype="Int64"),
            "reason": None,
        }
    )


def _buurt_reach() -> pd.DataFrame:
    rows = [(buurt, kind) for buurt in BUURTEN for kind in ("huisarts", "ov-halte")]
    return pd.DataFrame(rows, columns=["buurtcode", "facility_type"]).assign(
        profile="volwassene",
        origins=10,
        share_known=1.0,
        share_reached=1.0,
        walk_distance_mean_m=[300.0, 310.0, 700.0, 710.0, None, None],
        walk_time_p50_min=[3.5, 3.6, 8.5, 8.6, None, None],
        walk_time_p90_min=[4.0, 4.1, 9.0, 9.1, None, None],
        reason=None,
    )


def _tracks() -> pd.DataFrame:
    rows = [
        ("BU99990000", BUURTEN["BU99990000"][0], "buurt", "bestaand", "spoor_1", 40),
        ("BU99990001", "Achterom", "buurt", "in_aanbouw", "spoor_2", 24),
        ("BU99990100", "Leegveld", "buurt", None, None, 0),
        ("WK999900", WIJKEN["WK999900"], "wijk", "bestaand", "gemengd", 64),
        ("WK999901", WIJKEN["WK999901"], "wijk", None, None, 0),
        (*GEMEENTE, "gemeente", "bestaand", "spoor_1", 64),
    ]
    table = pd.DataFrame(rows, columns=["code", "name", "level", "phase", "track", "homes"])
    return table.assign(homes_new=0, share_new=[0.0, 0.0, None, 0.0, None, 0.0], evidence="bouwjaren van de woningen")


def _verdicts(origins: gpd.GeoDataFrame) -> pd.DataFrame:
    """Homes in the west have all four near, homes in the east two; the walk to a huisarts there is unknown."""
    west = origins["buurtcode"] == "BU99990000"
    parts = []
    for kind, east in (
        ("huisarts", "onbekend"),
        ("apotheek", "buiten_norm"),
        ("buurtsuper", "binnen_norm"),
        ("ontmoetingsplek", "binnen_norm"),
    ):
        verdicts = pd.DataFrame(
            {"origin_id": origins["origin_id"], "verdict": west.map({True: "binnen_norm", False: east})}
        )
        parts.append(verdicts.assign(norm="basis-65-plus", facility_type=kind, profile="65-plus"))
    table = pd.concat(parts, ignore_index=True)
    return table.assign(reason=table["verdict"].map({"onbekend": "buiten_uittreksel"}))


def _gaps() -> dict[str, pd.DataFrame]:
    areas = {
        "buurt_gaps": [(code, name) for code, (name, *_) in BUURTEN.items()],
        "wijk_gaps": list(WIJKEN.items()),
        "area_gaps": [GEMEENTE],
    }
    return {name: pd.DataFrame([row for area in of for row in _cells_of(area)]) for name, of in areas.items()}


def _cells_of(area: tuple[str, str]) -> list[dict[str, Any]]:
    """Fill the matrix of one area: statuses in turn, and everything unknown where nobody lives."""
    catalogue = study().catalogue
    empty = area[0] in ("WK999901", "BU99990100")
    triples = [
        (kind, norm, catalogue.target_group[group])
        for key, kind in catalogue.facility_type.items()
        for norm in catalogue.active_norms
        if key in norm.facility_types
        for group in norm.target_groups
    ]
    cells = []
    for number, (kind, norm, group) in enumerate(triples):
        profile = catalogue.profile_of(norm, group.key)
        status = "nvt" if norm.value is None else "onbekend" if empty else list(CASES)[number % len(CASES)]
        share, reason = CASES.get(status, (None, None))
        reason = "te_weinig_bekend" if status == "onbekend" and empty else reason
        by_homes = group.missing is not None
        count = None if by_homes else 100.0 + number
        row = {
            "code": area[0],
            "name": area[1],
            "track": None,
            "phase": None,
            "facility_type": kind.key,
            "facility_class": ";".join(kind.counted_classes),
            "target_group": group.key,
            "unit": group.unit,
            "basis": "woningen" if by_homes else group.unit,
            "profile": profile.key,
            "norm": norm.key,
            "norm_value": norm.value,
            "norm_unit": norm.unit,
            "norm_source": norm.source,
            "norm_status": norm.status,
            "count": count,
            "count_low": None if count is None else count - 4,
            "count_high": None if count is None else count + 4,
            "count_within": None if count is None or share is None else count * share,
            "outside": None if share is None else (count or 64) * (1 - share),
            "outside_low": None if count is None or share is None else (count - 4) * (1 - share),
            "outside_high": None if count is None or share is None else (count + 4) * (1 - share),
            "share_within": share,
            "share_known": 0.1 if status == "onbekend" else 1.0,
            "walk_distance_p50_m": 400.0,
            "walk_time_p50_min": 6.5,
            "walk_time_p90_min": 12.0,
            "status": status,
            "reason": reason,
            "gap_types": "afstand" if status in ("oranje", "rood") else None,
            "robustness": None,
        }
        cells.append({**row, "explanation": _sentence(row, kind, norm, group)})
    return cells


def _sentence(row: dict[str, Any], kind: Any, norm: Any, group: Any) -> str:
    return cell_sentence(
        Cell(
            name=row["name"],
            facility_type=kind,
            group=group,
            norm=norm,
            norm_m=norm.value,
            norm_min=None if norm.value is None else norm.value / 60,
            status=row["status"],
            reason=row["reason"],
            basis=row["basis"],
            outside=row["outside"],
            outside_low=row["outside_low"],
            outside_high=row["outside_high"],
            share_within=row["share_within"],
            share_known=row["share_known"],
            walk_time_p50_min=row["walk_time_p50_min"],
            limits=study().catalogue.threshold,
        )
    )
