"""Lists that a municipality keeps: facilities in XLSX, figures in the long form, and what is planned."""

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
import xlsxwriter

from voorzieningen.sample.buildings import Dwelling
from voorzieningen.sample.figures import Division, divide, per_area
from voorzieningen.sample.geopackage import write_layers
from voorzieningen.sample.places import Place
from voorzieningen.sample.plan import Floats, Plan, load_data
from voorzieningen.sample.population import ALONE, ONE_PARENT, PEILJAAR, People, is_kind
from voorzieningen.schema import RD

CREATED = dt.datetime(2024, 1, 1, tzinfo=dt.UTC).replace(tzinfo=None)
UNITS = {"huisartsen": "fte", "ontmoetingsplekken": "m²", "jongerenplekken": "m²"}
TITLES = {
    "huisartsen": "Huisartsenpraktijken in Polderstad",
    "ontmoetingsplekken": "Ontmoetingsplekken in Polderstad",
    "jongerenplekken": "Jongerenplekken binnen (volledige lijst)",
}
HEADINGS = ("Naam", "Status", "Jaar", "Capaciteit", "Eenheid", "Openingstijden", "Contact", "X", "Y")
REALISED = (2014, 2016, 2018, 2020, 2022, 2024)
FORECAST = (2026, 2028, 2030, 2035)
GROUPS = {
    "inwoners": (0, 200),
    "0 tot 15 jaar": (0, 15),
    "12 tot 18 jaar": (12, 18),
    "15 tot 25 jaar": (15, 25),
    "65 jaar en ouder": (65, 200),
    "75 jaar en ouder": (75, 200),
    "80 jaar en ouder": (80, 200),
}
PERSONS_PER_NEW_HOME = 2.5
NEW_HOME_SHARES = {"0 tot 15 jaar": 0.28, "12 tot 18 jaar": 0.05, "15 tot 25 jaar": 0.08, "65 jaar en ouder": 0.04}


def write_facility_lists(folder: Path, plan: Plan, places: Sequence[Place]) -> list[Path]:
    """Write a workbook per list: a title above the header, as planners make them."""
    listed = [(place.facts["lijst"], _of_place(place)) for place in places if "lijst" in place.facts]
    listed += [(block["lijst"], _of_list(block, plan)) for block in load_data("places.toml")["listed"]]
    written = []
    for name, title in TITLES.items():
        path = folder / f"{name}.xlsx"
        _write_list(path, name, title, [row for of, row in listed if of == name])
        written.append(path)
    return written


def _of_place(place: Place) -> dict[str, Any]:
    point = place.shape.centroid
    # a planner clicks the place on a map: some metres from where a mapper put it
    return {**place.facts, "naam": place.name, "x": round(point.x + 6), "y": round(point.y - 4)}


def _of_list(block: dict[str, Any], plan: Plan) -> dict[str, Any]:
    x, y = plan.on_map(np.array([block["at"]]))[0]
    return {**block, "x": round(float(x)), "y": round(float(y))}


def _write_list(path: Path, name: str, title: str, rows: list[dict[str, Any]]) -> None:
    workbook = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False})
    workbook.set_properties({"title": title, "author": "Gemeente Polderstad", "created": CREATED})
    sheet = workbook.add_worksheet("lijst")
    sheet.set_column(0, 0, 36)
    sheet.write_string(0, 0, title, workbook.add_format({"bold": True}))
    sheet.write_string(1, 0, "Stand 1-1-2024, afdeling Samenleving")
    sheet.write_row(3, 0, HEADINGS, workbook.add_format({"bold": True, "bottom": 1}))
    for index, row in enumerate(rows, start=4):
        capacity = row.get("fte", row.get("capaciteit"))
        cells = (
            row["naam"],
            row.get("status", "open"),
            row.get("jaar"),
            capacity,
            UNITS[name] if capacity is not None else None,
            row.get("tijden"),
            "via het KCC, 14 0320",
            row["x"],
            row["y"],
        )
        sheet.write_row(index, 0, cells)
    workbook.close()


def write_research_table(path: Path, plan: Plan, people: People, dwellings: Sequence[Dwelling]) -> None:
    """Write the table of the research department: area, year, group, number, unit, realised or forecast."""
    rows = []
    for level, division, names in _divisions(plan, dwellings):
        for year in (*REALISED, *FORECAST):
            for group, counts in _groups(plan, people, division, year).items():
                kind = "realisatie" if year <= PEILJAAR else "prognose"
                unit = "huishoudens" if "huishoudens" in group else "personen"
                rows += [
                    (code, names[code], level, year, group, int(number), unit, kind)
                    for code, number in zip(division.codes, counts, strict=True)
                ]
    heading = ["gebiedscode", "gebied", "niveau", "jaar", "groep", "aantal", "eenheid", "soort"]
    pd.DataFrame(rows, columns=heading).to_csv(path, sep=";", index=False, lineterminator="\n", encoding="utf-8-sig")


def _divisions(plan: Plan, dwellings: Sequence[Dwelling]) -> Iterator[tuple[str, Division, dict[str, str]]]:
    codes = [dwelling.buurtcode for dwelling in dwellings]
    buurten = {buurt.code: buurt.naam for buurt in plan.buurten}
    yield "buurt", divide(list(buurten), codes), buurten
    wijken = {code: block["naam"] for code, block in plan.data["wijk"].items()}
    yield "wijk", divide(list(wijken), [f"WK{code[2:8]}" if code else None for code in codes]), wijken
    town = plan.data["town"]
    yield (
        "gemeente",
        divide([town["gemeentecode"]], [town["gemeentecode"] if code else None for code in codes]),
        {town["gemeentecode"]: town["naam"]},
    )


def _groups(plan: Plan, people: People, division: Division, year: int) -> dict[str, Floats]:
    """Count each group per area; a later year also has the residents of what is still to be built."""
    home, age, weight = people.ages_in(year)
    added = _new_homes(plan, division, year) * PERSONS_PER_NEW_HOME
    found = {}
    for group, (low, high) in GROUPS.items():
        counts = per_area(division, home, weight * ((age >= low) & (age < high)))
        share = 1.0 if group == "inwoners" else NEW_HOME_SHARES.get(group, 0.0)
        found[group] = np.round(counts + added * share)
    if year <= PEILJAAR:
        household, kind = people.households_in(year)
        found["eenouderhuishoudens"] = per_area(division, household, is_kind(kind, ONE_PARENT).astype(float))
        found["eenpersoonshuishoudens"] = per_area(division, household, is_kind(kind, ALONE).astype(float))
    return found


def _new_homes(plan: Plan, division: Division, year: int) -> Floats:
    """Count the homes of the programme that are finished before a year, per area."""
    homes = np.zeros(len(division.codes))
    for block in plan.data["programma"]:
        buurt = block.get("buurt", "")
        own = {buurt, f"WK{buurt[2:8]}", plan.data["town"]["gemeentecode"]}
        finished = sum(number for built, number in block["woningen"].items() if int(built) < year)
        homes += finished * np.array([code in own for code in division.codes])
    return homes


def write_programme(path: Path, plan: Plan) -> None:
    """Write the dwelling programme: one row per plan and year."""
    rows = [
        (block["code"], block["naam"], block.get("buurt", ""), year, number, block["soort"], _hardness(int(year)))
        for block in plan.data["programma"]
        for year, number in block["woningen"].items()
    ]
    heading = ["plancode", "plannaam", "buurtcode", "jaar", "woningen", "woningtype", "status"]
    pd.DataFrame(rows, columns=heading).to_csv(path, sep=";", index=False, lineterminator="\n", encoding="utf-8-sig")


def _hardness(year: int) -> str:
    last_certain, last_decided = 2026, 2030
    return "in aanbouw" if year <= last_certain else "vastgesteld" if year <= last_decided else "verkenning"


def write_planned_facilities(path: Path, plan: Plan) -> None:
    """Write the facilities that are planned: name, type, place, year."""
    rows = []
    for block in plan.data["voorziening"]:
        x, y = plan.on_map(np.array([block["at"]]))[0]
        rows.append((block["naam"], block["type"], "gepland", block["jaar"], round(float(x)), round(float(y))))
    heading = ["naam", "type", "status", "jaar", "x", "y"]
    pd.DataFrame(rows, columns=heading).to_csv(path, sep=";", index=False, lineterminator="\n", encoding="utf-8-sig")


def write_planned_paths(path: Path, plan: Plan) -> None:
    """Write the paths that are planned."""
    blocks = plan.data["pad"]
    lines = [shapely.LineString(plan.on_map(np.array(block["points"], dtype=np.float64))) for block in blocks]
    table = gpd.GeoDataFrame([{key: block[key] for key in ("naam", "soort", "jaar")} for block in blocks])
    write_layers(path, {"paden": table.set_geometry(gpd.GeoSeries(lines, crs=RD))})


def write_plan_areas(path: Path, plan: Plan) -> None:
    """Write the area where nobody lives yet and CBS has no wijk."""
    block = plan.data["plangebied"]
    outline = plan.shape_on_map(shapely.Polygon(block["points"]))
    row = {"code": block["code"], "naam": block["naam"], "fase": "te_ontwikkelen", "eerste_jaar": block["eerste_jaar"]}
    write_layers(path, {"plangebieden": gpd.GeoDataFrame([row], geometry=[outline], crs=RD)})
