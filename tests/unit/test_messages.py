"""What planners read: Dutch numbers, shares that do not flatter, and one sentence for every kind of cell."""

import datetime as dt
from dataclasses import replace

import pytest

from voorzieningen.config import load_catalogue
from voorzieningen.messages import (
    NORM_STATUS,
    PHASE,
    REASON,
    REASON_SHORT,
    STAGE,
    STATUS,
    STATUS_MARK,
    TRACK,
    UNIT,
    Cell,
    amount,
    cell_sentence,
    date,
    date_text,
    listing,
    norm_text,
    number,
    percentage,
    sentence,
    share_beside,
    signed,
)
from voorzieningen.pipeline import STAGE_NAMES
from voorzieningen.schema import TABLES

CATALOGUE = load_catalogue()
GROUPS = CATALOGUE.target_group
CELL = Cell(
    name="Noord",
    facility_type=CATALOGUE.facility_type["huisarts"],
    group=GROUPS["65-plus"],
    norm=CATALOGUE.norm["basis-65-plus"],
    norm_m=500,
    norm_min=8.3333,
    status="rood",
    reason=None,
    basis="personen",
    outside=1234.4,
    outside_low=1200.6,
    outside_high=1260.2,
    share_within=0.25,
    share_known=1,
    walk_time_p50_min=7.25,
    limits=CATALOGUE.threshold,
)


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (0, 0, "0"),
        (-0.2, 0, "0"),
        (-0.04, 1, "0,0"),
        (999.5, 0, "1.000"),
        (1234.5, 1, "1.234,5"),
        (1234567.891, 2, "1.234.567,89"),
        (-1234.5, 1, "-1.234,5"),
    ],
)
def test_a_number_is_written_the_dutch_way(value: float, decimals: int, text: str) -> None:
    assert number(value, decimals) == text


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0, "0%"),
        (1e-9, "minder dan 1%"),
        (0.0049, "minder dan 1%"),
        (0.005, "minder dan 1%"),
        (0.0051, "1%"),
        (0.5, "50%"),
        (0.994, "99%"),
        (0.995, "ruim 99%"),
        (0.9999999, "ruim 99%"),
        (1, "100%"),
    ],
)
def test_a_share_never_rounds_up_to_all_or_down_to_none(share: float, text: str) -> None:
    assert percentage(share) == text


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.7949, "79%"),
        (0.7951, "79,5%"),
        (0.7999999, "79,9%"),
        (0.8, "80%"),
        (0.4951, "49,5%"),
        (0.5, "50%"),
        (0.9999, "ruim 99%"),
    ],
)
def test_a_share_below_a_threshold_is_not_written_as_the_threshold(share: float, text: str) -> None:
    assert share_beside(share, CATALOGUE.threshold) == text


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (1, "personen", "1 persoon"),
        (1.4, "huishoudens", "1 huishouden"),
        (0.6, "woningen", "1 woning"),
        (0, "woningen", "0 woningen"),
        (1.6, "personen", "2 personen"),
        (12345, "personen", "12.345 personen"),
    ],
)
def test_a_count_has_its_unit_in_singular_or_plural(value: float, unit: str, text: str) -> None:
    assert amount(value, unit) == text


@pytest.mark.parametrize(("value", "text"), [(0.4, "0"), (-0.4, "0"), (3, "+3"), (-1234, "−1.234")])
def test_a_difference_has_its_sign(value: float, text: str) -> None:
    assert signed(value) == text


def test_dates_are_written_in_full() -> None:
    assert date(dt.date(2024, 3, 1)) == "1 maart 2024"
    assert date_text("2023-12-31T23:59:59Z") == "31 december 2023"
    assert date_text(None) == date_text("") == "datum onbekend"
    assert date_text("voorjaar 2023") == "voorjaar 2023"


@pytest.mark.parametrize(
    ("items", "text"), [([], ""), (["a"], "a"), (["a", "b"], "a en b"), (["a", "b", "c"], "a, b en c")]
)
def test_several_things_are_named_in_one_breath(items: list[str], text: str) -> None:
    assert listing(items) == text


def test_a_sentence_begins_with_a_capital_and_keeps_the_rest() -> None:
    assert sentence("huisartsen in Hoog-Wijk") == "Huisartsen in Hoog-Wijk"
    assert sentence("") == ""


@pytest.mark.parametrize(
    ("words", "table", "column"),
    [
        (STATUS, "buurt_gaps", "status"),
        (STATUS_MARK, "buurt_gaps", "status"),
        (REASON, "buurt_gaps", "reason"),
        (REASON_SHORT, "buurt_gaps", "reason"),
        (UNIT, "buurt_gaps", "unit"),
        (NORM_STATUS, "buurt_gaps", "norm_status"),
        (PHASE, "tracks", "phase"),
        (TRACK, "tracks", "track"),
    ],
)
def test_every_word_of_a_column_has_its_dutch(words: dict[str, str], table: str, column: str) -> None:
    allowed = TABLES[table].columns[column].allowed
    assert allowed
    assert set(allowed) <= set(words)


def test_every_stage_has_its_dutch() -> None:
    assert set(STAGE) == set(STAGE_NAMES)


@pytest.mark.parametrize("status", ["groen", "oranje", "rood"])
def test_a_judged_cell_tells_the_share_the_people_further_off_and_the_norm(status: str) -> None:
    told = cell_sentence(replace(CELL, status=status))
    assert told == (
        "In Noord woont 25% van de mensen van 65 jaar en ouder binnen 500 meter lopen (8,3 minuten) van een huisarts. "
        "1.234 (1.201–1.260) personen wonen verder. "
        f"Norm: 500 meter (8,3 minuten) lopen, een aanname: {CELL.norm.source} ({CELL.norm.year})."
    )


def test_a_share_over_part_of_the_homes_says_over_how_many() -> None:
    told = cell_sentence(replace(CELL, share_known=0.9))
    assert " wonen verder. Dit gaat over de 90% van de woningen waarvan de loop bekend is. Norm: " in told


@pytest.mark.parametrize(
    ("outside", "bounds", "told"),
    [
        (1.2, (0.8, 1.4), " 1 persoon woont verder."),
        (1.2, (0.4, 1.6), " 1 (0–2) persoon woont verder."),
        (2, (2, 2), " 2 personen wonen verder."),
        (2, (None, None), " 2 personen wonen verder."),
        (0.4, (0, 1), ""),
        (None, (None, None), ""),
    ],
)
def test_the_bounds_stand_where_rounding_leaves_room(
    outside: float | None, bounds: tuple[float | None, float | None], told: str
) -> None:
    cell = replace(CELL, outside=outside, outside_low=bounds[0], outside_high=bounds[1])
    start, _, rest = cell_sentence(cell).partition("van een huisarts.")
    assert start
    assert rest.partition(" Norm:")[0] == told


@pytest.mark.parametrize(
    ("group", "basis", "told"),
    [
        ("iedereen", "personen", "In Noord woont 25% van alle inwoners binnen"),
        ("eenpersoons", "huishoudens", "In Noord woont 25% van de eenpersoonshuishoudens binnen"),
        ("65-plus", "woningen", "In Noord ligt 25% van de woningen binnen"),
    ],
)
def test_the_sentence_is_about_whom_the_share_is_about(group: str, basis: str, told: str) -> None:
    text = cell_sentence(replace(CELL, group=GROUPS[group], basis=basis))
    assert text.startswith(told)
    assert ("geen cijfer van CBS" in text) == (basis == "woningen")
    assert f"1.234 (1.201–1.260) {basis} {'liggen' if basis == 'woningen' else 'wonen'} verder." in text


@pytest.mark.parametrize(
    ("basis", "told"),
    [
        ("personen", "minder dan 25 personen (mensen van 65 jaar en ouder)"),
        ("huishoudens", "minder dan 25 mensen van 65 jaar en ouder"),
        ("woningen", "minder dan 25 woningen"),
    ],
)
def test_a_small_group_is_told_without_a_verdict(basis: str, told: str) -> None:
    text = cell_sentence(replace(CELL, status="te_klein", basis=basis))
    assert text == f"In Noord gaat het om {told}: te weinig voor een oordeel."


@pytest.mark.parametrize("reason", [*REASON, None])
def test_what_is_not_known_says_why_and_gives_no_verdict(reason: str | None) -> None:
    text = cell_sentence(replace(CELL, status="onbekend", reason=reason, share_within=None))
    assert "binnen" not in text
    assert "huisartsen" in text.lower()
    assert text.endswith(".")


def test_a_type_that_was_not_found_is_not_told_as_absent() -> None:
    text = cell_sentence(replace(CELL, status="onbekend", reason="type_niet_gevonden"))
    assert text.startswith("Huisartsen zijn niet gevonden in de gegevens. Dat is iets anders dan dat ze er niet zijn")


def test_too_few_known_homes_are_told_with_both_shares() -> None:
    text = cell_sentence(replace(CELL, status="onbekend", reason="te_weinig_bekend", share_known=0.125))
    assert "van 12% van de woningen is de loop bekend, en dat moet minstens 80% zijn" in text


def test_above_the_wijk_the_time_is_told_without_a_verdict() -> None:
    norm = CELL.norm.model_copy(update={"schaal": "stadsdeel"})
    cell = replace(CELL, norm=norm, status="nvt")
    scale = "geldt op de schaal van stadsdeel, dus zonder oordeel per buurt of wijk"
    assert cell_sentence(cell) == f"De helft loopt in 7,2 minuten of minder naar een huisarts. De norm {scale}."
    unknown = f"De norm voor huisartsen {scale}. Van te weinig woningen is de loop bekend."
    assert cell_sentence(replace(cell, walk_time_p50_min=None)) == unknown
    assert cell_sentence(replace(cell, share_known=0.5)) == unknown


@pytest.mark.parametrize("status", NORM_STATUS)
def test_a_norm_says_whose_it_is(status: str) -> None:
    norm = CELL.norm.model_copy(update={"status": status, "source": "nota 1", "year": None})
    assert norm_text(norm, 1500, 25) == f"1.500 meter (25 minuten) lopen, {NORM_STATUS[status]}: nota 1"
    assert norm_text(norm, None, None) == f"op de schaal van buurt, {NORM_STATUS[status]}: nota 1"


@pytest.mark.parametrize("key", CATALOGUE.facility_type)
def test_every_facility_type_can_stand_in_every_sentence(key: str) -> None:
    facility_type = CATALOGUE.facility_type[key]
    assert facility_type.article.split()[0] in ("een", "de", "het")
    for status in STATUS:
        text = cell_sentence(replace(CELL, facility_type=facility_type, status=status, reason="type_niet_gevonden"))
        assert text[0].isupper()
        assert "  " not in text
        assert "None" not in text
        assert "nan" not in text.split()
