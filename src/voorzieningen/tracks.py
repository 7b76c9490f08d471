"""Tracks: whether an area is there already or being built, from the build years of its homes.

The *tweesporenbeleid* asks different things of each: an existing wijk whether supply still fits who lives there, a new
one whether the basics are there from the first resident.
"""

import datetime as dt

import geopandas as gpd
import numpy as np
import pandas as pd

from voorzieningen.config import Catalogue
from voorzieningen.messages import number, percentage
from voorzieningen.schema import validate


def phase_and_track(
    members: pd.DataFrame, origins: gpd.GeoDataFrame, catalogue: Catalogue, peildatum: dt.date
) -> pd.DataFrame:
    """Tell phase and track of every area, with the evidence.

    Parameters
    ----------
    members
        Which buurten make up each area (see `areas.memberships`).
    origins
        Table `origins`.
    catalogue
        Thresholds: from when a home is new, and when a track is mixed.
    peildatum
        Date from which is counted back.

    Returns
    -------
    pandas.DataFrame
        Table `tracks`. Shares are over homes with a known build year; without any, phase and track are missing.
    """
    years = int(catalogue.limit("new_within_years"))
    mixed = catalogue.limit("mixed_share")
    mapped = origins[origins["state"] != "niet_op_kaart"]
    per_buurt = mapped.groupby("buurtcode")[["homes", "homes_new", "homes_dated"]].sum()
    off_map = origins[origins["state"] == "niet_op_kaart"].groupby("buurtcode")["homes"].sum().rename("off_map")
    counted = members.join(per_buurt, on="buurtcode").join(off_map, on="buurtcode").fillna(0)
    areas = counted.groupby(["level", "code", "name"], sort=False)[["homes", "homes_new", "homes_dated", "off_map"]]
    table = areas.sum().astype("int64").reset_index()
    share = (table["homes_new"] / table["homes_dated"].where(table["homes_dated"] > 0)).to_numpy(dtype=np.float64)
    table = table.assign(
        share_new=share,
        phase=pd.array(_choose(share, [(0.5, "bestaand"), (np.inf, "in_aanbouw")]), dtype="str"),
        track=pd.array(
            _choose(share, [(mixed, "spoor_1"), (np.nextafter(1 - mixed, 1), "gemengd"), (np.inf, "spoor_2")]),
            dtype="str",
        ),
    )
    first_year = peildatum.year - years
    counts = table[["homes", "homes_dated", "homes_new", "off_map"]].to_numpy(dtype=np.int64)
    evidence = [_evidence(homes, dated, new, off_map, first_year) for homes, dated, new, off_map in counts.tolist()]
    return validate("tracks", table.assign(evidence=pd.array(evidence, dtype="str")))


def _choose(share: np.ndarray[tuple[int], np.dtype[np.float64]], steps: list[tuple[float, str]]) -> list[str | None]:
    """Return for each share the first step that it lies below; nothing where it is unknown."""
    return [None if np.isnan(value) else next(name for below, name in steps if value < below) for value in share]


def _evidence(homes: int, dated: int, new: int, off_map: int, first_year: int) -> str:
    missing = f"; {number(off_map)} woningen staan niet op de kaart" if off_map else ""
    if homes == 0:
        return f"geen woningen op de kaart{missing}"
    if dated == 0:
        return f"geen bouwjaar bekend van {number(homes)} woningen op de kaart{missing}"
    return (
        f"{number(new)} van {number(dated)} woningen met een bekend bouwjaar zijn sinds {first_year} gebouwd "
        f"({percentage(new / dated)}){missing}"
    )
