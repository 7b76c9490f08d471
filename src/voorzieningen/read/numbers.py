"""Figures as CBS writes them: marks for "no figure", numbers as text, decimal commas."""

import re
from collections.abc import Iterable

import numpy as np
import pandas as pd

from voorzieningen.errors import ContractError, examples

SENTINELS_BELOW = -99990  # -99997 secret or absent, -99995 in a later version, -99991 no longer published
NO_FIGURE = ("", ".", "x", "X", "-")
WHOLE_PERCENT = 100
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?(?:[eE][+-]?\d+)?")
_NEVER_NEGATIVE = re.compile(
    r"^(?:aantal|perc|gemiddeld|oppervlakte)|afstand|inwoners|huishoudens|woning", re.IGNORECASE
)
_PERCENTAGE = re.compile(r"^perc(?:entage)?_", re.IGNORECASE)


def holds_numbers(column: pd.Series) -> bool:
    """Tell whether a column holds figures: numbers, or text of which a cell is a number, or nothing at all."""
    if pd.api.types.is_numeric_dtype(column):
        return not pd.api.types.is_bool_dtype(column)
    texts = [text for text in _texts(column) if text not in NO_FIGURE]
    return not texts or any(_NUMBER.fullmatch(text) is not None for text in texts)


def figures_of(column: pd.Series, codes: pd.Series, *, where: str) -> "pd.Series[float]":
    """Turn a column into figures; missing where CBS gives none.

    Parameters
    ----------
    column
        Numbers, or text that holds numbers, with a decimal point or comma.
    codes
        The code of the area of each cell.
    where
        The file, for messages.

    Raises
    ------
    ContractError
        A cell is neither a number nor a mark for "no figure", is negative where that cannot be, or is a percentage
        above 100.
    """
    measure = str(column.name)
    numbers = (
        column.astype("float64")
        if pd.api.types.is_numeric_dtype(column)
        else _parsed(column, codes, where=f"{where}, column {measure}")
    )
    numbers = numbers.mask(numbers < SENTINELS_BELOW)
    _refuse(
        pd.Series(np.isinf(numbers), index=numbers.index),
        numbers,
        codes,
        "is not a number",
        where=f"{where}, column {measure}",
    )
    if _NEVER_NEGATIVE.search(measure):
        _refuse(numbers < 0, numbers, codes, "is negative", where=f"{where}, column {measure}")
    if _PERCENTAGE.search(measure):
        _refuse(
            numbers > WHOLE_PERCENT, numbers, codes, "is a percentage above 100", where=f"{where}, column {measure}"
        )
    return numbers


def _parsed(column: pd.Series, codes: pd.Series, *, where: str) -> "pd.Series[float]":
    texts = pd.Series(_texts(column), index=column.index, dtype="str")
    is_figure = ~texts.isin(NO_FIGURE)
    readable = texts.map(lambda text: _NUMBER.fullmatch(text) is not None).astype(bool)
    _refuse(is_figure & ~readable, texts, codes, "is not a number", where=where)
    return texts.where(is_figure).str.replace(",", ".", regex=False).astype("float64")


def _texts(column: pd.Series) -> list[str]:
    return ["" if pd.isna(cell) else str(cell).strip() for cell in column]


def _refuse(bad: pd.Series, values: pd.Series, codes: pd.Series, what: str, *, where: str) -> None:
    if bad.any():
        cells: Iterable[str] = (f"'{value}' at {code}" for value, code in zip(values[bad], codes[bad], strict=True))
        raise ContractError(
            f"{what}: {examples(cells)}", where=where, hint="mend the cell, or leave it empty if there is no figure"
        )
