"""The parts that pages share: who lives there, the register, norms, assumptions, sources and notes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from voorzieningen import messages
from voorzieningen.config import Norm, Profile
from voorzieningen.report.facts import Facts, Place

NEAR_COLUMN = "within_15"
OUTSIDE_MUNICIPALITY = "buiten de gemeente"
NO_FIGURE = "geen cijfer"


@dataclass(frozen=True)
class GroupShare:
    """A group with its number and share in an area, and its share in the municipality."""

    label: str
    count: str
    share: str
    municipality: str


@dataclass(frozen=True)
class Entry:
    """A facility in the register."""

    kind: str
    name: str
    facility_class: str
    where: str
    state: str
    source: str
    confidence: str


@dataclass(frozen=True)
class NormRow:
    """A norm as it is told: both units per profile, whose it is, and how firm."""

    label: str
    types: str
    groups: str
    walk: str
    schaal: str
    source: str
    year: str
    status: str


@dataclass(frozen=True)
class Assumption:
    """A figure that decides outcomes, with its value and reasoning."""

    label: str
    value: str
    source: str
    status: str


@dataclass(frozen=True)
class SourceRow:
    """A raw file as it was used."""

    title: str
    holder: str
    year: str
    licence: str
    attribution: str
    file: str
    digest: str


@dataclass(frozen=True)
class NoteRow:
    """What a stage came across."""

    subject: str
    stage: str
    count: str
    text: str


def group_shares(area: Place, facts: Facts) -> list[GroupShare]:
    """List the groups that the report tells about, with their share here and in the municipality.

    Parameters
    ----------
    area
        The area.
    facts
        The tables of the run.
    """
    shares = []
    for key in facts.choices.residents.groups:
        group = facts.catalogue.target_group[key]
        count, share = facts.count_of(area.code, group), facts.share_of(area.code, group)
        whole = facts.share_of(facts.municipality.code, group)
        shares.append(
            GroupShare(
                label=messages.sentence(group.label),
                count=NO_FIGURE if count is None else messages.amount(count, group.unit),
                share=NO_FIGURE if share is None else messages.percentage(share),
                municipality=NO_FIGURE if whole is None else messages.percentage(whole),
            )
        )
    return shares


def population_sentence(code: str, facts: Facts) -> str:
    """Tell how many residents were placed on homes, beside the figure that CBS gives for the area itself."""
    row = facts.population_of(code, facts.everybody.key)
    if row is None or pd.isna(row.placed):
        return "CBS geeft geen aantal inwoners per buurt: er zijn geen mensen op de kaart geplaatst."
    buurten = row.buurten_known + row.buurten_unknown
    text = f"{messages.number(row.placed)} inwoners geplaatst over {row.buurten_known} van de {buurten} buurten"
    if pd.notna(row.published):
        text += f"; {messages.number(row.published)} volgens CBS; verschil {messages.signed(row.remainder)}"
    if pd.isna(row.published) or round(row.remainder) == 0:
        return f"{text}."
    return f"{text}. Het verschil komt van afronding door CBS en van buurten zonder cijfer."


def without_figure(buurtcodes: Iterable[str], facts: Facts) -> list[str]:
    """Name the buurten for which CBS gives no number of residents, in the given order."""
    rows = ((code, facts.population_of(code, facts.everybody.key)) for code in buurtcodes)
    return [
        f"{facts.buurt_names[code]} ({code})" for code, row in rows if row is not None and row.state == "geen_cijfer"
    ]


def register_of(wijk: Place, facts: Facts) -> list[Entry]:
    """List the facilities in a wijk, and those outside it that are nearest to one of its homes and near enough.

    Parameters
    ----------
    wijk
        The wijk.
    facts
        The tables of the run.
    """
    facilities = facts.tables["facilities"]
    inside = facilities["buurtcode"].isin([buurt.code for buurt in facts.buurten_of(wijk.code)])
    near = facilities["facility_id"].isin(_nearest_to(wijk, facts))
    order = {key: number for number, key in enumerate(facts.catalogue.facility_type)}
    # aligned before rows are left out: a column on an empty frame would bring all its rows along
    rows = facilities.assign(outside=~inside, order=facilities["facility_type"].map(order))[inside | near]
    rows = rows.sort_values(["order", "outside", "name", "facility_id"])
    return [_entry(row, wijk, facts) for row in rows.itertuples()]


def norm_rows(facts: Facts) -> list[NormRow]:
    """List the norms in use."""
    return [_norm_row(norm, facts) for norm in facts.catalogue.active_norms]


def assumptions(facts: Facts) -> list[Assumption]:
    """List the walking speeds and the thresholds, with their reasoning."""
    profiles = [
        Assumption(
            label=f"Loopsnelheid: {profile.label}",
            value=_speed(profile),
            source=profile.source,
            status=messages.NORM_STATUS[profile.status],
        )
        for profile in facts.catalogue.profile.values()
    ]
    thresholds = [
        Assumption(
            label=messages.sentence(threshold.label),
            value=_with_unit(threshold.value, threshold.unit),
            source=threshold.source,
            status=messages.NORM_STATUS[threshold.status],
        )
        for threshold in facts.catalogue.threshold.values()
    ]
    return profiles + thresholds


def source_rows(facts: Facts) -> list[SourceRow]:
    """List the raw files that were read."""
    return [
        SourceRow(
            title=source.title,
            holder=source.holder,
            year=str(source.year) if source.year else "",
            licence=source.licence,
            attribution=source.attribution,
            file=source.file,
            digest=source.sha256[:12],
        )
        for source in facts.sources
    ]


def note_rows(facts: Facts) -> list[NoteRow]:
    """List what the stages came across, in the order of the stages."""
    notes = facts.tables["notes"]
    order = notes["stage"].map({stage: number for number, stage in enumerate(messages.STAGE)})
    rows = notes.assign(order=order).sort_values(["order", "subject"])
    return [
        NoteRow(
            subject=messages.sentence(subject.replace("_", " ")),
            stage=messages.STAGE.get(stage, stage),
            count=messages.number(count),
            text=messages.sentence(text),
        )
        for subject, stage, count, text in zip(rows["subject"], rows["stage"], rows["count"], rows["text"], strict=True)
    ]


def _nearest_to(wijk: Place, facts: Facts) -> "pd.Series[str]":
    reach, origins = facts.tables["reach"], facts.tables["origins"]
    own = origins.loc[origins["wijkcode"] == wijk.code, "origin_id"]
    near = reach["origin_id"].isin(own) & (reach[NEAR_COLUMN].fillna(0) > 0)
    return reach.loc[near, "facility_id"].dropna().drop_duplicates()


def _entry(row: Any, wijk: Place, facts: Facts) -> Entry:
    own_buurten = {buurt.code for buurt in facts.buurten_of(wijk.code)}
    if pd.isna(row.buurtcode):
        where = OUTSIDE_MUNICIPALITY
    elif row.buurtcode in own_buurten:
        where = facts.buurt_names[row.buurtcode]
    else:
        where = f"{facts.buurt_names.get(row.buurtcode, row.buurtcode)} (buiten deze wijk)"
    state = messages.STATE[row.state]
    return Entry(
        kind=messages.sentence(facts.catalogue.facility_type[row.facility_type].label),
        name="zonder naam in de bron" if pd.isna(row.name) else row.name,
        facility_class=row.facility_class.replace("_", " "),
        where=where,
        state=f"{state} ({row.year})" if row.state != "open" and pd.notna(row.year) else state,
        source=row.source,
        confidence=messages.CONFIDENCE[row.confidence],
    )


def _norm_row(norm: Norm, facts: Facts) -> NormRow:
    catalogue = facts.catalogue
    groups = [catalogue.target_group[key] for key in norm.target_groups]
    return NormRow(
        label=messages.sentence(norm.label),
        types=messages.listing([catalogue.facility_type[key].label for key in norm.facility_types]),
        groups=messages.listing([group.short for group in groups]),
        walk=_walk(norm, [catalogue.profile_of(norm, group.key) for group in groups]),
        schaal=norm.schaal,
        source=norm.source,
        year=str(norm.year or ""),
        status=messages.NORM_STATUS[norm.status],
    )


def _walk(norm: Norm, profiles: Sequence[Profile]) -> str:
    """Tell a norm in metres and minutes, for each way of walking that it is applied to."""
    if norm.value is None:
        return "geen grens"
    told = []
    for profile in {profile.key: profile for profile in profiles}.values():
        metres, minutes = norm.in_metres(profile) or 0, norm.in_minutes(profile) or 0
        told.append(f"{messages.number(metres)} m = {messages.minutes(minutes)} min ({profile.label})")
    return "; ".join(told)


def _speed(profile: Profile) -> str:
    text = f"{messages.number(profile.speed_m_s, 2)} m/s ({messages.number(profile.speed_m_s * 3.6, 1)} km/u)"
    return f"{text}; dicht: {messages.listing(profile.closed)}" if profile.closed else text


def _with_unit(value: float, unit: str) -> str:
    if unit == "aandeel":
        return messages.percentage(value)
    return f"{messages.number(value, 0 if value == round(value) else 1)} {unit}"
