"""Key figures of wijken en buurten from StatLine: counts, under the column names of the service."""

import re
from pathlib import Path

import pandas as pd

from voorzieningen.config import Study
from voorzieningen.errors import ContractError, SourceError, did_you_mean, examples
from voorzieningen.read.cbs import figures_table
from voorzieningen.read.delimited import Delimited, read_delimited
from voorzieningen.read.notes import Note
from voorzieningen.read.numbers import figures_of, holds_numbers

KEY = "WijkenEnBuurten"
LEVEL_OF_PREFIX = {"BU": "buurt", "WK": "wijk", "GM": "gemeente"}
NO_FIGURES = re.compile(
    r"^(?:ID|Perioden|Gemeentenaam|SoortRegio|Codering|IndelingswijzigingWijkenEnBuurten|MeestVoorkomendePostcode)"
)


def read_statline(path: Path, study: Study, map_codes: frozenset[str]) -> tuple[pd.DataFrame, list[Note]]:
    """Read the figures of one municipality from a StatLine table.

    Parameters
    ----------
    path
        The CSV file.
    study
        The study: of which municipality.
    map_codes
        The codes of the wijken en buurten on the map, to compare with.

    Returns
    -------
    tuple of pandas.DataFrame and list of Note
        The table `figures`; measures are column names without their shifting number.

    Raises
    ------
    SourceError
        The key column or the municipality is missing, or the file is not such a table.
    ContractError
        A code is double, or a figure cannot be.
    """
    text = read_delimited(path)
    rows = _of_municipality(_table(text, path), study, path)
    measures, notes = _measures(rows, path)
    year = study.sources["statline"].year
    values = {
        measure: figures_of(rows[column].rename(measure), rows[KEY], where=path.name)
        for column, measure in measures.items()
    }
    wide = pd.DataFrame(values, index=rows.index).assign(
        code=rows[KEY], level=rows[KEY].str[:2].map(LEVEL_OF_PREFIX).astype("str")
    )
    figures = wide.melt(id_vars=["code", "level"], var_name="measure", value_name="value")
    notes += [*text.notes(path), *_code_notes(rows[KEY], map_codes)]
    return figures_table(figures, f"CBS StatLine {year}" if year else "CBS StatLine", year), notes


def _table(text: Delimited, path: Path) -> pd.DataFrame:
    """Make a table of the lines, and refuse a line with more or fewer cells than the header."""
    lines = [(index, cells) for index, cells in enumerate(text.rows, start=1) if any(cell.strip() for cell in cells)]
    header = [cell.strip() for cell in lines[0][1]] if lines else []
    if KEY not in header:
        raise SourceError(f"has no column '{KEY}'", where=path.name, hint=did_you_mean(KEY, header))
    for index, cells in lines[1:]:
        if len(cells) != len(header):
            raise SourceError(
                f"row {index} has {len(cells)} cells, the header has {len(header)}",
                where=path.name,
                hint="the file may be cut off: get it again",
            )
    return pd.DataFrame([cells for _, cells in lines[1:]], columns=header, dtype="str")


def _of_municipality(table: pd.DataFrame, study: Study, path: Path) -> pd.DataFrame:
    codes = table[KEY].str.strip()
    known = codes.str.fullmatch(r"GM\d{4}|WK\d{6}|BU\d{8}") & (codes.str[2:6] == study.gemeentecode[2:])
    if not known.any():
        raise SourceError(
            f"holds no figures of {study.gemeentecode} ({study.gemeentenaam})",
            where=path.name,
            hint=f"its codes are {examples(codes)}: is this the file of the right municipality?",
        )
    rows = table.assign(**{KEY: codes})[known]
    double = rows[KEY].duplicated()
    if double.any():
        raise ContractError(
            f"{KEY} is double: {examples(sorted(set(rows.loc[double, KEY])))}",
            where=path.name,
            hint="keep one row per area and one period per file",
        )
    return rows


def _measures(rows: pd.DataFrame, path: Path) -> tuple[dict[str, str], list[Note]]:
    """Name each column of figures by its stem; where a stem returns, by its whole name."""
    columns = [str(name) for name in rows if name != KEY and not NO_FIGURES.match(str(name))]
    double_columns = sorted({name for name in columns if columns.count(name) > 1})
    if double_columns:
        raise SourceError(f"has a column twice: {examples(double_columns)}", where=path.name, hint="get it again")
    columns = [name for name in columns if holds_numbers(rows[name])]
    stems = [re.sub(r"_\d+$", "", name) for name in columns]
    returning = sorted({stem for stem in stems if stems.count(stem) > 1})
    measures = {name: name if stem in returning else stem for name, stem in zip(columns, stems, strict=True)}
    if not returning:
        return measures, []
    text = f"Deze onderwerpen komen meer dan eens voor en houden hun volgnummer: {', '.join(returning)}."
    return measures, [Note("onderwerpen met gelijke naam in StatLine", len(returning), text)]


def _code_notes(codes: pd.Series, map_codes: frozenset[str]) -> list[Note]:
    """Say which codes are in StatLine and not on the map, and which buurten the other way round."""
    only_statline = sorted(set(codes) - map_codes)
    only_map = sorted(code for code in map_codes - set(codes) if code.startswith("BU"))
    notes = []
    if only_statline:
        text = f"Wel in StatLine en niet op de kaart: {', '.join(only_statline)}."
        notes.append(Note("codes die alleen in StatLine staan", len(only_statline), text))
    if only_map:
        text = f"Wel op de kaart en niet in StatLine: {', '.join(only_map)}."
        notes.append(Note("buurten die niet in StatLine staan", len(only_map), text))
    return notes
