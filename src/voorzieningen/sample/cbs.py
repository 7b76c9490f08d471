"""Files of CBS: wijken en buurten as GeoPackage, StatLine as CSV, and squares of 100 metres."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from voorzieningen.sample.buildings import Dwelling, Stock
from voorzieningen.sample.figures import (
    LATER_VERSION,
    NO_FIGURE,
    divide,
    or_no_figure,
    rounded_counts,
    true_counts,
    whole_percentage,
)
from voorzieningen.sample.geopackage import write_layers
from voorzieningen.sample.land import Land
from voorzieningen.sample.places import Place
from voorzieningen.sample.plan import Plan
from voorzieningen.sample.population import People
from voorzieningen.sample.proximity import Roads, proximity
from voorzieningen.schema import RD

LEVELS = ("gemeente", "wijk", "buurt")
LAYERS = {"buurt": "buurten", "wijk": "wijken", "gemeente": "gemeenten"}
KINDS = {"gemeente": "Gemeente", "wijk": "Wijk", "buurt": "Buurt"}
LARGE_M2 = 1e4
NOT_PUBLISHED_YET = ("percentage_huishoudens_onder_of_rond_sociaal_minimum", "gemiddeld_inkomen_per_inwoner")
AGE_COLUMNS = {
    "0_tot_15": "percentage_personen_0_tot_15_jaar",
    "15_tot_25": "percentage_personen_15_tot_25_jaar",
    "25_tot_45": "percentage_personen_25_tot_45_jaar",
    "45_tot_65": "percentage_personen_45_tot_65_jaar",
    "65_en_ouder": "percentage_personen_65_jaar_en_ouder",
}
STATLINE = {
    "inwoners": "AantalInwoners_5",
    "0_tot_15": "k_0Tot15Jaar_8",
    "15_tot_25": "k_15Tot25Jaar_9",
    "25_tot_45": "k_25Tot45Jaar_10",
    "45_tot_65": "k_45Tot65Jaar_11",
    "65_en_ouder": "k_65JaarOfOuder_12",
    "huishoudens": "HuishoudensTotaal_29",
    "alleenwonend": "Eenpersoonshuishoudens_30",
    "zonder_kinderen": "HuishoudensZonderKinderen_31",
    "met_kinderen": "HuishoudensMetKinderen_32",
    "huishoudensgrootte": "GemiddeldeHuishoudensgrootte_33",
    "woningen": "Woningvoorraad_35",
    "huisartsenpraktijk_km": "AfstandTotHuisartsenpraktijk_117",
    "grote_supermarkt_km": "AfstandTotGroteSupermarkt_118",
    "kinderdagverblijf_km": "AfstandTotKinderdagverblijf_119",
    "basisonderwijs_km": "AfstandTotSchool_120",
}


@dataclass(frozen=True)
class Buurten:
    """One way of dividing the municipality: an outline, a wijk and homes for every buurt."""

    table: gpd.GeoDataFrame  # buurtcode, buurtnaam, wijkcode, wijknaam, geheim
    code_of_home: list[str | None]
    changed: int


def current_buurten(plan: Plan, land: Land, dwellings: Sequence[Dwelling], *, changed: int) -> Buurten:
    """Return the division since 2022."""
    rows = [
        {
            "buurtcode": buurt.code,
            "buurtnaam": buurt.naam,
            "wijkcode": buurt.wijkcode,
            "wijknaam": plan.data["wijk"][buurt.wijkcode]["naam"],
            "geheim": buurt.geheim,
            "geometry": land.outlines[buurt.code],
        }
        for buurt in plan.buurten
    ]
    return Buurten(gpd.GeoDataFrame(rows, crs=RD), [dwelling.buurtcode for dwelling in dwellings], changed)


def former_buurten(plan: Plan, land: Land, dwellings: Sequence[Dwelling]) -> Buurten:
    """Return the division up to 2021: the same codes, for other areas."""
    rows = []
    former: dict[str, str] = {}
    for block in plan.data["oud"]:
        former |= dict.fromkeys(block["buurten"], block["code"])
        rows.append(
            {
                "buurtcode": block["code"],
                "buurtnaam": block["naam"],
                "wijkcode": f"WK{block['code'][2:8]}",
                "wijknaam": block["wijknaam"],
                "geheim": False,
                "geometry": shapely.union_all([land.outlines[code] for code in block["buurten"]]),
            }
        )
    codes = [former.get(dwelling.buurtcode or "") for dwelling in dwellings]
    return Buurten(gpd.GeoDataFrame(rows, crs=RD), codes, 1)


def level_figures(
    buurten: Buurten, plan: Plan, people: People, stock: Stock, roads: Roads, places: Sequence[Place], year: int
) -> dict[str, pd.DataFrame]:
    """Return the published figures of every level, each from its own count; NaN where CBS gives none."""
    table = buurten.table
    wijk_of = dict(zip(table["buurtcode"], table["wijkcode"], strict=True))
    gemeente = plan.data["town"]["gemeentecode"]
    codes: dict[str, list[str | None]] = {
        "buurt": buurten.code_of_home,
        "wijk": [wijk_of.get(code or "") for code in buurten.code_of_home],
        "gemeente": [gemeente if code else None for code in buurten.code_of_home],
    }
    home, _, weight = people.ages_in(year)
    lived_in = np.bincount(home, weights=weight, minlength=len(stock.dwellings)).astype(np.float64)
    found = {}
    for number, level in enumerate(LEVELS):
        order = {"buurt": list(table["buurtcode"]), "wijk": sorted(set(table["wijkcode"])), "gemeente": [gemeente]}[
            level
        ]
        division = divide(order, codes[level])
        counts = rounded_counts(true_counts(people, stock.dwellings, division, year), salt=10 * year + number)
        figures = counts.join(proximity(roads, places, division, lived_in).loc[counts["inwoners"].notna()])
        figures["huishoudensgrootte"] = figures["inwoners"] / figures["huishoudens"].where(figures["huishoudens"] > 0)
        if level == "buurt":
            figures.loc[list(table.loc[table["geheim"], "buurtcode"])] = np.nan
        found[level] = figures
    return found


def write_buurt_map(
    path: Path, plan: Plan, land: Land, buurten: Buurten, figures: dict[str, pd.DataFrame], *, newest: bool
) -> None:
    """Write the GeoPackage with layers buurten, wijken and gemeenten, water and the neighbours among them."""
    town = plan.data["town"]
    keys = {"gemeentecode": town["gemeentecode"], "gemeentenaam": town["naam"]}
    own = buurten.table.drop(columns="geheim").assign(**keys, water="NEE")
    own["indelingswijziging_wijken_en_buurten"] = buurten.changed
    wijken = own.dissolve("wijkcode", as_index=False)[["wijkcode", "wijknaam", *keys, "water", "geometry"]]
    wijken["indelingswijziging_wijken_en_buurten"] = buurten.changed
    gemeente = gpd.GeoDataFrame([{**keys, "water": "NEE"}], geometry=[land.gemeente_land], crs=RD)
    layers = {
        "buurten": (own, figures["buurt"], "buurtcode", _water_buurt(plan, land), _neighbour(plan, land)),
        "wijken": (wijken, figures["wijk"], "wijkcode", _water_buurt(plan, land), _neighbour(plan, land)),
        "gemeenten": (gemeente, figures["gemeente"], "gemeentecode", _water_buurt(plan, land), _neighbour(plan, land)),
    }
    write_layers(path, {name: _layer(*parts, newest=newest) for name, parts in layers.items()})


def _layer(
    own: gpd.GeoDataFrame,
    figures: pd.DataFrame,
    key: str,
    water: dict[str, Any],
    neighbour: dict[str, Any],
    *,
    newest: bool,
) -> gpd.GeoDataFrame:
    """Put the areas of one level below each other with their figures in CBS's own columns."""
    published = _published(figures, newest=newest).reindex(own[key]).reset_index(drop=True)
    rows = [pd.concat([own.reset_index(drop=True), published], axis=1)]
    for other in (water, neighbour):
        row = {column: other.get(column) for column in own.columns}
        filled = {column: other.get(column, NO_FIGURE) for column in published.columns}
        rows.append(gpd.GeoDataFrame([{**row, **filled}], geometry="geometry", crs=RD))
    layer = pd.concat(rows, ignore_index=True)
    area = layer.geometry.area / LARGE_M2
    layer["oppervlakte_totaal_in_ha"] = area.round().astype("int64")
    is_water = layer["water"] == "JA"
    layer["oppervlakte_land_in_ha"] = area.where(~is_water, 0).round().astype("int64")
    layer["oppervlakte_water_in_ha"] = area.where(is_water, 0).round().astype("int64")
    return gpd.GeoDataFrame(layer, crs=RD)


def _published(figures: pd.DataFrame, *, newest: bool) -> pd.DataFrame:
    """Turn counts into the columns of the map of CBS."""
    people, households, homes = figures["inwoners"], figures["huishoudens"], figures["woningen"]
    ages = {column: whole_percentage(figures[name], people) for name, column in AGE_COLUMNS.items()}
    # both are rounded by chance, so that a part may come out above the whole
    recent = whole_percentage(figures["woningen_vanaf_2000"], homes).clip(upper=100)
    columns = {
        "aantal_inwoners": people,
        **ages,
        "aantal_huishoudens": households,
        "percentage_eenpersoonshuishoudens": whole_percentage(figures["alleenwonend"], households),
        "percentage_huishoudens_zonder_kinderen": whole_percentage(figures["zonder_kinderen"], households),
        "percentage_huishoudens_met_kinderen": whole_percentage(figures["met_kinderen"], households),
        "gemiddelde_huishoudsgrootte": figures["huishoudensgrootte"],
        "woningvoorraad": homes,
        "percentage_bouwjaarklasse_tot_2000": 100 - recent,
        "percentage_bouwjaarklasse_vanaf_2000": recent,
        **{_proximity_name(name): figures[name] for name in figures if str(name).endswith("km")},
    }
    table = pd.DataFrame({name: or_no_figure(column, 1) for name, column in columns.items()})
    return table.assign(**dict.fromkeys(NOT_PUBLISHED_YET, float(LATER_VERSION if newest else NO_FIGURE)))


def _proximity_name(name: object) -> str:
    kind = str(name)
    short = kind.startswith("winkels_ov")
    if kind.endswith("_1_km"):
        stem = kind.removesuffix("_1_km")
        if short:
            return "winkels_ov_dagel_levensm_gem_aantal_binnen_1_km"
        return f"{stem}_gemiddeld_aantal_binnen_1_km"
    stem = kind.removesuffix("_km")
    return f"{stem}_gem_afst_in_km" if short else f"{stem}_gemiddelde_afstand_in_km"


def _water_buurt(plan: Plan, land: Land) -> dict[str, Any]:
    town = plan.data["town"]
    number = town["gemeentecode"][2:]
    return {
        "buurtcode": f"BU{number}9997",
        "buurtnaam": "Markermeer",
        "wijkcode": f"WK{number}99",
        "wijknaam": "Markermeer",
        "gemeentecode": town["gemeentecode"],
        "gemeentenaam": town["naam"],
        "water": "JA",
        "indelingswijziging_wijken_en_buurten": 1,
        "geometry": land.water_buurt,
    }


def _neighbour(plan: Plan, land: Land) -> dict[str, Any]:
    block = plan.data["neighbour"]
    outline = shapely.intersection(plan.shape_on_map(shapely.box(*block["outline"])), land.land)
    return {
        "buurtcode": block["buurtcode"],
        "buurtnaam": block["buurtnaam"],
        "wijkcode": f"WK{block['buurtcode'][2:8]}",
        "wijknaam": block["wijknaam"],
        "gemeentecode": block["gemeentecode"],
        "gemeentenaam": block["gemeentenaam"],
        "water": "NEE",
        "indelingswijziging_wijken_en_buurten": 1,
        "aantal_inwoners": float(block["inwoners"]),
        "aantal_huishoudens": float(block["huishoudens"]),
        "geometry": outline,
    }


def write_statline(path: Path, plan: Plan, figures: dict[str, pd.DataFrame]) -> None:
    """Write the counts of all levels as StatLine does: codes padded with spaces, empty where there is no figure."""
    rows = []
    for level in LEVELS:
        table = figures[level]
        known = {STATLINE[name]: table[name] for name in STATLINE}
        part = pd.DataFrame(known).round(1)
        part.insert(0, "WijkenEnBuurten", [str(code).ljust(10) for code in table.index])
        part.insert(1, "Gemeentenaam_1", plan.data["town"]["naam"])
        part.insert(2, "SoortRegio_2", KINDS[level].ljust(10))
        rows.append(part)
    pd.concat(rows, ignore_index=True).to_csv(path, index=False, lineterminator="\n")
