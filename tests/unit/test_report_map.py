"""The map: classes of homes, squares, and names that stay apart."""

import numpy as np
import pandas as pd
import pytest
import report_town as town

from voorzieningen.report.basispakket import (
    COMPLETE,
    FEW_HOMES,
    MANY_MISSING,
    SOME_MISSING,
    UNKNOWN,
    cells_of,
    classify_homes,
)
from voorzieningen.report.choices import load_choices
from voorzieningen.report.facts import Facts, Place
from voorzieningen.report.labels import Name, place_names
from voorzieningen.report.maps import draw_map, make_layers

PNG = b"\x89PNG\r\n\x1a\n"
WIJK = Place("WK999900", "Nieuw & Oud")


@pytest.fixture(scope="module")
def facts() -> Facts:
    return Facts(town.tables(), town.study(), town.sources(), load_choices(town.study().catalogue))


def with_verdicts(facts: Facts, **verdicts: str) -> Facts:
    """Give every home the same verdict per facility type."""
    table = facts.tables["verdicts"]
    changed = table.assign(verdict=[verdicts.get(kind, "binnen_norm") for kind in table["facility_type"]])
    return Facts({**facts.tables, "verdicts": changed}, facts.study, facts.sources, facts.choices)


def test_homes_are_classed_by_how_much_of_the_basispakket_is_near(facts: Facts) -> None:
    """West: all four within. East: one outside and one unknown: one or two missing, whichever it is."""
    homes = classify_homes(facts).homes
    counts = homes.groupby("class")["homes"].sum().to_dict()
    assert counts == {COMPLETE: 40, SOME_MISSING: 24}


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        ({}, COMPLETE),
        ({"huisarts": "onbekend"}, UNKNOWN),
        ({"huisarts": "buiten_norm"}, SOME_MISSING),
        ({"huisarts": "buiten_norm", "apotheek": "onbereikbaar", "buurtsuper": "onbekend"}, UNKNOWN),
        ({"huisarts": "buiten_norm", "apotheek": "onbereikbaar", "buurtsuper": "buiten_norm"}, MANY_MISSING),
    ],
)
def test_an_unknown_walk_counts_only_where_it_cannot_change_the_class(
    facts: Facts, verdicts: dict[str, str], expected: int
) -> None:
    assert set(classify_homes(with_verdicts(facts, **verdicts)).homes["class"]) == {expected}


def test_squares_take_the_class_of_most_homes_and_hide_the_smallest() -> None:
    homes = pd.DataFrame(
        {
            "x": [10.0, 90.0, 110.0, 250.0],
            "y": [10.0, 90.0, 10.0, 10.0],
            "homes": [3, 4, 4, 5],
            "class": [COMPLETE, MANY_MISSING, COMPLETE, UNKNOWN],
        }
    )
    cells = cells_of(homes)
    assert list(zip(cells["x"], cells["homes"], cells["class"], strict=True)) == [
        (0, 7, MANY_MISSING),
        (100, 4, FEW_HOMES),
        (200, 5, UNKNOWN),
    ]


def test_the_map_is_a_png_that_repeats_with_its_text_alternative(facts: Facts) -> None:
    layers = make_layers(facts)
    drawn = draw_map(WIJK, layers)
    assert drawn.png.startswith(PNG)
    assert b"Software" not in drawn.png
    assert drawn.png == draw_map(WIJK, layers).png
    assert "alle 4 binnen de norm: 40 woningen" in drawn.alt.lower()
    assert "mensen van 65 jaar en ouder" in drawn.alt


def test_a_wijk_without_homes_is_drawn_too(facts: Facts) -> None:
    drawn = draw_map(Place("WK999901", "Leeg"), make_layers(facts))
    assert drawn.png.startswith(PNG)
    assert "0 woningen" in drawn.alt


def test_a_name_with_a_dollar_sign_is_no_formula(facts: Facts) -> None:
    buurten = facts.tables["buurten"].assign(buurtnaam="Kosten $x_{$ Hoog")
    changed = Facts({**facts.tables, "buurten": buurten}, facts.study, facts.sources, facts.choices)
    assert draw_map(WIJK, make_layers(changed)).png.startswith(PNG)


def test_names_neither_overlap_nor_leave_the_map() -> None:
    names = [Name(f"buurt {number}", 50.0, 50.0, 40.0, 10.0) for number in range(4)]
    frame = (0.0, 0.0, 200.0, 200.0)
    spots = [spot for spot in place_names(names, frame, [], np.empty((0, 2))) if spot is not None]
    assert len(spots) == 4
    assert spots[0] == (50.0, 50.0)
    for number, (x, y) in enumerate(spots):
        assert 20 <= x <= 180
        assert 5 <= y <= 195
        for other_x, other_y in spots[:number]:
            assert abs(x - other_x) >= 40 or abs(y - other_y) >= 10


def test_a_name_without_room_is_left_off() -> None:
    names = [Name("te lang", 10.0, 10.0, 500.0, 10.0)]
    assert place_names(names, (0.0, 0.0, 100.0, 100.0), [], np.empty((0, 2))) == [None]


def test_a_name_keeps_clear_of_what_is_taken_and_of_symbols() -> None:
    taken = [(0.0, 0.0, 60.0, 60.0)]
    (spot,) = place_names([Name("a", 50.0, 50.0, 10.0, 10.0)], (0.0, 0.0, 200.0, 200.0), taken, np.empty((0, 2)))
    assert spot is not None
    assert spot[0] >= 65 or spot[1] >= 65
    symbols = np.full((9, 2), 100.0)
    (beside,) = place_names([Name("a", 100.0, 100.0, 10.0, 10.0)], (0.0, 0.0, 200.0, 200.0), [], symbols)
    assert beside != (100.0, 100.0)
