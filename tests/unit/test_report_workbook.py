"""The workbook: numbers are numbers, text stays text, totals are those of the tables."""

import pytest
import report_town as town
from openpyxl import Workbook, load_workbook

from voorzieningen.report.choices import load_choices
from voorzieningen.report.facts import Facts
from voorzieningen.report.workbook import write_workbook
from voorzieningen.schema import TABLES

SHEETS = {
    "Uitleg": None,
    "Matrix wijken": "wijk_gaps",
    "Matrix buurten": "buurt_gaps",
    "Knelpunten": None,
    "Buurten": "buurt_reach",
    "Sporen": "tracks",
    "Bevolking": "population",
    "Voorzieningen": "facilities",
    "Niet geplaatst": "unplaced",
    "Normen": None,
    "Begrippen": None,
}


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Workbook:
    path = tmp_path_factory.mktemp("workbook") / "werkboek.xlsx"
    write_workbook(path, Facts(town.tables(), town.study(), town.sources(), load_choices(town.study().catalogue)))
    return load_workbook(path)


def column(book: Workbook, sheet: str, heading: str) -> list[object]:
    rows = list(book[sheet].iter_rows(values_only=True))
    return [row[rows[0].index(heading)] for row in rows[1:]]


def test_sheets_stand_in_order_and_hold_all_rows(book: Workbook) -> None:
    assert book.sheetnames == list(SHEETS)
    for sheet, table in SHEETS.items():
        if table is not None:
            assert book[sheet].max_row == len(town.tables()[table]) + 1


def test_every_table_filters_and_keeps_its_heads_in_view(book: Workbook) -> None:
    for sheet in book.sheetnames[1:]:
        assert book[sheet].auto_filter.ref
        assert book[sheet].freeze_panes == "C2"


def test_numbers_are_numbers_and_add_up_to_the_table(book: Workbook) -> None:
    buurten = town.tables()["buurt_gaps"]
    counts = [value for value in column(book, "Matrix buurten", "aantal (zie eenheid)") if value is not None]
    assert all(isinstance(value, int | float) for value in counts)
    assert sum(float(str(value)) for value in counts) == pytest.approx(buurten["count"].sum())
    shares = column(book, "Matrix buurten", "aandeel binnen de norm (%)")
    assert shares.count(None) == buurten["share_within"].isna().sum()
    assert column(book, "Niet geplaatst", "afstand (m)") == [812.5]


def test_knelpunten_are_the_cells_that_need_attention(book: Workbook) -> None:
    tables = town.tables()
    wanted = sum(int(tables[name]["status"].isin(["oranje", "rood"]).sum()) for name in ("wijk_gaps", "buurt_gaps"))
    statuses = column(book, "Knelpunten", "status")
    assert len(statuses) == wanted
    assert set(statuses) == {"◐ aandacht", "○ opgave"}


def test_areas_are_listed_in_order_of_code(book: Workbook) -> None:
    codes = [str(code) for code in column(book, "Matrix wijken", "code")]
    assert codes == sorted(codes)
    assert set(codes) == set(town.WIJKEN)


def test_text_that_looks_like_a_formula_or_a_link_stays_text(book: Workbook) -> None:
    names = [cell for cell in book["Voorzieningen"]["D"] if cell.value == town.FORMULA]
    assert len(names) == 1
    assert names[0].data_type == "s"
    assert names[0].hyperlink is None
    assert town.FORMULA in column(book, "Niet geplaatst", "straat")


def test_keys_are_told_in_words(book: Workbook) -> None:
    assert "huisarts" in column(book, "Matrix wijken", "type voorziening")
    assert "mensen van 65 jaar en ouder" in column(book, "Matrix wijken", "doelgroep")
    assert set(column(book, "Knelpunten", "soort knelpunt")) == {"te ver"}
    assert column(book, "Voorzieningen", "buurtnaam")[0] == town.BUURTEN["BU99990000"][0]


def test_terms_explain_every_column(book: Workbook) -> None:
    assert book["Begrippen"].max_row == 1 + sum(len(table.columns) for table in TABLES.values())
