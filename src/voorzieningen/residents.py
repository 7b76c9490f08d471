"""Who lives where: homes in buurten, and the people of each buurt on its homes.

The figure of a buurt is spread over its homes equally, so that the homes add up to the buurt. Where far fewer homes are
on the map than there are households, the rest is kept apart as one origin without a place: people are not piled up on
the few addresses that happen to be mapped.
"""

import datetime as dt
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from voorzieningen.config import Catalogue, TargetGroup
from voorzieningen.errors import NetworkError, SourceError
from voorzieningen.network import Network, tie
from voorzieningen.schema import RD, notes, stacked, validate

HOUSEHOLDS = ("HuishoudensTotaal", "aantal_huishoudens")
NO_FIGURE = "CBS geeft geen cijfer"


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
    inhabited = figures[(figures["measure"] == "aantal_inwoners") & (figures["value"] > 0)]["code"]
    on_map = mapped.groupby("buurtcode")["homes"].sum().reindex(buurten["buurtcode"], fill_value=0)
    expected = households.reindex(on_map.index).fillna(0)
    short = (on_map < known_share * expected) | ((on_map == 0) & on_map.index.isin(inhabited))
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


def place_residents(origins: gpd.GeoDataFrame, figures: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Spread the figures of each buurt over its homes.

    Parameters
    ----------
    origins, figures
        The tables of that name.
    catalogue
        Target groups and the thresholds of rounding.

    Returns
    -------
    pandas.DataFrame
        Table `residents`: a row for every origin and group, without a count where CBS gives none.
    """
    homes = origins.groupby("buurtcode")["homes"].transform("sum")
    alone = origins.groupby("buurtcode")["homes"].transform("size")
    part = np.where(homes > 0, origins["homes"] / homes.where(homes > 0, 1), 1 / alone)
    groups = []
    for group in catalogue.target_group.values():
        known = group_figures(figures, group, catalogue).reindex(origins["buurtcode"])
        groups.append(
            pd.DataFrame(
                {
                    "origin_id": origins["origin_id"].to_numpy(),
                    "target_group": group.key,
                    "unit": group.unit,
                    "count": known["count"].to_numpy() * part,
                    "count_low": known["count_low"].to_numpy() * part,
                    "count_high": known["count_high"].to_numpy() * part,
                    "source": known["source"].fillna(group.missing or NO_FIGURE).to_numpy(),
                    "year": known["year"].to_numpy(),
                }
            )
        )
    residents = pd.concat(groups, ignore_index=True).astype({"year": "Int64", "source": "str"})
    return validate("residents", residents)


def group_figures(figures: pd.DataFrame, group: TargetGroup, catalogue: Catalogue) -> pd.DataFrame:
    """Return what CBS says of one group, per area, with the bounds that rounding leaves.

    Parameters
    ----------
    figures
        Table `figures`.
    group
        The target group.
    catalogue
        The thresholds of rounding.

    Returns
    -------
    pandas.DataFrame
        On the area's code: `count`, `count_low`, `count_high`, `source`, `year`. A count that CBS gives is preferred to
        a percentage. An area without a figure is not in it.
    """
    counted = figures["measure"] == (group.count or "")
    if group.whole:
        counted |= figures["measure"] == group.of
    counts = figures[counted & figures["value"].notna()]
    # StatLine's own count stands before the map's
    counts = counts.sort_values("measure", key=lambda measure: measure != group.count).drop_duplicates("code")
    error = catalogue.limit("count_rounding")
    by_count = pd.DataFrame(
        {
            "count": counts["value"],
            "count_low": (counts["value"] - error).clip(lower=0),
            "count_high": counts["value"] + error,
            "source": counts["source"],
            "year": counts["year"],
        }
    ).set_axis(counts["code"].to_numpy(), axis=0)
    by_share = _from_shares(figures, group, error, catalogue.limit("share_rounding"))
    return pd.concat([by_count, by_share[~by_share.index.isin(by_count.index)]])


def _from_shares(figures: pd.DataFrame, group: TargetGroup, count_error: float, share_error: float) -> pd.DataFrame:
    """Turn a whole percentage of a rounded count into a count; both errors add up in the bounds."""
    known = figures[figures["value"].notna()]
    share = known[known["measure"] == (group.share or "")].set_index("code")
    whole = known[known["measure"] == group.of].set_index("code")["value"].reindex(share.index)
    percent = share["value"]
    counts = pd.DataFrame(
        {
            "count": whole * percent / 100,
            "count_low": (whole - count_error).clip(lower=0) * (percent - share_error).clip(lower=0) / 100,
            "count_high": (whole + count_error) * (percent + share_error).clip(upper=100) / 100,
            "source": share["source"],
            "year": share["year"],
        }
    )
    return counts.dropna(subset=["count"])


def reconcile(
    members: pd.DataFrame, origins: pd.DataFrame, residents: pd.DataFrame, figures: pd.DataFrame, catalogue: Catalogue
) -> pd.DataFrame:
    """Hold what was placed against what CBS publishes for each level itself.

    Parameters
    ----------
    members
        Which buurten make up each area (see `areas.memberships`).
    origins, residents, figures
        The tables of that name.
    catalogue
        Target groups.

    Returns
    -------
    pandas.DataFrame
        Table `population`.
    """
    buurt_of = origins.set_index("origin_id")["buurtcode"]
    counts = residents.assign(buurtcode=residents["origin_id"].map(buurt_of))
    placed = counts.groupby(["target_group", "buurtcode"])["count"].sum(min_count=1)
    tables = [
        _reconcile_group(
            members,
            placed.loc[group.key] if group.key in placed.index else pd.Series(dtype="float64"),
            group_figures(figures, group, catalogue)["count"],
            group,
        )
        for group in catalogue.target_group.values()
    ]
    return stacked("population", tables)


def _reconcile_group(
    members: pd.DataFrame, placed: "pd.Series[float]", published: "pd.Series[float]", group: TargetGroup
) -> pd.DataFrame:
    own = members.assign(placed=members["buurtcode"].map(placed))
    by_area = own.groupby(["level", "code"], sort=False)["placed"]
    known, size = by_area.count(), by_area.size()
    areas = known.rename("buurten_known").reset_index()
    total = by_area.sum(min_count=1).to_numpy(dtype="float64")
    public = areas["code"].map(published).to_numpy(dtype="float64")
    return areas.assign(
        target_group=pd.array([group.key] * len(areas), dtype="str"),
        unit=pd.array([group.unit] * len(areas), dtype="str"),
        placed=total,
        published=public,
        remainder=public - total,
        buurten_unknown=(size - known).to_numpy(dtype="int64"),
        state=pd.array(np.where(np.isnan(total), "geen_cijfer", "bekend"), dtype="str"),
    )
