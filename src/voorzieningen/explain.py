"""The chain behind one verdict: from people to homes, walks, norm, verdicts and status, every source named."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from voorzieningen.config import OWN_LIST, Catalogue, Norm, Profile, UsedSource
from voorzieningen.errors import ConfigError, did_you_mean, examples
from voorzieningen.gaps import LEVEL_TABLES
from voorzieningen.messages import REASON, STATUS, amount, number, percentage

MOST_FACILITIES = 5
VERDICT = {
    "binnen_norm": "binnen de norm",
    "buiten_norm": "buiten de norm",
    "onbereikbaar": "onbereikbaar",
    "onbekend": "onbekend",
}


def explain_cell(
    tables: Mapping[str, Any],
    members: pd.DataFrame,
    catalogue: Catalogue,
    sources: Sequence[UsedSource],
    *,
    area: str,
    facility_type: str,
    target_group: str | None = None,
) -> pd.DataFrame:
    """Tell step by step how the verdicts on one area and facility type came about.

    Parameters
    ----------
    tables
        The tables of the study by name.
    members
        Which buurten make up each area (see `areas.memberships`).
    catalogue
        Facility types, groups, profiles, norms and thresholds.
    sources
        The raw files behind the tables.
    area
        A buurtcode, wijkcode, area code or name.
    facility_type
        A key of the catalogue, or its label.
    target_group
        A key of the catalogue, or its short label; default: each group that a norm judges this type for.

    Returns
    -------
    pandas.DataFrame
        Columns `group`, `step`, `what`, `source`.

    Raises
    ------
    ConfigError
        The area, type or group does not exist, or the name fits several areas.
    """
    code, level, name = _find_area(area, members)
    names = {kind.label.casefold(): key for key, kind in catalogue.facility_type.items()}
    facility_type = _find_key("facility type", facility_type, catalogue.facility_type, names)
    if target_group is not None:
        names = {group.short.casefold(): key for key, group in catalogue.target_group.items()}
        target_group = _find_key("target group", target_group, catalogue.target_group, names)
    table = next(name for name, levels in LEVEL_TABLES.items() if level in levels)
    cells = tables[table]
    cells = cells[(cells["code"] == code) & (cells["facility_type"] == facility_type)]
    if target_group is not None:
        cells = cells[cells["target_group"] == target_group]
    if cells.empty:
        raise ConfigError(
            f"no norm judges '{facility_type}'" + (f" for '{target_group}'" if target_group else ""),
            hint="see voorzieningen list norms",
        )
    buurten = members.loc[members["code"] == code, "buurtcode"]
    steps = [
        {"group": cell["target_group"], "step": step, "what": what, "source": source}
        for cell in cells.to_dict("records")
        for step, what, source in _chain(cell, f"{level} {name} ({code})", buurten, tables, catalogue, sources)
    ]
    return pd.DataFrame(steps)


def _find_area(wanted: str, members: pd.DataFrame) -> tuple[str, str, str]:
    areas = members.drop_duplicates("code")
    found = areas[areas["code"] == wanted]
    if found.empty:
        found = areas[areas["name"].str.casefold() == wanted.casefold()]
    if found.empty:
        known = [*areas["name"], *areas["code"]]
        raise ConfigError(f"there is no area '{wanted}'", hint=did_you_mean(wanted, known) if known else None)
    if len(found) > 1:
        codes = [f"{code} ({level})" for code, level in zip(found["code"], found["level"], strict=True)]
        raise ConfigError(f"'{wanted}' fits several areas: {examples(codes)}", hint="give the code")
    first = found.iloc[0]
    return str(first["code"]), str(first["level"]), str(first["name"])


def _find_key(kind: str, wanted: str, known: Mapping[str, object], names: Mapping[str, str]) -> str:
    """Take a key of the catalogue, or the name that stands on the page."""
    key = wanted if wanted in known else names.get(wanted.casefold(), wanted)
    if key not in known:
        raise ConfigError(f"there is no {kind} '{wanted}'", hint=did_you_mean(wanted, known))
    return key


def _chain(
    cell: Mapping[str, Any],
    area: str,
    buurten: pd.Series,
    tables: Mapping[str, Any],
    catalogue: Catalogue,
    sources: Sequence[UsedSource],
) -> Iterator[tuple[str, str, str]]:
    """Give the steps of one cell: what was found, and where it comes from."""
    by_dataset = {source.dataset: source for source in sources}
    origins = tables["origins"]
    origins = origins[origins["buurtcode"].isin(buurten)]
    walks = tables["reach"]
    walks = walks[
        (walks["facility_type"] == cell["facility_type"])
        & (walks["profile"] == cell["profile"])
        & walks["origin_id"].isin(origins["origin_id"])
    ].merge(origins[["origin_id", "homes"]], on="origin_id")
    yield "gebied", area, _cite(by_dataset.get("wijkenbuurten"))
    yield "mensen", _people(cell, catalogue), _people_source(cell, origins, tables["residents"])
    yield "woningen", _homes(origins), _address_source(by_dataset)
    yield (
        "voorzieningen",
        _facilities(walks, tables["facilities"]),
        _facility_source(walks, tables["facilities"], sources),
    )
    profile = catalogue.profile[cell["profile"]]
    speed = f"{profile.label}: {number(profile.speed_m_s, 2)} m/s"
    yield "loopprofiel", speed, f"{profile.status}: {profile.source}"
    yield "lopen", _walks(cell, walks), _cite(by_dataset.get("osm"))
    norm = catalogue.norm[cell["norm"]]
    yield "norm", _norm(norm, profile), f"{norm.status}: {norm.source}"
    yield "oordeel per woning", _verdicts(cell, walks, tables["verdicts"]), "tabel verdicts"
    yield "status", _status(cell), _threshold_source(catalogue)
    yield "zin", str(cell["explanation"]), "tabel *_gaps"
    for source in sources:
        yield (
            "bron",
            f"{source.title}: {source.file}",
            f"{source.attribution}, {source.licence}, sha256 {source.sha256}",
        )


def _norm(norm: Norm, profile: Profile) -> str:
    norm_m, norm_min = norm.in_metres(profile), norm.in_minutes(profile)
    if norm_m is None or norm_min is None:
        return f"{norm.label}: geen oordeel op deze schaal"
    return f"{norm.label}: {number(norm_m)} m ({number(norm_min, 1)} min) lopen, schaal {norm.schaal}"


def _people(cell: Mapping[str, Any], catalogue: Catalogue) -> str:
    group = catalogue.target_group[cell["target_group"]]
    if not cell["count"] >= 0:
        return f"{group.label}: CBS geeft hier geen cijfer; het aandeel gaat over woningen"
    bounds = f"{number(cell['count_low'])}–{number(cell['count_high'])}"
    return f"{group.label}: {amount(cell['count'], cell['unit'])} ({bounds} door afronding)"


def _people_source(cell: Mapping[str, Any], origins: pd.DataFrame, residents: pd.DataFrame) -> str:
    own = residents[
        (residents["target_group"] == cell["target_group"]) & residents["origin_id"].isin(origins["origin_id"])
    ]
    years = own[["source", "year"]].drop_duplicates()
    return "; ".join(
        source if pd.isna(year) else f"{source} (peiljaar {year})"
        for source, year in zip(years["source"], years["year"], strict=True)
    )


def _homes(origins: pd.DataFrame) -> str:
    by_state = origins.groupby("state")["homes"].sum()
    told = {
        "gekoppeld": "aan een weg gekoppeld",
        "niet_te_koppelen": "te ver van een weg",
        "niet_op_kaart": "niet op de kaart",
    }
    parts = [f"{number(by_state[state])} {text}" for state, text in told.items() if by_state.get(state, 0)]
    return f"{amount(origins['homes'].sum(), 'woningen')}: {', '.join(parts) or 'geen op de kaart'}"


def _address_source(by_dataset: Mapping[str, UsedSource]) -> str:
    return _cite(by_dataset.get("adressen") or by_dataset.get("osm"))


def _facilities(walks: pd.DataFrame, facilities: pd.DataFrame) -> str:
    """Name the facilities that most homes walk to."""
    nearest = walks.dropna(subset=["facility_id"]).groupby("facility_id")["homes"].sum()
    nearest = nearest.sort_values(ascending=False, kind="stable")
    if nearest.empty:
        return "geen gevonden waar men heen kan lopen"
    known = facilities.set_index("facility_id")
    told = [
        f"{known['name'].get(key) if isinstance(known['name'].get(key), str) else 'zonder naam'} "
        f"({key}) voor {amount(homes, 'woningen')}"
        for key, homes in nearest.head(MOST_FACILITIES).items()
    ]
    more = len(nearest) - MOST_FACILITIES
    return "dichtstbijzijnde: " + "; ".join(told) + (f"; en nog {more}" if more > 0 else "")


def _facility_source(walks: pd.DataFrame, facilities: pd.DataFrame, sources: Sequence[UsedSource]) -> str:
    """Cite OpenStreetMap, where every type is looked for, and the own lists that these facilities stand on."""
    used = facilities[facilities["facility_id"].isin(walks["facility_id"].dropna())]
    told = " ".join(used["source"].unique())
    only_own = len(used) > 0 and bool((used["confidence"] == "alleen_eigen_lijst").all())
    cited = [source for source in sources if source.dataset == "osm" and not only_own]
    cited += [source for source in sources if source.dataset == OWN_LIST and source.file in told]
    return "; ".join(_cite(source) for source in cited)


def _walks(cell: Mapping[str, Any], walks: pd.DataFrame) -> str:
    known = percentage(cell["share_known"])
    if not cell["walk_distance_p50_m"] >= 0:
        return f"geen loop gevonden; bekend voor {known} van de woningen"
    distance = walks["walk_distance_m"].to_numpy(dtype=np.float64)
    half = f"{number(cell['walk_distance_p50_m'])} m ({number(cell['walk_time_p50_min'], 1)} min)"
    most = f"{number(cell['walk_time_p90_min'], 1)} min"
    return (
        f"de helft loopt hoogstens {half}, negen van de tien hoogstens {most}; "
        f"langste loop {number(np.nanmax(distance))} m; bekend voor {known} van de woningen"
    )


def _verdicts(cell: Mapping[str, Any], walks: pd.DataFrame, verdicts: pd.DataFrame) -> str:
    own = verdicts[
        (verdicts["norm"] == cell["norm"])
        & (verdicts["facility_type"] == cell["facility_type"])
        & (verdicts["profile"] == cell["profile"])
    ].merge(walks[["origin_id", "homes"]], on="origin_id")
    if own.empty:
        return "geen: de norm geldt op een hogere schaal"
    counted = own.assign(reason=own["reason"].fillna("")).groupby(["verdict", "reason"])["homes"].sum()
    return "; ".join(
        f"{amount(homes, 'woningen')} {VERDICT[verdict]}" + (f" ({REASON[reason]})" if reason else "")
        for (verdict, reason), homes in counted.items()
        if homes
    )


def _status(cell: Mapping[str, Any]) -> str:
    share = f"{percentage(cell['share_within'])} binnen de norm" if cell["share_within"] >= 0 else "aandeel onbekend"
    reason = f"; {REASON[cell['reason']]}" if isinstance(cell["reason"], str) else ""
    return f"{cell['status']} ({STATUS[cell['status']]}): {share}, over {cell['basis']}{reason}"


def _threshold_source(catalogue: Catalogue) -> str:
    green, orange = catalogue.threshold["green_share"], catalogue.threshold["orange_share"]
    limits = f"groen vanaf {percentage(green.value)}, oranje vanaf {percentage(orange.value)}"
    return f"{limits} ({green.status}: {green.source})"


def _cite(source: UsedSource | None) -> str:
    return f"{source.title}, {source.attribution} ({source.file})" if source else "onbekend"
