"""Summaries: weighted quantiles against a plain loop, and tables put in the order of the origins."""

from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voorzieningen.summary import by_key, ratio, reason_of_area, summarise_walks, weighted_quantile

rows = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 20), st.integers(0, 5)), max_size=30)  # area, value, weight


@given(rows=rows, percent=st.integers(0, 100))
def test_weighted_quantiles_equal_a_plain_loop(rows: list[tuple[int, int, int]], percent: int) -> None:
    area, values, weights = (np.array(column) for column in (zip(*rows, strict=True) if rows else ([], [], [])))
    found = weighted_quantile(values.astype(float), area.astype(np.int64), 5, weights.astype(float), percent / 100)
    for number, quantile in enumerate(found):
        own = [(value, weight) for of, value, weight in rows if of == number and weight > 0]
        expected = smallest_not_exceeded(own, Fraction(percent, 100))
        assert (np.isnan(quantile) and expected is None) or quantile == expected


def smallest_not_exceeded(own: list[tuple[int, int]], share: Fraction) -> int | None:
    """Return the smallest value that at least a share of the weight does not exceed."""
    whole = sum(weight for _, weight in own)
    for value in sorted({value for value, _ in own}):
        if sum(weight for other, weight in own if other <= value) >= share * whole:
            return value
    return None


def test_the_ninth_of_ten_is_the_p90() -> None:
    """0.9 × 10 is not 9 in binary: rounding must not push the answer to the tenth."""
    values, area = np.arange(1.0, 11.0), np.zeros(10, dtype=np.int64)
    for weight in (1.0, 0.1, 1 / 3, 1e6):
        weights = np.full(10, weight)
        assert weighted_quantile(values, area, 1, weights, 0.9).tolist() == [9]
        assert weighted_quantile(values, area, 1, weights, 0.5).tolist() == [5]


def test_a_small_area_after_a_large_one() -> None:
    """Weights add up over all areas: a sum of millions must not blur the halves of a village."""
    area = np.repeat([0, 1], [3, 2])
    weights, values = np.array([1e7, 1e7, 1e7, 0.5, 0.5]), np.array([1.0, 2, 3, 10, 20])
    assert weighted_quantile(values, area, 2, weights, 0.5).tolist() == [2, 10]


def test_rows_without_weight_may_be_missing() -> None:
    values, weights = np.array([np.nan, 7.0, np.nan]), np.array([0.0, 2.0, 0.0])
    found = weighted_quantile(values, np.array([0, 0, 1]), 2, weights, 0.5)
    assert found.tolist() == pytest.approx([7, np.nan], nan_ok=True)


def test_tables_come_in_the_order_of_the_origins() -> None:
    table = pd.DataFrame(
        [("b", "x", 1), ("a", "y", 2), ("c", "x", 3), ("a", "x", 4), ("c", "y", 5), ("b", "y", 6)],
        columns=["origin_id", "kind", "value"],
    )
    found = by_key(table, ["kind"], pd.Series(["c", "a", "b"]))
    assert {key: frame["value"].tolist() for key, frame in found.items()} == {("x",): [3, 4, 1], ("y",): [5, 2, 6]}
    assert all(frame["origin_id"].tolist() == ["c", "a", "b"] for frame in found.values())


def test_a_share_of_nothing_is_as_stated() -> None:
    found = ratio(np.array([1.0, 0.0, 3.0]), np.array([2.0, 0.0, 3.0]), otherwise=0.0)
    assert found.tolist() == [0.5, 0, 1]


@pytest.mark.parametrize(
    ("share", "reason", "expected"),
    [
        (1.0, None, None),
        (0.8, "buiten_uittreksel", None),
        (0.79, "buiten_uittreksel", "te_weinig_bekend"),
        (0.0, "buiten_uittreksel", "buiten_uittreksel"),
        (0.0, "type_niet_gevonden", "type_niet_gevonden"),
    ],
)
def test_why_an_area_is_not_known(share: float, reason: str | None, expected: str | None) -> None:
    assert reason_of_area(share, reason, 0.8) == expected


def test_walks_are_summarised_by_weight_and_shares_by_homes() -> None:
    """Two origins in area 0: 2 homes at 100 m (weight 30), 8 homes at 500 m (weight 10); area 1 is empty.

    Mean (30 × 100 + 10 × 500) / 40 = 200; half of the weight is at 100 m, ninety percent within 500.
    Of the ten homes the eight have a reason: a fifth is known, all have a walk.
    """
    walks = pd.DataFrame(
        {
            "walk_distance_m": [100.0, 500.0],
            "walk_time_s": [60.0, 300.0],
            "reason": pd.array([None, "buiten_uittreksel"], dtype="str"),
        }
    )
    homes, weights = np.array([2.0, 8.0]), np.array([30.0, 10.0])
    found = summarise_walks(walks, np.array([0, 0]), 2, homes, weights)
    assert found.iloc[0].to_dict() == {
        "share_known": pytest.approx(0.2),
        "share_reached": 1.0,
        "walk_distance_mean_m": pytest.approx(200),
        "walk_distance_p50_m": 100.0,
        "walk_time_p50_min": 1.0,
        "walk_time_p90_min": 5.0,
        "reason": "buiten_uittreksel",
    }
    assert found.loc[1, ["share_known", "share_reached"]].tolist() == [0, 0]
    assert found.loc[1, "reason"] == "geen_cijfer"


def test_a_missing_weight_counts_as_nothing() -> None:
    """Where CBS gives no figure the walk of those homes is known, but nobody is counted on it."""
    walks = pd.DataFrame(
        {"walk_distance_m": [100.0, 900.0], "walk_time_s": [60.0, 540.0], "reason": pd.array([None, None], dtype="str")}
    )
    found = summarise_walks(walks, np.array([0, 0]), 1, np.array([1.0, 1.0]), np.array([5.0, np.nan]))
    assert found.loc[0, ["share_known", "walk_distance_mean_m"]].tolist() == [1, 100]
