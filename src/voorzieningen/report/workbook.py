"""The workbook: every table behind the reports, to filter and to count on."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter

from voorzieningen import messages
from voorzieningen.report.cells import SHORTFALL
from voorzieningen.report.facts import Facts
from voorzieningen.report.sections import NormRow, norm_rows
from voorzieningen.schema import TABLES, Column

WIDEST = 60
NARROWEST = 9
SAMPLE = 400
FROZEN_COLUMNS = 2
STATUS_FILLS = {"groen": "#D3EBD9", "oranje": "#FFE2B0", "rood": "#F7C8C2"}
WORDS: dict[str, Mapping[str, str]] = {
    "phase": messages.PHASE,
    "track": messages.TRACK,
    "reason": messages.REASON,
    "confidence": messages.CONFIDENCE,
    "norm_status": messages.NORM_STATUS,
    "gap_types": messages.GAP_TYPE,
    "status": {key: f"{messages.STATUS_MARK[key]} {label}" for key, label in messages.STATUS.items()},
}
FORMATS = {"aandeel (0–1)": "0.0%", "min": "0.0", "m": "#,##0", "km": "0.0", "jaar": "0"}
UNIT_WORDS = {"aandeel (0–1)": "%", "zie unit": "zie eenheid", "zie norm_unit": "zie eenheid van de norm"}
NORM_HEADINGS = {
    "label": "norm",
    "types": "voorzieningen",
    "groups": "doelgroepen",
    "walk": "langste loop",
    "schaal": "schaal",
    "source": "bron van de norm",
    "year": "jaar",
    "status": "status van de norm",
}


@dataclass(frozen=True)
class Sheet:
    """A sheet: its name, its rows, and per column a heading and a number format."""

    name: str
    rows: pd.DataFrame
    headings: Sequence[str]
    formats: Sequence[str]


def write_workbook(path: Path, facts: Facts) -> None:
    """Write the workbook.

    Parameters
    ----------
    path
        The file to write.
    facts
        The tables of the run.
    """
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties(
            {
                "title": f"Voorzieningen te voet in {facts.municipality.name}",
                "comments": messages.COLOURS_FOOTER,
                "created": dt.datetime.combine(facts.study.peildatum, dt.time(), tzinfo=dt.UTC),
            }
        )
        _write_explanation(book, facts)
        for sheet in _sheets(facts):
            _write_sheet(book, sheet)


def _sheets(facts: Facts) -> list[Sheet]:
    tables = facts.tables
    gaps = pd.concat([tables["wijk_gaps"], tables["buurt_gaps"]], ignore_index=True)
    shortfalls = gaps[gaps["status"].isin(SHORTFALL)]
    make = _from_table(facts)
    return [
        make("Matrix wijken", "wijk_gaps", tables["wijk_gaps"].sort_values("code", kind="stable")),
        make("Matrix buurten", "buurt_gaps", tables["buurt_gaps"].sort_values("code", kind="stable")),
        make("Knelpunten", "wijk_gaps", shortfalls.sort_values("code", kind="stable")),
        make("Buurten", "buurt_reach", tables["buurt_reach"]),
        make("Sporen", "tracks", tables["tracks"]),
        make("Bevolking", "population", tables["population"]),
        make("Voorzieningen", "facilities", tables["facilities"]),
        make("Niet geplaatst", "unplaced", tables["unplaced"]),
        _norms(facts),
        _terms(),
    ]


def _from_table(facts: Facts) -> Callable[[str, str, pd.DataFrame], Sheet]:
    """Return how a table becomes a sheet: keys told as words, headings and units from its declaration."""
    words = {
        **WORDS,
        "facility_type": {key: kind.label for key, kind in facts.catalogue.facility_type.items()},
        "target_group": {key: group.label for key, group in facts.catalogue.target_group.items()},
        "profile": {key: profile.label for key, profile in facts.catalogue.profile.items()},
        "norm": {key: norm.label for key, norm in facts.catalogue.norm.items()},
    }

    def make(name: str, table: str, rows: pd.DataFrame) -> Sheet:
        specs = {key: spec for key, spec in TABLES[table].columns.items() if spec.kind not in ("geometry", "list")}
        told = pd.DataFrame(
            {
                key: rows[key].astype(object).map(partial(_in_words, words=words[key])) if key in words else rows[key]
                for key in specs
            }
        )
        told, specs = _with_buurt_names(told, dict(specs), facts)
        headings = [_heading(spec) for spec in specs.values()]
        return Sheet(name, told, headings, [FORMATS.get(spec.unit, "#,##0.##") for spec in specs.values()])

    return make


def _in_words(value: Any, words: Mapping[str, str]) -> Any:
    """Tell a key, or several joined by `;`, in words; leave what has no value."""
    if pd.isna(value):
        return value
    return messages.listing([words.get(key, key) for key in str(value).split(";")])


def _heading(spec: Column) -> str:
    unit = UNIT_WORDS.get(spec.unit, spec.unit)
    return f"{spec.label} ({unit})" if unit else spec.label


def _with_buurt_names(rows: pd.DataFrame, specs: dict[str, Any], facts: Facts) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Put the name of a buurt beside its code."""
    if "buurtcode" not in specs or "buurtnaam" in specs:
        return rows, specs
    at = list(specs).index("buurtcode") + 1
    columns = [*list(specs)[:at], "buurtnaam", *list(specs)[at:]]
    rows = rows.assign(buurtnaam=rows["buurtcode"].map(facts.buurt_names))
    specs = {**specs, "buurtnaam": TABLES["buurten"].columns["buurtnaam"]}
    return rows[columns], {column: specs[column] for column in columns}


def _norms(facts: Facts) -> Sheet:
    rows = norm_rows(facts)
    fields = list(NormRow.__dataclass_fields__)
    table = pd.DataFrame([[getattr(row, field) for field in fields] for row in rows], columns=fields)
    table["year"] = pd.to_numeric(table["year"])
    return Sheet("Normen", table, [NORM_HEADINGS[field] for field in fields], ["0"] * len(fields))


def _terms() -> Sheet:
    rows = [
        (name, table.meaning, column, spec.label, spec.unit, spec.meaning)
        for name, table in TABLES.items()
        for column, spec in table.columns.items()
    ]
    headings = ["tabel", "wat erin staat", "kolom", "naam", "eenheid", "betekenis"]
    return Sheet("Begrippen", pd.DataFrame(rows, columns=headings), headings, ["0"] * len(headings))


def _write_explanation(book: Any, facts: Facts) -> None:
    sheet = book.add_worksheet("Uitleg")
    sheet.set_column(0, 0, 110, book.add_format({"text_wrap": True, "valign": "top"}))
    sheet.write_string(
        0, 0, f"Voorzieningen te voet in {facts.municipality.name}", book.add_format({"bold": True, "font_size": 14})
    )
    for number, line in enumerate(_explanation(facts), start=2):
        sheet.write_string(number, 0, line)


def _explanation(facts: Facts) -> list[str]:
    marks = "; ".join(f"{messages.STATUS_MARK[key]} {label}" for key, label in messages.STATUS.items())
    sources = [f"{source.title} ({source.file}): {source.attribution}, {source.licence}" for source in facts.sources]
    population, map_data = messages.date(facts.study.peildatum), messages.date_text(facts.map_date)
    return [
        f"Bevolking: {population}. Voorzieningen en wegen: {map_data}.",
        messages.COLOURS_FOOTER,
        f"Het oordeel per cel: {marks}.",
        "Elke rij in een matrix is een cel: een gebied, een type voorziening, een doelgroep en een norm.",
        "Alle gebieden staan erin, op volgorde van code.",
        "Een leeg vak betekent: geen cijfer. Dat is iets anders dan nul.",
        "Waar CBS geen aantal van de doelgroep geeft, gaat het aandeel over woningen (kolom grondslag).",
        "Aandelen staan als getal met een procentnotatie: 0,83 is 83%.",
        "Knelpunten: de cellen van wijken en buurten met het oordeel aandacht of opgave.",
        "Begrippen: wat elke kolom betekent.",
        *(f"Bron: {text}" for text in sources),
    ]


def _write_sheet(book: Any, sheet: Sheet) -> None:
    page = book.add_worksheet(sheet.name)
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, "bg_color": "#E8EEF2"})
    top = {"valign": "top"}
    formats = [book.add_format({"num_format": pattern, **top}) for pattern in sheet.formats]
    fills = {WORDS["status"][key]: book.add_format({"bg_color": colour, **top}) for key, colour in STATUS_FILLS.items()}
    for number, (key, heading) in enumerate(zip(sheet.rows.columns, sheet.headings, strict=True)):
        values, plain = sheet.rows[key], formats[number]
        page.set_column(number, number, _width(heading, values))
        page.write_string(0, number, heading, head)
        for row, value in enumerate(values.astype(object), start=1):
            _write_value(page, row, number, value, fills.get(value, plain) if key == "status" else plain)
    page.freeze_panes(1, FROZEN_COLUMNS)
    page.autofilter(0, 0, max(len(sheet.rows), 1), len(sheet.headings) - 1)


def _write_value(page: Any, row: int, column: int, value: Any, style: Any) -> None:
    """Write text as text, whatever it begins with, and a number as a number; leave empty what has no value."""
    if pd.isna(value):
        return
    if isinstance(value, str):
        page.write_string(row, column, value, style)
    else:
        page.write_number(row, column, value, style)


def _width(heading: str, values: "pd.Series[Any]") -> float:
    longest = max((len(str(value)) for value in values.head(SAMPLE) if pd.notna(value)), default=0)
    words = max(len(word) for word in heading.split())
    return min(max(longest + 2, words + 3, NARROWEST), WIDEST)
