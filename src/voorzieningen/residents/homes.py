"""Homes in buurten, tied to the network.

Where far fewer homes are on the map than there are households, the rest is kept apart as one origin without a place:
people are not piled up on the few addresses that happen to be mapped.
"""

import datetime as dt
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from voorzieningen.config import Catalogue
from voorzieningen.errors import NetworkError, SourceError
from voorzieningen.network import Network, tie
from voorzieningen.schema import RD, notes, validate

RESIDENTS = ("AantalInwoners", "aantal_inwoners")
HOUSEHOLDS = ("HuishoudensTotaal", "aantal_huishoudens")


@dataclass(frozen=True)
class Homes:
    """Where people live, what could not be placed, and what was noticed."""

    origins: gpd.GeoDataFrame
    unplaced: pd.DataFrame
    notes: pd.DataFrame


def place_homes(
    addresses: gpd.GeoDataFrame,
    buurten: gpd.GeoDataFrame,
    figures: pd.DataFrame,
    network: Network,
    coverage: shapely.Geometry,
    catalogue: Catalogue,
    peildatum: dt.date,
) -> Homes:
    """Put homes in buurten and tie them to the network.

    Parameters
    ----------
    addresses, buurten, figures
        The tables of that name.
    network
        The walking network.
    coverage
        Where the map data reach (polygon in EPSG:28992).
    catalogue
        Thresholds.
    peildatum
        Date of the population figures: what is new is counted back from it.

    Raises
    ------
    SourceError
        There are no addresses.
    NetworkError
        Too few homes can be tied to the network.
    """
    if addresses.empty:
        raise SourceError(
            "there is not one address in or near the municipality",
            where="addresses",
            hint="add the addresses of the BAG to the study ([sources.adressen]), or check the extract",
        )
    placed = _in_buurten(addresses, buurten, catalogue.limit("nearest_buurt_m"))
    first_new_year = peildatum.year - int(catalogue.limit("new_within_years"))
    mapped = _as_origins(placed[placed["home"] & placed["buurtcode"].notna()], first_new_year)
    ties = tie(network, mapped.geometry, max_tie_m=catalogue.limit("max_tie_m"))
    mapped = mapped.join(ties).assign(
        state=np.where(ties["edge_id"].notna(), "gekoppeld", "niet_te_koppelen"),
        extract_edge_m=_distance_to_edge(mapped.geometry, coverage),
    )
    _refuse_if_too_few_are_tied(mapped, catalogue.limit("tied_share"))
    unmapped = _homes_not_on_the_map(mapped, buurten, figures, coverage, catalogue.limit("known_share"))
    origins = gpd.GeoDataFrame(pd.concat([mapped, unmapped], ignore_index=True), crs=RD)
    origins = origins.merge(buurten[["buurtcode", "wijkcode"]], on="buurtcode", how="left")
    origins = origins.sort_values("origin_id", ignore_index=True).astype({"state": "str"})
    unplaced = _unplaced(placed)
    return Homes(gpd.GeoDataFrame(validate("origins", origins), crs=RD), unplaced, _notes(placed, origins, unplaced))


def _in_buurten(addresses: gpd.GeoDataFrame, buurten: gpd.GeoDataFrame, nearest_m: float) -> gpd.GeoDataFrame:
    """Give each address one buurt: the one it lies deepest in, else the nearest within a limit, else none."""
    points, shapes = addresses.geometry.to_numpy(), buurten.geometry.to_numpy()
    tree = shapely.STRtree(shapes)
    inside = pd.DataFrame(tree.query(points, predicate="intersects").T, columns=["row", "buurt"])
    twice = inside["row"].duplicated(keep=False)
    inside["depth"] = 0.0
    doubt = inside[twice]
    inside.loc[twice, "depth"] = shapely.distance(points[doubt["row"]], shapely.boundary(shapes[doubt["buurt"]]))
    inside = inside.sort_values(["row", "depth", "buurt"], ascending=[True, False, True]).drop_duplicates("row")
    buurt = pd.Series(-1, index=range(len(addresses)))
    buurt[inside["row"]] = inside["buurt"].to_numpy()
    distance = pd.Series(0.0, index=range(len(addresses)))
    outside = np.flatnonzero(buurt == -1)
    (rows, nearest), metres = tree.query_nearest(points[outside], all_matches=False, return_distance=True)
    distance[outside[rows]] = metres
    close = metres <= nearest_m
    buurt[outside[rows[close]]] = nearest[close]
    nearest_buurt = buurt.copy()
    nearest_buurt[outside[rows]] = nearest
    codes = buurten["buurtcode"].reset_index(drop=True)
    return addresses.assign(
        buurtcode=codes.reindex(buurt).to_numpy(),
        nearest_buurtcode=codes.reindex(nearest_buurt).to_numpy(),
        distance_m=distance.to_numpy(),
        in_two=np.isin(np.arange(len(addresses)), doubt["row"].unique()),
    )


def _as_origins(homes: gpd.GeoDataFrame, first_new_year: int) -> gpd.GeoDataFrame:
    """Bring homes at the same point together: a flat is one origin with many homes."""
    xy = shapely.get_coordinates(homes.geometry.to_numpy()).round(3)
    known = homes.assign(
        x=xy[:, 0], y=xy[:, 1], dated=homes["build_year"].notna(), new=(homes["build_year"] >= first_new_year)
    ).sort_values("address_id")
    grouped = known.groupby(["buurtcode", "x", "y"], sort=True)
    origins = grouped.agg(
        origin_id=("address_id", "first"),
        homes=("address_id", "size"),
        build_year=("build_year", "median"),
        homes_new=("new", "sum"),
        homes_dated=("dated", "sum"),
    ).reset_index()
    return gpd.GeoDataFrame(
        origins.drop(columns=["x", "y"]).assign(
            build_year=np.floor(origins["build_year"].astype("Float64")).astype("Int64"),
            homes_new=origins["homes_new"].astype("int64"),
        ),
        geometry=gpd.points_from_xy(origins["x"], origins["y"]),
        crs=RD,
    )


def _refuse_if_too_few_are_tied(mapped: gpd.GeoDataFrame, least: float) -> None:
    tied = int(mapped.loc[mapped["state"] == "gekoppeld", "homes"].sum())
    homes = int(mapped["homes"].sum())
    if tied < least * homes:
        raise NetworkError(
            f"only {tied} of {homes} homes can be tied to a walkable way",
            where="residents",
            hint="check that the extract of the map covers the municipality and holds its streets",
        )


def _distance_to_edge(
    points: gpd.GeoSeries, coverage: shapely.Geometry
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Measure how far the map data reach around each point; nothing outside them."""
    inside = shapely.contains(coverage, points.to_numpy())
    return np.where(inside, shapely.distance(points.to_numpy(), shapely.boundary(coverage)), 0.0)


def _homes_not_on_the_map(
    mapped: gpd.GeoDataFrame,
    buurten: gpd.GeoDataFrame,
    figures: pd.DataFrame,
    coverage: shapely.Geometry,
    known_share: float,
) -> gpd.GeoDataFrame:
    """Keep apart the households of a buurt for which far too few homes are on the map."""
    households = _first_known(figures, HOUSEHOLDS)
    counted = figures[figures["measure"].isin(RESIDENTS) & figures["value"].notna()]["code"]
    on_map = mapped.groupby("buurtcode")["homes"].sum().reindex(buurten["buurtcode"], fill_value=0)
    expected = households.reindex(on_map.index).fillna(0)
    short = (on_map < known_share * expected) | ((on_map == 0) & on_map.index.isin(counted))
    codes = list(on_map.index[short])
    outlines = buurten.set_index("buurtcode").loc[codes, "geometry"].to_numpy()
    within = shapely.contains(coverage, outlines)
    return gpd.GeoDataFrame(
        {
            "buurtcode": pd.array(codes, dtype="str"),
            "origin_id": pd.array([f"{code}:niet_op_kaart" for code in codes], dtype="str"),
            "homes": (expected - on_map)[short].clip(lower=0).round().to_numpy(dtype="int64"),
            "build_year": pd.array([None] * len(codes), dtype="Int64"),
            "homes_new": np.zeros(len(codes), dtype="int64"),
            "homes_dated": np.zeros(len(codes), dtype="int64"),
            "edge_id": pd.array([None] * len(codes), dtype="Int64"),
            "edge_offset_m": np.full(len(codes), np.nan),
            "snap_m": np.full(len(codes), np.nan),
            "state": "niet_op_kaart",
            "extract_edge_m": np.where(within, shapely.distance(outlines, shapely.boundary(coverage)), 0.0),
        },
        geometry=gpd.GeoSeries(np.full(len(codes), None), crs=RD),
        crs=RD,
    )


def _first_known(figures: pd.DataFrame, measures: tuple[str, ...]) -> pd.Series:
    """Return per area the value of the first of several measures that has one."""
    known = figures[figures["measure"].isin(measures) & figures["value"].notna()]
    ranked = known.assign(rank=known["measure"].map({measure: rank for rank, measure in enumerate(measures)}))
    return ranked.sort_values("rank").drop_duplicates("code").set_index("code")["value"]


def _unplaced(placed: gpd.GeoDataFrame) -> pd.DataFrame:
    none = placed[placed["buurtcode"].isna()].sort_values("address_id", ignore_index=True)
    return validate("unplaced", pd.DataFrame(none.drop(columns=["geometry", "buurtcode"])))


def _notes(placed: gpd.GeoDataFrame, origins: gpd.GeoDataFrame, unplaced: pd.DataFrame) -> pd.DataFrame:
    near = int((placed["buurtcode"].notna() & (placed["distance_m"] > 0)).sum())
    twice = int(placed["in_two"].sum())
    untied = int(origins.loc[origins["state"] == "niet_te_koppelen", "homes"].sum())
    off_map = origins[origins["state"] == "niet_op_kaart"]
    missing = int(off_map["homes"].sum())
    return notes(
        "residents",
        [
            ("adressen in twee buurten", twice, "Ze tellen één keer, in de buurt waar ze het diepst in liggen."),
            ("adressen net buiten elke buurt", near, "Ze horen bij de dichtstbijzijnde buurt."),
            ("adressen in geen buurt", len(unplaced), "Ze tellen niet mee en staan in de tabel unplaced."),
            ("woningen te ver van een weg", untied, "Ze zijn niet te koppelen: hun loop is onbekend."),
            (
                "woningen die niet op de kaart staan",
                missing,
                f"Hun loop is onbekend. Ze liggen in {', '.join(off_map['buurtcode'])}.",
            ),
        ],
    )
