"""The chain behind a verdict: every step there, every figure traceable, every source named."""

import json
from pathlib import Path

import pandas as pd
import pytest

from runs import Place

STEPS = [
    "gebied",
    "mensen",
    "woningen",
    "voorzieningen",
    "loopprofiel",
    "lopen",
    "norm",
    "oordeel per woning",
    "status",
    "zin",
    "bron",
    "bron",
    "bron",
]


def chain(place: Place, area: str, facility_type: str, *options: str) -> pd.DataFrame:
    result = place.start("explain", area, facility_type, *options, "--format", "json")
    assert (result.exit_code, result.stderr) == (0, "")
    return pd.DataFrame(json.loads(result.stdout))


def step(steps: pd.DataFrame, name: str) -> tuple[str, str]:
    row = steps[steps["step"] == name].iloc[0]
    return row["what"], row["source"]


def test_the_steps_go_from_the_area_to_the_sources(town_run: Place) -> None:
    steps = chain(town_run, "Noord", "huisarts", "--group", "65-plus")
    assert steps["step"].tolist() == STEPS
    assert set(steps["group"]) == {"65-plus"}
    assert (steps["source"].str.len() > 0).all()


def test_without_a_group_each_group_with_a_norm_has_its_chain(town_run: Place) -> None:
    steps = chain(town_run, "Noord", "huisarts")
    gaps = pd.read_parquet(town_run.artefacts / "gaps" / "buurt_gaps.parquet")
    cells = gaps[(gaps["code"] == "BU99990000") & (gaps["facility_type"] == "huisarts")]
    assert sorted(set(steps["group"])) == sorted(cells["target_group"])
    assert len(steps) == len(STEPS) * len(cells)


def test_the_figures_of_the_chain_are_those_of_the_drawing(town_run: Place) -> None:
    """Noord: 60 people, a fifth of them 65 or older; homes h0 to h19 at every 20 metres and one of its 21 at 400."""
    steps = chain(town_run, "Noord", "huisarts", "--group", "65-plus")
    assert step(steps, "gebied")[0] == "buurt Noord (BU99990000)"
    assert step(steps, "mensen")[0].startswith("mensen van 65 jaar en ouder: 12 personen")
    homes = pd.read_parquet(town_run.artefacts / "residents" / "origins.parquet")
    count = homes.loc[homes["buurtcode"] == "BU99990000", "homes"].sum()
    assert step(steps, "woningen")[0] == f"{count} woningen: {count} aan een weg gekoppeld"
    assert step(steps, "voorzieningen")[0] == f"dichtstbijzijnde: Dokter Bakker (huisarts:n65) voor {count} woningen"
    # the farthest home, h0, walks 10 m to the street, 450 m along it and 5 m to the doctor
    assert "langste loop 465 m" in step(steps, "lopen")[0]
    assert step(steps, "norm")[0].endswith(": 500 m (8,3 min) lopen, schaal buurt")
    assert step(steps, "oordeel per woning")[0] == f"{count} woningen binnen de norm"
    assert step(steps, "status")[0].startswith("te_klein")


def test_a_norm_that_is_our_own_assumption_says_so(town_run: Place) -> None:
    steps = chain(town_run, "Noord", "huisarts", "--group", "65-plus")
    assert step(steps, "norm")[1].startswith("aanname: ")
    assert "aanname" in step(steps, "status")[1]


def test_the_sources_of_the_facilities_are_those_they_stand_in(town_run: Place) -> None:
    in_noord = step(chain(town_run, "Noord", "huisarts", "--group", "65-plus"), "voorzieningen")[1]
    in_zuid = step(chain(town_run, "Zuid", "huisarts", "--group", "65-plus"), "voorzieningen")[1]
    assert "huisartsen.csv" not in in_noord
    assert "town.osm.pbf" in in_zuid
    assert "huisartsen.csv" in in_zuid


def test_every_raw_file_stands_at_the_end_with_its_licence_and_digest(town_run: Place) -> None:
    steps = chain(town_run, "Zuid", "huisarts", "--group", "65-plus")
    ends = steps[steps["step"] == "bron"]
    for name, (_, row) in zip(
        ["town.osm.pbf", "wijkenbuurten_2024.gpkg", "huisartsen.csv"], ends.iterrows(), strict=True
    ):
        assert row["what"].endswith(name)
        assert "sha256 " in row["source"]
    assert "ODbL 1.0" in ends["source"].iloc[0]


def test_what_is_not_found_is_told_as_not_found(town_run: Place) -> None:
    steps = chain(town_run, "Noord", "apotheek", "--group", "65-plus")
    assert step(steps, "voorzieningen")[0] == "geen gevonden waar men heen kan lopen"
    assert "niet gevonden in de gegevens" in step(steps, "zin")[0]
    assert "town.osm.pbf" in step(steps, "voorzieningen")[1]


@pytest.mark.parametrize(
    ("area", "told"),
    [
        ("BU99990100", "buurt Zuid (BU99990100)"),
        ("zuid", "buurt Zuid (BU99990100)"),
        ("WK999901", "wijk Wijk 01 (WK999901)"),
        ("Wijk 01", "wijk Wijk 01 (WK999901)"),
        ("OOST", "gebied Stadsdeel Oost (OOST)"),
        ("stadsdeel oost", "gebied Stadsdeel Oost (OOST)"),
        ("GM9999", "gemeente Tekenstad (GM9999)"),
    ],
)
def test_an_area_is_a_code_or_a_name_of_any_level(town_run: Place, area: str, told: str) -> None:
    assert step(chain(town_run, area, "huisarts", "--group", "iedereen"), "gebied")[0] == told


def test_a_name_of_several_areas_asks_for_the_code(town_run: Place, tmp_path: Path) -> None:
    place = town_run.copy_to(tmp_path)
    place.study.write_text(place.study.read_text().replace("Stadsdeel Oost", "Noord"))
    assert place.start("run", "--until", "gaps").exit_code == 0
    result = place.start("explain", "noord", "huisarts")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "'noord' fits several areas: BU99990000 (buurt), OOST (gebied)" in result.stderr
    assert "give the code" in result.stderr
    assert place.start("explain", "BU99990000", "huisarts").exit_code == 0


def test_on_a_screen_each_step_has_its_source_below_it(town_run: Place) -> None:
    lines = town_run.start("explain", "Noord", "huisarts", "--group", "65-plus").stdout.splitlines()
    assert lines[0] == "65-plus"
    assert [line.split(":")[0].strip() for line in lines[1:-1:2]] == STEPS
    assert all(line.startswith("      bron: ") for line in lines[2:-1:2])
